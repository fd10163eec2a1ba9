"""Running a tracker over planned stretches of video: frames in, one answer per AOI and frame out."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

from dwell.ahead import one_ahead
from dwell.segmenters.contract import Backend, Encoding, Memory, Shown, Tracked
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
) -> Generator[Swept, None, None]:
    """Every frame of every stretch, in order; filler frames pass by untracked.

    Each frame is decoded and encoded once for all AOIs, ahead of tracking in another thread; those that
    support an anchor once more. What is held in memory: four encodings at most and one memory per AOI.
    """
    at = _Place()
    for stretch in stretches:
        if at.frame_idx != stretch.first:
            at = _Place(stretch.first, backend.encode(frames.read(stretch.first)))
        begun = {p.object_id: _begin(frames, backend, p, known, at.encoding) for p in stretch.starting}
        ids = sorted(each.object_id for each in stretch.passes)
        at.memories = {i: begun[i] if i in begun else at.memories[i] for i in ids}
        yield from _run_stretch(frames, backend, stretch, known, filler, at)


@dataclass
class _Place:
    """Where a sweep has got to."""

    frame_idx: int = -1
    """The last frame that is no filler."""
    encoding: Encoding = None
    """Of that frame."""
    memories: dict[int, Memory] = field(default_factory=dict)
    """After that frame, by object_id, ascending."""


def _run_stretch(
    frames: Frames, backend: Backend, stretch: Stretch, known: Known, filler: BoolArray, at: _Place
) -> Iterator[Swept]:
    ids, first = frozenset(at.memories), at.encoding
    with closing(one_ahead(lambda: _encoded(frames, backend, stretch, filler, first))) as ahead:
        for frame_idx, encoding in ahead:
            tracked: dict[int, Tracked] = {}
            if encoding is not None:
                answers = backend.step(encoding, at.memories, known.rival_masks(frame_idx, ids))
                tracked = {object_id: answers[object_id][0] for object_id in at.memories}
                at.frame_idx, at.encoding = frame_idx, encoding
                at.memories = {object_id: answers[object_id][1] for object_id in at.memories}
            yield Swept(frame_idx, tracked, at.memories, stretch)


def _begin(frames: Frames, backend: Backend, each: Pass, known: Known, encoding: Encoding) -> Memory:
    if each.resume_at is not None:
        return backend.load(known.saved_memory(each), _Recall(encoding))
    support = [
        Shown(
            backend.encode(frames.read(frame_idx)),
            known.anchor_mask(each.object_id, frame_idx),
            (frame_idx - each.begin) * each.step,
        )
        for frame_idx in each.support
    ]
    return backend.start(encoding, known.anchor_mask(each.object_id, each.begin), support)


@dataclass(frozen=True)
class _Recall:
    encoding: Encoding

    def frame(self, back: int) -> Encoding:
        if back:
            raise NotImplementedError
        return self.encoding

    def start(self) -> Memory:
        raise NotImplementedError


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
