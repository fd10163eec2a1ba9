"""Which AOIs are looked at in a frame, and where the gaze was just before."""

from __future__ import annotations

import numpy as np

from dwell.gaze import GazeMap
from dwell.types import FloatArray

__all__ = ["Looks"]


class Looks:
    """Mapped gaze, asked frame by frame."""

    def __init__(self, gaze_map: GazeMap) -> None:
        self._map = gaze_map
        times_ns = gaze_map.clock.times_ns
        self._first = np.searchsorted(gaze_map.timestamps_ns, times_ns, side="left")
        ends_ns = times_ns + gaze_map.clock.durations_ns
        self._stop = np.searchsorted(gaze_map.timestamps_ns, ends_ns, side="left")
        self._ids = np.array([aoi.object_id for aoi in gaze_map.aois], dtype=np.int64)

    def looked_at(self, frame_idx: int) -> frozenset[int]:
        """The object_ids that hold at least half of the frame's valid gaze samples."""
        samples = slice(self._first[frame_idx], self._stop[frame_idx])
        valid = self._map.ok[samples]
        if not valid.any():
            return frozenset()
        inside = (self._map.inside[:, samples] == 1)[:, valid].mean(axis=1)
        return frozenset(int(each) for each in self._ids[inside >= 0.5])

    def trail(self, frame_idx: int, length_ms: float) -> FloatArray:
        """(n, 2) px: valid gaze of the last ``length_ms`` up to this frame's end, newest last, unbroken.

        Empty when the frame itself has no valid gaze.
        """
        stop = int(self._stop[frame_idx])
        since = self._map.timestamps_ns[max(stop - 1, 0)] - int(length_ms * 1e6) if stop else 0
        first = min(int(np.searchsorted(self._map.timestamps_ns, since)), int(self._first[frame_idx]))
        valid = self._map.ok[first:stop]
        if not valid[int(self._first[frame_idx]) - first :].any():
            return np.zeros((0, 2))
        last = int(np.flatnonzero(valid)[-1])
        breaks = np.flatnonzero(~valid[:last])
        begin = int(breaks[-1]) + 1 if len(breaks) else 0
        return self._map.gaze_xy[first + begin : first + last + 1]
