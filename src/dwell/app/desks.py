"""The open projects of a server, by id."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

from dwell.app.desk import Desk
from dwell.app.work.worker import Worker
from dwell.errors import DwellError, ProjectError

__all__ = ["Desks", "UnknownDesk", "pid_of"]

WARM = ("dwell.app.work.editor", "dwell.segmenters.embedded")
"""What an editor imports, imported ahead of the first opening."""


class UnknownDesk(ProjectError):
    """No project with this id is open, nor was one lately."""


def pid_of(project: Path) -> str:
    """The id of a project: the same whenever and by whomever it is opened."""
    return hashlib.sha256(str(project.resolve()).encode()).hexdigest()[:12]


class Desks:
    """Projects are opened once, however many pages ask for them. Use from the event loop's thread.

    Args:
        spare: keep a process ready for the next opening, so that it takes no longer than it must.
    """

    def __init__(self, *, spare: bool = True) -> None:
        self._keeps_spare = spare
        self._open: dict[str, Desk] = {}
        self._opening: dict[str, asyncio.Task[Desk]] = {}
        self._spare: Worker | None = None

    def warm_up(self) -> None:
        """Start a process ahead of the next opening."""
        if self._spare is None and self._keeps_spare:
            self._spare = Worker()
            self._spare.start()
            self._warming = asyncio.ensure_future(self._spare.call("warm", *WARM))
            self._warming.add_done_callback(lambda done: done.cancelled() or done.exception())

    def get(self, pid: str) -> Desk:
        """The open project with this id.

        Raises:
            UnknownDesk: it is not open.
        """
        if pid not in self._open:
            raise UnknownDesk("This project is not open on the server; open it from the start page.")
        return self._open[pid]

    def is_open(self, pid: str) -> bool:
        """Whether the project with this id is open."""
        return pid in self._open

    async def open(
        self,
        path: Path,
        project: Path,
        name: str | None = None,
        options: dict[str, Any] | None = None,
    ) -> Desk:
        """The desk of a project, opened now if it is not yet.

        Args:
            path: the recording, or the project itself.
            project: the project's folder; made if need be. Equal to ``path`` if that is the project.
            name: which recording, where the path holds several.
            options: of the recording's reader.

        Raises:
            DwellError: whatever is wrong with the recording or the project.
        """
        pid = pid_of(project)
        if pid in self._open:
            return self._open[pid]
        if pid not in self._opening:
            same = path.resolve() == project.resolve()
            arguments = (str(path), None if same else str(project), name, options or {})
            self._opening[pid] = asyncio.ensure_future(self._opened(pid, arguments))
        try:
            return await asyncio.shield(self._opening[pid])
        finally:
            if pid in self._opening and self._opening[pid].done():
                del self._opening[pid]

    async def _opened(self, pid: str, arguments: tuple[Any, ...]) -> Desk:
        worker, self._spare = self._spare, None
        desk = Desk(pid, arguments, worker if worker is not None and worker.alive else None)
        try:
            await desk.open()
        finally:
            self.warm_up()
        self._open[pid] = desk
        return desk

    async def close(self, pid: str) -> None:
        """Close a project, if it is open."""
        desk = self._open.pop(pid, None)
        if desk is not None:
            await desk.close()

    async def close_all(self) -> None:
        """Close every project, each saved, whatever comes of another."""
        desks, self._open = list(self._open.values()), {}
        closing = [desk.close() for desk in desks]
        if self._spare is not None:
            closing.append(self._spare.close())
        failed = [each for each in await asyncio.gather(*closing, return_exceptions=True) if each]
        if failed and isinstance(failed[0], DwellError):
            raise failed[0]
