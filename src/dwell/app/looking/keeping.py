"""What a look keeps: saved by the editor one after another, logged, and taken back by a key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from dwell.app.looking.host import CLIENT, Host
from dwell.app.messages import LookKept, UndoRequest
from dwell.app.wording import for_page
from dwell.app.work.looking import KeptStep
from dwell.errors import DwellError
from dwell.looking import Commit
from dwell.looking.log import Kept
from dwell.looks import png_of

__all__ = ["Keeping"]

_NOTHING = "Nothing was kept in this look that could be taken back."
_NOT_NEWEST = (
    "What was kept last is not the newest step of the project any more; take steps back with the undo button."
)


class Keeping:
    """Saves and takes back in the order of the keys. Use from one event loop.

    Args:
        host: the open project.
        log: writes a mask that was saved, as a PNG, into the look's log.
        unlog: writes down that it was taken back.
        say: shows a text to the viewer for a while.
        tell: called when something was kept or taken back.
    """

    def __init__(
        self,
        host: Host,
        log: Callable[[Kept, bytes], None],
        unlog: Callable[[Kept], None],
        say: Callable[[str], None],
        tell: Callable[[], None],
    ) -> None:
        self._host = host
        self._log = log
        self._unlog = unlog
        self._say = say
        self._tell = tell
        self._kept: list[KeptStep] = []
        self._order = asyncio.Lock()

    @property
    def n(self) -> int:
        """Masks kept and not taken back."""
        return len(self._kept)

    @property
    def last(self) -> LookKept | None:
        """The one kept last."""
        if not self._kept:
            return None
        kept = self._kept[-1].kept
        return LookKept(number=self.n, object_id=kept.object_id, name=kept.name, frame_idx=kept.frame_idx)

    async def keep(self, commit: Commit, t_ns: int) -> None:
        """Save a mask; the viewer is told if that cannot be."""
        async with self._order:
            try:
                saved: KeptStep = await self._host.ask("look_keep", commit, t_ns, CLIENT)
            except (DwellError, RuntimeError, ValueError) as error:
                self._say(f"The mask was not kept. {for_page(str(error))}")
            else:
                self._kept.append(saved)
                self._log(saved.kept, await asyncio.to_thread(png_of, commit.mask))
            self._tell()

    async def undo(self) -> None:
        """Take back what was kept last."""
        async with self._order:
            if not self._kept:
                self._say(_NOTHING)
            elif self._host.newest_step != self._kept[-1].step_id:
                self._say(_NOT_NEWEST)
            else:
                await self._take_back()
            self._tell()

    async def _take_back(self) -> None:
        newest = self._kept[-1]
        try:
            await self._host.ask("undo", UndoRequest(client=CLIENT, expect=newest.step_id))
        except (DwellError, RuntimeError, ValueError) as error:
            self._say(f"It was not taken back. {for_page(str(error))}")
        else:
            self._kept.pop()
            self._unlog(newest.kept)
            self._say(f"Taken back: {newest.kept.name!r}.")
