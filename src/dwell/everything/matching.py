"""Local descriptors of a thing, and how many of two things' lie in the same arrangement."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.types import BoolArray, ByteArray

__all__ = ["LEAST_AGREEING", "describe_points", "n_agreeing"]

MAX_POINTS = 48
LEAST_AGREEING = 4
"""Fewer descriptors in one arrangement say nothing: two always are."""
RATIO = 0.85
"""A descriptor fits another if the next best is so much farther away (Lowe 2004)."""
TOLERANCE_PX = 9.0
"""How far from its place in the arrangement a descriptor may lie, px of the crop."""
SCALES = (1 / 3, 3.0)
"""How much larger or smaller one arrangement may be."""
ROOT = 512.0
"""A descriptor's rooted share as uint8: 255 stands for a quarter of it in one bin."""


def describe_points(gray: ByteArray, inside: BoolArray) -> tuple[ByteArray, NDArray[np.int16]]:
    """Rooted SIFT descriptors within a mask, strongest first: (k, 128) uint8, and their (k, 2) places, px."""
    points, found = cv2.SIFT.create().detectAndCompute(gray, inside.astype(np.uint8))
    if not points:
        return np.zeros((0, 128), np.uint8), np.zeros((0, 2), np.int16)
    order = sorted(range(len(points)), key=lambda i: (-points[i].response, *points[i].pt, points[i].angle))
    chosen = order[:MAX_POINTS]
    shares = found[chosen] / np.maximum(found[chosen].sum(axis=1, keepdims=True), 1e-6)
    rooted = np.clip(np.rint(np.sqrt(shares) * ROOT), 0, 255).astype(np.uint8)
    places = np.rint([points[i].pt for i in chosen]).astype(np.int16)
    return rooted, places


def n_agreeing(
    points_a: ByteArray, places_a: NDArray[np.int16], points_b: ByteArray, places_b: NDArray[np.int16]
) -> int:
    """How many fitting descriptors of two things lie in one arrangement: turned, moved, resized as a whole.

    Every two fitting pairs fix such a change of place; that with which most other pairs agree counts. The
    answer is the same both ways round. 0 where fewer than ``LEAST_AGREEING`` do.
    """
    first, second = _fitting(points_a, points_b)
    if len(first) < LEAST_AGREEING:
        return 0
    a, b = _complex(places_a[first]), _complex(places_b[second])
    best = min(_largest_arrangement(a, b), _largest_arrangement(b, a))
    return best if best >= LEAST_AGREEING else 0


def _fitting(a: ByteArray, b: ByteArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of descriptors that are each other's nearest, with the next one clearly farther both ways."""
    if len(a) < 2 or len(b) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    wide_a, wide_b = a.astype(np.int64), b.astype(np.int64)
    squared = (wide_a**2).sum(1)[:, None] + (wide_b**2).sum(1)[None, :] - 2 * wide_a @ wide_b.T
    to_b, to_a = squared.argmin(axis=1), squared.argmin(axis=0)
    rows = np.arange(len(a))
    clear = _clear(squared) & _clear(squared.T)[to_b]
    mutual = np.flatnonzero((to_a[to_b] == rows) & clear)
    return mutual, to_b[mutual]


def _clear(squared: NDArray[np.int64]) -> BoolArray:
    nearest = np.partition(squared, 1, axis=1)[:, :2]
    clear: BoolArray = nearest[:, 0] < RATIO**2 * nearest[:, 1]
    return clear


def _complex(places: NDArray[np.int16]) -> NDArray[np.complex128]:
    return places[:, 0].astype(np.float64) + 1j * places[:, 1].astype(np.float64)


def _largest_arrangement(a: NDArray[np.complex128], b: NDArray[np.complex128]) -> int:
    i, j = np.triu_indices(len(a), 1)
    apart = np.abs(a[j] - a[i]) > TOLERANCE_PX
    i, j = i[apart], j[apart]
    turn = (b[j] - b[i]) / (a[j] - a[i])  # rotation and scale as one complex number
    fair = (np.abs(turn) > SCALES[0]) & (np.abs(turn) < SCALES[1])
    i, turn = i[fair], turn[fair]
    if not len(i):
        return 0
    off = np.abs(turn[:, None] * (a[None, :] - a[i][:, None]) + b[i][:, None] - b[None, :])
    return int((off <= TOLERANCE_PX).sum(axis=1).max())
