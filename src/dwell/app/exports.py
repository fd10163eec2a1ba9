"""Exports of a project, each in a process of its own, so that results on screen need not wait for a video."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dwell.app.ledger import Ledger, left_s, new_task
from dwell.app.messages import ExportRequest, Task
from dwell.app.work.worker import Worker
from dwell.errors import Cancelled, DwellError

__all__ = ["Exports"]

ANALYST = "dwell.app.work.analyst:Analyst"
PAUSE_S = 0.5
"""Between two words on how far it is."""


class Exports:
    """The exports of one project: one runs, others wait. Use from the event loop's thread.

    Args:
        project: its folder.
        publish: tells pages of a task; see ``Desk.publish``.
    """

    def __init__(self, project: Path, publish: Callable[..., Any]) -> None:
        self._project = project
        self._publish = publish
        self._running = asyncio.Lock()
        self._exports: Ledger[_Export] = Ledger("The server knows no such export any more; start it again.")

    def start(self, request: ExportRequest, folder: Path) -> Task:
        """Begin an export; ``folder`` is the one of the request, seen to be allowed."""
        export = _Export(folder, self._publish)
        self._exports.add(export)
        arguments = request.model_dump(exclude={"client"}) | {"out": str(folder)}
        export.start(self._project, arguments, self._running)
        return export.task

    def task(self, task_id: str) -> Task:
        """How far an export is.

        Raises:
            UnknownTask: there is none, or it was long ago.
        """
        return self._exports[task_id].task

    def cancel(self, task_id: str) -> Task:
        """Stop an export soon; files that are whole stay.

        Raises:
            UnknownTask: there is none, or it was long ago.
        """
        export = self._exports[task_id]
        export.cancel()
        return export.task

    async def close(self) -> None:
        """Stop all exports."""
        for export in self._exports:
            export.cancel()
        running = [each.running for each in self._exports if each.running]
        await asyncio.gather(*running, return_exceptions=True)


class _Export:
    """One export, its task and its process."""

    def __init__(self, folder: Path, publish: Callable[..., Any]) -> None:
        self.task = new_task("Preparing the export", total=1)
        self.running: asyncio.Task[None] | None = None
        self._result: dict[str, Any] = {"folder": str(folder), "files": [], "errors": [], "notes": []}
        self._publish = publish
        self._worker: Worker | None = None
        self._call_id: int | None = None
        self._cancelled = False
        self._began = self._told = 0.0

    @property
    def over(self) -> bool:
        """It has ended, one way or the other."""
        return self.task.state != "running"

    def start(self, project: Path, arguments: dict[str, Any], turn: asyncio.Lock) -> None:
        """Begin when it is its turn."""
        self.running = asyncio.ensure_future(self._run(project, arguments, turn))

    def cancel(self) -> None:
        """Ask it to stop."""
        self._cancelled = True
        if self._worker is None and self.running is not None and not self.over:
            self.running.cancel()  # it is waiting for its turn
            self._end("cancelled")
        elif self._worker is not None and self._call_id is not None:
            self._worker.cancel(self._call_id)

    async def _run(self, project: Path, arguments: dict[str, Any], turn: asyncio.Lock) -> None:
        try:
            async with turn:
                self._result |= await self._written(project, arguments)
        except Cancelled:
            self._end("cancelled")
        except (DwellError, ValueError, TypeError, RuntimeError, OSError) as error:
            self._end("failed", str(error))
        else:
            errors, files = self._result["errors"], self._result["files"]
            self._end("failed" if errors and not files else "done", errors[0]["error"] if errors else None)

    async def _written(self, project: Path, arguments: dict[str, Any]) -> dict[str, Any]:
        self._worker = Worker(on_event=self._take)
        self._worker.start()
        try:
            await self._worker.call("make", ANALYST, str(project))
            if self._cancelled:
                raise Cancelled("Stopped.")
            self._began = time.monotonic()
            answer: dict[str, Any] = await self._worker.call(
                "export", arguments, on_progress=self._show, on_id=self._note_id
            )
            return answer
        finally:
            await self._worker.close()

    def _note_id(self, call_id: int) -> None:
        self._call_id = call_id

    # ---------------------------------------------------------------- telling

    def _take(self, call_id: int, event: dict[str, Any]) -> None:
        self._result["files"] += event.get("files", [])
        if "what" in event:
            self._tell(what=event["what"])

    def _show(self, done: int, total: int) -> None:
        if time.monotonic() - self._told >= PAUSE_S:
            self._tell(done=done, total=total, left_s=left_s(self._began, done, total))

    def _end(self, state: str, error: str | None = None) -> None:
        done = {"done": self.task.total} if state == "done" else {}
        self._tell(state=state, error=error, left_s=None, result=self._result, **done)

    def _tell(self, **changes: Any) -> None:
        self._told = time.monotonic()
        self.task = self.task.model_copy(update=changes)
        self._publish(task=self.task)
