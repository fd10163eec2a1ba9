"""Forty numbers per pixel – colour, its surroundings, texture – that the pixel classifier sees.

All objects of a frame share them. Small windows are computed at working size, large ones at half of it. There
is no position among them. Source: ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.planes import Plane

__all__ = ["N_FEATURES", "Features", "compute_features", "gather_features"]

N_FEATURES = 40
"""3 Lab + 3 means + 3 deviations at working size, 31 at half size."""

_SHIFT = 6
"""px at half size: how far the four neighbouring colour patches lie."""


@dataclass(frozen=True, eq=False)
class Features:
    """Feature planes of one frame."""

    colour: Plane
    """(h, w, 3) Lab at working size."""
    mean: Plane
    """(h, w, 3) Lab averaged over 5 × 5 px."""
    deviation: Plane
    """(h, w, 3) standard deviation of Lab over 5 × 5 px."""
    coarse: Plane
    """(h / 2, w / 2, 31): wider means and deviations, edge structure, colours left, right, above, below."""


def compute_features(lab: Plane) -> Features:
    """The feature planes of an (h, w, 3) float32 Lab image; h and w even."""
    mean = cv2.blur(lab, (5, 5))
    half = _halve(lab)
    planes = [
        *cv2.split(cv2.blur(half, (5, 5))),
        *cv2.split(cv2.blur(half, (11, 11))),
        *cv2.split(_deviation(half, cv2.blur(half, (5, 5)), 5)),
        *_structure(lab[:, :, 0]),
        *_neighbours(cv2.blur(half, (5, 5))),
    ]
    return Features(lab, mean, _deviation(lab, mean, 5), cv2.merge(planes))


def gather_features(features: Features, rows: NDArray[np.intp], cols: NDArray[np.intp]) -> Plane:
    """(n, 40) float32: the features at these pixels.

    Args:
        features: of the frame.
        rows: (n,) row of each pixel at working size.
        cols: (n,) column.
    """
    width, (half_height, half_width) = features.colour.shape[1], features.coarse.shape[:2]
    fine = rows * width + cols
    coarse = np.minimum(rows >> 1, half_height - 1) * half_width + np.minimum(cols >> 1, half_width - 1)
    out = np.empty((len(rows), N_FEATURES), dtype=np.float32)
    for start, plane in ((0, features.colour), (3, features.mean), (6, features.deviation)):
        out[:, start : start + 3] = plane.reshape(-1, 3).take(fine, axis=0)
    out[:, 9:] = features.coarse.reshape(-1, N_FEATURES - 9).take(coarse, axis=0)
    return out


def _halve(plane: Plane) -> Plane:
    height, width = plane.shape[:2]
    return cv2.resize(plane, (width // 2, height // 2), interpolation=cv2.INTER_AREA)


def _deviation(values: Plane, mean: Plane, size: int) -> Plane:
    square: Plane = cv2.blur(values * values, (size, size))
    square -= mean * mean
    return np.sqrt(np.maximum(square, 0, out=square), out=square)


def _structure(lightness: Plane) -> list[Plane]:
    """Edge strength and direction of L, averaged over about 7 and 15 px: ten planes at half size."""
    gx = cv2.Scharr(lightness, cv2.CV_32F, 1, 0, scale=1 / 32)
    gy = cv2.Scharr(lightness, cv2.CV_32F, 0, 1, scale=1 / 32)
    strength = np.sqrt(gx * gx + gy * gy)  # cv2.magnitude rounds by where memory lies
    inverse = 1.0 / (strength + np.float32(1e-3))
    cos2 = (gx * gx - gy * gy) * inverse
    sin2 = np.float32(2) * gx * gy * inverse
    planes = [_halve(p) for p in (strength, cos2, sin2, np.maximum(gx, 0), np.maximum(gy, 0))]
    return [cv2.blur(p, (size, size)) for size in (3, 7) for p in planes]


def _neighbours(mean: Plane) -> list[Plane]:
    """The colour planes moved by ``_SHIFT`` px left, right, up and down; the border is repeated."""
    padded = cv2.copyMakeBorder(mean, _SHIFT, _SHIFT, _SHIFT, _SHIFT, cv2.BORDER_REPLICATE)
    height, width = mean.shape[:2]
    offsets = ((_SHIFT, 0), (_SHIFT, 2 * _SHIFT), (0, _SHIFT), (2 * _SHIFT, _SHIFT))
    return [p for y, x in offsets for p in cv2.split(padded[y : y + height, x : x + width])]
