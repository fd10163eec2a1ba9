"""What runs have said that things are part of, to tell it from what a person says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dwell.everything.gaze_first.undone import newest_step, undone_steps
from dwell.project import Project

__all__ = ["Wholes"]

KEY = "gaze-first wholes"
"""Setting: object_id → [what a run has made it part of, 0 = of none; the step in which it has]. It stays."""


class Wholes:
    """Who decides what a thing is part of: a run, until a person has changed it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        saved = project.get_setting(KEY, {})
        self._said: dict[int, tuple[int, int | None]] = {
            int(part): (whole, step) for part, (whole, step) in saved.items()
        }

    def note(self, changes: Mapping[int, int]) -> None:
        """object_id → what the running action has made it part of, 0 = of none."""
        step = newest_step(self._project)
        self._said |= {part: (whole, step) for part, whole in changes.items()}
        self._save()

    def joined(self, keep: int, other: int) -> None:
        """The running action has joined two things, and parts of the other are parts of ``keep``."""
        step = newest_step(self._project)
        moved = {part: (keep, step) for part, (whole, _) in self._said.items() if whole == other}
        self._said = {part: said for part, said in (self._said | moved).items() if part != other}
        if self._said.get(keep, (0, None))[0] == keep:
            self._said[keep] = (0, step)
        self._save()

    def settled(self) -> set[int]:
        """AOIs of which a person has changed what they are part of, since a run has said it."""
        now = {aoi.object_id: aoi.part_of or 0 for aoi in self._project.aois()}
        is_undone = undone_steps(self._project)
        return {
            part
            for part, (whole, step) in self._said.items()
            if part in now and now[part] != whole and (whole in now or not whole) and not is_undone(step)
        }

    def free(self, parts: Iterable[int]) -> set[int]:
        """Those that a run may make parts of something else."""
        return set(parts) - self.settled()

    def _save(self) -> None:
        self._project.set_setting(KEY, {str(part): [*self._said[part]] for part in sorted(self._said)})
