"""A job of a project: done in steps, told as it goes, and noted so that it outlives its process."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Generator
from contextlib import suppress
from typing import Any, Generic, TypeVar

from dwell.app.messages import Job
from dwell.errors import DwellError, PromptError
from dwell.project import Project

__all__ = ["NotedJob", "Publish"]

TELL_EVERY_S = 0.25
LANES_EVERY_S = 1.0
"""At least; as many times that as there are hundreds of AOIs whose masks have changed."""
MAX_TRIES = 3
"""Processes in a row that may end while they go on with a job, before a step of it is done."""

Publish = Callable[..., None]
"""Called with ``job=`` and, when masks were saved, ``touched=`` the object_ids."""


Update = TypeVar("Update")
"""What a step of the job gives."""


class NotedJob(ABC, Generic[Update]):
    """Does a job in steps.

    What was asked for is noted in the project until it has ended, so that the next process goes on with it.
    """

    note_key: str
    """Setting of the project that keeps what is being done."""
    what: str
    """``Tracking``."""
    advice: str
    """What to do where going on has ended several processes."""

    def __init__(self, project: Project, publish: Publish) -> None:
        self._project = project
        self._publish = publish
        self._job: Job | None = None
        self._updates: Generator[Update, None, None] | None = None
        self._told_at = self._lanes_at = 0.0
        self._note: dict[str, Any] = {}
        self._tries = 0

    # ---------------------------------------------------------------- what each kind of job says of itself

    @abstractmethod
    def _seen(self, job: Job, update: Update, step_s: float) -> Job:
        """The job after a step that took so many seconds."""

    @abstractmethod
    def _touched(self) -> Collection[int]:
        """object_ids whose masks may have changed since this was asked last."""

    @abstractmethod
    def _failed(self, number: int, backend: str) -> Job:
        """A job that never came to anything."""

    # ---------------------------------------------------------------- for all of them

    @property
    def running(self) -> bool:
        """Whether there is something to do."""
        return self._updates is not None

    @property
    def job(self) -> Job | None:
        """The job that is running, or was last."""
        return self._job

    def step(self) -> None:
        """Do one step."""
        if self._updates is None:
            return
        began = time.monotonic()
        try:
            update = next(self._updates)
            self._note_progress()
        except StopIteration:
            self._end("done")
        except DwellError as error:
            self._end("failed", str(error))
        except Exception as error:  # a backend may raise anything; the page must hear of it
            self._end("failed", f"{self.what} stopped: {type(error).__name__}: {error}")
        else:
            now = time.monotonic()
            assert self._job is not None
            self._job = self._seen(self._job, update, now - began)
            self._tell(now)

    def stop(self) -> Job | None:
        """Give up what is running; what was done is saved."""
        if self.running:
            self._end("cancelled")
        return self._job

    def close(self) -> None:
        """Save and let go; the note stays, so that the next process goes on."""
        if self._updates is not None:
            self._updates.close()
            self._updates = None

    def give_up(self, backend: str, error: str) -> None:
        """Forget what a process that has died was doing, and say why it is not gone on with."""
        number = 0
        with suppress(DwellError):  # a full disk is no reason not to open
            number = self._next_number()
        text = f"{self.what} was interrupted and cannot go on: {error}"
        self._job = self._failed(number, backend).model_copy(update={"error": text})
        self.forget()
        self._publish(job=self._job)

    def forget(self) -> None:
        """Leave nothing for the next process to go on with."""
        self._tries = 0
        with suppress(DwellError):  # a full disk; then the next process looks again
            self._project.set_setting(self.note_key, None)

    def _begin(self, note: dict[str, Any]) -> int:
        """Note what is to be done; the number of the job."""
        self._note = note
        self._project.set_setting(self.note_key, note | {"tries": self._tries})
        self._lanes_at = 0.0
        return self._next_number()

    def _noted(self) -> dict[str, Any]:
        """What a process that has died was doing; empty = nothing.

        Raises:
            PromptError: going on with it has ended several processes.
        """
        note = dict(self._project.get_setting(self.note_key) or {})
        if not note:
            return note
        self._tries = note.pop("tries", 0) + 1
        if self._tries > MAX_TRIES:
            raise PromptError(f"It has ended {MAX_TRIES} processes (out of memory, perhaps). {self.advice}")
        return note

    def _note_progress(self) -> None:
        if self._tries:
            self._tries = 0
            self._project.set_setting(self.note_key, self._note)

    def _next_number(self) -> int:
        number = int(self._project.get_setting("page job number", 0)) + 1
        self._project.set_setting("page job number", number)
        return number

    def _tell(self, now: float) -> None:
        if now - self._told_at < TELL_EVERY_S:
            return
        self._told_at = now
        saved: dict[str, Any] = {}
        if now >= self._lanes_at:
            touched = self._touched()
            self._lanes_at = now + LANES_EVERY_S * (1 + len(touched) / 100)
            saved = {"touched": touched}
        self._publish(job=self._job, **saved)

    def _end(self, state: str, error: str | None = None) -> None:
        assert self._job is not None
        updates, self._updates = self._updates, None
        try:
            if updates is not None:
                updates.close()
        except DwellError as failure:  # what was done last could not be saved
            state, error = "failed", error or str(failure)
        self.forget()
        done = self._job.total if state == "done" else self._job.done
        self._job = self._job.model_copy(
            update={"state": state, "error": error, "left_s": None, "done": done}
        )
        self._publish(job=self._job, touched=self._touched())
