"""Long jobs that belong to no project, each in a thread: how far they are, and a way to stop them."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dwell.app.messages import Task
from dwell.errors import Cancelled, DwellError
from dwell.types import ProgressFn

__all__ = ["Tasks", "UnknownTask"]

MAX_KEPT = 50

Work = Callable[[ProgressFn], dict[str, Any]]
"""Does the job, saying how far it is; gives the task's result."""


class UnknownTask(DwellError):
    """There is no task with this id."""


class Tasks:
    """Tasks by id; those of long ago are forgotten. May be used from any thread."""

    def __init__(self) -> None:
        self._tasks: dict[str, _Running] = {}

    def start(self, what: str, work: Work) -> Task:
        """Begin a job.

        Args:
            what: in the user's words: ``Drawing the demo recording``.
            work: called in a thread of its own; stopped by ``Cancelled`` out of its progress function.
        """
        running = _Running(Task(id=secrets.token_hex(6), what=what, state="running", done=0, total=0))
        self._tasks[running.task.id] = running
        for old in list(self._tasks)[:-MAX_KEPT]:
            del self._tasks[old]
        threading.Thread(target=running.run, args=(work,), daemon=True).start()
        return running.task

    def get(self, task_id: str) -> Task:
        """How far a task is.

        Raises:
            UnknownTask: there is none, or it was long ago.
        """
        return self._one(task_id).task

    def cancel(self, task_id: str) -> Task:
        """Ask a task to stop; it does so soon.

        Raises:
            UnknownTask: there is none, or it was long ago.
        """
        running = self._one(task_id)
        running.cancelled = True
        return running.task

    def cancel_all(self) -> None:
        """Ask all to stop."""
        for running in self._tasks.values():
            running.cancelled = True

    def _one(self, task_id: str) -> _Running:
        if task_id not in self._tasks:
            raise UnknownTask("The server knows no such task any more; start it again.")
        return self._tasks[task_id]


@dataclass
class _Running:
    task: Task
    cancelled: bool = False
    began_at: float = field(default_factory=time.monotonic)

    def run(self, work: Work) -> None:
        try:
            result = work(self._show)
        except Cancelled:
            self._set(state="cancelled")
        except DwellError as error:
            self._set(state="failed", error=str(error))
        except Exception as error:  # whatever it is, the page must hear of it
            self._set(state="failed", error=f"{type(error).__name__}: {error}")
        else:
            self._set(state="done", result=result, left_s=0.0)

    def _show(self, done: int, total: int) -> None:
        if self.cancelled:
            raise Cancelled("Stopped.")
        spent_s = time.monotonic() - self.began_at
        left_s = round(spent_s / done * (total - done), 1) if done else None
        self._set(done=done, total=total, left_s=left_s)

    def _set(self, **changes: Any) -> None:
        self.task = self.task.model_copy(update=changes)
