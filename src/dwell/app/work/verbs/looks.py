"""Verbs of looking, where gaze is the prompt."""

from __future__ import annotations

from typing import Any

from dwell.app.work.child import Calling
from dwell.app.work.looking import KeptStep
from dwell.app.work.workplace import Workplace
from dwell.looking import Ask, Commit, LookOptions
from dwell.looking.answering import Found

__all__ = ["LookVerbs"]


class LookVerbs(Workplace):
    """See ``Looking``."""

    def look_about(self, calling: Calling, source: dict[str, Any], options: LookOptions) -> dict[str, Any]:
        """See ``Looking.about``."""
        return self._looking.about(source, options)

    def look_answer(self, calling: Calling, ask: Ask) -> Found:
        """See ``Looking.answer``."""
        return self._looking.answer(ask)

    def look_keep(self, calling: Calling, commit: Commit, t_ns: int, client: str) -> KeptStep:
        """See ``Looking.keep``."""
        saved = self._looking.keep(commit, t_ns)
        self._telling.give_keys()
        touched = [saved.kept.object_id]
        self._changed(calling, client, aois=True, prompts=True, view=True, touched=touched)
        return saved
