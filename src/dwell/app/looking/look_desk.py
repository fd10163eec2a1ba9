"""Looks of an open project: the one under way, the pages that watch it, and those that were kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from dwell.app.looking.audience import Audience
from dwell.app.looking.host import Host
from dwell.app.looking.look import Look
from dwell.app.looking.record import LookRecord
from dwell.app.looking.setting import keys_of, options_of
from dwell.app.looking.showing import NOTHING
from dwell.app.messages import LookStart, LookView
from dwell.errors import FrameOutOfRange, LiveError
from dwell.live import GazeSource
from dwell.looks import looks_folder
from dwell.project import Project

__all__ = ["LookDesk", "NoLook"]

ABSENT_S = 10.0
"""A page that does not watch for so long is away: the mask follows the eye no longer."""
GONE_S = 600.0
"""After so long nobody will come back: the look ends, and lets go of the eye tracker."""
_PERIOD_S = 0.5
_AWAY = "Following was stopped, as no page was watching."
_GONE = "The look was ended, as no page was watching for ten minutes."


class NoLook(LiveError):
    """No look is under way."""


class LookDesk:
    """One look at a time. Use from one event loop.

    Args:
        host: the open project.
    """

    def __init__(self, host: Host) -> None:
        self.audience = Audience()
        self._host = host
        self._look: Look | None = None
        self._starting = asyncio.Lock()
        self._minding: asyncio.Task[None] | None = None

    @property
    def look(self) -> Look:
        """The look under way.

        Raises:
            NoLook: there is none.
        """
        if self._look is None or self._look.over:
            raise NoLook("No look is under way; start one.")
        return self._look

    @property
    def under_way(self) -> Look | None:
        """The look under way, if there is one."""
        return None if self._look is None or self._look.over else self._look

    async def start(self, start: LookStart, source: GazeSource) -> Look:
        """Begin a look; one under way ends.

        Args:
            start: what the page asks for.
            source: of gaze, not connected yet.

        Raises:
            FrameOutOfRange: there is no such picture.
            UnknownAoi: there is no such AOI.
            ValueError: two actions have one key.
            StorageFull: no log can be written.
        """
        keys_of(start.settings)
        self.check_picture(start.frame_idx)
        if start.object_id is not None:
            await self._host.read(Project.aoi, start.object_id)
        async with self._starting:
            if self._look is not None:
                await self._look.end("Another look was begun.")
            record = await self._record(start)
            self._look = Look(self._host, start, source, record, self.audience.tell)
            self._look.begin()
            self.audience.seen()
            if self._minding is None:
                self._minding = asyncio.ensure_future(self._mind())
            self.audience.tell()
            return self._look

    async def stop(self) -> None:
        """End the look under way, if there is one."""
        if self._look is not None:
            await self._look.end()

    async def close(self) -> None:
        """End everything, for the project is closed; the log is complete."""
        if self._minding is not None:
            self._minding.cancel()
        async with self._starting:
            if self._look is not None:
                await self._look.end("The project was closed.")
        self.audience.close()

    def check_picture(self, frame_idx: int) -> None:
        """See to it that there is such a picture.

        Raises:
            FrameOutOfRange: there is not.
        """
        if not 0 <= frame_idx < self._host.n_frames:
            raise FrameOutOfRange(
                f"There is no picture {frame_idx}; there are {self._host.n_frames}, counted from 0.",
                frame_idx=frame_idx,
            )

    def refresh(self) -> None:
        """Masks of the project have changed."""
        if self._look is not None:
            self._look.refresh()

    # ---------------------------------------------------------------- what pages see

    def view(self, known: tuple[str, int] = ("", -1)) -> LookView:
        """This moment; ``known``: name of the look and number of the mask that the page has."""
        rev = self.audience.rev
        return NOTHING.model_copy(update={"rev": rev}) if self._look is None else self._look.view(rev, known)

    async def watch(self, quiet_s: float) -> AsyncGenerator[LookView | None, None]:
        """The newest state whenever there is one and the page is ready for it; None after ``quiet_s``."""
        known = ("", -1)
        async with aclosing(self.audience.watch(quiet_s)) as news:
            async for something in news:
                if something:
                    view = self.view(known)
                    known = (view.name, view.mask_rev)
                    yield view
                else:
                    yield None

    # ---------------------------------------------------------------- helpers

    async def _record(self, start: LookStart) -> LookRecord:
        """A new folder beside the project."""
        options = options_of(start.settings)
        source = {"name": start.source.partition(":")[0], "spec": start.source}
        about = await self._host.ask("look_about", source, options)
        folder = await self._host.read(looks_folder)
        return await asyncio.to_thread(LookRecord, folder, about, options, time.time_ns())

    async def _mind(self) -> None:
        """See whether a page is there."""
        while True:
            await asyncio.sleep(_PERIOD_S)
            look = self.under_way
            if look is None:
                continue
            if self.audience.absent_s > GONE_S:
                await look.end(_GONE)
            elif self.audience.absent_s > ABSENT_S:
                look.pause(_AWAY)
