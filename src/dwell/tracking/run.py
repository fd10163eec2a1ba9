"""One call of ``track``: what is wanted, the plan for it, and following the plan frame by frame."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

from dwell.errors import PromptError
from dwell.masks import MaskRecord
from dwell.project import Project
from dwell.segmenters.contract import Backend
from dwell.tracking.plan import Stretch, plan_passes, plan_stretches
from dwell.tracking.record import Recorder, done_frames, resume_points
from dwell.tracking.sweep import Swept, sweep
from dwell.types import BoolArray, Direction
from dwell.video import Frames

__all__ = ["Run", "TrackUpdate", "Wanted"]

_Plan = dict[Direction, list[Stretch]]


@dataclass(frozen=True)
class TrackUpdate:
    """One tracked frame."""

    frame_idx: int
    direction: Direction
    records: dict[int, MaskRecord]
    """What was written, by object_id."""
    done: int
    """Frames tracked so far in this run."""
    total: int
    """Frames this run will track; a frame tracked forward and backward counts twice."""


@dataclass(frozen=True)
class Wanted:
    """What is to be tracked."""

    span: tuple[int, int]
    """(start, stop), half-open."""
    direction: Direction
    object_ids: tuple[int, ...] | None
    """None = all there are."""


class Run:
    """Tracks what is wanted and missing; plans anew when a person has changed something meanwhile."""

    def __init__(
        self, project: Project, frames: Frames, backend: Backend, filler: BoolArray, wanted: Wanted
    ) -> None:
        self._project = project
        self._frames = frames
        self._backend = backend
        self._filler = filler
        self._wanted = wanted
        self._recorder: Recorder | None = None
        self._changed = False

    def plan(self) -> _Plan:
        """The stretches to track, forward and backward.

        Raises:
            PromptError: no AOI has an anchor that shows it.
        """
        ids = self._wanted.object_ids
        there = [each.object_id for each in self._project.aois() if ids is None or each.object_id in ids]
        done = {object_id: done_frames(self._project, object_id, self._filler) for object_id in there}
        if not any(len(each.shown) for each in done.values()):
            raise PromptError("There is nothing to track from: prompt an AOI on some frame that shows it.")
        missing = [
            each
            for object_id, known in done.items()
            for each in plan_passes(object_id, known, self._wanted.span, self._wanted.direction)
        ]
        passes = resume_points(self._project, self._backend, missing)
        return {way: plan_stretches(passes, way) for way in (Direction.FORWARD, Direction.BACKWARD)}

    def remaining(self) -> int:
        """How many frames there are to go through; forward and backward count apart."""
        return _n_frames(self.plan())

    def updates(self) -> Generator[TrackUpdate, None, None]:
        """Every frame as it is tracked. Closing it saves what was done."""
        done = 0
        while True:
            try:
                plan = self.plan()
            except PromptError:  # what was to be tracked has been taken away meanwhile
                return
            total = done + _n_frames(plan)
            if total == done:
                return
            for swept, direction, records in self._follow(plan):
                done += 1
                yield TrackUpdate(swept.frame_idx, direction, records, done, total)

    def before_change(self) -> None:
        """Make ready for a change by a person: save what was tracked, so that the change finds it."""
        self._changed = True
        if self._recorder is not None:
            self._recorder.flush(save_memories=True)

    def _follow(self, plan: _Plan) -> Generator[tuple[Swept, Direction, dict[int, MaskRecord]], None, None]:
        """What each frame gave, until the plan is done or a change has made it void."""
        self._changed = False
        with Recorder.open(self._project, self._backend, plan) as recorder:
            self._recorder = recorder
            try:
                for direction, way in plan.items():
                    frames = sweep(self._frames, self._backend, way, recorder, self._filler)
                    with closing(frames):
                        for swept in frames:
                            yield swept, direction, recorder.write(swept, direction)
                            if self._changed:
                                recorder.status = "cancelled"
                                return
                recorder.status = "done"
            finally:
                self._recorder = None


def _n_frames(plan: _Plan) -> int:
    return sum(len(stretch) for way in plan.values() for stretch in way)
