"""Running a tracker over planned stretches of video: frames in, one answer per AOI and frame out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from dwell.segmenters.contract import Backend, Encoding, Memory, Tracked
from dwell.tracking.ahead import one_ahead
from dwell.tracking.plan import Pass, Stretch
from dwell.types import BoolArray
from dwell.video import Frames

__all__ = ["Known", "Swept", "sweep"]


class Known(Protocol):
    """What a sweep must ask about frames that are settled already."""

    def anchor_mask(self, object_id: int, frame_idx: int) -> BoolArray:
        """(h, w) mask of an AOI at one of its anchors; all False where a person said it is absent."""
        ...

    def rival_masks(self, frame_idx: int, tracked: frozenset[int]) -> dict[int, BoolArray]:
        """Masks of the AOIs that are not tracked now, by object_id."""
        ...

    def saved_memory(self, each: Pass) -> bytes:
        """The memory saved at ``each.resume_at``."""
        ...


@dataclass(frozen=True)
class Swept:
    """One frame of a sweep."""

    frame_idx: int
    tracked: dict[int, Tracked]
    """By object_id; empty on a filler frame."""
    memories: dict[int, Memory]
    """By object_id, after this frame."""
    stretch: Stretch


def sweep(
    frames: Frames, backend: Backend, stretches: Iterable[Stretch], known: Known, filler: BoolArray
) -> Iterator[Swept]:
    """Every frame of every stretch, in order; filler frames pass by untracked.

    Each frame is decoded and encoded once for all AOIs, one ahead in another thread. What is held in memory:
    two frames, their encodings and one memory per AOI.
    """
    memories: dict[int, Memory] = {}
    for stretch in stretches:
        yield from _run_stretch(frames, backend, stretch, known, filler, memories)


def _run_stretch(
    frames: Frames,
    backend: Backend,
    stretch: Stretch,
    known: Known,
    filler: BoolArray,
    memories: dict[int, Memory],
) -> Iterator[Swept]:
    first = backend.encode(frames.read(stretch.first))
    for each in stretch.passes:
        if each.first == stretch.first:
            memories[each.object_id] = _begin(frames, backend, each, known, first)
    ids = frozenset(each.object_id for each in stretch.passes)
    ahead = one_ahead(lambda: _encoded(frames, backend, stretch, filler, first))
    try:
        for frame_idx, encoding in ahead:
            tracked: dict[int, Tracked] = {}
            if encoding is not None:
                active = {object_id: memories[object_id] for object_id in sorted(ids)}
                answers = backend.step(encoding, active, known.rival_masks(frame_idx, ids))
                tracked = {object_id: answer for object_id, (answer, _) in answers.items()}
                memories.update({object_id: memory for object_id, (_, memory) in answers.items()})
            yield Swept(frame_idx, tracked, {object_id: memories[object_id] for object_id in ids}, stretch)
    finally:
        ahead.close()


def _begin(frames: Frames, backend: Backend, each: Pass, known: Known, encoding: Encoding) -> Memory:
    if each.resume_at is not None:
        return backend.load(known.saved_memory(each), encoding)
    support = [
        (backend.encode(frames.read(frame_idx)), known.anchor_mask(each.object_id, frame_idx))
        for frame_idx in each.support
    ]
    mask = known.anchor_mask(each.object_id, each.begin)
    return backend.start(encoding, mask, [pair for pair in support if pair[1].any()])


def _encoded(
    frames: Frames, backend: Backend, stretch: Stretch, filler: BoolArray, first: Encoding
) -> Iterator[tuple[int, Encoding | None]]:
    previous = first
    start, stop = stretch.first + stretch.step, stretch.last + stretch.step
    for frame_idx, image in frames.stream(start, stop, stretch.step):
        if filler[frame_idx]:
            yield frame_idx, None
            continue
        previous = backend.encode(image, previous)
        yield frame_idx, previous


def no_filler(n_frames: int) -> BoolArray:
    """(n_frames,) all False."""
    return np.zeros(n_frames, dtype=bool)
