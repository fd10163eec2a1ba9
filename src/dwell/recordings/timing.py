"""The clock of a recording, made of its frame times and its video."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from dwell.recordings.notes import Note
from dwell.types import IntArray
from dwell.video import FrameClock, Frames, ShownFrames, find_filler

__all__ = ["build_clock", "note_when_apart"]


def build_clock(times_ns: IntArray, frames: Frames | None, note: Note, path: Path) -> FrameClock:
    """The clock of a scene video, as long as the shorter of video and times; filler frames are not valid.

    Args:
        times_ns: (n,) int64, strictly increasing: when each frame starts.
        frames: the video; None = not there, then every frame counts as valid.
        note: told when one of the two is a little longer.
        path: the recording, for errors.

    Raises:
        BadTable: far fewer times than frames.
        CorruptVideo: far fewer frames than times.
    """
    if frames is None:
        return FrameClock.from_timestamps(times_ns, path=path)
    # Lengths first: finding filler frames in a wrong video would be a waste.
    _, remark = FrameClock.matched(times_ns, len(frames), path=path)
    if remark:
        note(remark)
    if isinstance(frames, ShownFrames):
        return _shown_clock(times_ns, frames, path)
    clock, _ = FrameClock.matched(times_ns, len(frames), ~find_filler(frames), path=path)
    return clock


def _shown_clock(times_ns: IntArray, frames: ShownFrames, path: Path) -> FrameClock:
    """Each picture stays until the next one is shown, however long that is; the last one until the end."""
    last_ns = frames.until_ns - int(times_ns[-1])
    longest_ns = max([last_ns, *np.diff(times_ns).tolist()])
    return FrameClock(times_ns, max_gap_ns=longest_ns, path=path, last_ns=last_ns)


def note_when_apart(gaze: pd.DataFrame, clock: FrameClock, note: Note) -> None:
    """Leave a note when no gaze sample falls into the scene video's time: then the two clocks differ."""
    if gaze.empty:
        return
    times = gaze["timestamp [ns]"].to_numpy()
    first_ns = int(clock.times_ns[0])
    if times[-1] < first_ns or times[0] >= clock.end_ns:
        ahead_s = (int(times[0]) - first_ns) / 1e9
        note(
            f"No gaze sample falls into the scene video's time: gaze starts {ahead_s:+.3f} s from the first "
            "frame, so the two clocks differ; say clock_offset_ns."
        )
