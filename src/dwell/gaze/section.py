"""The analysed part of one recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dwell.types import IntArray

__all__ = ["Section"]

_LONG_AGO, _FAR_AHEAD = np.iinfo(np.int64).min, np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Section:
    """The analysed part of one recording, start ≤ t < end; by default all of it.

    Raises:
        ValueError: it ends before it starts.
    """

    recording_id: str
    recording_name: str
    recording_start_ns: int
    """ns UTC: where Pupil Cloud's times to first fixation start."""
    section_id: str = ""
    start_ns: int | None = None
    """ns UTC; None = from the beginning."""
    end_ns: int | None = None
    """ns UTC, the first instant after it; None = to the end."""

    def __post_init__(self) -> None:
        if self.first_ns >= self.stop_ns:
            raise ValueError(f"The section starts at {self.first_ns} ns but ends at {self.stop_ns} ns.")

    @property
    def first_ns(self) -> int:
        """First instant, ns; the smallest int64 if it has no start."""
        return _LONG_AGO if self.start_ns is None else self.start_ns

    @property
    def stop_ns(self) -> int:
        """First instant after it, ns; the largest int64 if it has no end."""
        return _FAR_AHEAD if self.end_ns is None else self.end_ns

    def crop_samples(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of a table (gaze, events) with a ``timestamp [ns]`` in the section."""
        times = table["timestamp [ns]"]
        return table[(times >= self.first_ns) & (times < self.stop_ns)].reset_index(drop=True)

    def clip_fixations(self, fixations: pd.DataFrame) -> pd.DataFrame:
        """The fixations that overlap the section, cut at its borders as Pupil Cloud does.

        Start, end and duration are those of the part inside; the mean position stays that of the whole
        fixation.
        """
        starts, ends = fixations["start timestamp [ns]"], fixations["end timestamp [ns]"]
        kept = fixations[(starts < self.stop_ns) & (ends > self.first_ns)].reset_index(drop=True)
        kept["start timestamp [ns]"] = kept["start timestamp [ns]"].clip(lower=self.first_ns)
        kept["end timestamp [ns]"] = kept["end timestamp [ns]"].clip(upper=self.stop_ns)
        if "duration [ms]" in kept:
            kept["duration [ms]"] = (kept["end timestamp [ns]"] - kept["start timestamp [ns]"]) / 1e6
        return kept

    def n_clipped(self, fixations: pd.DataFrame) -> int:
        """How many of these fixations ``clip_fixations`` cuts."""
        starts, ends = fixations["start timestamp [ns]"], fixations["end timestamp [ns]"]
        overlaps = (starts < self.stop_ns) & (ends > self.first_ns)
        return int((overlaps & ((starts < self.first_ns) | (ends > self.stop_ns))).sum())

    def overlap_ns(self, starts_ns: IntArray, durations_ns: IntArray) -> IntArray:
        """(n,) ns of each interval that lie in the section."""
        first = np.maximum(starts_ns, self.first_ns)
        stop = np.minimum(starts_ns + durations_ns, self.stop_ns)
        overlap: IntArray = np.maximum(stop - first, 0)
        return overlap
