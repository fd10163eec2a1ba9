"""The editing tools as verbs of an analysis: ``analysis.edit.swap("cup", "mug", 120)``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Concatenate, Generic, ParamSpec

from dwell import editing
from dwell.analysis.opened import Opened
from dwell.editing import Editable, EditReport, OnProject
from dwell.tracking.filler import Filler
from dwell.video import FrameClock

__all__ = ["Edits"]

P = ParamSpec("P")


class _Tool(Generic[P]):
    """A tool that knows what it works on."""

    def __init__(self, tool: Callable[Concatenate[Editable, P], EditReport]) -> None:
        self._tool = tool
        self.__doc__ = tool.__doc__

    def __get__(self, edits: Edits, owner: type[Edits] | None = None) -> Callable[P, EditReport]:
        bound: Callable[P, EditReport] = update_wrapper(partial(self._tool, edits.subject), self._tool)
        return bound


class Edits:
    """Tools that correct masks over many frames, each one undo step; see ``dwell.editing``."""

    def __init__(self, analysis: Opened) -> None:
        self._analysis = analysis

    @property
    def subject(self) -> Editable:
        """The session, if it is open; else the project alone, since no backend is needed to edit."""
        analysis = self._analysis
        if "session" in analysis.__dict__:
            return analysis.session
        return OnProject(analysis.project, lambda: Filler(analysis.project, analysis.frames).flags)

    merge = _Tool(editing.merge)
    split_components = _Tool(editing.split_components)
    split_at = _Tool(editing.split_at)
    copy_to = _Tool(editing.copy_to)
    interpolate = _Tool(editing.interpolate)
    fill_holes = _Tool(editing.fill_holes)
    remove_specks = _Tool(editing.remove_specks)
    grow = _Tool(editing.grow)
    shrink = _Tool(editing.shrink)
    union = _Tool(editing.union)
    intersect = _Tool(editing.intersect)
    subtract = _Tool(editing.subtract)
    delete_frames = _Tool(editing.delete_frames)

    def swap(self, one: str | int, other: str | int, start: int, stop: int | None = None) -> EditReport:
        """Swap the identities of two AOIs from a frame on; see ``dwell.editing.swap``.

        Which marks of fixations follow is told by the recording's frame times; it is opened if there are any.
        """
        return editing.swap(self.subject, one, other, start, stop, clock=self._clock())

    def _clock(self) -> FrameClock | None:
        project = self._analysis.project
        if not project.fixation_marks() or project.clock() is not None:
            return None
        recording = self._analysis.recording
        return FrameClock(recording.frame_times_ns) if recording.has("frame times") else None
