"""The child's side of a worker: ``python -m dwell.app.work.child``, started by ``Worker``."""

from __future__ import annotations

import importlib
import os
import queue
import signal
import sys
import threading
from dataclasses import dataclass
from typing import Any, Protocol

from dwell.app.work.pipe import Pipe
from dwell.errors import Cancelled, DwellError

__all__ = ["Calling", "Target", "serve"]


class Target(Protocol):
    """What answers a worker's calls. The first call makes it, from ``module:Class`` and its arguments."""

    def work(self) -> bool:
        """Go on with the own job for one step; False = there is nothing to do until the next call."""
        ...

    def close(self) -> None:
        """Save and let go of everything."""
        ...


@dataclass(frozen=True)
class Calling:
    """The call that a target is answering; its way to tell the server something meanwhile."""

    id: int
    _pipe: Pipe
    _cancelled: set[int]

    def tell(self, event: Any) -> None:
        """Send an event; the server has it before the answer."""
        self._pipe.send(("event", self.id, event))

    def progress(self, done: int, total: int) -> None:
        """Say how far the call is.

        Raises:
            Cancelled: the server does not want the answer any more.
        """
        if self.id in self._cancelled:
            raise Cancelled("Stopped.")
        self._pipe.send(("progress", self.id, (done, total)))


def serve(pipe: Pipe) -> None:
    """Answer calls until the server is gone."""
    calls: queue.SimpleQueue[Any] = queue.SimpleQueue()
    cancelled: set[int] = set()
    threading.Thread(target=_read, args=(pipe, calls, cancelled), daemon=True).start()
    target: Any = None
    busy = False
    try:
        while True:
            try:
                call = calls.get(block=not busy)
            except queue.Empty:
                busy = target.work()
                continue
            if call is None:
                return
            target = _answer(target, call, pipe, cancelled)
            busy = target is not None and target.work()
    finally:
        if target is not None:
            target.close()


def _answer(target: Any, call: tuple[int, str, tuple[Any, ...]], pipe: Pipe, cancelled: set[int]) -> Any:
    """Answer one call; the target, which the call ``make`` makes."""
    call_id, verb, arguments = call
    calling = Calling(call_id, pipe, cancelled)
    try:
        if verb == "make":
            module, _, name = arguments[0].partition(":")
            target = getattr(importlib.import_module(module), name)(calling, *arguments[1:])
            answer = None
        elif verb == "warm":
            answer = [importlib.import_module(name).__name__ for name in arguments]
        else:
            answer = _made(target, verb)(calling, *arguments)
        pipe.send(("answer", call_id, answer))
    except Exception as error:  # whatever it is, the page is to be told
        pipe.send(("error", call_id, _sendable(error)))
    cancelled.discard(call_id)
    return target


def _made(target: Any, verb: str) -> Any:
    """A method of the target; a call may come while it is still being made, which may fail."""
    if target is None:
        raise DwellError("The process that works on this project is only starting; try once more.")
    return getattr(target, verb)


def _sendable(error: Exception) -> Exception:
    if isinstance(error, DwellError | ValueError | TypeError | OverflowError):
        return error
    return RuntimeError(f"{type(error).__name__}: {error}")


def _read(pipe: Pipe, calls: queue.SimpleQueue[Any], cancelled: set[int]) -> None:
    try:
        while True:
            kind, *rest = pipe.receive()
            if kind == "cancel":
                cancelled.add(rest[0])
            else:
                calls.put(rest)
    except (EOFError, OSError):
        calls.put(None)


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's business; it closes the pipe
    pipe = Pipe(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # what a library prints must not get into the pipe
    sys.stdin.close()
    serve(pipe)


if __name__ == "__main__":
    _main()
