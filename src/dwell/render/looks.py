"""Which AOIs are looked at in a frame, and where the gaze was just before."""

from __future__ import annotations

import numpy as np

from dwell.gaze import INSIDE, GazeMap
from dwell.types import FloatArray

__all__ = ["Looks"]


class Looks:
    """Mapped gaze, asked frame by frame.

    A frame has the samples that were taken while it was shown; where gaze is slower than video and there is
    none, the sample before, as long as it still stands.
    """

    def __init__(self, gaze_map: GazeMap) -> None:
        self._map = gaze_map
        begins_ns, samples_ns = gaze_map.clock.times_ns, gaze_map.timestamps_ns
        self._first = np.searchsorted(samples_ns, begins_ns, side="left")
        self._stop = np.searchsorted(samples_ns, gaze_map.clock.ends_ns, side="left")
        before = np.maximum(self._first - 1, 0)
        stands = (self._first > 0) & (self._first == self._stop)
        stands[stands] = gaze_map.ends_ns[before[stands]] > begins_ns[stands]
        self._first[stands] -= 1
        self._shown = gaze_map.clock.valid
        self._ids = np.array([aoi.object_id for aoi in gaze_map.aois], dtype=np.int64)

    def looked_at(self, frame_idx: int) -> frozenset[int]:
        """The object_ids that hold at least half of the frame's valid gaze samples."""
        samples = self._samples(frame_idx)
        valid = self._map.ok[samples]
        if not valid.any():
            return frozenset()
        share = (self._map.inside[:, samples] == INSIDE)[:, valid].mean(axis=1)
        return frozenset(int(each) for each in self._ids[share >= 0.5])

    def trail(self, frame_idx: int, length_ms: float) -> FloatArray:
        """(n, 2) px: valid gaze of the last ``length_ms`` up to this frame's end, newest last, unbroken.

        Empty when the frame itself has no valid gaze.
        """
        own = self._samples(frame_idx)
        newest = own.start + np.flatnonzero(self._map.ok[own])
        if not len(newest):
            return np.zeros((0, 2))
        last = int(newest[-1])
        since_ns = self._map.timestamps_ns[last] - round(length_ms * 1e6)
        first = min(int(np.searchsorted(self._map.timestamps_ns, since_ns)), last)
        breaks = np.flatnonzero(~self._map.ok[first : last + 1])
        begin = first + int(breaks[-1]) + 1 if len(breaks) else first
        return self._map.gaze_xy[begin : last + 1]

    def _samples(self, frame_idx: int) -> slice:
        if frame_idx >= len(self._first) or not self._shown[frame_idx]:
            return slice(0, 0)
        return slice(int(self._first[frame_idx]), int(self._stop[frame_idx]))
