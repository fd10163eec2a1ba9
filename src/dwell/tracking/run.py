"""One call of ``track``: what is wanted, the plan for it, and following the plan frame by frame."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import takewhile

from dwell.errors import PromptError
from dwell.masks import MaskRecord
from dwell.project import Project
from dwell.segmenters.contract import Backend
from dwell.tracking.estimate import Estimate, estimate
from dwell.tracking.grid import Grid
from dwell.tracking.memories import resume_points, seen_through
from dwell.tracking.plan import Stretch, plan_spans, plan_stretches
from dwell.tracking.record import Recorder, done_frames
from dwell.tracking.sweep import sweep
from dwell.types import BoolArray, Direction
from dwell.video import Frames

__all__ = ["Plan", "Run", "TrackUpdate", "Wanted"]

Plan = dict[Direction, list[Stretch]]
"""The work in each direction."""


@dataclass(frozen=True)
class TrackUpdate:
    """One tracked frame, with the skipped frames before it."""

    frame_idx: int
    direction: Direction
    records: dict[int, MaskRecord]
    """What was written on this frame, by object_id."""
    done: int
    """Frames gone through so far in this run."""
    total: int
    """Frames this run will go through; a frame tracked forward and backward counts twice."""
    between: tuple[MaskRecord, ...] = ()
    """What was written on skipped frames before this one."""


@dataclass(frozen=True)
class Wanted:
    """What is to be tracked."""

    span: tuple[int, int]
    """(start, stop), half-open."""
    direction: Direction
    object_ids: tuple[int, ...] | None
    """None = all there are."""
    stride: int = 1
    """Frames whose number is a multiple of it are looked at; those between are interpolated."""
    spans: Mapping[int, Sequence[tuple[int, int]]] = field(default_factory=dict)
    """By object_id, of AOIs that are wanted elsewhere than in ``span``."""
    named: tuple[int, ...] = ()
    """Frames that are looked at whatever the stride, ascending."""


class Run:
    """Tracks what is wanted and missing; plans anew when a person has changed something meanwhile."""

    def __init__(
        self,
        project: Project,
        frames: Frames,
        backend: Backend,
        filler: BoolArray,
        wanted: Wanted,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._project = project
        self._frames = frames
        self._backend = backend
        self._filler = filler
        self._wanted = wanted
        self._clock = clock
        self._recorder: Recorder | None = None
        self._changed = False

    def plan(self) -> Plan:
        """The stretches to track, forward and backward.

        Raises:
            PromptError: no AOI has an anchor that shows it.
        """
        ids = self._wanted.object_ids
        there = [each.object_id for each in self._project.aois() if ids is None or each.object_id in ids]
        done = {object_id: done_frames(self._project, object_id, self._filler) for object_id in there}
        if not any(len(each.shown) for each in done.values()):
            raise PromptError("There is nothing to track from: prompt an AOI on some frame that shows it.")
        grid = Grid(self._filler, self._wanted.stride, self._wanted.named)
        missing = [
            each
            for object_id, known in done.items()
            for each in plan_spans(object_id, known, self._spans_of(object_id), self._wanted.direction, grid)
        ]
        passes = resume_points(self._project, self._backend, missing, seen_through(self._frames))
        return {way: plan_stretches(passes, way) for way in (Direction.FORWARD, Direction.BACKWARD)}

    def _spans_of(self, object_id: int) -> Sequence[tuple[int, int]]:
        return self._wanted.spans.get(object_id, [self._wanted.span])

    def remaining(self) -> int:
        """How many frames there are to go through; forward and backward count apart."""
        return n_frames(self.plan())

    def estimate(self, budget_s: float) -> Estimate:
        """How long it will take; see ``dwell.tracking.estimate``."""
        return estimate(self.plan(), self._project, self._frames, self._backend, self._clock, budget_s)

    def updates(self) -> Generator[TrackUpdate, None, None]:
        """Every visited frame as it is tracked. Closing it saves what was done."""
        done = 0
        while True:
            try:
                plan = self.plan()
            except PromptError:  # what was to be tracked has been taken away meanwhile
                return
            before, total = done, done + n_frames(plan)
            if total == before:
                return
            for update in self._follow(plan):
                done = before + update.done
                yield replace(update, done=done, total=total)

    def before_change(self) -> None:
        """Make ready for a change by a person: save what was tracked, so that the change finds it."""
        self._changed = True
        if self._recorder is not None:
            self._recorder.flush(save_memories=True)

    def _follow(self, plan: Plan) -> Generator[TrackUpdate, None, None]:
        """What each visited frame gave, until the plan is done or a change has made it void."""
        self._changed = False
        done = 0
        seen = seen_through(self._frames)
        with Recorder.open(self._project, self._backend, plan, self._clock, seen) as recorder:
            self._recorder = recorder
            try:
                for direction, way in plan.items():
                    for update in self._follow_way(way, direction, recorder):
                        yield replace(update, done=done + update.done)
                        if self._changed:
                            recorder.status = "cancelled"
                            return
                    done += n_frames({direction: way})
                recorder.status = "done"
            finally:
                self._recorder = None

    def _follow_way(
        self, way: list[Stretch], direction: Direction, recorder: Recorder
    ) -> Generator[TrackUpdate, None, None]:
        with closing(sweep(self._frames, self._backend, way, recorder)) as frames:
            for swept in frames:
                made = recorder.write(swept)
                done = sum(map(len, _before(swept.stretch, way))) + abs(swept.frame_idx - swept.stretch.first)
                here = {each.object_id: each for each in made if each.frame_idx == swept.frame_idx}
                between = tuple(each for each in made if each.frame_idx != swept.frame_idx)
                with recorder.paused():
                    yield TrackUpdate(swept.frame_idx, direction, here, done, done, between)


def _before(stretch: Stretch, way: list[Stretch]) -> list[Stretch]:
    return list(takewhile(lambda each: each is not stretch, way))


def n_frames(plan: Plan) -> int:
    """Frames to go through; forward and backward count apart."""
    return sum(len(stretch) for way in plan.values() for stretch in way)
