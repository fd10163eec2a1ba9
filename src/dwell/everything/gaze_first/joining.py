"""Which of the things that were found apart are one, and which are parts of which.

The rules, strictest first, for a false merge is worse than two pieces:

* two things whose masks are the same wherever both are seen (mean IoU > 0.8) are one;
* two things of one level that look alike are one, unless they were ever seen at different places on one
  frame, or one is part of the other; parts only if they are parts of one thing;
* two things that a person has named stay two.

Of the pairs that a rule joins, the surest is joined first, and then all is looked at anew: what is joined has
the frames of both, so a third thing that was seen beside either stays apart. The same masks and appearances
give the same answer, whatever was joined in another process before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from dwell.everything.gaze_first.album import Album
from dwell.everything.gaze_first.fixated import HERE_IOU
from dwell.everything.gaze_first.granularity import CONTAINED, DISTINCT_IOU, Level
from dwell.everything.names import is_numbered
from dwell.masks import STATES, Mask, Masklet
from dwell.project import Project, descendants, relatives
from dwell.types import AOI, BoolArray, IntArray, State

__all__ = ["Joiner", "new_wholes"]

SAMPLES = 24
"""Common frames on which masks are compared, spread evenly."""
ENOUGH = 3
"""Common frames from which masks can be said to be the same, or one to lie in the other."""
NO_PART = 0.5
"""A part of which less lies in its whole, over their common frames, is none."""
_VISIBLE = STATES.index(State.VISIBLE)


@dataclass(frozen=True)
class _Together:
    """Two things on the frames on which both are seen."""

    n_frames: int
    iou: float
    """Mean over a sample of those frames."""
    apart: bool
    """On one of all of them, they are at different places."""
    a_in_b: float
    """Mean share of the first that lies in the second."""
    b_in_a: float
    areas: tuple[float, float]
    """Mean, px."""


class Joiner:
    """Finds what to join next; pairs are compared again only if one of them has changed."""

    def __init__(self, project: Project, album: Album, levels: Mapping[int, Level], alike: float) -> None:
        """``levels`` and ``album`` are looked at anew each time; they change as things are joined."""
        self._project = project
        self._album = album
        self._levels = levels
        self._alike = alike
        self._masklets: dict[int, Masklet] = {}
        self._together: dict[tuple[int, int], _Together] = {}
        self._compared: set[int] = set()
        self._same: dict[tuple[int, int], float] = {}
        self._alikes: dict[tuple[int, int], float] = {}

    def next(self) -> tuple[int, int] | None:
        """(keep, other): the two to join; None if all that is one is one."""
        aois = {aoi.object_id: aoi for aoi in self._project.aois() if aoi.object_id in self._levels}
        self._compare_new(sorted(aois))
        pair = _surest(self._same, lambda a, b: _may_join(aois, a, b))
        if pair is None:
            families = relatives(self._project.aois())
            pair = _surest(self._alikes, lambda a, b: self._may_be_alike(aois, families, a, b))
        if pair is None:
            return None
        a, b = pair
        return (b, a) if is_numbered(aois[a].name) and not is_numbered(aois[b].name) else (a, b)

    def knows(self, object_id: int) -> bool:
        """Whether it is a thing that such a run has found."""
        return object_id in self._levels

    def joined(self, keep: int, other: int) -> None:
        """The two are one from now on."""
        for each in (keep, other):
            self._masklets.pop(each, None)
            self._compared.discard(each)
        self._together = {pair: both for pair, both in self._together.items() if not {keep, other} & {*pair}}
        for known in (self._same, self._alikes):
            for pair in [pair for pair in known if keep in pair or other in pair]:
                del known[pair]

    def _compare_new(self, object_ids: list[int]) -> None:
        """Compare what is new or has changed with everything."""
        new = [each for each in object_ids if each not in self._compared]
        for a, b in combinations(object_ids, 2):
            if a not in self._compared or b not in self._compared:
                self._compare_pair(a, b)
        self._compared.update(new)

    def _compare_pair(self, a: int, b: int) -> None:
        both = self.together(a, b)
        enough = min(ENOUGH, self._n_seen(a), self._n_seen(b))
        if both.n_frames and both.n_frames >= enough and both.iou > DISTINCT_IOU:
            self._same[a, b] = both.iou
        if not both.apart:
            likeness = self._album.likeness_of(a, b, self._alike)
            if likeness >= self._alike:
                self._alikes[a, b] = likeness

    def _may_be_alike(
        self, aois: Mapping[int, AOI], families: Mapping[int, Collection[int]], a: int, b: int
    ) -> bool:
        level = self._levels[a]
        if not _may_join(aois, a, b) or level is not self._levels[b] or b in families.get(a, ()):
            return False
        siblings = aois[a].part_of is not None and aois[a].part_of == aois[b].part_of
        return level is not Level.PART or siblings

    def together(self, a: int, b: int) -> _Together:
        """How two things compare where both are seen."""
        if (a, b) in self._together:
            return self._together[a, b]
        one, other = self._masklet(a), self._masklet(b)
        if not _meet(one, other):  # so it is with most pairs
            return _NEVER
        return self._together.setdefault((a, b), _compare(one, other))

    def _n_seen(self, object_id: int) -> int:
        return int((self._masklet(object_id).state == _VISIBLE).sum())

    def _masklet(self, object_id: int) -> Masklet:
        if object_id not in self._masklets:
            self._masklets[object_id] = self._project.masklet(object_id, include_stale=False)
        return self._masklets[object_id]


def _surest(
    pairs: Mapping[tuple[int, int], float], may: Callable[[int, int], bool]
) -> tuple[int, int] | None:
    """The pair with the highest value of those that may, of equals the oldest."""
    for pair in sorted(pairs, key=lambda pair: (-pairs[pair], pair)):
        if may(*pair):
            return pair
    return None


def new_wholes(joiner: Joiner, project: Project, among: Collection[int]) -> dict[int, int]:
    """object_id → what it is to be part of from now on, 0 = of none: by where masks lie, over common frames.

    A thing that is part of nothing belongs to the smallest one that nine tenths of it lie in. One that is
    said to be part of another but mostly lies elsewhere belongs to it no more, unless a person has named one
    of them. ``among``: those that may become parts of something else.
    """
    aois = project.aois()
    ids = [aoi.object_id for aoi in aois if joiner.knows(aoi.object_id)]
    changes: dict[int, int] = {}
    known = {aoi.object_id: aoi for aoi in aois}
    for each in sorted(set(ids) & set(among)):
        now = known[each].part_of
        if now is not None and not _is_loose(joiner, known[each], known[now]):
            continue
        holding = [other for other in ids if other not in (each, now) and _lies_in(joiner, each, other)]
        below = set(descendants(known.values(), each))
        holding = [other for other in holding if other not in below]
        whole = min(holding, key=lambda other: (_area_beside(joiner, other, each), other), default=0)
        if whole or now is not None:
            changes[each] = whole
            known[each] = replace(known[each], part_of=whole or None)
    return changes


def _may_join(aois: Mapping[int, AOI], a: int, b: int) -> bool:
    return is_numbered(aois[a].name) or is_numbered(aois[b].name)


def _is_loose(joiner: Joiner, part: AOI, whole: AOI) -> bool:
    if not (is_numbered(part.name) and is_numbered(whole.name)):
        return False
    share, n_frames = _share_in(joiner, part.object_id, whole.object_id)
    return n_frames >= ENOUGH and share < NO_PART


def _lies_in(joiner: Joiner, part: int, whole: int) -> bool:
    share, n_frames = _share_in(joiner, part, whole)
    smaller = _area_beside(joiner, part, whole) < DISTINCT_IOU * _area_beside(joiner, whole, part)
    return n_frames >= ENOUGH and share >= CONTAINED and smaller


def _share_in(joiner: Joiner, part: int, whole: int) -> tuple[float, int]:
    both = joiner.together(min(part, whole), max(part, whole))
    return (both.a_in_b if part < whole else both.b_in_a), both.n_frames


def _area_beside(joiner: Joiner, one: int, other: int) -> float:
    """Mean area of one where both are seen."""
    return joiner.together(min(one, other), max(one, other)).areas[0 if one < other else 1]


_NEVER = _Together(0, 0.0, False, 0.0, 0.0, (0.0, 0.0))


def _meet(a: Masklet, b: Masklet) -> bool:
    """Whether there may be frames that both have."""
    return bool(len(a) and len(b) and a.frame_idx[-1] >= b.frame_idx[0] and b.frame_idx[-1] >= a.frame_idx[0])


def _compare(a: Masklet, b: Masklet) -> _Together:
    frames = _common(a, b)
    touching = _touching(a, b, frames)
    if not touching.any():  # so it is with most pairs of things: no mask need be read
        areas = [float(each.area[each.rows_at(frames)].mean()) if len(frames) else 0.0 for each in (a, b)]
        return _Together(len(frames), 0.0, bool(len(frames)), 0.0, 0.0, (areas[0], areas[1]))
    chosen = frames[np.unique(np.linspace(0, len(frames) - 1, min(SAMPLES, len(frames))).round().astype(int))]
    masks = list(zip(_masks(a, chosen), _masks(b, chosen), strict=True))
    shared = np.array([(x & y).area for x, y in masks], np.float64)
    sizes = np.array([(x.area, y.area) for x, y in masks], np.float64)
    return _Together(
        len(frames),
        float((shared / (sizes.sum(axis=1) - shared)).mean()),
        not touching.all() or _ever_apart(a, b, frames),
        float((shared / sizes[:, 0]).mean()),
        float((shared / sizes[:, 1]).mean()),
        (float(sizes[:, 0].mean()), float(sizes[:, 1].mean())),
    )


def _common(a: Masklet, b: Masklet) -> IntArray:
    seen_a, seen_b = (each.frame_idx[each.state == _VISIBLE] for each in (a, b))
    return np.intersect1d(seen_a, seen_b, assume_unique=True)


def _touching(a: Masklet, b: Masklet, frames: IntArray) -> BoolArray:
    """(n,) whether the boxes around two things overlap."""
    boxes_a, boxes_b = (each.boxes_xyxy[each.rows_at(frames)] for each in (a, b))
    before, after = boxes_a[:, :2] < boxes_b[:, 2:], boxes_b[:, :2] < boxes_a[:, 2:]
    return np.asarray((before & after).all(axis=1))


def _ever_apart(a: Masklet, b: Masklet, frames: IntArray) -> bool:
    pairs = zip(_masks(a, frames), _masks(b, frames), strict=True)
    return any(x.iou(y) < HERE_IOU for x, y in pairs)


def _masks(masklet: Masklet, frames: IntArray) -> list[Mask]:
    """Its masks on frames on which it is seen, read at once."""
    runs = masklet.runs(masklet.rows_at(frames))
    bounds = zip(runs.offsets[:-1].tolist(), runs.offsets[1:].tolist(), strict=True)
    return [Mask.from_boundaries(runs.boundaries[start:stop], masklet.size_hw) for start, stop in bounds]
