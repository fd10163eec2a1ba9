"""Exports of a project, each in a process of its own, so that results on screen need not wait for a video."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dwell.app.messages import ExportRequest, Task
from dwell.app.tasks import UnknownTask
from dwell.app.work.worker import Worker
from dwell.errors import Cancelled, DwellError

__all__ = ["Exports", "UnknownTask"]

ANALYST = "dwell.app.work.analyst:Analyst"
PAUSE_S = 0.5
"""Between two words on how far it is."""
_KEPT = 20


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
        self._exports: dict[str, _Export] = {}

    def start(self, request: ExportRequest, folder: Path) -> Task:
        """Begin an export; ``folder`` is the one of the request, seen to be allowed."""
        export = _Export(secrets.token_hex(6), folder, self._publish)
        self._exports[export.task.id] = export
        for old in [id for id, each in self._exports.items() if each.over][:-_KEPT]:
            del self._exports[old]
        arguments = request.model_dump(exclude={"client"}) | {"out": str(folder)}
        export.start(self._project, arguments, self._running)
        return export.task

    def task(self, task_id: str) -> Task:
        """How far an export is.

        Raises:
            UnknownTask: there is none, or it was long ago.
        """
        return self._one(task_id).task

    def cancel(self, task_id: str) -> Task:
        """Stop an export soon; files that are whole stay.

        Raises:
            UnknownTask: there is none, or it was long ago.
        """
        export = self._one(task_id)
        export.cancel()
        return export.task

    async def close(self) -> None:
        """Stop all exports."""
        for export in self._exports.values():
            export.cancel()
        running = [each.running for each in self._exports.values() if each.running]
        await asyncio.gather(*running, return_exceptions=True)

    def _one(self, task_id: str) -> _Export:
        if task_id not in self._exports:
            raise UnknownTask("The server knows no such export any more; start it again.")
        return self._exports[task_id]


class _Export:
    """One export, its task and its process."""

    def __init__(self, task_id: str, folder: Path, publish: Callable[..., Any]) -> None:
        self.task = Task(id=task_id, what="Preparing the export", state="running", done=0, total=1)
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
            spent = time.monotonic() - self._began
            left_s = round(spent * (total - done) / done, 1) if done else None
            self._tell(done=done, total=total, left_s=left_s)

    def _end(self, state: str, error: str | None = None) -> None:
        done = {"done": self.task.total} if state == "done" else {}
        self._tell(state=state, error=error, left_s=None, result=self._result, **done)

    def _tell(self, **changes: Any) -> None:
        self._told = time.monotonic()
        self.task = self.task.model_copy(update=changes)
        self._publish(task=self.task)
