"""Corners of black squares on white, to a tenth of a pixel: where the straight lines along their edges meet.

A corner alone is a few pixels, blurred ones at that; an edge is many. Along each edge brightness is looked up
across it, the place where it rises most is found, and a line is laid through those places. OpenCV's own way
of this kind, ``CORNER_REFINE_APRILTAG``, finds the squares anew in the whole picture, which takes seconds;
its ``CORNER_REFINE_SUBPIX`` looks at corners alone, and was several times less exact (docs/screen.md has
figures). Source: the idea of the AprilTag detector's ``refine_edges``; ours.
"""

from __future__ import annotations

import cv2
import numpy as np

from dwell.types import BoolArray, ByteArray, FloatArray

__all__ = ["refined_corners"]

_PER_EDGE = 24
_END = 0.08
"""Part of an edge at either end that is left out: corners are rounded by blur."""
_STEP_PX = 0.25
_ROUNDS = 3
_REACH_MODULES = 0.7
"""How far across is looked; the next change of brightness is one module away."""
_REACH_PX = (1.5, 5.0)
_FLOOR = 0.2
"""Rises below this part of the largest are noise."""
_MODULES = 8


def refined_corners(grey: ByteArray, corners: FloatArray) -> FloatArray:
    """Corners of squares, found more exactly.

    Args:
        grey: (h, w) uint8.
        corners: (n, 4, 2) px, each to about a pixel, clockwise as seen; (0, 0) is the middle of the first
            pixel.

    Returns:
        (n, 4, 2) px; NaN for a square of which an edge is not to be seen.
    """
    found = np.asarray(corners, np.float64).reshape(-1, 4, 2)
    for _ in range(_ROUNDS):
        points, normals = _edges(grey, found)
        found = _meeting(*_lines(points, normals))
    moved = np.linalg.norm(found - corners, axis=2).max(axis=1)
    side = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2).min(axis=1)
    found[~(moved < side / _MODULES)] = np.nan  # a module off: another edge was followed
    return found


def _edges(grey: ByteArray, corners: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(n, 4, k, 2) places on the four edges, NaN where none; (n, 4, 2) unit vectors from black to white."""
    start, along = corners, np.roll(corners, -1, axis=1) - corners
    length = np.linalg.norm(along, axis=2, keepdims=True)
    outwards = np.stack([along[..., 1], -along[..., 0]], axis=2) / length
    share = np.linspace(_END, 1 - _END, _PER_EDGE)
    middle = start[:, :, None] + share[:, None] * along[:, :, None]
    reach = np.clip(length / _MODULES * _REACH_MODULES, *_REACH_PX)[..., None]  # (n, 4, 1, 1)
    steps = np.arange(-1, 1 + 1e-9, _STEP_PX / _REACH_PX[1])
    offsets = steps * reach[..., 0]  # (n, 4, s)
    at = middle[:, :, :, None] + offsets[:, :, None, :, None] * outwards[:, :, None, None]
    rises = np.diff(_looked_up(grey, at), axis=3)
    rises = np.maximum(rises - _FLOOR * rises.max(axis=3, keepdims=True), 0)
    total = rises.sum(axis=3)
    between = (offsets[..., 1:] + offsets[..., :-1]) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = (rises * between[:, :, None]).sum(axis=3) / total
    return middle + shift[..., None] * outwards[:, :, None], outwards


def _looked_up(grey: ByteArray, at: FloatArray) -> FloatArray:
    """Brightness at (…, 2) places, between pixels too; NaN outside of the picture."""
    flat = np.nan_to_num(at, nan=-9).reshape(1, -1, 2).astype(np.float32)
    rows = 30_000  # OpenCV takes pictures up to 32767 wide
    parts = [flat[:, i : i + rows] for i in range(0, flat.shape[1], rows)]
    values = [cv2.remap(grey, part[..., 0], part[..., 1], cv2.INTER_LINEAR) for part in parts]
    seen = np.concatenate(values, axis=1).reshape(at.shape[:-1]).astype(np.float64) if parts else at[..., 0]
    height, width = grey.shape
    inside = (at >= 0).all(axis=-1) & (at[..., 0] <= width - 1) & (at[..., 1] <= height - 1)
    return np.where(inside, seen, np.nan)


def _lines(points: FloatArray, normals: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lines n · p = d through places: (n, 4, 2), (n, 4); NaN where fewer than half of them are known."""
    known = np.asarray(np.isfinite(points).all(axis=3), bool)
    weight = _kept(points, normals, known)
    enough = weight.sum(axis=2) >= _PER_EDGE / 2
    places = np.where(weight[..., None] > 0, points, 0)
    count = np.maximum(weight.sum(axis=2), 1)[..., None]
    middle = places.sum(axis=2) / count
    away = (places - middle[:, :, None]) * weight[..., None]
    spread = np.einsum("nekx,neky->nexy", away, away)
    normal = np.linalg.eigh(spread)[1][..., 0]  # the direction in which places differ least
    distance = np.einsum("nex,nex->ne", normal, middle)
    return np.where(enough[..., None], normal, np.nan), np.where(enough, distance, np.nan)


def _kept(points: FloatArray, normals: FloatArray, known: BoolArray) -> FloatArray:
    """(n, 4, k) 1 for places in line with most others, else 0: a finger is not the edge."""
    across = np.einsum("nekx,nex->nek", np.where(known[..., None], points, 0), normals)
    first = np.where(known, across, np.nan)
    with np.errstate(all="ignore"):
        line = _robust_line(first)
    near = known & (np.abs(first - line) < 1.0)
    kept: FloatArray = near.astype(np.float64)
    return kept


def _robust_line(values: FloatArray) -> FloatArray:
    """(…, k) straight line by the median slope of places half an edge apart, and the median height."""
    half = values.shape[-1] // 2
    k = np.arange(values.shape[-1])
    slopes = (values[..., half:] - values[..., :half]) / half
    slope = _median(slopes)
    height = _median(values - slope[..., None] * k)
    line: FloatArray = height[..., None] + slope[..., None] * k
    return line


def _median(values: FloatArray) -> FloatArray:
    """Median over the last axis, NaN left out; NaN where there is nothing else."""
    ordered = np.sort(values, axis=-1)
    count = np.isfinite(ordered).sum(axis=-1, keepdims=True)
    middle = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, axis=-1)
    median: FloatArray = middle[..., 0]
    return median


def _meeting(normal: FloatArray, distance: FloatArray) -> FloatArray:
    """(n, 4, 2) corner i = where edge i - 1 and edge i meet."""
    before, there = np.roll(normal, 1, axis=1), np.roll(distance, 1, axis=1)
    cross = before[..., 0] * normal[..., 1] - before[..., 1] * normal[..., 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        x = (there * normal[..., 1] - distance * before[..., 1]) / cross
        y = (before[..., 0] * distance - normal[..., 0] * there) / cross
    return np.stack([x, y], axis=2)
