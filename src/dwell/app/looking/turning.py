"""Which picture is shown and which AOI is picked: the engine is told, with the mask it has there."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any

from dwell.app.looking.host import Host
from dwell.app.wording import for_page
from dwell.errors import DwellError, UnknownAoi
from dwell.looking import Event, Turned
from dwell.looks import picked
from dwell.project import Project

__all__ = ["Turning"]


class Turning:
    """Use from one event loop.

    Args:
        host: the open project.
        feed: tells the engine.
        later: runs something beside the look.
        say: shows a text to the viewer for a while.
    """

    def __init__(
        self,
        host: Host,
        feed: Callable[[Event], Any],
        later: Callable[[Coroutine[Any, Any, None]], None],
        say: Callable[[str], None],
    ) -> None:
        self._host, self._feed, self._later, self._say = host, feed, later, say
        self._picture: tuple[int, int | None] | None = None
        self._told: Turned | None = None
        self.since_ns = 0
        """ns UTC: since when the present picture is shown; 0 = none is."""

    def turn(self, frame_idx: int, object_id: int | None) -> None:
        """Show this; the mask of the picked AOI follows as soon as it is read."""
        if self._picture == (frame_idx, object_id):
            return
        now_ns = time.time_ns()
        if self._picture is None or self._picture[0] != frame_idx:
            self.since_ns = now_ns
        self._picture = (frame_idx, object_id)
        self._tell(Turned(now_ns, frame_idx, object_id))
        self._later(self._prepare(frame_idx))
        self.refresh()

    def refresh(self) -> None:
        """Masks of the project have changed; that of the picked AOI may have, too."""
        if self._picture is not None:
            frame_idx, object_id = self._picture
            if object_id is not None:
                self._later(self._pick(frame_idx, object_id))

    # ---------------------------------------------------------------- helpers

    async def _prepare(self, frame_idx: int) -> None:
        with suppress(DwellError, RuntimeError, ValueError):  # the first question says what is wrong
            await self._host.prepare(frame_idx)

    async def _pick(self, frame_idx: int, object_id: int) -> None:
        """Tell the mask that the picked AOI has on this picture."""
        try:
            turned: Turned = await self._host.read(_picked, frame_idx, object_id)
        except UnknownAoi:  # removed meanwhile; the page will hear of it and pick another
            turned = Turned(time.time_ns(), frame_idx, None)
        except DwellError as error:
            self._say(for_page(str(error)))
            return
        if self._picture == (frame_idx, object_id):
            self._tell(turned)

    def _tell(self, turned: Turned) -> None:
        """Tell the engine, unless it knows."""
        known, self._told = self._told, turned
        if known is None or replace(known, t_ns=turned.t_ns) != turned:
            self._feed(turned)


def _picked(project: Project, frame_idx: int, object_id: int) -> Turned:
    """See ``picked``; ``UnknownAoi`` if there is no such AOI."""
    return picked(project, time.time_ns(), frame_idx, project.aoi(object_id).object_id)
