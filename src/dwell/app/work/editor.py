"""The editor: the one process that writes to a project. It segments, tracks, and says what changed."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from dwell.app.work.child import Calling
from dwell.app.work.verbs.aois import AoiVerbs
from dwell.app.work.verbs.looks import LookVerbs
from dwell.app.work.verbs.many_frames import ManyFramesVerbs
from dwell.app.work.verbs.prompts import PromptVerbs
from dwell.app.work.verbs.undoing import UndoVerbs
from dwell.app.work.verbs.words import WordVerbs

__all__ = ["Editor"]


class Editor(AoiVerbs, PromptVerbs, ManyFramesVerbs, WordVerbs, LookVerbs, UndoVerbs):
    """Target of a worker: verbs for everything that a person does to a project.

    Every verb tells what it changed before it answers: ``("changes", origin, {field of ChangeSet: value})``.
    """

    def __init__(self, calling: Calling, *given: Any) -> None:
        """``given``: as a ``Workplace`` takes it."""
        super().__init__(calling, *given)
        self._looks_for_filler = True
        self._resume()
        self._resume_finding()

    def work(self) -> bool:
        """One step of what is under way; or one more look for filler, with which tracking begins."""
        if self._busy or self._searching.running:
            self._jobs.step()
            self._finding.step()
            self._searching.step()
        elif self._looks_for_filler:
            self._looks_for_filler = False
            with suppress(Exception):  # what is wrong with it is told when something is tracked
                self._looks_for_filler = self._session.look_for_filler()
        return self._busy or self._searching.running or self._looks_for_filler

    def close(self) -> None:
        """Save what was tracked; the job is gone on with when the project is opened again."""
        self._jobs.close()
        self._finding.close()
        self.analysis.close()
