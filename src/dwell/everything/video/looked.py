"""Where gaze was around a frame, so that what is looked at counts for more. Source: ours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dwell.masks import Mask
from dwell.types import FloatArray, IntArray

__all__ = ["Looked"]


class Looked:
    """Gaze points by frame.

    Args:
        frame_idx: (n,) int64, ascending: the frame of each gaze sample.
        xy: (n, 2) float64 px of the scene video; samples without a position are left out before.
        reach: frames before and after one that count for it.
    """

    def __init__(self, frame_idx: IntArray, xy: FloatArray, reach: int = 15) -> None:
        self._frame_idx = frame_idx
        self._xy = xy
        self._reach = reach

    def shares(self, frame_idx: int, masks: Sequence[Mask]) -> list[float]:
        """0 … 1 for each mask on this frame: share of the gaze around the frame that lies in it."""
        first, stop = np.searchsorted(
            self._frame_idx, [frame_idx - self._reach, frame_idx + self._reach + 1]
        ).tolist()
        if first == stop:
            return [0.0] * len(masks)
        points = self._xy[first:stop]
        return [float(each.contains(points).mean()) for each in masks]
