"""What an enrichment holds: sections of recordings, and their gaze and fixations on one picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from dwell.recordings.enrichment import EnrichmentKind
from dwell.types import BoolArray, FloatArray, IntArray

__all__ = ["NONE", "Enrichment", "ImageFixations", "ImageGaze", "ImageSection"]

NONE = -1
"""Id of a sample that belongs to no fixation or blink."""
_BEGIN = "recording.begin"
"""Event of Pupil Cloud at which a recording starts."""


@dataclass(frozen=True)
class ImageSection:
    """A part of a recording that was mapped to the picture."""

    section_id: str
    recording_id: str
    recording_name: str
    wearer: str = ""
    """Id of the wearer, or the name where there is no id; empty = not known."""
    start_ns: int | None = None
    """ns UTC; None = sections.csv does not have it."""
    end_ns: int | None = None
    """ns UTC, the first instant after it."""
    start_event: str = ""

    @property
    def recording_start_ns(self) -> int | None:
        """Ns UTC: where the recording starts, if the section starts there, too."""
        return self.start_ns if self.start_event == _BEGIN else None


@dataclass(frozen=True, eq=False)
class ImageGaze:
    """n gaze samples, section by section, in time order within each."""

    section: IntArray
    """(n,) position in ``Enrichment.sections``, ascending."""
    timestamps_ns: IntArray
    """(n,) ns UTC."""
    xy: FloatArray
    """(n, 2) px of the picture; NaN = no position."""
    on_image: BoolArray
    """(n,) Cloud has found gaze to be on the picture."""
    fixation_ids: IntArray
    """(n,) ``NONE`` = in no fixation."""
    blink_ids: IntArray
    """(n,) ``NONE`` = in no blink."""

    def __len__(self) -> int:
        return len(self.timestamps_ns)


@dataclass(frozen=True, eq=False)
class ImageFixations:
    """n fixations, section by section, in time order within each."""

    section: IntArray
    """(n,) position in ``Enrichment.sections``, ascending."""
    ids: IntArray
    """(n,) number in the recording; one cut by two sections is there twice."""
    starts_ns: IntArray
    """(n,) ns UTC."""
    ends_ns: IntArray
    """(n,) ns UTC, the first instant after it."""
    xy: FloatArray
    """(n, 2) px of the picture: where Cloud has put it; NaN = nowhere."""
    on_image: BoolArray
    """(n,) Cloud has found it to be on the picture."""

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(eq=False)
class Enrichment:
    """One picture and the gaze of many recordings on it; tables are read on first touch."""

    name: str
    kind: EnrichmentKind
    path: Path
    size_hw: tuple[int, int]
    """(height, width) of the picture, px."""
    sections: tuple[ImageSection, ...]
    load_gaze: Callable[[], ImageGaze] = field(repr=False)
    load_fixations: Callable[[], ImageFixations] = field(repr=False)
    notes: list[str] = field(default_factory=list)
    """Things a person should know about the data; grows while tables load."""

    @cached_property
    def gaze(self) -> ImageGaze:
        """Gaze samples.

        Raises:
            MissingStream: there is no gaze.csv.
            BadTable: it is damaged.
        """
        return self.load_gaze()

    @cached_property
    def fixations(self) -> ImageFixations:
        """Fixations.

        Raises:
            MissingStream: there is no fixations.csv.
            BadTable: it is damaged.
        """
        return self.load_fixations()

    @cached_property
    def recordings(self) -> tuple[ImageSection, ...]:
        """The first section of each recording, in order."""
        firsts: dict[str, ImageSection] = {}
        for section in self.sections:
            firsts.setdefault(section.recording_id, section)
        return tuple(firsts.values())

    @cached_property
    def recording_of_section(self) -> IntArray:
        """(s,) position in ``recordings`` of each section."""
        order = {each.recording_id: i for i, each in enumerate(self.recordings)}
        return np.array([order[each.recording_id] for each in self.sections], np.int64)

    def recording_starts_ns(self, given: dict[str, int] | None = None) -> pd.Series:
        """Recording id → ns UTC of its start (Int64), where it is known: given, or a section starts there."""
        known = {
            each.recording_id: each.recording_start_ns
            for each in self.sections
            if each.recording_start_ns is not None
        }
        ids = [each.recording_id for each in self.recordings]
        starts = {**known, **(given or {})}
        return pd.Series([starts.get(each) for each in ids], ids, dtype="Int64")

    def note(self, text: str) -> None:
        """Keep a remark for ``notes``, once."""
        if text not in self.notes:
            self.notes.append(text)
