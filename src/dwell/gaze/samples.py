"""Gaze samples from the gaze table: their status, the frame they belong to, how long they stand for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dwell.gaze.maps import BLINK, NO_FRAME, NO_GAZE
from dwell.gaze.options import MappingOptions
from dwell.types import BoolArray, FloatArray, IntArray
from dwell.video import FrameClock

__all__ = ["Samples", "read_samples", "sample_durations", "status_of"]

NONE = -1
"""Id of a sample that belongs to no fixation or blink."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Columns of a gaze table as arrays; see ``GazeMap`` for their meaning."""

    timestamps_ns: IntArray
    durations_ns: IntArray
    gaze_xy: FloatArray
    status: NDArray[np.uint8]
    frame_idx: IntArray
    fixation_ids: IntArray
    blink_ids: IntArray


def read_samples(gaze: pd.DataFrame, clock: FrameClock, options: MappingOptions) -> Samples:
    """The samples of a gaze table.

    Raises:
        ValueError: the times are not int64 or not ascending.
    """
    times = gaze["timestamp [ns]"]
    if len(gaze) and times.dtype != np.int64:
        raise ValueError(f"timestamp [ns]: expected int64, got {times.dtype}; float time loses nanoseconds.")
    timestamps = times.to_numpy(np.int64)
    backwards = np.flatnonzero(np.diff(timestamps) < 0)
    if len(backwards):
        raise ValueError(
            f"timestamp [ns]: row {backwards[0] + 1} is earlier than the row before; sort the gaze table."
        )
    xy = gaze[["gaze x [px]", "gaze y [px]"]].to_numpy(np.float64)
    frame_idx = np.asarray(clock.frame_at(timestamps), np.int64)
    blinks = _ids(gaze, "blink id")
    no_gaze = ~np.isfinite(xy).all(axis=1)
    if "worn" in gaze:
        no_gaze |= ~gaze["worn"].to_numpy(bool)
    status = status_of(no_gaze, frame_idx, blinks, options)
    durations = sample_durations(timestamps)
    return Samples(timestamps, durations, xy, status, frame_idx, _ids(gaze, "fixation id"), blinks)


def status_of(
    no_gaze: BoolArray, frame_idx: IntArray, blink_ids: IntArray, options: MappingOptions
) -> NDArray[np.uint8]:
    """(n,) position in ``STATUSES`` of each sample."""
    status = np.zeros(len(no_gaze), np.uint8)
    status[frame_idx < 0] = NO_FRAME
    if options.blinks == "exclude":
        status[blink_ids != NONE] = BLINK
    status[no_gaze] = NO_GAZE
    return status


def sample_durations(timestamps_ns: IntArray) -> IntArray:
    """(n,) ns that each sample stands for: until the next one, at most twice the median interval.

    So a gap in the recording adds no time. The last sample stands for one median interval; a sample alone for
    none. Source: ours; the idea of sample-based dwell as in Pupil Labs' and Tobii's documentation.
    """
    if len(timestamps_ns) < 2:
        return np.zeros(len(timestamps_ns), np.int64)
    intervals = np.diff(timestamps_ns)
    median = int(np.median(intervals))
    durations = np.append(np.minimum(intervals, 2 * median), median)
    return durations.astype(np.int64, copy=False)


def _ids(gaze: pd.DataFrame, column: str) -> IntArray:
    if column not in gaze:
        return np.full(len(gaze), NONE, np.int64)
    return np.asarray(gaze[column].astype("Int64").fillna(NONE), np.int64)
