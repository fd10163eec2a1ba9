"""Verbs of many frames at once: editing tools, and labels that are taken over."""

from __future__ import annotations

from dwell.app.messages import (
    Edited,
    EditTool,
    Imported,
    ImportRequest,
)
from dwell.app.work.child import Calling
from dwell.app.work.labels import imported, take_labels
from dwell.app.work.tools import changed_by, edited, seldom, use_tool
from dwell.app.work.workplace import Workplace

__all__ = ["ManyFramesVerbs"]


class ManyFramesVerbs(Workplace):
    """Editing tools and labels of other programs."""

    def edit_tool(self, calling: Calling, request: EditTool) -> Edited:
        """Use an editing tool; see ``use_tool``."""
        self._check_unlocked(changed_by(request))
        project, recording = self.analysis.project, self.analysis.recording
        clock = recording.clock if recording.has("frame times") else None
        before = project.next_undo()
        report = use_tool(self._session, request, clock, seldom(calling.progress))
        self._telling.give_keys()
        self._changed(calling, request.client, everything=True)
        return edited(report, project, before)

    def import_labels(self, calling: Calling, request: ImportRequest) -> Imported:
        """Take labels over; see ``take_labels``."""
        locked = set(self._telling.state.view.locked)
        report = take_labels(self.analysis, request, locked, seldom(calling.progress))
        self._telling.give_keys()
        self._changed(calling, request.client, everything=True)
        return imported(report, self.analysis.project)
