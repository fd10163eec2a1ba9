"""How far a gaze-first run is, kept in the project so that another process can go on from there.

One setting says which fixation is next; a note per frame says what was seen at the fixations on it, with the
appearance of what got a mask there. Both are written in the action that makes the AOIs, so that whatever is
on disk is whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from dwell.errors import ProjectError
from dwell.everything.appearance import Appearance
from dwell.everything.granularity import Level
from dwell.everything.looks_at import Looks
from dwell.everything.options import GazeFirstOptions
from dwell.everything.progress import Phase
from dwell.project import Project

__all__ = ["KIND", "GazeState", "Sighting", "forget_gaze_first", "levels_of"]

KIND = "gaze-first"
"""Key of the setting, and kind of the notes."""


@dataclass(frozen=True)
class Sighting:
    """A thing that a fixation was on."""

    object_id: int
    frame_idx: int
    appearance: Appearance | None = None
    """What it looked like where it was given a mask; None where its tracked mask explained the fixation."""

    @property
    def is_anchor(self) -> bool:
        """Whether tracking starts from here."""
        return self.appearance is not None


@dataclass
class GazeState:
    """What a run needs to know to go on."""

    options: dict[str, Any]
    fixations: str
    """Fingerprint of where the fixations are."""
    phase: Phase = Phase.LOOKING
    next: int = 0
    """Of the fixations, the first that was not looked at yet."""
    levels: dict[int, Level] = field(default_factory=dict)
    """By object_id, of every AOI that a run of this kind made."""
    n_explained: int = 0
    """Fixations on what was tracked there already."""
    n_segmented: int = 0
    """Fixations at which masks were made."""
    n_background: int = 0
    """Fixations on nothing but background."""
    n_object_frames: int = 0
    """Masks tracked so far."""
    spent_s: float = 0.0
    """Time that the run has taken so far."""

    @classmethod
    def load(cls, project: Project, options: GazeFirstOptions, looks: Looks) -> GazeState:
        """The state of the run that has not ended, or that of a new one.

        Raises:
            ProjectError: the unfinished run was begun with other options or fixations.
        """
        new = cls(asdict(options), fingerprint(looks))
        saved = project.get_setting(KIND)
        if saved is None:
            return new
        new.levels = _levels(saved)
        if saved["phase"] == Phase.DONE or _taken_back(project, saved):
            project.clear_frame_notes(KIND)
            return new
        for what in ("options", "fixations"):
            if saved[what] != getattr(new, what):
                raise ProjectError(
                    f"A gaze-first run in this project has not ended, and it was begun with other {what}; "
                    "go on with those, or forget it (what it made stays) and begin anew.",
                    path=project.path,
                )
        known = {key: saved[key] for key in asdict(new) if key not in ("phase", "levels")}
        return cls(**known, phase=Phase(saved["phase"]), levels=new.levels)

    def save(self, project: Project) -> None:
        """Write it down; inside the action that changed it."""
        levels = {str(each): level.value for each, level in sorted(self.levels.items())}
        project.set_setting(KIND, asdict(self) | {"phase": self.phase.value, "levels": levels})


def forget_gaze_first(project: Project) -> None:
    """Drop what an unfinished run noted; AOIs stay, and which of them are parts or wholes."""
    saved = project.get_setting(KIND)
    if saved is not None:
        with project.action("forget gaze-first run"):
            project.clear_frame_notes(KIND)
            project.set_setting(KIND, saved | {"phase": Phase.DONE.value})


def levels_of(project: Project) -> dict[int, Level]:
    """By object_id of every AOI that gaze-first runs made: whether it is a part, a thing or a whole."""
    return _levels(project.get_setting(KIND, {}))


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
    head = json.dumps([[each.object_id, len(blob)] for each, blob in blobs])
    project.note_frame(KIND, frame_idx, head.encode() + b"\n" + b"".join(blob for _, blob in blobs))


def _unpack(data: bytes, frame_idx: int) -> list[Sighting]:
    head, _, body = data.partition(b"\n")
    found, start = [], 0
    for object_id, n_bytes in json.loads(head):
        blob = body[start : start + n_bytes]
        found.append(Sighting(object_id, frame_idx, Appearance.from_bytes(blob) if blob else None))
        start += n_bytes
    return found


def _levels(saved: dict[str, Any]) -> dict[int, Level]:
    return {int(each): Level(level) for each, level in saved.get("levels", {}).items()}


def _taken_back(project: Project, saved: dict[str, Any]) -> bool:
    """Whether a person has undone or removed all that the run had made."""
    there = {aoi.object_id for aoi in project.aois()}
    made = set(_levels(saved))
    return bool(made) and not made & there
