"""Long jobs that belong to no project, each in a thread: how far they are, and a way to stop them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dwell.app.ledger import Ledger, left_s, new_task
from dwell.app.messages import Task
from dwell.errors import Cancelled, DwellError
from dwell.types import ProgressFn

__all__ = ["Tasks"]

LOG = logging.getLogger("dwell.app")
_KEPT = 50

Work = Callable[[ProgressFn], dict[str, Any]]
"""Does the job, saying how far it is; gives the task's result."""


class Tasks:
    """Tasks by id; those of long ago are forgotten. May be used from any thread.

    Args:
        on_change: called with a task whenever it has changed, in the task's thread.
    """

    def __init__(self, on_change: Callable[[Task], None] = lambda task: None) -> None:
        self._tasks: Ledger[_Running] = Ledger(
            "The server knows no such task any more; start it again.", _KEPT
        )
        self._lock = threading.Lock()
        self._on_change = on_change

    def start(self, what: str, work: Work, *, only: str | None = None) -> Task:
        """Begin a job.

        Args:
            what: in the user's words: ``Drawing the demo recording``.
            work: called in a thread of its own; stopped by ``Cancelled`` out of its progress function.
            only: a name of which one job may run at a time; the running one is given back instead.
        """
        running = _Running(new_task(what), self._on_change, only)
        with self._lock:
            for other in self._tasks:
                if only is not None and other.only == only and not other.over and not other.cancelled:
                    return other.task
            self._tasks.add(running)
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
        with self._lock:
            for running in self._tasks:
                running.cancelled = True

    def _one(self, task_id: str) -> _Running:
        with self._lock:
            return self._tasks[task_id]


@dataclass
class _Running:
    task: Task
    on_change: Callable[[Task], None]
    only: str | None = None
    cancelled: bool = False
    began_at: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        return self.task.state != "running"

    def run(self, work: Work) -> None:
        try:
            result = work(self._show)
        except Cancelled:
            self._set(state="cancelled")
        except (DwellError, OSError) as error:
            self._set(state="failed", error=str(error))
        except Exception as error:  # whatever it is, the page must hear of it
            LOG.exception("%s failed", self.task.what)
            self._set(state="failed", error=f"{type(error).__name__}: {error}")
        else:
            self._set(state="done", result=result, left_s=0.0)

    def _show(self, done: int, total: int) -> None:
        if self.cancelled:
            raise Cancelled("Stopped.")
        self._set(done=done, total=total, left_s=left_s(self.began_at, done, total))

    def _set(self, **changes: Any) -> None:
        self.task = self.task.model_copy(update=changes)
        self.on_change(self.task)
