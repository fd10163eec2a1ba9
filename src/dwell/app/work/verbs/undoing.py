"""Verbs of undo and redo."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dwell.app.messages import (
    UndoRequest,
)
from dwell.app.work.child import Calling
from dwell.app.work.verbs.tracking import TrackingVerbs
from dwell.errors import ProjectError
from dwell.project import Step

__all__ = ["OutOfStep", "UndoVerbs"]

TRACKED = ("track ", "find everything", "find what was looked at")
"""How the labels of the undo steps of jobs begin."""


class OutOfStep(ProjectError):
    """Another page has changed the project meanwhile."""


class UndoVerbs(TrackingVerbs):
    """One step back, several, or forward again."""

    def undo(self, calling: Calling, request: UndoRequest) -> list[str]:
        """Take back the newest step, or all from a step on; their labels.

        Raises:
            OutOfStep: the newest step is not the one that the page means.
        """
        project = self.analysis.project
        newest = project.next_undo()
        taken = [newest] if newest else []
        if request.through:
            taken = [step for step in project.history() if step.id >= request.expect and not step.undone]
            self._check_known(taken, request.newest)
        if any(step.label.startswith(TRACKED) for step in taken):
            self._stop_job()  # it would track the same again at once
            newest = project.next_undo()
        if not request.through:
            self._check_step(newest.id if newest else None, request.expect)
        labels = self._session.undo_through(request.expect)
        self._changed(calling, request.client, everything=True)
        return labels

    def _check_known(self, steps: Iterable[Step], newest: int | None) -> None:
        """Refuse to take back what another page did meanwhile; tracking goes on by itself."""
        others = [step.id for step in steps if not step.label.startswith(TRACKED)]
        if newest is not None and max(others, default=0) > newest:
            self._check_step(max(others), newest)

    def redo(self, calling: Calling, request: UndoRequest) -> list[str]:
        """Bring back what was undone last; its label.

        Raises:
            OutOfStep: that is not the step that the page means.
        """
        step = self.analysis.project.next_redo()
        self._check_step(step.id if step else None, request.expect)
        label = self._session.redo()
        self._changed(calling, request.client, everything=True)
        return [] if label is None else [label]

    def _check_step(self, newest: int | None, expected: int) -> None:
        if newest != expected:
            raise OutOfStep(
                "Another page has changed the project meanwhile; look at what it did, then press again.",
                path=Path(self.analysis.project.path or ""),
            )
