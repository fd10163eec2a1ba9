"""Which of many masks stay: no two alike, the best of what is left.

Source of the idea: non-maximum suppression; here by the IoU of the masks themselves, where SAM's automatic
mask generator takes that of their boxes, so that a ring and what fills it both stay.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dwell.masks import Mask
from dwell.segmenters.contract import AutomaticMask
from dwell.types import BoolArray, IntArray

__all__ = ["best_first", "distinct"]


def distinct(masks: Sequence[Mask], order: Sequence[int], threshold: float) -> list[int]:
    """Numbers of masks, taken in this order, whose IoU with each one taken before is at most ``threshold``.

    Masks are of one size and not empty. Only those whose areas and boxes allow a larger IoU are compared.
    """
    areas = np.array([mask.area for mask in masks], np.int64)
    boxes = np.array([mask.box_xyxy for mask in masks], np.int64).reshape(-1, 4)
    taken: list[int] = []
    for at in order:
        others = np.array(taken, np.int64)
        others = others[_maybe_alike(areas, boxes, others, at, threshold)]
        shared = _shared(masks[at], [masks[other] for other in others])
        if not (shared > threshold * (areas[others] + areas[at] - shared)).any():
            taken.append(at)
    return taken


def best_first(found: Sequence[AutomaticMask]) -> list[AutomaticMask]:
    """By score, then area, the largest of each first; equal ones stay in their order."""
    return sorted(found, key=lambda each: (-each.score, -each.mask.area))


def _shared(mask: Mask, others: Sequence[Mask]) -> IntArray:
    """(n,) pixels that the mask has in common with each of the others, none of which is empty."""
    if not others:
        return np.zeros(0, np.int64)
    starts, ends = mask.boundaries[0::2].astype(np.int64), mask.boundaries[1::2].astype(np.int64)
    before = np.concatenate(([0], np.cumsum(ends - starts)))
    positions = np.concatenate([other.boundaries for other in others]).astype(np.int64)
    run = np.searchsorted(starts, positions, "right")  # runs that begin before the position, or on it
    beyond = np.where(run > 0, np.maximum(ends[run - 1] - positions, 0), 0)
    inside = before[run] - beyond  # pixels of the mask before the position
    firsts = np.cumsum([0, *(len(other.boundaries) // 2 for other in others[:-1])])
    found: IntArray = np.add.reduceat(inside[1::2] - inside[0::2], firsts)
    return found


def _maybe_alike(areas: IntArray, boxes: IntArray, others: IntArray, at: int, threshold: float) -> BoolArray:
    """(n,) bool: which of the others may have a larger IoU, by area and by the overlap of the boxes."""
    sides = np.minimum(boxes[others, 2:], boxes[at, 2:]) - np.maximum(boxes[others, :2], boxes[at, :2])
    shared = np.minimum(np.maximum(sides, 0).prod(axis=1), np.minimum(areas[others], areas[at]))
    either = areas[others] + areas[at] - shared
    found: BoolArray = shared > threshold * either
    return found
