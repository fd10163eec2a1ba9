"""Points and masks, many at a time: is a point inside, and how far is it from the border.

Nothing is decoded: a point is looked up in, or measured against, the runs of its mask. Points come as whole
pixels; a mask is named by its number in a ``Runs`` table, so one call may hold any mixture of points and
masks. Source: ours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dwell.masks.codec import Counts
from dwell.masks.runs import Runs
from dwell.types import BoolArray, FloatArray, IntArray

__all__ = ["BorderDistance", "border_distance_flat", "contains_flat", "pixels_of", "positions_of"]

_FAR_PX = 1 << 20
"""Points further out than this are out of reach, whatever the limit."""
_CHUNK_PAIRS = 1 << 16
"""Pairs of a point and a column segment measured at a time: what the processor's cache holds."""


@dataclass(frozen=True, eq=False)
class BorderDistance:
    """How far points are from the border of a mask."""

    distance_px: FloatArray
    """(n,) px, between pixel centres. > 0 outside: to the nearest mask pixel. < 0 inside: to the nearest
    background pixel of the frame. NaN: no point or no mask. ±inf: beyond the limit, or no such pixel."""
    nearest_xy: IntArray
    """(n, 2) that pixel; -1 where the distance is NaN or infinite. Of several, the leftmost, then topmost."""


def pixels_of(points_xy: ArrayLike) -> tuple[IntArray, BoolArray]:
    """Pixel (x, y) of each point, and whether the point is a number.

    Coordinates over two million px off are cut to that, to fit an integer.

    Args:
        points_xy: (n, 2) px.

    Raises:
        ValueError: another shape.
    """
    points = np.asarray(points_xy, np.float64)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"Expected points of shape (n, 2), got {points.shape}.")
    known: BoolArray = ~np.any(np.isnan(points), axis=1)
    pixels = np.clip(np.floor(np.where(known[:, None], points, -1.0)), -2 * _FAR_PX, 2 * _FAR_PX)
    return pixels.astype(np.int64), known


def positions_of(points_xy: ArrayLike, size_hw: tuple[int, int]) -> IntArray:
    """Position x * height + y of the pixel each point lies in; -1 outside the frame and for NaN.

    Args:
        points_xy: (n, 2) px.
        size_hw: (height, width) of the frame, px.
    """
    pixels, known = pixels_of(points_xy)
    return np.where(known, _positions(pixels, size_hw), -1)


def _positions(pixels_xy: IntArray, size_hw: tuple[int, int]) -> IntArray:
    x, y = pixels_xy[:, 0], pixels_xy[:, 1]
    height, width = size_hw
    in_frame = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    return np.where(in_frame, x * height + y, -1)


def contains_flat(runs: Runs, mask_of_point: IntArray, positions: IntArray) -> BoolArray:
    """Whether each point lies in its mask.

    Args:
        runs: the masks.
        mask_of_point: (n,) number of the mask in ``runs``; -1 = none, never inside.
        positions: (n,) x * height + y, see ``positions_of``; -1 = outside the frame, never inside.

    Returns:
        (n,) bool.
    """
    inside = np.zeros(len(positions), bool)
    if not len(runs.boundaries):
        return inside
    first, last = runs.first_last
    near = np.flatnonzero(
        (mask_of_point >= 0) & (positions >= first[mask_of_point]) & (positions < last[mask_of_point])
    )
    keys = mask_of_point[near] * runs.stride + positions[near]
    inside[near] = np.searchsorted(runs.keys, keys, "right") % 2 == 1
    return inside


