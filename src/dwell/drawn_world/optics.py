"""The drawn scene camera, and angles seen through it."""

from __future__ import annotations

import cv2
import numpy as np

from dwell.types import Camera, FloatArray

__all__ = ["angle_between_deg", "azimuth_elevation_deg", "scene_camera"]

_DISTORTION = (-0.13, 0.108, 0.0001, -0.0002, 0.0, 0.17, 0.052, 0.025)
"""k1, k2, p1, p2, k3, k4, k5, k6: about as strong as in Neon's scene camera."""


def scene_camera(size_hw: tuple[int, int]) -> Camera:
    """Intrinsics of a camera that sees about 64° across the picture's width."""
    height, width = size_hw
    focal = 0.8 * width
    matrix = np.array([[focal, 0, 0.503 * width], [0, focal, 0.515 * height], [0, 0, 1]])
    return Camera(matrix, np.array(_DISTORTION))


def azimuth_elevation_deg(camera: Camera, xy_px: FloatArray) -> FloatArray:
    """(n, 2) degrees: right of and above the camera's axis, for points (n, 2) px of the raw scene video.

    Source: the formulas of Pupil Labs' exports, ``atan2(x, 1)`` and ``-asin(y / |ray|)`` on undistorted rays.
    """
    rays = _rays(camera, xy_px)
    azimuth = np.arctan2(rays[:, 0], 1.0)
    elevation = -np.arcsin(rays[:, 1] / np.linalg.norm(rays, axis=1))
    return np.asarray(np.degrees(np.stack([azimuth, elevation], axis=1)))


def angle_between_deg(camera: Camera, a_px: FloatArray, b_px: FloatArray) -> FloatArray:
    """(n,) degrees between the rays through two rows of points (n, 2) px."""
    a, b = _rays(camera, a_px), _rays(camera, b_px)
    across = np.linalg.norm(np.cross(a, b), axis=1)
    return np.asarray(np.degrees(np.arctan2(across, (a * b).sum(axis=1))))


def _rays(camera: Camera, xy_px: FloatArray) -> FloatArray:
    points = np.asarray(xy_px, dtype=np.float64).reshape(-1, 1, 2)
    if not len(points):
        return np.zeros((0, 3))
    flat = cv2.undistortPoints(points, camera.matrix, camera.distortion).reshape(-1, 2)
    return np.asarray(np.column_stack([flat, np.ones(len(flat))]), dtype=np.float64)
