"""Keeps a source going: connects, connects again when it is lost or falls silent, and says how it is.

Source: ours.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress

from dwell.errors import NoDevice, SourceLost
from dwell.live.counting import SourceStatus, StreamCounts
from dwell.live.source import GazeSample, GazeSource, SourceInfo

__all__ = ["SILENCE_S", "keep"]

SILENCE_S = 2.0
"""A source that brings nothing for so long is connected again."""
_WAITS_S = (0.5, 1.0, 2.0, 4.0, 5.0)
"""Before the first, second, … attempt after a loss; the last one again and again."""
_TELL_S = 1.0

StatusFn = Callable[[SourceStatus], None]


async def keep(
    source: GazeSource, on_status: StatusFn, *, patient: bool = True
) -> AsyncGenerator[GazeSample, None]:
    """Samples in time order, across losses; ends when the source ends by itself or is closed.

    Samples that are older than one before, or the same again, are dropped and counted. A time only goes back
    when the source's own clock was set back. Leave it with ``contextlib.aclosing`` or run it to its end: then
    the source is closed.

    Args:
        source: The source. It is connected and closed in here.
        on_status: Told once a second, and whenever the state changes, in the event loop.
        patient: Wait for a device that is not there yet. False: the first ``NoDevice`` is raised.

    Raises:
        NoDevice: not ``patient``, and nothing is there at the start.
        LiveError: the source can never be had as it was asked for, such as a stream of unknown channels.
    """
    keeper = _Keeper(source, on_status)
    telling = asyncio.create_task(keeper.tell_every_second())
    try:
        async with aclosing(keeper.run(patient)) as samples:
            async for sample in samples:
                yield sample
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling
        await source.close()
        keeper.counts.ended()
        keeper.tell()


class _Keeper:
    def __init__(self, source: GazeSource, on_status: StatusFn) -> None:
        self.source = source
        self.counts = StreamCounts()
        self.on_status = on_status
        self.n_failures = 0

    def tell(self) -> None:
        self.on_status(self.counts.status(time.monotonic()))

    async def tell_every_second(self) -> None:
        while True:
            self.tell()
            await asyncio.sleep(_TELL_S)

    async def run(self, patient: bool) -> AsyncGenerator[GazeSample, None]:
        met = False
        while True:
            try:
                info = await self.source.connect()
                met = True
                self.counts.connected(info, time.monotonic())
                self.tell()
                async with aclosing(self.stream(info)) as samples:
                    async for sample in samples:
                        yield sample
            except (NoDevice, SourceLost) as error:
                if not (patient or met):
                    raise
                await self.wait_after(str(error))
            else:
                return

    async def stream(self, info: SourceInfo) -> AsyncGenerator[GazeSample, None]:
        """The samples of one connection that are in order."""
        async with aclosing(_unless_silent(self.source.samples(), info)) as samples:
            async for sample in samples:
                if self.counts.add(sample, time.monotonic()):
                    self.n_failures = 0
                    yield sample

    async def wait_after(self, message: str) -> None:
        self.counts.lost(message)
        self.tell()
        await self.source.close()
        await asyncio.sleep(_WAITS_S[min(self.n_failures, len(_WAITS_S) - 1)])
        self.n_failures += 1


async def _unless_silent(
    samples: AsyncIterator[GazeSample], info: SourceInfo
) -> AsyncGenerator[GazeSample, None]:
    limit_s = None if info.finite else SILENCE_S
    try:
        while True:
            try:
                async with asyncio.timeout(limit_s):
                    sample = await anext(samples)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise SourceLost(f"{info.title} sent nothing for {SILENCE_S:g} s.") from error
            yield sample
    finally:
        if isinstance(samples, AsyncGenerator):
            await samples.aclose()
