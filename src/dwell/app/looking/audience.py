"""Pages that watch: each is told that there is something new, and looks for itself when it is ready."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator

__all__ = ["PERIOD_S", "Audience"]

PERIOD_S = 1 / 30
"""At least so long from one state to the next for each page."""


class Audience:
    """Never has a queue: a page that is slow is shown the newest state next. Use from one event loop."""

    def __init__(self) -> None:
        self.rev = 0
        """Rises with every change."""
        self.closed = False
        self._wakers: set[asyncio.Event] = set()
        self._left_s = time.monotonic()

    def tell(self) -> None:
        """There is something new."""
        self.rev += 1
        for waker in self._wakers:
            waker.set()

    async def watch(self, quiet_s: float) -> AsyncGenerator[bool, None]:
        """True whenever there is something new, at first at once; False after ``quiet_s`` without.

        The last state is shown, too, before it ends.
        """
        waker = asyncio.Event()
        waker.set()
        self._wakers.add(waker)
        try:
            last = False
            while not last:
                if not await _set_within(waker, quiet_s):
                    yield False
                    continue
                waker.clear()
                last = self.closed
                yield True
                await asyncio.sleep(PERIOD_S)
        finally:
            self._wakers.discard(waker)
            self.seen()

    def seen(self) -> None:
        """A page that does not watch has asked."""
        self._left_s = time.monotonic()

    @property
    def absent_s(self) -> float:
        """Seconds since a page was there; 0 while one watches."""
        return 0.0 if self._wakers else time.monotonic() - self._left_s

    def close(self) -> None:
        """Let every page go."""
        self.closed = True
        self.tell()


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
