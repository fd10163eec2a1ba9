"""One question at a time, and of those that wait only the newest: the segmenter never has a queue."""

from __future__ import annotations

from dataclasses import dataclass

from dwell.looking.events import Ask

__all__ = ["Latest"]


@dataclass
class Latest:
    """Which question is worked on, and which is next. Knows no clock and no thread."""

    busy: Ask | None = None
    """The one that is worked on."""
    waiting: Ask | None = None
    """The one that comes next."""
    n_dropped: int = 0
    """Questions that were never worked on, as a newer one came."""

    def put(self, ask: Ask) -> Ask | None:
        """A new question; it is given back if it is to be worked on now."""
        if self.busy is None:
            self.busy = ask
            return ask
        self.n_dropped += self.waiting is not None
        self.waiting = ask
        return None

    def done(self) -> Ask | None:
        """The work is done; the question to work on next, if there is one."""
        self.busy, self.waiting = self.waiting, None
        return self.busy
