"""The tracking job of a project: one at a time, a frame at a time."""

from __future__ import annotations

from collections.abc import Collection

from dwell.app.messages import Job, TrackRequest
from dwell.app.work.noted import NotedJob, Publish
from dwell.errors import PromptError
from dwell.project import Project
from dwell.tracking import TrackingSession, TrackUpdate

__all__ = ["AllTracked", "Jobs"]

NOTE = "page job"
"""Setting of the project that keeps what is being tracked."""


class AllTracked(PromptError):
    """Nothing that was asked for is missing."""

    kind = "PromptError"


class Jobs(NotedJob[TrackUpdate]):
    """Tracks as asked, in steps."""

    note_key = NOTE
    what = "Tracking"
    advice = "Track fewer AOIs at a time, or choose a lower resolution or another backend."

    def __init__(self, project: Project, publish: Publish) -> None:
        super().__init__(project, publish)
        self._work_s = 0.0

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
        known = {aoi.object_id for aoi in self._project.aois()}
        note = self._noted() if known else {}
        if not note:
            return None
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
        number = self._begin(request.model_dump())
        aois = [aoi for aoi in self._project.aois() if ids is None or aoi.object_id in ids]
        self._work_s = 0.0
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

    def _seen(self, job: Job, update: TrackUpdate, step_s: float) -> Job:
        self._work_s += step_s
        left = self._work_s / max(update.done, 1) * (update.total - update.done)
        return job.model_copy(
            update={
                "done": update.done,
                "total": update.total,
                "left_s": round(left, 1),
                "frame_idx": update.frame_idx,
            }
        )

    def _touched(self) -> Collection[int]:
        return self._job.object_ids if self._job is not None else ()

    def _failed(self, number: int, backend: str) -> Job:
        return Job(
            id=number,
            state="failed",
            what="Tracking",
            object_ids=[],
            span=(0, self._project.source.n_frames),
            direction="both",
            backend=backend,
            done=0,
            total=1,
        )
