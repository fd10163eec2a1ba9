"""The part of masks that can be nearest to gaze: most columns of a large mask cannot."""

from __future__ import annotations

import numpy as np

from dwell.masks import Runs
from dwell.types import BoolArray, FloatArray, IntArray

__all__ = ["crop_to_points"]


def crop_to_points(
    runs: Runs, mask_of_point: IntArray, pixels_xy: IntArray, size_hw: tuple[int, int], limit_px: float
) -> Runs:
    """The masks, without columns that are farther from all their points than the border is.

    ``border_distance_flat`` gives the same for these as for the whole masks: a pixel across the border is
    known for each point, the ends of the runs around it, so no column farther away than that can matter.
    Source: ours.

    Args:
        runs: the masks.
        mask_of_point: (n,) number of the mask in ``runs``, ascending, every mask at least once.
        pixels_xy: (n, 2) int px, also outside the frame.
        size_hw: (height, width) of the frame, px.
        limit_px: farther borders do not matter.
    """
    height, width = size_hw
    if not len(runs.boundaries):
        return runs
    reach = np.floor(np.sqrt(_reach2(runs, mask_of_point, pixels_xy, size_hw, limit_px))).astype(np.int64)
    first_of_mask = np.flatnonzero(np.diff(mask_of_point, prepend=-1))
    # One column more on either side: a mask cut off there looks like background, and that is too far then.
    left = np.minimum.reduceat(pixels_xy[:, 0] - reach - 1, first_of_mask)
    right = np.maximum.reduceat(pixels_xy[:, 0] + reach + 2, first_of_mask)
    return _columns(runs, np.clip(left, 0, width) * height, np.clip(right, 0, width) * height)


def _reach2(
    runs: Runs, mask_of_point: IntArray, pixels_xy: IntArray, size_hw: tuple[int, int], limit_px: float
) -> FloatArray:
    """(n,) squared px within which the border of each point's mask lies, or the limit."""
    height, width = size_hw
    x, y = pixels_xy[:, 0], pixels_xy[:, 1]
    in_frame = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    place = np.minimum(np.where(in_frame, x * height + y, 0), runs.stride - 1)
    after = np.searchsorted(runs.keys, mask_of_point * runs.stride + place, "right")
    last = len(runs.boundaries) - 1
    reach2 = np.full(len(x), float(limit_px) ** 2)
    for boundary, beyond, shift in ((after - 1, after - 2, -1), (after, after + 1, 0)):
        # The pixel just across the boundary, if the run there is one of this mask, and not empty.
        known = in_frame & _between(boundary, runs.offsets, mask_of_point)
        boundary, beyond = np.clip(boundary, 0, last), np.clip(beyond, 0, last)
        known &= runs.keys[boundary] != runs.keys[beyond]
        pixel = runs.boundaries[boundary].astype(np.int64) + shift
        known &= (pixel >= 0) & (pixel < height * width)
        column = pixel // height
        squared = (column - x) ** 2 + (pixel - column * height - y) ** 2
        reach2 = np.where(known, np.minimum(reach2, squared), reach2)
    return reach2


def _between(boundary: IntArray, offsets: IntArray, mask: IntArray) -> BoolArray:
    inside: BoolArray = (boundary >= offsets[mask]) & (boundary < offsets[mask + 1])
    return inside


def _columns(runs: Runs, start: IntArray, stop: IntArray) -> Runs:
    """The masks, with only the positions from (n,) start to stop - 1."""
    base = np.arange(len(runs)) * runs.stride
    first = np.searchsorted(runs.keys, base + np.minimum(start, runs.stride), "left")
    last = np.searchsorted(runs.keys, base + np.minimum(stop, runs.stride), "left")
    first -= (first - runs.offsets[:-1]) % 2  # start or stop is within a run: keep its boundary too
    last += (last - runs.offsets[:-1]) % 2
    lengths = np.maximum(last - first, 0)
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))
    index = np.arange(offsets[-1]) + np.repeat(first - offsets[:-1], lengths)
    boundaries = runs.boundaries[index]
    some = np.flatnonzero(lengths)
    boundaries[offsets[some]] = np.maximum(boundaries[offsets[some]], start[some])
    boundaries[offsets[some + 1] - 1] = np.minimum(boundaries[offsets[some + 1] - 1], stop[some])
    return Runs(boundaries, offsets)
