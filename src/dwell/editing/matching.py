"""Which part of a mask is which, from frame to frame. Source: ours.

A part is what it overlaps most on the frame before; what overlaps nothing is what was nearest. Where one part
holds at least half of each of two, they touch and cannot be told apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from dwell.masks import Mask
from dwell.masks.signals import PART_SHARE

__all__ = ["Identities", "overlap_px", "parts_of"]

HELD = 0.5
"""Share of what was seen last that a part must hold to be where that has gone."""


@dataclass
class Identities:
    """The parts that were seen so far, each as it was last; they are numbered as they were first seen."""

    last: list[Mask] = field(default_factory=list)

    def tell(self, parts: Sequence[Mask]) -> dict[int, Mask] | None:
        """The parts of the next frame by number, new ones behind; None if some touch that were apart."""
        overlaps = [[overlap_px(last, part) for part in parts] for last in self.last]
        if self._touch(overlaps, len(parts)):
            return None
        whose = _pairs({(i, p): -n for i, row in enumerate(overlaps) for p, n in enumerate(row) if n})
        lonely = [i for i in range(len(self.last)) if i not in whose.values()]
        strange = [p for p in range(len(parts)) if p not in whose]
        whose |= _pairs({(i, p): _distance(self.last[i], parts[p]) for i in lonely for p in strange})
        for p, part in enumerate(parts):
            if p not in whose:
                whose[p] = len(self.last)
                self.last.append(part)
            self.last[whose[p]] = part
        return {whose[p]: part for p, part in enumerate(parts)}

    def _touch(self, overlaps: Sequence[Sequence[int]], n_parts: int) -> bool:
        """Whether a part holds most of each of two that were apart."""
        held = [
            sum(row[p] >= HELD * last.area for row, last in zip(overlaps, self.last, strict=True))
            for p in range(n_parts)
        ]
        return any(n > 1 for n in held)


def parts_of(mask: Mask, min_px: int | None) -> list[Mask]:
    """The parts of a mask, largest first; smaller ones go with the part that is nearest.

    Args:
        mask: not empty.
        min_px: what is smaller is no part of its own; None = a tenth of the mask. The largest always is one.
    """
    found = mask.components()
    least = PART_SHARE * mask.area if min_px is None else min_px
    large = [part for part in found if part.area >= least] or found[:1]
    whole = list(large)
    for crumb in found[len(large) :]:
        nearest = min(range(len(large)), key=lambda i: _distance(large[i], crumb))
        whole[nearest] = whole[nearest] | crumb
    return whole


def overlap_px(one: Mask, other: Mask) -> int:
    """Pixels that two masks share."""
    if one.box_xyxy is None or other.box_xyxy is None:
        return 0
    (ax0, ay0, ax1, ay1), (bx0, by0, bx1, by1) = one.box_xyxy, other.box_xyxy
    apart = ax0 >= bx1 or bx0 >= ax1 or ay0 >= by1 or by0 >= ay1
    return 0 if apart else (one & other).area


def _pairs(costs: dict[tuple[int, int], float]) -> dict[int, int]:
    """Part → number, each at most once, the cheapest pair first."""
    whose: dict[int, int] = {}
    taken: set[int] = set()
    for number, part in sorted(costs, key=lambda pair: (costs[pair], pair)):
        if part not in whose and number not in taken:
            whose[part] = number
            taken.add(number)
    return whose


def _distance(one: Mask, other: Mask) -> float:
    """Px between the centroids."""
    if one.centroid_xy is None or other.centroid_xy is None:
        return math.inf
    return math.dist(one.centroid_xy, other.centroid_xy)
