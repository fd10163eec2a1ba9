"""The editor's part in looking as prompting: it answers questions and saves what is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dwell.analysis import Analysis
from dwell.looking import Ask, Commit, LookOptions
from dwell.looking.answering import Found, answer_to
from dwell.looking.log import Kept
from dwell.looks import about_look, keep_commit

__all__ = ["KeptStep", "Looking"]


@dataclass(frozen=True)
class KeptStep:
    """A mask that was saved, and the undo step that takes it back."""

    kept: Kept
    step_id: int


class Looking:
    """Works on the editor's project.

    Args:
        analysis: the project and its segmenter.
        check_unlocked: raises if one of these AOIs is locked.
    """

    def __init__(self, analysis: Analysis, check_unlocked: Callable[[list[int]], None]) -> None:
        self._analysis = analysis
        self._check_unlocked = check_unlocked

    def about(self, source: Mapping[str, Any], options: LookOptions) -> dict[str, Any]:
        """What ``look.json`` says of a look that begins now."""
        return about_look(self._analysis.project, self._analysis.session.backend, source, options)

    def answer(self, ask: Ask) -> Found:
        """Masks for a question; nothing is saved."""
        return answer_to(ask, self._analysis.session.preview)

    def keep(self, commit: Commit, t_ns: int) -> KeptStep:
        """Save a mask.

        Raises:
            PromptError: the AOI is locked, or approved on this frame.
            UnknownAoi: the AOI was removed meanwhile.
        """
        if commit.object_id is not None:
            self._check_unlocked([commit.object_id])
        kept = keep_commit(self._analysis.session, commit, t_ns)
        step = self._analysis.project.next_undo()
        assert step is not None  # it was just made
        return KeptStep(kept, step.id)
