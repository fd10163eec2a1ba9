"""How far a gaze-first run is, kept in the project so that another process can go on from there.

The state says which fixation is next; a note per frame says what was seen at the fixations on it, with the
appearance of what got a mask there. Both are written in the action that makes the AOIs, so that whatever is
on disk is whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field, replace
from enum import StrEnum
from typing import Any

from dwell.everything import state as states
from dwell.everything.appearance import Appearance
from dwell.everything.gaze_first.granularity import Level
from dwell.everything.gaze_first.looks_at import Looks
from dwell.everything.progress import Phase
from dwell.project import Project

__all__ = [
    "KIND",
    "GazeState",
    "Join",
    "Outcome",
    "Sighting",
    "levels_of",
    "note_sightings",
    "read_sightings",
]

KIND = "gaze-first"
"""Kind of the run, and of its notes."""
LEVELS = "gaze-first levels"
"""Setting that keeps which AOIs are parts, things and wholes; it stays when a run has ended."""


@dataclass(frozen=True)
class Sighting:
    """A thing that a fixation was on."""

    object_id: int
    frame_idx: int
    appearance: Appearance | None = None
    """What it looked like where it was given a mask; None where its tracked mask explained the fixation."""
    step: int | None = None
    """Step of the project in which it was given the mask; None where it was not."""

    @property
    def is_anchor(self) -> bool:
        """Whether tracking starts from here."""
        return self.appearance is not None


class Outcome(StrEnum):
    """What became of a fixation; a letter each."""

    EXPLAINED = "e"
    """It is on what was tracked there already."""
    SEGMENTED = "s"
    """Masks were made."""
    BACKGROUND = "b"
    """There is nothing but background."""


@dataclass(frozen=True)
class Join:
    """Two AOIs that were found to be one thing."""

    keep: int
    other: int
    keep_level: Level
    other_level: Level
    step: int | None
    """Step of the project in which they were joined."""


@dataclass
class GazeState:
    """What a run needs to know to go on."""

    phase: Phase = Phase.LOOKING
    outcomes: str = ""
    """An ``Outcome`` for each fixation that was looked at."""
    n_object_frames: int = 0
    """Masks tracked so far."""
    spent_s: float = 0.0
    """Time that the run has taken so far."""
    tracked_by: int | None = None
    """The newest step of the project when all was tracked; None before."""
    joins: list[Join] = field(default_factory=list)
    """What was joined, oldest first."""
    levels: dict[int, Level] = field(default_factory=dict)
    """By object_id, of every AOI that a run of this kind made."""
    _saved: dict[str, Any] = field(default_factory=dict)
    """The whole state as the project keeps it."""

    @property
    def next(self) -> int:
        """Of the fixations, the first that was not looked at yet."""
        return len(self.outcomes)

    @property
    def n_explained(self) -> int:
        """Fixations on what was tracked there already."""
        return self.outcomes.count(Outcome.EXPLAINED)

    @property
    def n_segmented(self) -> int:
        """Fixations at which masks were made."""
        return self.outcomes.count(Outcome.SEGMENTED)

    @property
    def n_background(self) -> int:
        """Fixations on nothing but background."""
        return self.outcomes.count(Outcome.BACKGROUND)

    @classmethod
    def peek(cls, project: Project, given: Mapping[str, Any], looks: Looks) -> GazeState:
        """As ``load``, but a new run does not begin by it: nothing is written."""
        if states.unfinished(project) is None or _taken_back(project):
            return cls(levels=levels_of(project))
        return cls.load(project, given, looks)

    @classmethod
    def load(cls, project: Project, given: Mapping[str, Any], looks: Looks) -> GazeState:
        """The state of the run that has not ended, or that of a new one.

        Args:
            project: open for writing.
            given: all that fixes the result beside the fixations.
            looks: the fixations.

        Raises:
            ProjectError: an unfinished run was given something else.
        """
        if _taken_back(project):
            states.forget(project)
        first = cls()._to_json()
        saved = states.begin(project, KIND, {**given, "fixations": fingerprint(looks)}, first)
        plain = ("outcomes", "n_object_frames", "spent_s", "tracked_by")
        joins = [Join(keep, other, Level(a), Level(b), step) for keep, other, a, b, step in saved["joins"]]
        known = {key: saved[key] for key in plain}
        return cls(Phase(saved["phase"]), **known, joins=joins, levels=levels_of(project), _saved=saved)

    @staticmethod
    def ended(project: Project, given: Mapping[str, Any], looks: Looks) -> bool:
        """Whether a run that was given the same was the last, has ended, and is not undone."""
        return states.ended(project, KIND, {**given, "fixations": fingerprint(looks)})

    def join(self, keep: int, other: int, step: int | None) -> None:
        """Two AOIs are one from now on; what was looked at for itself is a thing, whatever else it was."""
        levels = self.levels[keep], self.levels.pop(other)
        self.joins.append(Join(keep, other, *levels, step))
        if levels[0] is not levels[1]:
            self.levels[keep] = Level.THING if Level.THING in levels else Level.WHOLE

    def part(self, join: Join) -> None:
        """Two AOIs that were joined are two again."""
        self.joins.remove(join)
        self.levels |= {join.keep: join.keep_level, join.other: join.other_level}

    def renamed(self, sightings: Iterable[Sighting]) -> list[Sighting]:
        """What was seen of an AOI that was joined to another was seen of that one."""
        found = list(sightings)
        for join in self.joins:
            found = [
                replace(each, object_id=join.keep) if each.object_id == join.other else each for each in found
            ]
        return found

    def save(self, project: Project) -> None:
        """Write it down; inside the action that changed it."""
        if levels_of(project) != self.levels:
            project.set_setting(LEVELS, {str(each): self.levels[each].value for each in sorted(self.levels)})
        states.save(project, {**self._saved, **self._to_json()})

    def finish(self, project: Project, looks: Looks) -> None:
        """The run has ended; inside its last action."""
        counts = {"no frame": looks.n_no_frame, "no place": looks.n_no_place, **self._to_json()}
        for inner in ("outcomes", "tracked_by", "joins"):
            del counts[inner]
        given = {key: value for key, value in self._saved.items() if key not in self._to_json()}
        project.set_setting(states.REPORT, {**given, **counts, "phase": Phase.DONE.value})
        states.forget(project)

    def _to_json(self) -> dict[str, Any]:
        return {
            "phase": self.phase.value,
            "next": self.next,
            "n_explained": self.n_explained,
            "n_segmented": self.n_segmented,
            "n_background": self.n_background,
            "n_object_frames": self.n_object_frames,
            "spent_s": self.spent_s,
            "outcomes": self.outcomes,
            "tracked_by": self.tracked_by,
            "joins": [list(astuple(each)) for each in self.joins],
        }


def levels_of(project: Project) -> dict[int, Level]:
    """By object_id of every AOI that gaze-first runs made: whether it is a part, a thing or a whole."""
    return {int(each): Level(level) for each, level in project.get_setting(LEVELS, {}).items()}


def fingerprint(looks: Looks) -> str:
    """Changes when a fixation is elsewhere."""
    text = json.dumps([(look.frame_idx, look.x, look.y) for look in looks.looks])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def read_sightings(project: Project) -> list[Sighting]:
    """All that was noted, by frame, then in the order in which it was."""
    notes = project.frame_notes(KIND)
    return [each for frame_idx in sorted(notes) for each in _unpack(notes[frame_idx], frame_idx)]


def note_sightings(project: Project, frame_idx: int, sightings: Iterable[Sighting]) -> None:
    """Note all that was seen on a frame, instead of what was noted of it before."""
    blobs = [(each, each.appearance.to_bytes() if each.appearance else b"") for each in sightings]
    head = json.dumps([[each.object_id, len(blob), each.step] for each, blob in blobs])
    project.note_frame(KIND, frame_idx, head.encode() + b"\n" + b"".join(blob for _, blob in blobs))


def _unpack(data: bytes, frame_idx: int) -> list[Sighting]:
    head, _, body = data.partition(b"\n")
    found, start = [], 0
    for object_id, n_bytes, step in json.loads(head):
        blob = body[start : start + n_bytes]
        found.append(Sighting(object_id, frame_idx, Appearance.from_bytes(blob) if blob else None, step))
        start += n_bytes
    return found


def _taken_back(project: Project) -> bool:
    """Whether a person has undone or removed all that an unfinished run had made."""
    there = states.unfinished(project)
    if there is None or there["kind"] != KIND:
        return False
    made = {each.object_id for each in read_sightings(project)}
    return bool(made) and not made & {aoi.object_id for aoi in project.aois()}
