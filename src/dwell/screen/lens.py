"""Points of the raw scene video as a camera without distortion would see them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import ArrayLike

from dwell.types import Camera, FloatArray

__all__ = ["straightened"]

_ROUNDS = 60
_TOLERANCE_PX = 1e-3
_GOOD_PX = 0.1
_WIDEST = 6.0
"""tan of the widest angle from the axis that a guess may take (80°)."""


def straightened(camera: Camera | None, points_xy: ArrayLike) -> FloatArray:
    """Points without the lens's distortion, in px of the same matrix.

    ``cv2.undistortPoints`` makes five steps, which is off by several px near the edges of a wide lens; it is
    the first guess here. From there a point is bent by the lens model and moved by what is missing, until it
    fits.

    Args:
        camera: intrinsics; None = they are not known, and points are given back as they are.
        points_xy: (n, 2) px of the raw scene video.

    Returns:
        (n, 2) px; NaN where the lens model cannot be inverted: beyond its edge, or where NaN was given.
    """
    points = np.asarray(points_xy, np.float64).reshape(-1, 2)
    if camera is None or not np.any(camera.distortion):
        return points.copy()
    result = np.full_like(points, np.nan)
    known = np.isfinite(points).all(axis=1)
    if known.any():
        result[known] = _inverted(camera, points[known])
    return result


def _inverted(camera: Camera, points: FloatArray) -> FloatArray:
    matrix, terms = camera.matrix, np.asarray(camera.distortion, np.float64).ravel()
    flat = np.asarray(cv2.perspectiveTransform(points[:, None], np.linalg.inv(matrix)), np.float64)
    first = np.asarray(cv2.undistortPoints(points[:, None], matrix, terms), np.float64).reshape(-1, 1, 2)
    guess = np.clip(first, -_WIDEST, _WIDEST)
    missing = flat - _bent(guess, terms)
    for _ in range(_ROUNDS):
        if np.abs(missing).max() * matrix[0, 0] < _TOLERANCE_PX:
            break
        guess = np.clip(guess + missing, -_WIDEST, _WIDEST)
        missing = flat - _bent(guess, terms)
    off = np.abs(missing[:, 0]).max(axis=1) * matrix[0, 0]
    straight = np.asarray(cv2.perspectiveTransform(guess, matrix)[:, 0], np.float64)
    straight[~(off < _GOOD_PX)] = np.nan
    return straight


def _bent(rays: FloatArray, terms: FloatArray) -> FloatArray:
    """(n, 1, 2) where the lens puts rays (n, 1, 2), in focal lengths from the axis."""
    ahead = np.concatenate([rays, np.ones((len(rays), 1, 1))], axis=2)
    bent, _ = cv2.projectPoints(ahead, np.zeros(3), np.zeros(3), np.eye(3), terms)
    return np.asarray(bent, np.float64)
