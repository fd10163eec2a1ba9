"""Between a sweep and the project: what is settled already, and saving what is new."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from dwell.masks import Mask, MaskRecord
from dwell.project import Project
from dwell.segmenters.contract import Backend, Tracked
from dwell.tracking.between import interpolate
from dwell.tracking.blend import blend
from dwell.tracking.doubt import judge
from dwell.tracking.family import Family
from dwell.tracking.memories import Memories, Reached
from dwell.tracking.plan import BACKWARD, FORWARD, Done, Pass, Stretch
from dwell.tracking.sweep import Swept
from dwell.tracking.trail import Trail
from dwell.types import BoolArray, Direction, Origin, State

__all__ = ["Recorder", "done_frames"]

COMMIT_EVERY_S = 1.0
MEMORY_EVERY_S = 10.0
"""Work between saved memories: about what is done again, at most, after a crash."""


def done_frames(project: Project, object_id: int, filler: BoolArray) -> Done:
    """The anchors of an AOI, and how each frame is tracked; filler frames count as done."""
    coverage = project.coverage(object_id)
    is_anchor = coverage.approved | coverage.given
    anchors, shown = (coverage.frame_idx[chosen] for chosen in (is_anchor, is_anchor & coverage.shown))
    directions = np.zeros(len(filler), dtype=np.int64)
    current = ~coverage.stale
    directions[coverage.frame_idx[current]] = coverage.directions[current]
    directions[filler] = FORWARD | BACKWARD
    return Done(anchors, shown, directions)


class Recorder:
    """Saves what a sweep yields, and answers its questions about settled frames."""

    def __init__(
        self, project: Project, memories: Memories, run_id: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``clock`` gives seconds."""
        self._project = project
        self._memories = memories
        self._run_id = run_id
        self.family = Family(project.aois())
        """As it was when the run began."""
        self._clock = clock
        self._trails: dict[tuple[int, int, Direction], Trail] = {}
        self._unsaved: dict[tuple[int, int, Direction], Reached] = {}
        self._pending: list[MaskRecord] = []
        self._opened_at = self._committed_at = clock()
        self._paused_at: float | None = None
        self._paused_s = self._remembered_after_s = 0.0
        self._n_answers = 0
        self.status = "failed"
        """How the run ends, as far as is known: ``done``, ``cancelled`` or ``failed``."""

    @classmethod
    @contextmanager
    def open(
        cls,
        project: Project,
        backend: Backend,
        stretches: Mapping[Direction, list[Stretch]],
        clock: Callable[[], float] = time.monotonic,
        seen: Mapping[str, str] | None = None,
    ) -> Iterator[Recorder]:
        """A recorder for one run of tracking, which is one undo step; ``seen`` as of ``seen_through``.

        Everything is saved on the way out, error or not.
        """
        passes = {p.key: p for way in stretches.values() for stretch in way for p in stretch.passes}
        memories = Memories(project, backend, list(passes.values()), seen or {})
        ids = {each.object_id for each in passes.values()}
        label = "track " + ", ".join(each.name for each in project.aois() if each.object_id in ids)
        with project.action(label, long=True):
            description = {**backend.describe(), "stride": _stride(passes.values()), **(seen or {})}
            run_id = project.begin_run(backend.name, description, str(description.get("version", "")))
            recorder = cls(project, memories, run_id, clock)
            try:
                yield recorder
            except (GeneratorExit, KeyboardInterrupt):
                recorder.status = "cancelled"
                raise
            finally:
                try:
                    recorder.flush(save_memories=True)
                finally:
                    project.end_run(run_id, recorder.status)
                    project.commit()

    # ---------------------------------------------------------------- what the sweep asks

    def anchor_mask(self, object_id: int, frame_idx: int) -> BoolArray:
        """(h, w) mask of an AOI at one of its anchors."""
        return self._anchor(object_id, frame_idx).mask.to_array()

    def rival_masks(self, frame_idx: int, tracked: frozenset[int]) -> dict[int, BoolArray]:
        """Masks of the AOIs that are not tracked now and are up to date on this frame."""
        others = self._project.records_at(frame_idx, stale=False)
        return {
            object_id: record.mask.to_array()
            for object_id, record in others.items()
            if object_id not in tracked and record.state is State.VISIBLE
        }

    def saved_memory(self, each: Pass) -> bytes:
        """The memory saved at ``each.resume_at``."""
        self._trails[each.key], data = self._memories.load(each)
        return data

    # ---------------------------------------------------------------- what the sweep tells

    def write(self, swept: Swept) -> list[MaskRecord]:
        """The records made of one visited frame, and of those skipped before it, by ascending object_id.

        They are on disk within about a second.
        """
        records: list[MaskRecord] = []
        for each in sorted(swept.stretch.passes, key=lambda each: each.object_id):
            if each.object_id in swept.tracked:
                records += self._advance(each, swept)
        self._pending += records
        self._n_answers += len(swept.tracked)
        ended = swept.frame_idx == swept.stretch.last
        if ended or self._clock() - self._committed_at > COMMIT_EVERY_S:
            much = self._worked_s() - self._remembered_after_s >= MEMORY_EVERY_S
            self.flush(save_memories=ended or much)
        return records

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Time inside the ``with`` block does not count as work: someone looks at what was tracked."""
        self._paused_at = self._clock()
        try:
            yield
        finally:
            self._paused_s += self._clock() - self._paused_at
            self._paused_at = None

    def flush(self, *, save_memories: bool) -> None:
        """Put on disk what is not there yet."""
        if self._pending:
            self._project.write_masks(self._pending, run_id=self._run_id)
            self._pending = []
        if save_memories and self._unsaved:
            self._project.commit()  # masks are safe whatever comes of the memories
            self._save_memories()
        self._project.commit()
        self._committed_at = self._clock()

    def _save_memories(self) -> None:
        self._remembered_after_s = self._worked_s()
        # A share for each AOI: all their memories together take no more bytes than those of one.
        seconds_per_visit = self._remembered_after_s / max(self._n_answers, 1)
        while self._unsaved:
            _, reached = self._unsaved.popitem()
            self._memories.save(reached, seconds_per_visit)

    def _worked_s(self) -> float:
        """Seconds of work since the run was opened."""
        now = self._clock() if self._paused_at is None else self._paused_at
        return now - self._opened_at - self._paused_s

    # ---------------------------------------------------------------- answers become records

    def _advance(self, each: Pass, swept: Swept) -> list[MaskRecord]:
        """The records of one AOI up to this visited frame, from the one before."""
        before = self._trail(each)
        answer = _answer(each, swept.frame_idx, swept.tracked[each.object_id], before)
        first = before.last.frame_idx + each.step
        skipped = [i for i in range(first, swept.frame_idx, each.step) if each.todo[i]]
        made = [interpolate(before.last, answer, frame_idx) for frame_idx in skipped]
        made += [answer] if each.todo[swept.frame_idx] else []
        thrown = swept.tracked[each.object_id].state is State.VISIBLE and answer.state is not State.VISIBLE
        trail = self._trails[each.key] = before.after(answer, thrown=thrown)
        memory = swept.memories[each.object_id]
        self._unsaved[each.key] = Reached(each, swept.frame_idx, memory, trail)
        return [self._joined(each, new) for new in made]

    def _trail(self, each: Pass) -> Trail:
        if each.key not in self._trails:
            support = [self._anchor(each.object_id, frame_idx).mask for frame_idx in each.support]
            self._trails[each.key] = Trail.begun(self._anchor(each.object_id, each.begin), support)
        return self._trails[each.key]

    def _joined(self, each: Pass, new: MaskRecord) -> MaskRecord:
        """The new record of one direction, blended with that of the other direction if there is one."""
        if each.other_end is None:
            return new
        old = self._project.record(each.object_id, new.frame_idx, stale=False)
        if old is None or old.direction in (None, each.direction, Direction.BOTH):
            return new
        position = abs(new.frame_idx - each.begin) / abs(each.other_end - each.begin)
        if each.direction is Direction.FORWARD:
            return blend(new, old, position)
        return blend(old, new, 1 - position)

    def _anchor(self, object_id: int, frame_idx: int) -> MaskRecord:
        record = self._project.record(object_id, frame_idx)
        if record is None:
            raise ValueError(f"object {object_id} has no anchor at frame {frame_idx}")
        return record


def _stride(passes: Iterable[Pass]) -> int:
    """That of the run: all its passes have the same."""
    return next((each.grid.stride for each in passes), 1)


def _answer(each: Pass, frame_idx: int, tracked: Tracked, before: Trail) -> MaskRecord:
    """What this pass alone says of a visited frame."""
    judged, signals = judge(
        tracked,
        before.seen,
        abs(frame_idx - before.seen_at),
        shown_area=before.shown_area,
        away=before.away,
        thrown=before.thrown,
    )
    return MaskRecord(
        each.object_id,
        frame_idx,
        Mask.from_array(judged.mask),
        # What a person said is gone stays absent, rather than lost, until it is seen again.
        State.ABSENT if judged.state is State.LOST and before.gone else judged.state,
        float(judged.score),
        origin=Origin.MODEL,
        direction=each.direction,
        check=judged.check,
        signals=signals,
    )
