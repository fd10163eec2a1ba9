"""What an editing tool did, and what it left alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from dwell.types import AOI

__all__ = ["EditReport", "Left", "Tally", "Why", "spans_of"]


class Why(StrEnum):
    """Why a tool left an AOI alone on a frame."""

    APPROVED = "approved"
    """A person has said that it is right; tools change it only if they are told to."""
    STALE = "out of date"
    """A correction has put the mask out of date; tracking will replace it."""
    ANCHOR = "an anchor"
    """A person made it, or it was proposed; interpolation goes through it."""
    NOTHING_LEFT = "nothing would be left"
    """The tool would have taken every pixel."""
    OTHER_UNKNOWN = "the other AOI is not known there"
    """It was never tracked there, is lost or out of date."""
    TOUCHING = "the parts touch"
    """They cannot be told apart there."""
    FILLER = "grey filler"
    """The frame has no picture."""


@dataclass(frozen=True, slots=True)
class Left:
    """Frames on which a tool left an AOI alone."""

    aoi: AOI
    why: Why
    spans: tuple[tuple[int, int], ...]
    """Of frames (start, stop), half-open, ascending."""

    @property
    def n_frames(self) -> int:
        """How many frames."""
        return sum(stop - start for start, stop in self.spans)


@dataclass(frozen=True, slots=True)
class EditReport:
    """What one use of an editing tool did: one undo step, or none if nothing was to be done."""

    label: str
    """Of the undo step, as ``Project.history`` has it."""
    aois: tuple[AOI, ...]
    """The AOIs that were changed, as they are now, with those that were made."""
    made: tuple[AOI, ...] = ()
    """Those of them that are new."""
    n_masks: int = 0
    """Masks that were changed, made, deleted, or given to another AOI."""
    n_user_made: int = 0
    """Those of them that a person had made before."""
    n_approved: int = 0
    """Those of them that were approved before."""
    n_outdated: int = 0
    """Masks beside them that are out of date now, to be tracked again."""
    left: tuple[Left, ...] = ()
    """What was left alone, and why. Frames on which the AOI has no mask are not among it."""
    notes: tuple[str, ...] = ()
    """What else a person should know."""

    @property
    def n_left(self) -> int:
        """Masks that were left alone."""
        return sum(each.n_frames for each in self.left)

    def lines(self) -> list[str]:
        """The report in words, a sentence a line."""
        said = [f"{self.label}: {_count(self.n_masks, 'mask')}{self._of_which()}."]
        if self.made:
            said.append(f"New: {', '.join(each.name for each in self.made)}.")
        if self.n_outdated:
            said.append(f"{_count(self.n_outdated, 'mask')} beside them out of date; track them again.")
        for each in self.left:
            said.append(f"{each.aoi.name}, {_count(each.n_frames, 'frame')} left alone: {each.why}.")
        return [*said, *self.notes]

    def _of_which(self) -> str:
        facts = ((self.n_user_made, "made by a person"), (self.n_approved, "approved"))
        told = [f"{n} {what}" for n, what in facts if n]
        return f", of them {', '.join(told)}" if told else ""


@dataclass
class Tally:
    """A report in the making."""

    aois: dict[int, None] = field(default_factory=dict)
    made: list[int] = field(default_factory=list)
    n_masks: int = 0
    n_user_made: int = 0
    n_approved: int = 0
    n_outdated: int = 0
    notes: list[str] = field(default_factory=list)
    _left: dict[tuple[int, Why], list[tuple[int, int]]] = field(default_factory=dict)

    def leave(self, object_id: int, why: Why, frames: Iterable[int]) -> None:
        """Note ascending frames on which an AOI was left alone."""
        self._left.setdefault((object_id, why), []).extend(spans_of(frames))

    def report(self, label: str, aois: Iterable[AOI]) -> EditReport:
        """The report, with the AOIs of the project as they are now."""
        there = {aoi.object_id: aoi for aoi in aois}
        left = [
            Left(there[object_id], why, _joined(spans))
            for (object_id, why), spans in self._left.items()
            if spans and object_id in there
        ]
        return EditReport(
            label,
            tuple(there[each] for each in self.aois if each in there),
            tuple(there[each] for each in self.made),
            self.n_masks,
            self.n_user_made,
            self.n_approved,
            self.n_outdated,
            tuple(left),
            tuple(self.notes),
        )


def spans_of(frames: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending frames as spans (start, stop), half-open."""
    numbers = np.fromiter(frames, np.int64)
    if not len(numbers):
        return []
    ends = np.flatnonzero(np.diff(numbers) != 1)
    starts = numbers[np.concatenate(([0], ends + 1))]
    stops = numbers[np.concatenate((ends, [len(numbers) - 1]))] + 1
    return list(zip(starts.tolist(), stops.tolist(), strict=True))


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ascending, those that meet in one."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if joined and joined[-1][1] == start:
            start = joined.pop()[0]
        joined.append((start, stop))
    return tuple(joined)


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
