"""Changes of a project that may take long: editing tools, labels that are taken over. Each is a task."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from dwell.app.ledger import Ledger, left_s, new_task
from dwell.app.messages import Message, Task
from dwell.app.wording import for_page
from dwell.errors import Cancelled, DwellError

__all__ = ["Changes"]

QUICK_S = 0.4
"""What takes no longer than this is answered at once."""


class Changes:
    """The changes of one project by id, the newest ones. Use from the event loop's thread.

    Args:
        edit: asks the editor; see ``Desk.edit``.
        cancel: asks the editor to give a call up; see ``Worker.cancel``.
    """

    def __init__(
        self, edit: Callable[..., Awaitable[tuple[Any, int]]], cancel: Callable[[int], None]
    ) -> None:
        self._edit = edit
        self._cancel = cancel
        self._changes: Ledger[_Change] = Ledger(
            "The server knows no such change any more; look at the newest undo step."
        )

    async def start(self, what: str, verb: str, request: Message) -> Task:
        """Begin a change; the task, which is over already if that was quick.

        Args:
            what: in the user's words.
            verb: of the editor; it answers with a message that has a ``rev``.
            request: its argument.

        Raises:
            DwellError: whatever the editor raised, if that was quick.
        """
        change = _Change(new_task(what))
        self._changes.add(change)
        working = asyncio.ensure_future(self._edit(verb, request, on_progress=change.show, on_id=change.note))
        working.add_done_callback(change.end)
        await asyncio.wait([working], timeout=QUICK_S)
        if working.done():
            working.result()
        return change.task

    def __contains__(self, task_id: str) -> bool:
        return task_id in self._changes

    def task(self, task_id: str) -> Task:
        """How far a change is.

        Raises:
            UnknownTask: there is none, or it was long ago.
        """
        return self._changes[task_id].task

    def cancel(self, task_id: str) -> Task:
        """Ask a change to stop soon: then nothing has changed.

        Raises:
            UnknownTask: there is none, or it was long ago.
        """
        change = self._changes[task_id]
        if change.call_id is not None and change.task.state == "running":
            self._cancel(change.call_id)
        return change.task


class _Change:
    def __init__(self, task: Task) -> None:
        self.task = task
        self.call_id: int | None = None
        self._began = time.monotonic()

    def note(self, call_id: int) -> None:
        self.call_id = call_id

    def show(self, done: int, total: int) -> None:
        self._set(done=done, total=total, left_s=left_s(self._began, done, total))

    def end(self, working: asyncio.Future[tuple[Any, int]]) -> None:
        """What has become of it."""
        if working.cancelled():
            return self._set(state="cancelled", left_s=None)
        error = working.exception()
        if error is None:
            answer, rev = working.result()
            result = answer.model_copy(update={"rev": rev}).model_dump(mode="json")
            return self._set(state="done", left_s=None, result=result)
        if isinstance(error, Cancelled):
            return self._set(state="cancelled", left_s=None)
        text = (
            str(error) if isinstance(error, DwellError | ValueError) else f"{type(error).__name__}: {error}"
        )
        self._set(state="failed", left_s=None, error=for_page(text))

    def _set(self, **changes: Any) -> None:
        self.task = self.task.model_copy(update=changes)
