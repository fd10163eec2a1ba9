"""Between a sweep and the project: what is settled already, and saving what is new."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from dwell.masks import Mask, MaskRecord
from dwell.project import Checkpoint, Project
from dwell.segmenters.contract import Backend, Tracked
from dwell.tracking.blend import blend
from dwell.tracking.plan import BACKWARD, FORWARD, Done, Pass, Stretch
from dwell.tracking.sweep import Swept
from dwell.types import BoolArray, Direction, Origin, State

__all__ = ["Recorder", "done_frames", "resume_points"]

COMMIT_EVERY_S = 1.0
MEMORY_EVERY = 150
"""Frames between saved memories: what is tracked again, at most, after a crash."""

GONE = "+gone"
"""Ends the key of a saved memory that has not seen an AOI since a person said that it is absent."""

_BITS = {Direction.FORWARD: FORWARD, Direction.BACKWARD: BACKWARD, Direction.BOTH: FORWARD | BACKWARD}


def done_frames(project: Project, object_id: int, filler: BoolArray) -> Done:
    """The anchors of an AOI, and how each frame is tracked; filler frames count as done."""
    coverage = project.coverage(object_id)
    anchors = coverage.frame_idx[coverage.approved | coverage.user_made]
    masklet = project.masklet(object_id)
    shown = np.intersect1d(anchors, masklet.frame_idx[masklet.area > 0])
    directions = np.zeros(len(filler), dtype=np.int64)
    current = ~coverage.stale
    directions[coverage.frame_idx[current]] = coverage.directions[current]
    directions[filler] = FORWARD | BACKWARD
    return Done(anchors, shown, directions)


def resume_points(project: Project, backend: Backend, passes: list[Pass]) -> list[Pass]:
    """The same passes, each starting from the last saved memory that still holds."""
    return [_resumed(project, backend, each) for each in passes]


def _resumed(project: Project, backend: Backend, each: Pass) -> Pass:
    key = _memory_key(project, backend, each)
    todo = np.flatnonzero(each.todo)
    before = int(todo[0]) - 1 if each.step > 0 else int(todo[-1]) + 1
    usable = [
        saved.frame_idx
        for saved in project.checkpoints(each.object_id, each.direction)
        if saved.key.removesuffix(GONE) == key
        and each.begin * each.step <= saved.frame_idx * each.step <= before * each.step
    ]
    return each.resumed(max(usable, key=lambda frame: frame * each.step)) if usable else each


def _memory_key(project: Project, backend: Backend, each: Pass) -> str:
    """Changes when the memory would: with the backend, the anchor's mask, or the masks that support it."""
    digest = hashlib.sha256(json.dumps(backend.describe(), sort_keys=True).encode())
    for frame_idx in (each.begin, *each.support):
        record = project.record(each.object_id, frame_idx)
        digest.update(f"|{frame_idx}:".encode())
        digest.update(b"" if record is None else record.mask.to_bytes())
    return digest.hexdigest()[:24]