def border_distance_flat(
    runs: Runs,
    mask_of_point: IntArray,
    points_xy: IntArray,
    size_hw: tuple[int, int],
    limit_px: float = math.inf,
) -> tuple[FloatArray, IntArray]:
    """Signed exact Euclidean distance of each point to the border of its mask, and the nearest pixel.

    Args:
        runs: the masks.
        mask_of_point: (n,) number of the mask in ``runs``; -1 = none.
        points_xy: (n, 2) int pixels, also outside the frame; see ``pixels_of``.
        size_hw: (height, width) of the frame, px. Its edge is no border.
        limit_px: further points get an infinite distance; the smaller, the faster.

    Returns:
        (n,) float64 px and (n, 2) int64, as in ``BorderDistance``. NaN for no mask and for an empty one.
    """
    distance = np.full(len(points_xy), np.nan)
    nearest = np.full((len(points_xy), 2), -1, np.int64)
    filled = np.append(np.diff(runs.offsets) > 0, False)  # mask -1 is the one appended
    inside = contains_flat(runs, mask_of_point, _positions(points_xy, size_hw))
    for side, sign in ((filled[mask_of_point] & ~inside, 1.0), (inside, -1.0)):
        points = np.flatnonzero(side)
        if not len(points):
            continue
        used, masks = _used(mask_of_point[points], len(runs))
        some = runs.take(used)
        target = _ColumnSegments.of(some if sign > 0 else _background_near(some, size_hw), size_hw)
        found, nearest[points] = target.nearest(masks, points_xy[points], limit_px)
        distance[points] = sign * found
    return distance, nearest


def _used(masks: IntArray, n_masks: int) -> tuple[IntArray, IntArray]:
    """Numbers of the masks that occur, and each entry's place among them."""
    occurs = np.zeros(n_masks, bool)
    occurs[masks] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[masks]


