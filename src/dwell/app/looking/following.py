"""Gaze of one look: a source that is kept going, and every sample put in its place on the picture."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from dwell.app.looking.placing import Placing
from dwell.app.looking.scene_watch import watch_scene
from dwell.app.wording import for_page
from dwell.errors import DwellError
from dwell.live import GazeSample, GazeSource, SceneSource, SourceInfo, SourceStatus, keep
from dwell.screen import Placed, SceneFit

__all__ = ["Following"]

LOG = logging.getLogger("dwell.app")
_BROKEN = "The source of gaze has failed; begin another look. The terminal shows what happened."


class Following:
    """Follows a source. Use from one event loop.

    Args:
        source: not connected yet.
        placing: is told the source's space, and where the page is in pictures of glasses.
        on_gaze: called with every sample and where it is.
        on_news: called when something is known of the source that was not.
        on_source: called when the source is connected, the first time and again.
        on_scene: called with what every picture of glasses says.
    """

    def __init__(
        self,
        source: GazeSource,
        placing: Placing,
        *,
        on_gaze: Callable[[GazeSample, Placed], None],
        on_news: Callable[[], None],
        on_source: Callable[[SourceInfo], None],
        on_scene: Callable[[SceneFit], None],
    ) -> None:
        self.source = source
        self.status: SourceStatus | None = None
        """None before the first."""
        self.failed = ""
        """Why it can never be had; empty = it can."""
        self._placing = placing
        self._on_gaze = on_gaze
        self._on_news = on_news
        self._on_source = on_source
        self._on_scene = on_scene
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def info(self) -> SourceInfo | None:
        """What is known of the source; None before it is connected."""
        return None if self.status is None else self.status.info

    def begin(self) -> None:
        """Connect, and go on until ``end``."""
        self._tasks = [asyncio.ensure_future(self._guarded(self._follow))]
        if isinstance(self.source, SceneSource):
            self._tasks.append(asyncio.ensure_future(self._guarded(self._watch)))

    async def end(self) -> None:
        """Let go of the source."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ---------------------------------------------------------------- helpers

    async def _follow(self) -> None:
        async with aclosing(keep(self.source, self._hear)) as samples:
            async for sample in samples:
                self._on_gaze(sample, self._placing.place(sample))

    async def _watch(self) -> None:
        assert isinstance(self.source, SceneSource)
        await watch_scene(self.source, self._placing.scene, lambda: self.info, self._on_scene)

    def _hear(self, status: SourceStatus) -> None:
        known = self.info
        self.status = status
        if status.info is not None and status.info != known:
            self._placing.space = status.info.space
            self._on_source(status.info)
        self._on_news()

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except DwellError as error:
            self.failed = for_page(str(error))
        except Exception:  # whatever a tracker's package does, the viewer is told
            LOG.exception("A source of gaze failed")
            self.failed = _BROKEN
        self._on_news()