class Recorder:
    """Saves what a sweep yields, and answers its questions about settled frames."""

    def __init__(
        self, project: Project, backend: Backend, keys: Mapping[tuple[int, int, Direction], str], run_id: int
    ) -> None:
        self._project = project
        self._backend = backend
        self._keys = keys
        self._run_id = run_id
        self._gone: set[tuple[int, int, Direction]] = set()
        self._pending: list[MaskRecord] = []
        self._last_swept: Swept | None = None
        self._unsaved = 0
        self._committed_at = time.monotonic()
        self.status = "failed"
        """How the run ends, as far as is known: ``done``, ``cancelled`` or ``failed``."""

    @classmethod
    @contextmanager
    def open(
        cls, project: Project, backend: Backend, stretches: Mapping[Direction, list[Stretch]]
    ) -> Iterator[Recorder]:
        """A recorder for one run of tracking, which is one undo step.

        Everything is saved on the way out, error or not.
        """
        passes = {_key_of(p): p for way in stretches.values() for stretch in way for p in stretch.passes}
        keys = {key: _memory_key(project, backend, each) for key, each in passes.items()}
        gone = {key for key, each in passes.items() if _is_gone(project, each, keys[key])}
        ids = {each.object_id for each in passes.values()}
        label = "track " + ", ".join(each.name for each in project.aois() if each.object_id in ids)
        with project.action(label, long=True):
            description = backend.describe()
            run_id = project.begin_run(backend.name, description, str(description.get("version", "")))
            recorder = cls(project, backend, keys, run_id)
            recorder._gone = gone
            try:
                yield recorder
            except (GeneratorExit, KeyboardInterrupt):
                recorder.status = "cancelled"
                raise
            finally:
                recorder.flush(save_memories=True)
                project.end_run(run_id, recorder.status)
                project.commit()

    # ---------------------------------------------------------------- what the sweep asks

    def anchor_mask(self, object_id: int, frame_idx: int) -> BoolArray:
        """(h, w) mask of an AOI at one of its anchors."""
        record = self._project.record(object_id, frame_idx)
        if record is None:
            raise ValueError(f"object {object_id} has no anchor at frame {frame_idx}")
        return record.mask.to_array()

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
        return _checkpoint(self._project, each, self._keys[_key_of(each)]).data

    # ---------------------------------------------------------------- what the sweep tells

    def write(self, swept: Swept, direction: Direction) -> dict[int, MaskRecord]:
        """The records made of one swept frame; they are on disk within about a second."""
        self._gone -= {_key_of(each) for each in swept.stretch.passes if _is_seen(each, swept)}
        records = {
            each.object_id: self._record(each, swept.frame_idx, swept.tracked[each.object_id], direction)
            for each in swept.stretch.passes
            if each.object_id in swept.tracked and each.todo[swept.frame_idx]
        }
        self._pending += records.values()
        if swept.tracked:  # a memory belongs to a real frame, from which motion to the next can be seen
            self._last_swept = swept
        self._unsaved += 1
        ended = swept.frame_idx == swept.stretch.last
        if ended or time.monotonic() - self._committed_at > COMMIT_EVERY_S:
            self.flush(save_memories=ended or self._unsaved >= MEMORY_EVERY)
        return records

    def flush(self, *, save_memories: bool) -> None:
        """Put on disk what is not there yet."""
        if self._pending:
            self._project.write_masks(self._pending, run_id=self._run_id)
            self._pending = []
        if save_memories and self._last_swept is not None:
            for each in self._last_swept.stretch.passes:
                self._save_memory(each, self._last_swept)
            self._last_swept = None
            self._unsaved = 0
        self._project.commit()
        self._committed_at = time.monotonic()

    def _save_memory(self, each: Pass, swept: Swept) -> None:
        """Keep the newest memory of a pass, unless nothing is left of its gap to go on to."""
        low, high = sorted((each.begin, swept.frame_idx))
        self._project.clear_checkpoints(each.object_id, low, high + 1, each.direction)
        if swept.frame_idx == each.gap_end:
            return
        data = self._backend.dump(swept.memories[each.object_id])
        key = self._keys[_key_of(each)] + (GONE if _key_of(each) in self._gone else "")
        self._project.save_checkpoint(each.object_id, each.direction, swept.frame_idx, data, key)

    def _record(self, each: Pass, frame_idx: int, tracked: Tracked, direction: Direction) -> MaskRecord:
        new = MaskRecord(
            each.object_id,
            frame_idx,
            Mask.from_array(tracked.mask),
            self._state(each, tracked.state),
            float(tracked.score),
            origin=Origin.MODEL,
            direction=direction,
            check=tracked.check,
        )
        old = (
            self._project.record(each.object_id, frame_idx, stale=False)
            if each.other_end is not None
            else None
        )
        if old is None or old.direction in (None, direction, Direction.BOTH) or each.other_end is None:
            return new
        position = abs(frame_idx - each.begin) / abs(each.other_end - each.begin)
        if direction is Direction.FORWARD:
            return blend(new, old, position)
        return blend(old, new, 1 - position)

    def _state(self, each: Pass, state: State) -> State:
        """What a person said is gone stays absent, rather than lost, until it is seen again."""
        return State.ABSENT if state is State.LOST and _key_of(each) in self._gone else state


def _is_seen(each: Pass, swept: Swept) -> bool:
    answer = swept.tracked.get(each.object_id)
    return answer is not None and answer.state is State.VISIBLE


def _is_gone(project: Project, each: Pass, key: str) -> bool:
    """Whether a pass starts where a person said the AOI is absent, and has not seen it since."""
    if each.resume_at is not None:
        return _checkpoint(project, each, key).key.endswith(GONE)
    anchor = project.record(each.object_id, each.begin)
    return anchor is not None and anchor.state is State.ABSENT


def _checkpoint(project: Project, each: Pass, key: str) -> Checkpoint:
    for saved in project.checkpoints(each.object_id, each.direction):
        if saved.frame_idx == each.resume_at and saved.key.removesuffix(GONE) == key:
            return saved
    raise ValueError(f"no memory saved at frame {each.resume_at}")


def _key_of(each: Pass) -> tuple[int, int, Direction]:
    return each.object_id, each.begin, each.direction
