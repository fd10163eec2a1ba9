"""Saved memories: where a pass can go on from, and which of them are kept along the way.

A memory is saved whenever much work has been done since the last one, and when a run ends in whatever way.
Those along a pass are kept after it is finished, so that tracking can begin again near any frame, but not
nearer to each other than is worth their bytes. A memory holds as long as its key, which is made of all that
it depends on, stays the same.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dwell.project import Checkpoint, Project
from dwell.segmenters.contract import Backend, Memory
from dwell.tracking.plan import Pass
from dwell.tracking.trail import VERSION, Trail, pack, unpack
from dwell.video import Frames
from dwell.volumes import Slices

__all__ = ["Memories", "Reached", "memory_key", "resume_points", "seen_through"]

MIN_VISITS = 6
"""Visited frames between memories that are kept: to load one costs a backend about as many frames."""
BYTES_PER_S = 8192
"""A memory of n bytes is kept for n / this seconds of its AOI's share of the work: at most 30 MB an hour."""


def seen_through(frames: Frames) -> dict[str, str]:
    """What pictures depend on beside the file, and so what a tracker remembers of them: a volume's window."""
    return {"window": str(frames.window)} if isinstance(frames, Slices) else {}


def resume_points(
    project: Project, backend: Backend, passes: list[Pass], seen: Mapping[str, str]
) -> list[Pass]:
    """The same passes, each starting from the last saved memory that still holds."""
    return [_resumed(project, backend, each, seen) for each in passes]


def _resumed(project: Project, backend: Backend, each: Pass, seen: Mapping[str, str]) -> Pass:
    todo = np.flatnonzero(each.todo)
    before = int(todo[0]) - 1 if each.step > 0 else int(todo[-1]) + 1
    key = memory_key(project, backend, each, seen)
    usable = [saved.frame_idx for saved in _saved(project, each, before) if saved.key == key]
    return each.resumed(max(usable, key=lambda frame: frame * each.step)) if usable else each


def memory_key(project: Project, backend: Backend, each: Pass, seen: Mapping[str, str]) -> str:
    """Changes when the memory would: with backend, stride, anchor's mask, support or how far off, window."""
    facts = {"backend": backend.describe(), "stride": each.grid.stride, "trail": VERSION, **seen}
    if each.grid.named:
        facts["named"] = list(each.grid.named)
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for frame_idx in (each.begin, *each.support):
        record = project.record(each.object_id, frame_idx)
        digest.update(f"|{frame_idx}, {each.n_ahead(frame_idx)} ahead:".encode())
        digest.update(b"" if record is None else record.mask.to_bytes())
    return digest.hexdigest()[:24]


@dataclass(frozen=True)
class Reached:
    """How far a pass has got."""

    each: Pass
    frame_idx: int
    """The last visited frame."""
    memory: Memory
    """After that frame."""
    trail: Trail
    """After that frame."""


class Memories:
    """Reads and writes the memories of the passes of one run."""

    def __init__(
        self, project: Project, backend: Backend, passes: Sequence[Pass], seen: Mapping[str, str]
    ) -> None:
        self._project = project
        self._backend = backend
        self._keys = {each.key: memory_key(project, backend, each, seen) for each in passes}

    def load(self, each: Pass) -> tuple[Trail, bytes]:
        """The trail at ``each.resume_at``, and what the backend dumped there."""
        for saved in _saved(self._project, each, each.first):
            if saved.frame_idx == each.resume_at and saved.key == self._keys[each.key]:
                return unpack(saved.data, each, self._project.source.size_hw)
        raise ValueError(f"no memory saved at frame {each.resume_at}")

    def save(self, reached: Reached, seconds_per_visit: float) -> None:
        """Keep the memory of a pass where it has got to, and of those before it the ones that are worth it.

        At the end of a gap nothing is saved: there is nothing to go on to. What no longer holds is deleted.
        """
        each, frame_idx = reached.each, reached.frame_idx
        self._clear_void(each, frame_idx)
        if frame_idx != each.final:
            data = pack(reached.trail, self._backend.dump(reached.memory))
            key = self._keys[each.key]
            self._project.save_checkpoint(each.object_id, each.direction, frame_idx, data, key)
        self._thin_out(each, frame_idx, seconds_per_visit)

    def _clear_void(self, each: Pass, frame_idx: int) -> None:
        for saved in _saved(self._project, each, frame_idx):
            if saved.key != self._keys[each.key]:
                self._clear(each, saved.frame_idx)

    def _thin_out(self, each: Pass, here: int, seconds_per_visit: float) -> None:
        """Delete memories too near to the one before, or to the anchor, but never one of this frame."""
        saved = _saved(self._project, each, here)[:: each.step]
        if not saved:
            return
        worth_s = len(saved[-1].data) / BYTES_PER_S
        worth = worth_s / seconds_per_visit if seconds_per_visit > 0 else math.inf
        kept = each.begin
        for frame_idx in (one.frame_idx for one in saved):
            if frame_idx == here or each.grid.n_between(kept, frame_idx) + 1 >= max(MIN_VISITS, worth):
                kept = frame_idx
            else:
                self._clear(each, frame_idx)

    def _clear(self, each: Pass, frame_idx: int) -> None:
        self._project.clear_checkpoints(each.object_id, frame_idx, frame_idx + 1, each.direction)


def _saved(project: Project, each: Pass, end: int) -> list[Checkpoint]:
    """Memories saved from the anchor of a pass up to a frame, valid or not, by ascending frame."""
    low, high = min(each.begin, end), max(each.begin, end)
    if (end - each.begin) * each.step < 0:
        return []
    saved = project.checkpoints(each.object_id, each.direction)
    return [one for one in saved if low <= one.frame_idx <= high]
