"""The server's side of a worker: a child process that answers calls, tells events, and may be lost."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from dwell.app.work.pipe import Pipe
from dwell.errors import DwellError

__all__ = ["Worker", "WorkerLost"]

GOODBYE_S = 20.0
"""How long a worker may take to save and end before it is ended."""


class WorkerLost(DwellError):
    """The process that was to answer is gone."""


@dataclass
class _Waiting:
    answer: asyncio.Future[Any]
    on_progress: Callable[[int, int], None] | None = None


@dataclass
class Worker:
    """A child process with one target. Use from the event loop's thread.

    Args:
        on_event: called in the loop's thread, in order, with (call id, event).
        on_lost: called in the loop's thread when the process has ended without being asked to.
    """

    on_event: Callable[[int, Any], None] = lambda call_id, event: None
    on_lost: Callable[[], None] = lambda: None
    _process: subprocess.Popen[bytes] | None = None
    _pipe: Pipe | None = None
    _waiting: dict[int, _Waiting] = field(default_factory=dict)
    _next_id: int = 0
    _closing: bool = False

    def start(self) -> None:
        """Start the process. It has no target yet: call ``make``."""
        loop = asyncio.get_running_loop()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dwell.app.work.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._pipe = Pipe(self._process.stdout, self._process.stdin)
        threading.Thread(target=self._listen, args=(loop, self._pipe), daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    async def call(
        self,
        verb: str,
        *arguments: Any,
        on_progress: Callable[[int, int], None] | None = None,
        on_id: Callable[[int], None] | None = None,
    ) -> Any:
        """The target's answer.

        Args:
            verb: a method of the target; ``make`` makes it, from ``module:Class`` and its arguments.
            arguments: pickled.
            on_progress: called with (done, total).
            on_id: called with the call's id before it is sent; for ``cancel`` and ``on_event``.

        Raises:
            WorkerLost: the process is gone.
            DwellError: whatever the target raised.
        """
        self._next_id += 1
        call_id = self._next_id
        if on_id is not None:
            on_id(call_id)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[call_id] = _Waiting(future, on_progress)
        try:
            self._send(("call", call_id, verb, arguments))
            return await future
        finally:
            self._waiting.pop(call_id, None)

    def cancel(self, call_id: int) -> None:
        """Ask that a call be given up; it then raises ``Cancelled``, or gives its answer all the same."""
        if self.alive:
            self._send(("cancel", call_id))

    async def close(self) -> None:
        """Let the process save and end; it is ended if that takes too long."""
        self._closing = True
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
        try:
            await asyncio.to_thread(process.wait, GOODBYE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)

    def _send(self, value: Any) -> None:
        if self._pipe is None or not self.alive:
            raise _lost()
        try:
            self._pipe.send(value)
        except OSError as error:
            raise _lost() from error

    # ---------------------------------------------------------------- what comes back

    def _listen(self, loop: asyncio.AbstractEventLoop, pipe: Pipe) -> None:
        try:
            while True:
                kind, call_id, value = pipe.receive()
                loop.call_soon_threadsafe(self._take, kind, call_id, value)
        except (EOFError, OSError):
            pass
        finally:
            pipe.close()
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(self._end)

    def _take(self, kind: str, call_id: int, value: Any) -> None:
        if kind == "event":
            self.on_event(call_id, value)
            return
        waiting = self._waiting.get(call_id)
        if waiting is None:
            return
        if kind == "progress":
            if waiting.on_progress is not None:
                waiting.on_progress(*value)
        elif not waiting.answer.done():
            if kind == "answer":
                waiting.answer.set_result(value)
            else:
                waiting.answer.set_exception(value)

    def _end(self) -> None:
        if self._process is not None:
            self._process.wait()
        for waiting in self._waiting.values():
            if not waiting.answer.done():
                waiting.answer.set_exception(_lost())
        if not self._closing:
            self.on_lost()


def _lost() -> WorkerLost:
    return WorkerLost(
        "The process that works on this project has stopped (out of memory, perhaps). What was saved is "
        "kept; it is being started again: try once more."
    )
