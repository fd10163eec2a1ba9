"""Tasks by id: those that run and the newest of those that are over."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from dwell.app.messages import Task
from dwell.errors import DwellError

__all__ = ["Ledger", "UnknownTask", "left_s", "new_task"]


class UnknownTask(DwellError):
    """There is no task with this id."""


class _HasTask(Protocol):
    @property
    def task(self) -> Task:
        """How far it is."""
        ...


Job = TypeVar("Job", bound=_HasTask)


class Ledger(Generic[Job]):
    """What is done for each task, found by the task's id.

    Args:
        unknown: said of an id that is not known, or not any more.
        kept: how many that are over are remembered.
    """

    def __init__(self, unknown: str, kept: int = 20) -> None:
        self._unknown = unknown
        self._kept = kept
        self._jobs: dict[str, Job] = {}

    def add(self, job: Job) -> None:
        """Write down a new one; those that were over long ago are forgotten."""
        self._jobs[job.task.id] = job
        over = [id for id, each in self._jobs.items() if each.task.state != "running"]
        for id in over[: -self._kept]:
            del self._jobs[id]

    def __getitem__(self, task_id: str) -> Job:
        """The one of a task.

        Raises:
            UnknownTask: there is none, or it was long ago.
        """
        if task_id not in self._jobs:
            raise UnknownTask(self._unknown)
        return self._jobs[task_id]

    def __contains__(self, task_id: str) -> bool:
        return task_id in self._jobs

    def __iter__(self) -> Iterator[Job]:
        return iter(list(self._jobs.values()))


def new_task(what: str, total: int = 0) -> Task:
    """A task that has just begun, with an id that nobody can guess."""
    return Task(id=secrets.token_hex(6), what=what, state="running", done=0, total=total)


def left_s(began_s: float, done: int, total: int) -> float | None:
    """Seconds left if all goes on as it did since ``began_s`` of ``time.monotonic()``; None: not known."""
    return round((time.monotonic() - began_s) / done * (total - done), 1) if done else None
