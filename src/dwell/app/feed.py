"""The feed of a project: every change in order, for pages that listen and for those that come back."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator

from dwell.app.messages import ChangeSet

__all__ = ["Feed"]

KEPT = 500
"""Changes that a page may have missed before it has to fetch everything anew."""
WAITING = 200
"""Changes that a listener may leave unread before it is told to fetch everything anew."""


class Feed:
    """Numbers changes and hands them out. Use from the event loop's thread."""

    def __init__(self) -> None:
        # Later than any number given out before a restart, so that pages see that they missed something.
        self.rev = time.time_ns() // 1_000_000
        self._kept: deque[ChangeSet] = deque(maxlen=KEPT)
        self._listeners: set[asyncio.Queue[ChangeSet | None]] = set()
        self.closed = False

    def publish(self, changes: ChangeSet) -> ChangeSet:
        """Give the change the next number and hand it out."""
        self.rev += 1
        numbered = changes.model_copy(update={"rev": self.rev})
        self._kept.append(numbered)
        for listener in self._listeners:
            _put(listener, numbered)
        return numbered

    def since(self, rev: int) -> list[ChangeSet] | None:
        """The changes after this number; None if some are no longer known."""
        if rev == self.rev:
            return []
        missed = [each for each in self._kept if each.rev > rev]
        complete = bool(missed) and missed[0].rev == rev + 1
        return missed if complete else None

    async def listen(self, rev: int, quiet_s: float) -> AsyncIterator[ChangeSet | str]:
        """Changes after this number as they come; ``"snapshot"`` = fetch everything anew, ``"quiet"`` = none.

        Args:
            rev: the last one known.
            quiet_s: say ``"quiet"`` after so many seconds without a change.
        """
        listener: asyncio.Queue[ChangeSet | None] = asyncio.Queue(WAITING)
        self._listeners.add(listener)
        try:
            missed = self.since(rev)
            if missed is None:
                yield "snapshot"
            for each in missed or ():
                yield each
            while not self.closed:
                try:
                    change = await asyncio.wait_for(listener.get(), quiet_s)
                except TimeoutError:
                    yield "quiet"
                else:
                    if change is None and self.closed:
                        return
                    yield "snapshot" if change is None else change
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Let every listener go."""
        self.closed = True
        for listener in self._listeners:
            _put(listener, None)


def _put(listener: asyncio.Queue[ChangeSet | None], change: ChangeSet | None) -> None:
    if listener.full():  # too slow: it is told to fetch everything anew
        while not listener.empty():
            listener.get_nowait()
        change = None
    listener.put_nowait(change)
