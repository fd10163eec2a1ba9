"""What hinders a look now, in words for a person."""

from __future__ import annotations

import time

from dwell.app.looking.placing import WORDS, Placing
from dwell.looking import Action, LookState
from dwell.screen import Outside

__all__ = ["Hints"]

_SAID_S = 4.0
"""How long something that was said stays."""
_PATIENCE_S = 0.7
"""Gaze may be elsewhere for so long before it is worth a word; blinks are shorter."""
_NO_VIEW = "Waiting for the page to say where its picture is."
_NO_MASK = "There is no mask to keep yet: look at something until a mask shows."
_NO_FIXATION = "Look at the picture for a moment, then press the key."
_SAYING = {Action.INCLUDE, Action.EXCLUDE, Action.BOX}


class Hints:
    """Remembers what was said, and since when gaze is not on the picture."""

    def __init__(self) -> None:
        self._said = ""
        self._said_s = 0.0
        self._on_s = time.monotonic()
        self._outside: Outside | None = None
        self.scene = ""
        """What the newest picture of glasses lacks; empty = nothing."""

    def say(self, text: str) -> None:
        """Show this for a while."""
        self._said, self._said_s = text, time.monotonic()

    def placed(self, outside: Outside | None) -> None:
        """Where the newest sample is; None = on the picture."""
        self._outside = outside
        if outside is None:
            self._on_s = time.monotonic()

    def pressed(self, action: Action, before: LookState, after: LookState, n_requests: int) -> None:
        """A key was pressed; say so if it could do nothing."""
        if action is Action.SAVE and not n_requests and not after.waiting and before.mask is None:
            self.say(_NO_MASK)
        elif action in _SAYING and after.said == before.said and after.corner == before.corner:
            self.say(_NO_FIXATION)

    def text(self, placing: Placing) -> str:
        """What to show now; empty = nothing."""
        if time.monotonic() - self._said_s < _SAID_S and self._said:
            return self._said
        if placing.view is None:
            return _NO_VIEW
        if not placing.view.visible:
            return "The page is not to be seen; bring it to the front."
        if self._outside is not None and time.monotonic() - self._on_s > _PATIENCE_S:
            return self.scene or WORDS[self._outside]
        return " ".join(placing.cautions()[:1])
