"""Which frames to track, from which anchor, in which direction.

An *anchor* is a frame where a person prompted or approved an AOI, or it was proposed or imported. Between
anchors lie *gaps*. A gap is tracked forward from its left anchor and backward from its right one; before the
first and after the last anchor there is only one side. What is already tracked and not out of date is left
alone. An AOI that no anchor shows is not tracked at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from dwell.tracking.grid import Grid
from dwell.types import BoolArray, Direction, IntArray

__all__ = ["BACKWARD", "FORWARD", "Done", "Pass", "Stretch", "plan_passes", "plan_spans", "plan_stretches"]

FORWARD, BACKWARD = 1, 2
"""Bits of ``Done.directions``."""
SUPPORT_DISTANCE = 5
"""Frames: an anchor nearer than this looks the same."""


@dataclass(frozen=True)
class Done:
    """What is known of one AOI, frame by frame; all arrays (n_frames,)."""

    anchors: IntArray
    """frame_idx of every anchor, ascending."""
    shown: IntArray
    """frame_idx of the anchors that show the AOI; on the others a person said that it is absent."""
    directions: IntArray
    """Bits of the directions in which each frame was tracked; 0 where untracked or out of date."""


@dataclass(frozen=True)
class Pass:
    """One AOI tracked in one direction from an anchor, up to and including frame ``last``."""

    object_id: int
    direction: Direction
    begin: int
    """The anchor."""
    last: int
    other_end: int | None
    """The anchor on the far side of the gap; None at the ends of the video."""
    todo: BoolArray
    """(n_frames,) the frames to write; others on the way are tracked but kept as they are."""
    grid: Grid
    support: tuple[int, ...] = ()
    """Other anchors that show what the AOI looks like."""
    resume_at: int | None = None
    """Frame of a saved memory to go on from, instead of the anchor."""

    @property
    def key(self) -> tuple[int, int, Direction]:
        """What tells it from the other passes of a plan."""
        return self.object_id, self.begin, self.direction

    @property
    def step(self) -> int:
        """+1 forward, -1 backward."""
        return 1 if self.direction is Direction.FORWARD else -1

    @property
    def gap_end(self) -> int:
        """The last frame that can be reached from the anchor without meeting another."""
        if self.other_end is not None:
            return self.other_end - self.step
        return len(self.todo) - 1 if self.direction is Direction.FORWARD else 0

    @cached_property
    def final(self) -> int:
        """The last real frame of the gap. It is looked at on and off the grid, so that none lies beyond."""
        return self.grid.last_real(self.begin, self.gap_end)

    def visits(self, frame_idx: int) -> bool:
        """Whether a frame of the gap is looked at; the others lie between two that are."""
        return frame_idx == self.final or self.grid.holds(frame_idx)

    def visited(self, back: int) -> int:
        """The frame that was looked at ``back`` frames before ``first``; the anchor counts as the first one.

        Raises:
            ValueError: the pass began later.
        """
        frame_idx = self.first
        for _ in range(back):
            if frame_idx == self.begin:
                raise ValueError(f"Frame {self.first} has fewer than {back} frames behind it in this pass.")
            frame_idx -= self.step
            while frame_idx != self.begin and not self.visits(frame_idx):
                frame_idx -= self.step
        return frame_idx

    def n_ahead(self, frame_idx: int) -> int:
        """How many frames after the anchor the pass would look at this one; negative behind the anchor."""
        n_frames = self.grid.n_between(self.begin, frame_idx) + 1
        if frame_idx * self.step <= self.begin * self.step:
            return -n_frames
        passes_final = frame_idx * self.step > self.final * self.step > self.begin * self.step
        return n_frames + (passes_final and not self.grid.holds(self.final))

    @property
    def first(self) -> int:
        """The frame whose memory the pass starts with."""
        return self.begin if self.resume_at is None else self.resume_at

    def resumed(self, frame_idx: int) -> Pass:
        """The same pass, going on from a memory saved at this frame."""
        return replace(self, resume_at=frame_idx)

    def next_visit(self, frame_idx: int) -> int:
        """The first frame looked at from this one on, itself included; no further than ``final``."""
        while not self.visits(frame_idx):
            frame_idx += self.step
        return frame_idx


@dataclass(frozen=True)
class Stretch:
    """Frames over which the same AOIs are tracked: from ``first`` (known) to ``last``, in one direction."""

    first: int
    last: int
    step: int
    passes: tuple[Pass, ...]

    def __len__(self) -> int:
        """Number of frames to track."""
        return abs(self.last - self.first)

    @property
    def starting(self) -> tuple[Pass, ...]:
        """The passes that begin, or go on from a saved memory, at ``first``."""
        return tuple(each for each in self.passes if each.first == self.first)


def plan_passes(
    object_id: int,
    done: Done,
    span: tuple[int, int],
    direction: Direction,
    grid: Grid | None = None,
) -> list[Pass]:
    """The passes that are missing for one AOI.

    Args:
        object_id: the AOI.
        done: its anchors and what is tracked.
        span: (start, stop) half-open; tracking begins at the nearest anchor even where that lies outside, and
            ends on a frame that is looked at.
        direction: which sides to track.
        grid: the frames to look at; default all.
    """
    n_frames = len(done.directions)
    grid = grid or Grid(np.zeros(n_frames, dtype=bool))
    if not len(done.shown):
        return []
    edges = [-1, *done.anchors.tolist(), n_frames]
    passes: list[Pass] = []
    for left, right in zip(edges[:-1], edges[1:], strict=True):
        if right - left <= 1 or right <= span[0] or left + 1 >= span[1]:
            continue
        two_sided = left >= 0 and right < n_frames
        if left >= 0 and direction is not Direction.BACKWARD:
            ends = (left, min(right, span[1]) - 1, right if two_sided else None)
            passes += _missing(object_id, done, Direction.FORWARD, ends, grid)
        if right < n_frames and direction is not Direction.FORWARD:
            ends = (right, max(left + 1, span[0]), left if two_sided else None)
            passes += _missing(object_id, done, Direction.BACKWARD, ends, grid)
    return passes


def plan_spans(
    object_id: int,
    done: Done,
    spans: Sequence[tuple[int, int]],
    direction: Direction,
    grid: Grid | None = None,
) -> list[Pass]:
    """The passes that are missing for one AOI in any of several spans; see ``plan_passes``.

    Of passes from one anchor in one direction, the one that reaches farthest does for all.
    """
    found: dict[tuple[int, int, Direction], Pass] = {}
    for span in spans:
        for each in plan_passes(object_id, done, span, direction, grid):
            other = found.get(each.key)
            if other is None or each.last * each.step > other.last * each.step:
                found[each.key] = each
    return list(found.values())


def _missing(
    object_id: int, done: Done, direction: Direction, ends: tuple[int, int, int | None], grid: Grid
) -> list[Pass]:
    begin, last, other_end = ends
    bit = FORWARD if direction is Direction.FORWARD else BACKWARD
    missing = (done.directions & bit) == 0
    todo = _only(missing, begin, last)
    if not todo.any():
        return []
    frames = np.flatnonzero(todo)
    last = int(frames[-1] if direction is Direction.FORWARD else frames[0])
    found = Pass(object_id, direction, begin, last, other_end, todo, grid, _support(done.shown, begin))
    last = found.next_visit(last)
    return [replace(found, last=last, todo=_only(missing, begin, last))]


def _only(missing: BoolArray, begin: int, last: int) -> BoolArray:
    """The missing frames after ``begin`` up to ``last``, whichever way."""
    low, high = min(begin, last), max(begin, last)
    todo = np.zeros_like(missing)
    todo[low : high + 1] = missing[low : high + 1]
    todo[begin] = False
    return todo


def _support(shown: IntArray, begin: int) -> tuple[int, ...]:
    """The nearest anchor on each side of ``begin`` that shows the AOI, and shows something new of it."""
    min_distance = SUPPORT_DISTANCE if begin in shown else 1
    before = shown[shown <= begin - min_distance]
    after = shown[shown >= begin + min_distance]
    return tuple(int(frame) for frame in (*before[-1:], *after[:1]))


def plan_stretches(passes: Sequence[Pass], direction: Direction) -> list[Stretch]:
    """The order of work for all passes in one direction: each frame is visited once.

    A new stretch begins wherever an AOI joins or leaves.
    """
    step = 1 if direction is Direction.FORWARD else -1
    chosen = [each for each in passes if each.direction is direction]
    return list(_cut([(each.first * step, each.last * step, each) for each in chosen], step))


def _cut(intervals: Sequence[tuple[int, int, Pass]], step: int) -> Iterator[Stretch]:
    """Stretches between the sorted ends of (first, last] intervals on a line along the tracking direction."""
    edges = sorted({edge for first, last, _ in intervals for edge in (first, last)})
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        active = tuple(each for first, last, each in intervals if first <= low and high <= last)
        if active:
            yield Stretch(low * step, high * step, step, active)
