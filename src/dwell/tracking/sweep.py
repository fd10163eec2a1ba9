"""Running a tracker over planned stretches of video: frames in, one answer per AOI and visited frame out."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from dwell.ahead import one_ahead
from dwell.segmenters.contract import Backend, Encoding, Memory, Tracked
from dwell.tracking.family import Family
from dwell.tracking.plan import Pass, Stretch
from dwell.tracking.recall import Anchors, Encodings, PassRecall
from dwell.types import BoolArray, ByteArray, State
from dwell.video import Frames

__all__ = ["Known", "Swept", "sweep"]


class Known(Anchors, Protocol):
    """What a sweep must ask about frames that are settled already."""

    def rival_masks(self, frame_idx: int, tracked: frozenset[int]) -> dict[int, BoolArray]:
        """Masks of the AOIs that are not tracked now, by object_id."""
        ...

    def saved_memory(self, each: Pass) -> bytes:
        """The memory saved at ``each.resume_at``."""
        ...

    @property
    def family(self) -> Family:
        """Which AOIs are parts of which, and so do not compete."""
        ...


@dataclass(frozen=True)
class Swept:
    """One visited frame of a sweep."""

    frame_idx: int
    tracked: dict[int, Tracked]
    """By object_id: the AOIs whose passes visit this frame."""
    memories: dict[int, Memory]
    """Of the same AOIs, after this frame."""
    stretch: Stretch


def sweep(
    frames: Frames, backend: Backend, stretches: Iterable[Stretch], known: Known
) -> Generator[Swept, None, None]:
    """Every visited frame of every stretch, in order; the others are neither read nor encoded.

    Each frame is decoded once and encoded once for all AOIs, ahead of tracking in another thread; once more
    for AOIs that come from another frame before it, and for anchors that support. What is held in memory:
    four encodings, one for each such other frame, and one memory per AOI; while memories are begun or loaded,
    ``Encodings.LIMIT`` more. AOIs of which one is part of the other never compete; see ``Family``.
    """
    places: dict[int, _Place] = {}
    for stretch in stretches:
        held = {place.frame_idx: place.encoding for place in places.values()}
        begun = _begin(Encodings(frames, backend, held), backend, stretch, known)
        ids = sorted(each.object_id for each in stretch.passes)
        places = {i: begun[i] if i in begun else places[i] for i in ids}
        del held, begun
        yield from _run_stretch(frames, backend, stretch, known, places)


@dataclass(frozen=True)
class _Place:
    """Where one AOI has got to."""

    frame_idx: int
    """The last visited frame."""
    encoding: Encoding
    """Of that frame."""
    memory: Memory
    """After that frame."""


def _begin(encodings: Encodings, backend: Backend, stretch: Stretch, known: Known) -> dict[int, _Place]:
    begun = {}
    for each in stretch.starting:
        encoding = encodings.of(stretch.first)
        recall = PassRecall(backend, each, known, encodings)
        resumed = each.resume_at is not None
        memory = backend.load(known.saved_memory(each), recall) if resumed else recall.start()
        begun[each.object_id] = _Place(stretch.first, encoding, memory)
    return begun


def _run_stretch(
    frames: Frames, backend: Backend, stretch: Stretch, known: Known, places: dict[int, _Place]
) -> Iterator[Swept]:
    """Brings ``places`` forward as it goes."""
    last = {i: (place.frame_idx, place.encoding) for i, place in places.items()}
    with closing(one_ahead(lambda: _encoded(frames, backend, stretch, last))) as ahead:
        for frame_idx, encodings in ahead:
            visitors = _visitors(stretch, frame_idx)
            settled = known.rival_masks(frame_idx, frozenset(places))
            answers: dict[int, tuple[Tracked, Memory]] = {}
            for before in sorted(encodings, reverse=stretch.step > 0):  # the newest memory first
                coming = [i for i in visitors if places[i].frame_idx == before]
                for group in known.family.unrelated(coming):
                    memories = {i: places[i].memory for i in group}
                    rivals = known.family.rivals_of(group, settled | _seen(answers))
                    answers |= backend.step(encodings[before], memories, rivals)
            encoding = next(iter(encodings.values()))
            places.update({i: _Place(frame_idx, encoding, answers[i][1]) for i in visitors})
            tracked = {i: answers[i][0] for i in visitors}
            yield Swept(frame_idx, tracked, {i: places[i].memory for i in visitors}, stretch)


def _visitors(stretch: Stretch, frame_idx: int) -> list[int]:
    return sorted(each.object_id for each in stretch.passes if each.visits(frame_idx))


def _seen(answers: Mapping[int, tuple[Tracked, Memory]]) -> dict[int, BoolArray]:
    return {i: answer.mask for i, (answer, _) in answers.items() if answer.state is State.VISIBLE}


def _encoded(
    frames: Frames, backend: Backend, stretch: Stretch, last: dict[int, tuple[int, Encoding]]
) -> Iterator[tuple[int, dict[int, Encoding]]]:
    """Each visited frame with its encodings, by the frame visited before: one for all AOIs, mostly.

    ``last`` is the visited frame of each AOI and its encoding; it is brought forward.
    """
    for frame_idx, image in _pictures(frames, stretch):
        visitors = _visitors(stretch, frame_idx)
        before = dict(last[i] for i in visitors)
        encodings = {at: backend.encode(image, previous) for at, previous in before.items()}
        newest = next(iter(encodings.values()))
        last.update({i: (frame_idx, newest) for i in visitors})
        yield frame_idx, encodings


def _pictures(frames: Frames, stretch: Stretch) -> Iterator[tuple[int, ByteArray]]:
    way = range(stretch.first + stretch.step, stretch.last + stretch.step, stretch.step)
    visited = [frame_idx for frame_idx in way if any(each.visits(frame_idx) for each in stretch.passes)]
    for run in _even_runs(visited, stretch.step):
        yield from frames.stream(run.start, run.stop, run.step)


def _even_runs(numbers: Sequence[int], way: int) -> Iterator[range]:
    """The same numbers as pieces of even steps."""
    start = 0
    while start < len(numbers):
        stop = start + 1
        step = numbers[stop] - numbers[start] if stop < len(numbers) else way
        while stop < len(numbers) and numbers[stop] - numbers[stop - 1] == step:
            stop += 1
        yield range(numbers[start], numbers[stop - 1] + way, step)
        start = stop
