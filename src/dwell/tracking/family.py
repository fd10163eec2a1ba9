"""Who competes with whom for pixels: everyone but an AOI and what it is part of.

A tracker settles the pixels of the AOIs of one call among them, and lets rivals keep theirs. The rivals of a
call are the same for all its AOIs, so some of what is apart cannot be told, and then nobody loses a pixel:

* AOIs of one depth are tracked in one call, wholes before their parts, and compete as if there were no parts;
* a part that is tracked after a whole it does not belong to leaves it its pixels, as it does with any AOI
  that is settled; but not if that whole, or settled AOI, is a relative of another AOI of the same call.

Without parts there is one call for all. Source: ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dwell.project import depths, relatives
from dwell.types import AOI, BoolArray

__all__ = ["Family"]


class Family:
    """The AOIs of a project as trackers are to see them."""

    def __init__(self, aois: Iterable[AOI]) -> None:
        known = list(aois)
        self._relatives = relatives(known)
        self._depths = depths(known)

    def unrelated(self, object_ids: Sequence[int]) -> list[list[int]]:
        """The same AOIs in groups of those to track in one call, in this order; none is part of another."""
        groups: dict[int, list[int]] = {}
        for object_id in object_ids:
            groups.setdefault(self._depths.get(object_id, 0), []).append(object_id)
        return [groups[depth] for depth in sorted(groups)]

    def rivals_of(self, group: Iterable[int], masks: Mapping[int, BoolArray]) -> dict[int, BoolArray]:
        """Of masks by object_id those of AOIs that have no relative in the group."""
        related = frozenset[int]().union(*(self._relatives.get(each, frozenset()) for each in group))
        return {object_id: mask for object_id, mask in masks.items() if object_id not in related}
