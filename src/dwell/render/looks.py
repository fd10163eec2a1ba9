"""Which AOIs are looked at in a frame, and where the gaze was just before."""

from __future__ import annotations

import numpy as np

from dwell.gaze import INSIDE, GazeMap
from dwell.types import BoolArray, FloatArray, IntArray

__all__ = ["Looks"]


class Looks:
    """Mapped gaze, asked frame by frame.

    A frame has the samples that were taken while it was shown; where gaze is slower than video and there is
    none, the sample before, as long as it still stands. Keeps times and positions only, not the map.
    """

    def __init__(self, gaze_map: GazeMap) -> None:
        self._timestamps_ns = gaze_map.timestamps_ns
        self._gaze_xy = gaze_map.gaze_xy
        self._ok = gaze_map.ok
        self._first, self._stop = _samples_of_frames(gaze_map)
        self._ids = [aoi.object_id for aoi in gaze_map.aois]
        n_ok = self._count(self._ok)
        self._looked_at = [(n_ok > 0) & (2 * self._count(row == INSIDE) >= n_ok) for row in gaze_map.inside]

    def looked_at(self, frame_idx: int) -> frozenset[int]:
        """The object_ids that hold at least half of the frame's valid gaze samples."""
        if frame_idx >= len(self._first):
            return frozenset()
        pairs = zip(self._ids, self._looked_at, strict=True)
        return frozenset(object_id for object_id, looked_at in pairs if looked_at[frame_idx])

    def trail(self, frame_idx: int, length_ms: float) -> FloatArray:
        """(n, 2) px: valid gaze of the last ``length_ms`` up to this frame's end, newest last, unbroken.

        Empty when the frame itself has no valid gaze.
        """
        if frame_idx >= len(self._first):
            return np.zeros((0, 2))
        start, stop = int(self._first[frame_idx]), int(self._stop[frame_idx])
        newest = start + np.flatnonzero(self._ok[start:stop])
        if not len(newest):
            return np.zeros((0, 2))
        last = int(newest[-1])
        since_ns = self._timestamps_ns[last] - round(length_ms * 1e6)
        first = min(int(np.searchsorted(self._timestamps_ns, since_ns)), last)
        breaks = np.flatnonzero(~self._ok[first : last + 1])
        begin = first + int(breaks[-1]) + 1 if len(breaks) else first
        return self._gaze_xy[begin : last + 1]

    def _count(self, chosen: BoolArray) -> IntArray:
        """(n_frames,) how many of each frame's valid samples are chosen."""
        sums = np.concatenate(([0], np.cumsum(chosen & self._ok, dtype=np.int32)))
        return np.asarray(sums[self._stop] - sums[self._first], np.int64)


def _samples_of_frames(gaze_map: GazeMap) -> tuple[IntArray, IntArray]:
    """First and last (exclusive) sample of each frame; none for a frame that shows nothing."""
    clock, samples_ns = gaze_map.clock, gaze_map.timestamps_ns
    first = np.searchsorted(samples_ns, clock.times_ns, side="left")
    stop = np.searchsorted(samples_ns, clock.ends_ns, side="left")
    alone = (first > 0) & (first == stop)
    alone[alone] = gaze_map.ends_ns[first[alone] - 1] > clock.times_ns[alone]
    first[alone] -= 1
    return first, np.where(clock.valid, stop, first)
