"""Masks of drawn shapes: a pixel belongs to a shape if its centre lies inside.

The centre of pixel (column, row) is (column + 0.5, row + 0.5). A centre exactly on an edge counts for the
shape to the right of and below that edge, so shapes that share an edge share no pixel and leave none out.
Source: ours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from dwell.masks.codec import Counts, join_touching, without_empty_pairs
from dwell.types import FloatArray, IntArray

__all__ = ["box_boundaries", "polygon_boundaries"]


def box_boundaries(box_xyxy: ArrayLike, size_hw: tuple[int, int]) -> Counts:
    """Boundaries of the box (x0, y0, x1, y1), px; the part outside the frame is cut off.

    Raises:
        ValueError: a coordinate is no number, or the box ends before it starts.
    """
    box = np.asarray(box_xyxy, np.float64)
    if box.shape != (4,) or not np.isfinite(box).all() or box[2] < box[0] or box[3] < box[1]:
        raise ValueError(f"Expected a box (x0, y0, x1, y1) with x0 ≤ x1 and y0 ≤ y1, got {box_xyxy!r}.")
    height, width = size_hw
    first_column, stop_column = _first_centre(box[[0, 2]], width)
    top, bottom = _first_centre(box[[1, 3]], height)
    columns = np.arange(first_column, stop_column) * height
    pairs = np.column_stack((columns + top, columns + bottom)).ravel()
    return join_touching(without_empty_pairs(pairs))


def polygon_boundaries(points_xy: ArrayLike, size_hw: tuple[int, int]) -> Counts:
    """Boundaries of a closed polygon; the part outside the frame is cut off.

    Where the outline crosses itself, everything it winds around is inside (non-zero rule): a lasso drawn one
    and a half times round has no hole.

    Args:
        points_xy: (n, 2) px, n ≥ 3, either way round.
        size_hw: (height, width) of the frame, px.

    Raises:
        ValueError: fewer than three points, or a coordinate is no number.
    """
    points = np.asarray(points_xy, np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3 or not np.isfinite(points).all():
        raise ValueError(
            f"Expected at least three finite points (x, y) of a polygon, got shape {points.shape}."
        )
    column, row, turn = _crossings(points, size_hw)
    height = size_hw[0]
    order = np.argsort(column * (height + 1) + row, kind="stable")
    inside = np.cumsum(turn[order]) != 0
    changes = order[np.diff(inside, prepend=False)]
    return join_touching(without_empty_pairs(column[changes] * height + row[changes]))


def _crossings(points: FloatArray, size_hw: tuple[int, int]) -> tuple[IntArray, IntArray, IntArray]:
    """Where the outline crosses columns' centre lines: column, first row below, and +1 or -1 by direction."""
    height, width = size_hw
    following = np.roll(points, -1, axis=0)
    forward = points[:, 0] <= following[:, 0]
    left = np.where(forward[:, None], points, following)  # an edge gives the same rows in either direction
    right = np.where(forward[:, None], following, points)
    first, stop = _first_centre(left[:, 0], width), _first_centre(right[:, 0], width)
    edge = np.repeat(np.arange(len(points)), stop - first)
    column = np.arange(len(edge)) - np.repeat(np.cumsum(stop - first) - stop, stop - first)
    x, (x0, y0), (x1, y1) = column + 0.5, left[edge].T, right[edge].T
    y = (y0 * (x1 - x) + y1 * (x - x0)) / (x1 - x0)
    return column, _first_centre(y, height), np.where(forward[edge], 1, -1)


def _first_centre(coordinates: FloatArray, n_pixels: int) -> IntArray:
    """First pixel, 0 … n_pixels, whose centre is at or beyond each coordinate."""
    return np.clip(np.ceil(coordinates - 0.5), 0, n_pixels).astype(np.int64)
