"""The tracking job of a project: one at a time, a frame at a time, noted so that it outlives its process."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator
from contextlib import suppress
from typing import Any

from dwell.app.messages import Job, TrackRequest
from dwell.errors import DwellError, PromptError
from dwell.project import Project
from dwell.tracking import TrackingSession, TrackUpdate

__all__ = ["AllTracked", "Jobs"]

NOTE = "page job"
"""Setting of the project that keeps what is being tracked."""
TELL_EVERY_S = 0.25
LANES_EVERY_S = 1.0
MAX_TRIES = 3
"""Processes in a row that may end while they go on with a job, before a frame of it is tracked."""

Publish = Callable[..., None]
"""Called with ``job=`` and, when masks were saved, ``touched=`` the object_ids."""


class AllTracked(PromptError):
    """Nothing that was asked for is missing."""

    kind = "PromptError"


class Jobs:
    """Tracks as asked, in steps.

    What is asked for is noted in the project until it has ended, so that the next process goes on with it.
    """

    def __init__(self, project: Project, publish: Publish) -> None:
        self._project = project
        self._publish = publish
        self._job: Job | None = None
        self._updates: Generator[TrackUpdate, None, None] | None = None
        self._work_s = 0.0
        self._told_at = self._lanes_at = 0.0
        self._note: dict[str, Any] = {}
        self._tries = 0

    @property
    def running(self) -> bool:
        """Whether there is something to do."""
        return self._updates is not None

    @property
    def job(self) -> Job | None:
        """The job that is running, or was last."""
        return self._job

    def tracks(self, object_ids: Collection[int] | None) -> bool:
        """Whether the running job tracks all of these AOIs; None = all of the project's."""
        if self._job is None or not self.running:
            return False
        asked = [aoi.object_id for aoi in self._project.aois()] if object_ids is None else object_ids
        return set(asked) <= set(self._job.object_ids)

    def noted(self) -> TrackRequest | None:
        """What a process that has died was tracking.

        Raises:
            PromptError: going on with it has ended several processes.
        """
        note = dict(self._project.get_setting(NOTE) or {})
        if not note or not self._project.aois():
            return None
        self._tries = note.pop("tries", 0) + 1
        if self._tries > MAX_TRIES:
            raise PromptError(
                f"It has ended {MAX_TRIES} processes (out of memory, perhaps). Track fewer AOIs at a time, "
                "or choose a lower resolution or another backend."
            )
        known = {aoi.object_id for aoi in self._project.aois()}
        request = TrackRequest.model_validate(note)
        if request.object_ids is None:
            return request
        left = [each for each in request.object_ids if each in known]
        return request.model_copy(update={"object_ids": left}) if left else None

    def start(self, session: TrackingSession, request: TrackRequest) -> Job:
        """Begin; the first step is done by ``step``.

        Raises:
            AllTracked: nothing is missing.
            PromptError: a job is running, or there is nothing to track from.
        """
        if self.running:
            raise PromptError("Tracking is under way already; wait until it has ended, or stop it.")
        stop = len(session.frames) if request.stop is None else request.stop
        ids, span = request.object_ids, (request.start, stop)
        total = session.remaining(span, request.direction, ids, request.stride)
        if not total:
            raise AllTracked(
                "Everything asked for is tracked and up to date; correct a frame, or choose another span."
            )
        updates = session.track(span, request.direction, ids, request.stride)
        self._note = request.model_dump()
        self._project.set_setting(NOTE, self._note | {"tries": self._tries})
        number = self._next_number()
        aois = [aoi for aoi in self._project.aois() if ids is None or aoi.object_id in ids]
        self._work_s = self._lanes_at = 0.0
        self._job = Job(
            id=number,
            state="running",
            what="Tracking " + ", ".join(aoi.name for aoi in aois),
            object_ids=[aoi.object_id for aoi in aois],
            span=span,
            direction=request.direction,
            backend=session.backend.name,
            done=0,
            total=total,
        )
        self._updates = updates
        return self._job

    def give_up(self, backend: str, error: str) -> None:
        """Forget what a process that has died was tracking, and say why it is not gone on with."""
        number = 0
        with suppress(DwellError):  # a full disk is no reason not to open
            number = self._next_number()
        self._job = Job(
            id=number,
            state="failed",
            what="Tracking",
            object_ids=[],
            span=(0, self._project.source.n_frames),
            direction="both",
            backend=backend,
            done=0,
            total=1,
            error=f"Tracking was interrupted and cannot go on: {error}",
        )
        self.forget()
        self._publish(job=self._job)

    def forget(self) -> None:
        """Leave nothing for the next process to go on with."""
        self._tries = 0
        with suppress(DwellError):  # a full disk; then the next process looks again
            self._project.set_setting(NOTE, None)

    def step(self) -> None:
        """Track one frame."""
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
            self._end("failed", f"Tracking stopped: {type(error).__name__}: {error}")
        else:
            now = time.monotonic()
            self._work_s += now - began
            self._tell(update, now)

    def stop(self) -> Job | None:
        """Give up what is running; what was tracked is saved."""
        if self.running:
            self._end("cancelled")
        return self._job

    def close(self) -> None:
        """Save and let go; the note stays, so that the next process goes on."""
        if self._updates is not None:
            self._updates.close()
            self._updates = None

    def _note_progress(self) -> None:
        if self._tries:
            self._tries = 0
            self._project.set_setting(NOTE, self._note)

    def _next_number(self) -> int:
        number = int(self._project.get_setting("page job number", 0)) + 1
        self._project.set_setting("page job number", number)
        return number

    def _tell(self, update: TrackUpdate, now: float) -> None:
        assert self._job is not None
        left = self._work_s / max(update.done, 1) * (update.total - update.done)
        self._job = self._job.model_copy(
            update={
                "done": update.done,
                "total": update.total,
                "left_s": round(left, 1),
                "frame_idx": update.frame_idx,
            }
        )
        if now - self._told_at < TELL_EVERY_S:
            return
        self._told_at = now
        saved: dict[str, Any] = {}
        if now - self._lanes_at >= LANES_EVERY_S:
            self._lanes_at = now
            saved = {"touched": self._job.object_ids}
        self._publish(job=self._job, **saved)

    def _end(self, state: str, error: str | None = None) -> None:
        assert self._job is not None
        updates, self._updates = self._updates, None
        try:
            if updates is not None:
                updates.close()
        except DwellError as failure:  # what was tracked last could not be saved
            state, error = "failed", error or str(failure)
        self.forget()
        done = self._job.total if state == "done" else self._job.done
        self._job = self._job.model_copy(
            update={"state": state, "error": error, "left_s": None, "done": done}
        )
        self._publish(job=self._job, touched=self._job.object_ids)
