"""Verbs of jobs: tracking, and finding everything."""

from __future__ import annotations

from dwell.app.messages import (
    BackendChoice,
    Estimate,
    EverythingRequest,
    Job,
    TrackRequest,
    Unfinished,
)
from dwell.app.work.child import Calling
from dwell.app.work.finding import no_gaze
from dwell.app.work.jobs import AllTracked
from dwell.app.work.workplace import Workplace, options_of
from dwell.errors import PromptError

__all__ = ["TrackingVerbs"]

TRACKED_FIRST = "Tracking is under way; wait until it has ended, or stop it."
FOUND_FIRST = "Everything in the video is being looked for; wait until that has ended, or stop it."


class TrackingVerbs(Workplace):
    """What takes long, one job at a time."""

    def use_backend(self, calling: Calling, choice: BackendChoice, client: str) -> BackendChoice:
        """Switch who segments and tracks.

        Raises:
            BackendError: it is not installed, or its weights are not here.
        """
        if self._busy:
            raise PromptError("Tracking is under way; stop it before you switch the backend.")
        self.analysis.use_backend(choice.name, **options_of(choice))
        self._session.sign()
        self._changed(calling, client)
        return self._telling.state.backend

    def estimate(self, calling: Calling, request: TrackRequest) -> Estimate:
        """How long tracking would take, measured; nothing is saved."""
        session = self._session_of(request.backend)
        span = (request.start, len(session.frames) if request.stop is None else request.stop)
        found = session.estimate(span, request.direction, request.object_ids, request.stride)
        return Estimate(
            frames=session.remaining(span, request.direction, request.object_ids, request.stride),
            seconds=round(found.seconds, 2),
            encode_s=round(found.encode_s, 4),
            step_s_per_object=round(found.step_s_per_object, 4),
            note="" if found.frames else "Everything asked for is tracked and up to date.",
        )

    def track(self, calling: Calling, request: TrackRequest) -> Job | None:
        """Begin to track; progress is told as it goes. None: nothing is missing, and the request would join.

        Raises:
            AllTracked: nothing is missing.
            PromptError: a job is running, or there is nothing to track from.
        """
        request = self._unlocked(request)
        if self._finding.running:
            raise PromptError(FOUND_FIRST)
        if request.join and self._jobs.tracks(request.object_ids):
            return self._jobs.job
        if request.backend is not None and request.backend != self._backend():
            self.use_backend(calling, request.backend, request.client)
        try:
            job = self._jobs.start(self._session, request.model_copy(update={"backend": self._backend()}))
        except AllTracked:
            if request.join:
                return None
            raise
        self._changed(calling, request.client, job=job)
        return job

    def stop(self, calling: Calling, client: str) -> Job | None:
        """Stop tracking, or finding everything; what is done stays."""
        job = self._stop_job()
        self._changed(calling, client)
        return job

    def _stop_job(self) -> Job | None:
        return self._finding.stop() if self._finding.running else self._jobs.stop()

    def everything(self, calling: Calling) -> tuple[Unfinished | None, str]:
        """The run that was stopped before its end; why there is nothing that was looked at, if so."""
        return self._finding.unfinished(), no_gaze(self.analysis)

    def find_everything(self, calling: Calling, request: EverythingRequest) -> Job:
        """Begin to find everything, or what was looked at; progress is told as it goes.

        Raises:
            PromptError: a job is running; a run that was stopped is in the way; there is no gaze.
        """
        if self._busy:
            raise PromptError(FOUND_FIRST if self._finding.running else TRACKED_FIRST)
        job = self._finding.start(request)
        self._changed(calling, request.client, job=job)
        return job

    def _resume(self) -> None:
        """Go on with what a process that has died was tracking, or say why not."""
        try:
            request = self._jobs.noted()
            if request is None:
                return
            if request.backend is not None and request.backend != self._backend():
                self.analysis.use_backend(request.backend.name, **options_of(request.backend))
            job = self._jobs.start(self._session, request)
        except AllTracked:
            self._jobs.forget()
        except Exception as error:  # a backend may raise anything; the project is to open all the same
            self._jobs.give_up(self._backend().name, str(error))
        else:
            self._tell("tracking", job=job)

    def _resume_finding(self) -> None:
        """Go on with what a process that has died was finding, or say why not."""
        try:
            request = None if self._busy else self._finding.noted()
            job = None if request is None else self._finding.start(request)
        except Exception as error:  # whatever it is, the project is to open all the same
            self._finding.give_up(self._backend().name, str(error))
        else:
            if job is not None:
                self._tell("tracking", job=job)

    def _unlocked(self, request: TrackRequest) -> TrackRequest:
        """The request for those AOIs only that are not locked, where it is for all."""
        if request.object_ids is not None:
            self._check_unlocked(request.object_ids)
            return request
        locked = set(self._telling.state.view.locked)
        ids = [aoi.object_id for aoi in self.analysis.project.aois()]
        if not locked & set(ids):
            return request
        free = [object_id for object_id in ids if object_id not in locked]
        if not free:
            raise PromptError("Every AOI is locked; click the lock beside a name to unlock it.")
        return request.model_copy(update={"object_ids": free})
