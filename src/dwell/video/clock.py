"""FrameClock: which frame of the scene video is shown at a time of the recorder's clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dwell.errors import BadTable, CorruptVideo
from dwell.types import BoolArray, IntArray

__all__ = ["FrameClock"]

_NO_STEP_NS = 33_333_333
"""Taken as the time between frames where there is only one."""


@dataclass(frozen=True, eq=False)
class FrameClock:
    """When each frame of the scene video was taken, on the recorder's clock.

    Frame i is shown from ``times_ns[i]`` until ``times_ns[i + 1]``, but never longer than ``max_gap_ns``:
    after that the camera was off, and there is no frame. The last frame is shown for the usual (median)
    time, if nothing else is known.
    Source: ours.

    Raises:
        BadTable: times that do not increase.
    """

    times_ns: IntArray
    """(n,) int64 ns UTC, strictly increasing."""
    valid: BoolArray = field(default=None)  # type: ignore[arg-type]
    """(n,) bool: False for filler frames, which show nothing. Not given: all True."""
    max_gap_ns: int = 0
    """ns; a frame is shown at most this long. Not given: twice the median step, at least 100 ms."""
    path: Path | None = None
    """Where the times were read, for messages."""
    last_ns: int = 0
    """ns; the last frame is shown so long. Not given: the median step."""

    def __post_init__(self) -> None:
        times = np.ascontiguousarray(self.times_ns, np.int64)
        if times.ndim != 1 or not len(times):
            raise BadTable(
                f"Expected at least one frame time, got an array of shape {times.shape}.", path=self.path
            )
        _check_increasing(times, self.path)
        valid = np.ones(len(times), bool) if self.valid is None else np.ascontiguousarray(self.valid, bool)
        if valid.shape != times.shape:
            raise ValueError(f"valid must have one value per frame ({len(times)}), got shape {valid.shape}")
        object.__setattr__(self, "times_ns", _frozen(times))
        object.__setattr__(self, "valid", _frozen(valid))
        if self.max_gap_ns <= 0:
            object.__setattr__(self, "max_gap_ns", max(2 * self.median_step_ns, 100_000_000))

    @classmethod
    def from_timestamps(
        cls, times_ns: ArrayLike, valid: ArrayLike | None = None, *, path: Path | None = None
    ) -> Self:
        """A clock from the recorder's frame times, in file order.

        Raises:
            BadTable: a time is not later than the one before; the message names the row.
        """
        return cls(_whole_ns(times_ns), valid, path=path)  # type: ignore[arg-type]

    @classmethod
    def matched(
        cls, times_ns: ArrayLike, n_frames: int, valid: ArrayLike | None = None, *, path: Path | None = None
    ) -> tuple[Self, str | None]:
        """A clock for a video of ``n_frames``, and a note where a few times or frames are left over.

        A difference of up to 5 frames or 1 % is usual (recorders stop the streams one after the other): the
        surplus at the end is dropped.

        Raises:
            BadTable: far fewer times than frames, or times that do not increase.
            CorruptVideo: far fewer frames than times.
        """
        times = _whole_ns(times_ns)
        note = _difference(len(times), n_frames, path)
        n = min(len(times), n_frames)
        return cls.from_timestamps(
            times[:n], None if valid is None else np.asarray(valid)[:n], path=path
        ), note

    def __len__(self) -> int:
        return len(self.times_ns)

    @cached_property
    def median_step_ns(self) -> int:
        """The usual time from frame to frame, ns."""
        return int(np.median(np.diff(self.times_ns))) if len(self) > 1 else _NO_STEP_NS

    @property
    def end_ns(self) -> int:
        """End of the last frame's interval."""
        return int(self.times_ns[-1]) + min(self.last_ns or self.median_step_ns, self.max_gap_ns)

    @cached_property
    def ends_ns(self) -> IntArray:
        """(n,) int64: when each frame stops being shown (exclusive)."""
        following = np.append(self.times_ns[1:], self.end_ns)
        ends: IntArray = np.minimum(following, self.times_ns + self.max_gap_ns)
        return ends

    @property
    def durations_ns(self) -> IntArray:
        """(n,) int64: how long each frame is shown; gaps are cut off after ``max_gap_ns``."""
        return self.ends_ns - self.times_ns

    def frame_at(self, t_ns: ArrayLike) -> IntArray:
        """frame_idx shown at each time; -1 = none: before, after, in a gap, or on a filler frame.

        Args:
            t_ns: (…) int64 ns on the recorder's clock.

        Returns:
            (…) int64.
        """
        times = _whole_ns(t_ns)
        found = np.searchsorted(self.times_ns, times, side="right") - 1
        shown = (found >= 0) & (times < self.ends_ns[found]) & self.valid[found]
        frame_idx: IntArray = np.where(shown, found, -1).astype(np.int64)
        return frame_idx

    def frames_during(self, starts_ns: ArrayLike, ends_ns: ArrayLike) -> tuple[IntArray, IntArray]:
        """First frame shown in each span start ≤ t < end, and the one after the last; -1, -1 = none is.

        Args:
            starts_ns: (n,) int64 ns on the recorder's clock.
            ends_ns: (n,) int64 ns, exclusive.

        Returns:
            (n,) int64 and (n,) int64; filler frames at either end are left out.
        """
        shown = np.flatnonzero(self.valid)
        starts, ends = _whole_ns(starts_ns), _whole_ns(ends_ns)
        first = np.searchsorted(self.ends_ns[shown], starts, side="right")
        stop = np.searchsorted(self.times_ns[shown], ends, side="left")
        some = (first < stop) & (starts < ends)
        frames = np.append(shown, -1)
        return np.where(some, frames[np.minimum(first, len(shown))], -1), np.where(
            some, frames[stop - 1] + 1, -1
        )


def _whole_ns(times: ArrayLike) -> IntArray:
    """Times as int64; floats are refused, they cannot hold a UTC time to the ns."""
    array = np.asarray(times)
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"times must be integer nanoseconds, got {array.dtype}")
    return array.astype(np.int64)


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array = array.copy()
    array.flags.writeable = False
    return array


def _check_increasing(times: IntArray, path: Path | None) -> None:
    bad = np.flatnonzero(np.diff(times) <= 0)
    if not len(bad):
        return
    row = int(bad[0]) + 1
    where = f"{path.name}, " if path else ""
    what = "equal to" if times[row] == times[row - 1] else "earlier than"
    raise BadTable(
        f"{where}row {row + 1} of the frame times ({times[row]} ns) is {what} the row before "
        f"({times[row - 1]} ns), but frame times must increase ({len(bad)} such rows); export the recording "
        "again, or delete those rows and their frames.",
        path=path,
        line=row + 2,
        frame_idx=row,
    )


def _difference(n_times: int, n_frames: int, path: Path | None) -> str | None:
    if n_times == n_frames:
        return None
    said = f"the video has {n_frames} frames but there are {n_times} frame times"
    if abs(n_times - n_frames) <= max(5, max(n_times, n_frames) // 100):
        return f"{said[0].upper()}{said[1:]}; the {min(n_times, n_frames)} that have both are used."
    if n_frames < n_times:
        raise CorruptVideo(
            f"Video and frame times do not belong together, or the video is cut short: {said}; copy or "
            "download the recording again.",
            path=path,
        )
    raise BadTable(
        f"Video and frame times do not belong together, or the times are cut short: {said}; copy or download "
        "the recording again.",
        path=path,
    )
