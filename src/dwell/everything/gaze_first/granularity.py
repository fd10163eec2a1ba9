"""From the answers to one click: a part, the thing, and what it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dwell.masks import Mask
from dwell.segmenters.contract import Candidate

__all__ = ["CONTAINED", "DISTINCT_IOU", "Level", "Piece", "is_inside", "nested_pieces"]

DISTINCT_IOU = 0.8
"""Two masks with a larger IoU are one."""
CONTAINED = 0.9
"""A mask of which so large a share lies in a larger one is part of it."""
LARGEST = 0.5
"""Of the picture: a larger mask is the background."""
LEAST_PX = 16
"""Smaller masks are crumbs."""


class Level(StrEnum):
    """Which of the things under a point of gaze a mask is."""

    PART = "part"
    """A part of the thing: its handle."""
    THING = "thing"
    """What a click there means, by the segmenter's own judgement: the cup."""
    WHOLE = "whole"
    """What the thing belongs to: the tray."""


@dataclass(frozen=True)
class Piece:
    """One of the masks under a point."""

    level: Level
    mask: Mask
    score: float
    """0 … 1, the segmenter's."""


def nested_pieces(
    candidates: Sequence[Candidate], point_xy: tuple[float, float], granularities: int = 3
) -> list[Piece]:
    """At most so many nested masks that hold the point, from small to large; none if all is background.

    The best candidate is the thing; the best one within it is the part, the best one around it the whole.
    Masks that miss the point, cover more than half the picture, or are like one that was taken already
    (IoU ≥ 0.8) are passed over.

    Args:
        candidates: best first, as segmenters give them.
        point_xy: px.
        granularities: 1: the thing; 2: the thing and the better one of the others; 3: all.
    """
    usable = [
        (mask, each.score) for each in candidates if _usable(mask := Mask.from_array(each.mask), point_xy)
    ]
    if not usable:
        return []
    thing, score = usable[0]
    found = {Level.THING: Piece(Level.THING, thing, score)}
    for mask, score in usable[1:]:
        level = _level_beside(thing, mask)
        if len(found) < granularities and level is not None and level not in found:
            found[level] = Piece(level, mask, score)
    return [found[level] for level in Level if level in found]


def is_inside(inner: Mask, outer: Mask) -> bool:
    """Whether a mask is part of another: it lies in it, and the two are not one."""
    shared = (inner & outer).area
    either = inner.area + outer.area - shared
    return inner.area < outer.area and shared >= CONTAINED * inner.area and shared < DISTINCT_IOU * either


def _usable(mask: Mask, point_xy: tuple[float, float]) -> bool:
    height, width = mask.size_hw
    fits = LEAST_PX <= mask.area <= LARGEST * height * width
    return fits and bool(mask.contains([point_xy])[0])


def _level_beside(thing: Mask, mask: Mask) -> Level | None:
    if is_inside(mask, thing):
        return Level.PART
    return Level.WHOLE if is_inside(thing, mask) else None
