"""What is part of what: wholes with their parts, and how far each lies within its whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dwell.masks import STATES, Mask, Masklet
from dwell.project import Project
from dwell.types import AOI, IntArray, ProgressFn, State

__all__ = ["Thing", "hierarchy", "relate_masklets", "walk"]

_MOST_FRAMES = 50
"""Frames, evenly spaced, on which it is measured how much of a part lies in its whole."""
_VISIBLE = STATES.index(State.VISIBLE)


@dataclass(frozen=True)
class Thing:
    """An AOI with its parts."""

    aoi: AOI
    depth: int
    """0 = part of none."""
    spans: tuple[tuple[int, int], ...]
    """First and last frame of each stretch of frames on which it is visible."""
    parts: tuple[Thing, ...]
    """Directly part of it, in the order of object_ids."""
    contained: float = np.nan
    """0 … 1: mean share of its pixels in what it is part of, where both are visible; NaN = not measured."""
    n_measured: int = 0
    """Frames on which that was measured."""


def hierarchy(project: Project, progress: ProgressFn | None = None) -> tuple[Thing, ...]:
    """The AOIs of a project that are part of none, with their parts; out-of-date masks do not count.

    Args:
        project: whose AOIs.
        progress: called with (done, total) parts.
    """
    return relate_masklets(project.masklets(include_stale=False), progress)


def relate_masklets(masklets: Sequence[Masklet], progress: ProgressFn | None = None) -> tuple[Thing, ...]:
    """The wholes among the AOIs of masklets, each with its parts. Few masks are in memory at a time.

    A part of an AOI that is not among them is a whole.

    Args:
        masklets: one per AOI.
        progress: called with (done, total) parts.

    Raises:
        ValueError: AOIs are parts of each other in a circle.
    """
    by_id = {each.aoi.object_id: each for each in masklets}
    parts: dict[int | None, list[Masklet]] = {}
    for each in masklets:
        whole = each.aoi.part_of if each.aoi.part_of in by_id else None
        parts.setdefault(whole, []).append(each)
    _refuse_circles(by_id)
    n_parts = len(masklets) - len(parts.get(None, []))
    report = _Counter(progress, n_parts)
    return tuple(_thing(each, None, 0, parts, report) for each in parts.get(None, []))


def walk(things: Sequence[Thing]) -> Iterator[tuple[Thing, Thing]]:
    """Every thing with the whole at its root, wholes before their parts."""
    for whole in things:
        stack = [whole]
        while stack:
            thing = stack.pop()
            yield thing, whole
            stack.extend(reversed(thing.parts))


class _Counter:
    """Tells progress of one part more."""

    def __init__(self, progress: ProgressFn | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._total)


def _refuse_circles(by_id: dict[int, Masklet]) -> None:
    for start in by_id:
        seen, at = [start], by_id[start].aoi.part_of
        while at in by_id and at is not None:
            if at in seen:
                names = " → ".join(by_id[each].aoi.name for each in seen)
                raise ValueError(f"AOIs are parts of each other in a circle: {names}; take one out of it.")
            seen.append(at)
            at = by_id[at].aoi.part_of


def _thing(
    masklet: Masklet,
    whole: Masklet | None,
    depth: int,
    parts: dict[int | None, list[Masklet]],
    report: _Counter,
) -> Thing:
    contained, n_measured = (np.nan, 0) if whole is None else _contained(masklet, whole)
    if whole is not None:
        report()
    below = [_thing(each, masklet, depth + 1, parts, report) for each in parts.get(masklet.aoi.object_id, [])]
    return Thing(masklet.aoi, depth, _spans(masklet), tuple(below), contained, n_measured)


def _contained(part: Masklet, whole: Masklet) -> tuple[float, int]:
    """Mean share of the part's pixels in the whole, and on how many frames that was measured."""
    both = np.intersect1d(_visible_frames(part), _visible_frames(whole))
    if not len(both):
        return np.nan, 0
    frames = both[np.unique(np.linspace(0, len(both) - 1, min(len(both), _MOST_FRAMES)).round().astype(int))]
    shares = [_share(a, b) for a, b in zip(_masks(part, frames), _masks(whole, frames), strict=True)]
    return float(np.mean(shares)), len(shares)


def _masks(masklet: Masklet, frames: IntArray) -> Iterator[Mask]:
    """The masks on these frames, read in one go; run lengths alone are kept."""
    runs = masklet.runs(masklet.rows_at(frames))
    for start, stop in pairwise(runs.offsets.tolist()):
        yield Mask.from_boundaries(runs.boundaries[start:stop], masklet.size_hw)


def _share(part: Mask, whole: Mask) -> float:
    return (part & whole).area / part.area


def _visible_frames(masklet: Masklet) -> IntArray:
    frames: IntArray = masklet.frame_idx[masklet.state == _VISIBLE]
    return frames


def _spans(masklet: Masklet) -> tuple[tuple[int, int], ...]:
    frames = _visible_frames(masklet)
    if not len(frames):
        return ()
    ends = np.flatnonzero(np.diff(frames) > 1)
    firsts, lasts = frames[np.append(0, ends + 1)], frames[np.append(ends, len(frames) - 1)]
    return tuple(zip(firsts.tolist(), lasts.tolist(), strict=True))
