"""Samples on their way from a device's thread or callback to whoever reads ``samples()``. Source: ours."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from dwell.errors import SourceLost
from dwell.live.source import GazeSample

__all__ = ["Mailbox"]

_ROOM = 1024
"""Samples that wait at most: 5 s at 200 Hz. Live gaze that is older is of no use to anybody."""

T = TypeVar("T")


class Mailbox:
    """A queue that ends. Make and read it in one event loop; ``post`` may be called from any thread."""

    def __init__(self, room: int = _ROOM) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[GazeSample] = deque(maxlen=room)
        self._something = asyncio.Event()
        self._ended = False
        self._lost: str | None = None

    def put(self, sample: GazeSample) -> None:
        """Add a sample, in the event loop; the oldest goes when there is no room."""
        if not self._ended:
            self._waiting.append(sample)
            self._something.set()

    def post(self, sample: GazeSample) -> None:
        """Add a sample, from any thread."""
        self._call(self.put, sample)

    def end(self) -> None:
        """No more samples: reading ends at once, what still waits is dropped."""
        self._ended = True
        self._waiting.clear()
        self._something.set()

    def lose(self, message: str) -> None:
        """The connection is gone, in the event loop: readers get what waits, then ``SourceLost``."""
        if not self._ended:
            self._lost = self._lost or message
            self._something.set()

    def post_loss(self, message: str) -> None:
        """The connection is gone, from any thread."""
        self._call(self.lose, message)

    def __aiter__(self) -> Mailbox:
        return self

    async def __anext__(self) -> GazeSample:
        while not self._waiting:
            if self._ended:
                raise StopAsyncIteration
            if self._lost is not None:
                raise SourceLost(self._lost)
            self._something.clear()
            await self._something.wait()
        return self._waiting.popleft()

    def _call(self, function: Callable[[T], None], argument: T) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, argument)