def _background_near(runs: Runs, size_hw: tuple[int, int]) -> Runs:
    """Runs of the background in the columns of each mask and in the next one on either side."""
    height, width = size_hw
    first, last = runs.first_last
    n_masks = len(runs)
    offsets = runs.offsets + 2 * np.arange(n_masks + 1)
    boundaries = np.zeros(offsets[-1], np.uint32)
    own = np.ones(offsets[-1], bool)
    own[offsets[:-1]] = own[offsets[1:] - 1] = False
    boundaries[own] = runs.boundaries
    boundaries[offsets[:-1]] = np.maximum(first // height - 1, 0) * height
    boundaries[offsets[1:] - 1] = np.minimum((last - 1) // height + 2, width) * height
    return Runs(boundaries, offsets)


@dataclass(frozen=True, eq=False)
class _ColumnSegments:
    """The runs of masks, cut into vertical pieces of one column each, in ascending mask, column, row."""

    size_hw: tuple[int, int]
    offsets: IntArray
    """(n + 1,): mask i owns the pieces offsets[i] … offsets[i + 1] - 1."""
    keys: IntArray
    """(m,) (mask * width + column) * height + top: ascending."""
    column: IntArray
    top: IntArray
    """(m,) first row of each piece."""
    bottom: IntArray
    """(m,) last row of each piece."""

    @classmethod
    def of(cls, runs: Runs, size_hw: tuple[int, int]) -> _ColumnSegments:
        height, width = size_hw
        column, top, bottom, run = cut_in_columns(runs.boundaries, height)
        mask = runs.mask_of_run[run]
        offsets = np.searchsorted(mask, np.arange(len(runs) + 1))
        return cls(size_hw, offsets, (mask * width + column) * height + top, column, top, bottom)

    def nearest(self, masks: IntArray, points_xy: IntArray, limit_px: float) -> tuple[FloatArray, IntArray]:
        """Distance from each point to its mask's nearest piece, and that pixel; inf, -1 beyond the limit."""
        distance = np.full(len(masks), np.inf)
        pixels = np.full((len(masks), 2), -1, np.int64)
        height_off2 = self._height_off2(masks, points_xy)
        reach2 = self._reach2(masks, points_xy, limit_px)
        near = np.flatnonzero(reach2 >= height_off2)
        radius = np.sqrt(reach2[near] - height_off2[near]).astype(np.int64)
        first, stop = self._pieces_within(masks[near], points_xy[near, 0], radius)
        near, first, stop = (values[stop > first] for values in (near, first, stop))
        for part in _chunks(stop - first):
            points = points_xy[near[part]]
            piece, squared = self._closest(points, first[part], stop[part])
            close = squared <= limit_px**2
            done = near[part][close]
            distance[done] = np.sqrt(squared[close])
            pixels[done, 0] = self.column[piece[close]]
            pixels[done, 1] = np.clip(points[close, 1], self.top[piece[close]], self.bottom[piece[close]])
        return distance, pixels

    def _height_off2(self, masks: IntArray, points_xy: IntArray) -> FloatArray:
        """Squared rows from each point to the rows its mask spans: no piece is closer than that."""
        filled = np.diff(self.offsets) > 0
        low, high = np.zeros(len(filled), np.int64), np.zeros(len(filled), np.int64)
        if filled.any():
            starts = self.offsets[:-1][filled]
            low[filled] = np.minimum.reduceat(self.top, starts)
            high[filled] = np.maximum.reduceat(self.bottom, starts)
        y = points_xy[:, 1]
        off = np.maximum(np.maximum(low[masks] - y, y - high[masks]), 0)
        return np.asarray(off, np.float64) ** 2

    def _reach2(self, masks: IntArray, points_xy: IntArray, limit_px: float) -> FloatArray:
        """Squared distance within which the nearest piece must lie to count; -1 where there is none."""
        filled = np.diff(self.offsets)[masks] > 0
        reach = np.where(filled & (np.abs(points_xy) <= _FAR_PX).all(axis=1), float(limit_px) ** 2, -1.0)
        some = np.flatnonzero(reach >= 0)
        points, mask = points_xy[some], masks[some]
        height, width = self.size_hw
        x, y = np.clip(points[:, 0], 0, width - 1), np.clip(points[:, 1], 0, height - 1)
        after = np.searchsorted(self.keys, (mask * width + x) * height + y)
        for guess in (after - 1, after):  # the pieces just above and below the point, or just left and right
            piece = np.clip(guess, self.offsets[mask], self.offsets[mask + 1] - 1)
            reach[some] = np.minimum(reach[some], self._squared(points, piece))
        return reach

    def _pieces_within(self, masks: IntArray, x: IntArray, radius: IntArray) -> tuple[IntArray, IntArray]:
        """First and stop (exclusive) of the pieces in columns x - radius … x + radius."""
        height, width = self.size_hw
        left, right = np.clip(x - radius, 0, width), np.clip(x + radius + 1, 0, width)
        first = np.searchsorted(self.keys, (masks * width + left) * height)
        return first, np.searchsorted(self.keys, (masks * width + right) * height)

    def _closest(self, points_xy: IntArray, first: IntArray, stop: IntArray) -> tuple[IntArray, IntArray]:
        """Piece first … stop - 1 closest to each point, and the squared distance; of several, the first."""
        n_pieces = stop - first
        starts = np.cumsum(n_pieces) - n_pieces
        piece = np.arange(n_pieces.sum()) + np.repeat(first - starts, n_pieces)
        squared = self._squared(np.repeat(points_xy, n_pieces, axis=0), piece)
        place_bits = int(n_pieces.max()).bit_length()
        packed = (squared << place_bits) + (piece - np.repeat(first, n_pieces))
        best = np.minimum.reduceat(packed, starts)
        return first + (best & ((1 << place_bits) - 1)), best >> place_bits

    def _squared(self, points_xy: IntArray, piece: IntArray) -> IntArray:
        across = self.column[piece] - points_xy[:, 0]
        y = points_xy[:, 1]
        down = np.maximum(np.maximum(self.top[piece] - y, y - self.bottom[piece]), 0)
        squared: IntArray = across * across + down * down
        return squared


def cut_in_columns(boundaries: Counts, height: int) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Column, first row, last row and run number of each vertical piece of the runs; empty runs have none."""
    starts, lasts = boundaries[0::2].astype(np.int64), boundaries[1::2].astype(np.int64) - 1
    first_column, last_column = starts // height, lasts // height
    n_pieces = np.where(lasts >= starts, last_column - first_column + 1, 0)
    run = np.repeat(np.arange(len(starts)), n_pieces)
    nth = np.arange(len(run)) - np.repeat(np.cumsum(n_pieces) - n_pieces, n_pieces)
    column = first_column[run] + nth
    top = np.maximum(starts[run] - column * height, 0)
    bottom = np.minimum(lasts[run] - column * height, height - 1)
    return column, top, bottom, run


def _chunks(n_pairs: IntArray) -> Iterator[slice]:
    """Slices of the points that together have about ``_CHUNK_PAIRS`` pairs, or one point that has more."""
    ends = np.cumsum(n_pairs)
    start = 0
    while start < len(n_pairs):
        limit = (ends[start - 1] if start else 0) + _CHUNK_PAIRS
        stop = max(start + 1, int(np.searchsorted(ends, limit, "right")))
        yield slice(start, stop)
        start = stop
