"""What every format of gaze keeps to: recordings with mapped gaze in, files out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np

from dwell.gaze import FixationMap, GazeMap, Section
from dwell.metrics.visits import in_section
from dwell.types import AOI, IntArray, ProgressFn

__all__ = ["TASK", "GazeAbout", "GazeData", "GazeExportReport", "GazeFormat"]

TASK = "scene"
"""What wearers were looking at, where nobody says it."""


@dataclass(frozen=True, eq=False)
class GazeData:
    """Mapped gaze of one recording, ready to be written in some format."""

    section: Section
    """The analysed part; its recording's start is the zero of times, except in formats of a video."""
    gaze_map: GazeMap
    fixation_map: FixationMap | None = None
    """None: the recording has no fixations."""
    wearer: str | None = None
    """Name of the wearer; None: not known."""
    size_hw: tuple[int, int] | None = None
    """(height, width) px of the scene video; None: not known."""
    task: str = TASK
    """What the wearer did or saw; recordings that are to be compared have the same."""

    @property
    def name(self) -> str:
        """Name of the recording."""
        return self.section.recording_name

    @property
    def start_ns(self) -> int:
        """Start of the recording, ns UTC: the zero of its times."""
        return self.section.recording_start_ns

    @property
    def video_start_ns(self) -> int:
        """First frame of the scene video, ns UTC: the zero of programs that show the video."""
        return int(self.gaze_map.clock.times_ns[0])

    @property
    def aois(self) -> tuple[AOI, ...]:
        """The AOIs, in the order of ``gaze_map``."""
        return self.gaze_map.aois

    @cached_property
    def samples(self) -> IntArray:
        """(n,) positions in ``gaze_map`` of the samples taken in the section."""
        samples: IntArray = np.flatnonzero(in_section(self.gaze_map, self.section)).astype(np.int64)
        return samples

    @cached_property
    def fixations(self) -> IntArray:
        """(m,) positions in ``fixation_map`` of fixations that overlap the section; none without a map."""
        if self.fixation_map is None:
            return np.zeros(0, np.int64)
        starts, ends = self.fixation_map.starts_ns, self.fixation_map.ends_ns
        inside = (starts < self.section.stop_ns) & (ends > self.section.first_ns)
        return np.flatnonzero(inside).astype(np.int64)

    @cached_property
    def interval_ns(self) -> int | None:
        """Usual (median) time from sample to sample; None with fewer than two samples."""
        intervals = np.diff(self.gaze_map.timestamps_ns[self.samples])
        return int(np.median(intervals)) if len(intervals) else None


@dataclass(frozen=True)
class GazeExportReport:
    """What was written, and what the format could not say."""

    path: Path
    """The folder."""
    files: tuple[Path, ...]
    """Everything that was written."""
    n_samples: int = 0
    """Gaze samples that were written, valid or not."""
    n_events: int = 0
    """Fixations and visits that were written."""
    lost: tuple[str, ...] = ()
    """What a user should know of it, a sentence each, with counts."""

    @property
    def notes(self) -> list[str]:
        """What a user should know of it, sentence by sentence."""
        return list(self.lost)


@dataclass(frozen=True)
class GazeAbout:
    """A format in the list of formats."""

    title: str
    """As its makers write it: ``GazePlotter``."""
    files: str
    """What is written: ``fixations.csv``."""
    keeps: str
    """What a reader of the files learns."""
    loses: str
    """What it does not; empty: nothing."""
    source: str
    """Where the format is described: an address."""


class GazeFormat(ABC):
    """One format of gaze; it is only written.

    Times count from the start of the recording and come from int64 ns without a detour over floats: they are
    exact, or rounded to the format's unit, halves up. Files appear whole or not at all.
    """

    name: ClassVar[str]
    """As in ``registry.GAZE_FORMATS``."""
    about: ClassVar[GazeAbout]

    @abstractmethod
    def write(
        self, recordings: Sequence[GazeData], out: Path, progress: ProgressFn | None = None
    ) -> GazeExportReport:
        """Write the gaze of all recordings below the folder ``out``, which is made if need be.

        Args:
            recordings: at least one.
            out: the folder.
            progress: called with (done, total) of whatever is counted; may raise ``Cancelled``.

        Raises:
            OutputError: the format has no room for this gaze, or a file cannot be written.
            StorageFull: the disk is full or the folder cannot be written.
        """
