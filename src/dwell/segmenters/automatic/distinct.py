"""Which of many masks stay: no two alike, the best of what is left.

Source of the idea: non-maximum suppression; here by the IoU of the masks themselves, where SAM's automatic
mask generator takes that of their boxes, so that a ring and what fills it both stay.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dwell.masks import Mask
from dwell.segmenters.contract import AutomaticMask
from dwell.types import BoolArray, FloatArray, IntArray

__all__ = ["best_first", "distinct"]


def distinct(masks: Sequence[Mask], order: Sequence[int], threshold: float) -> list[int]:
    """Numbers of masks, taken in this order, whose IoU with each one taken before is at most ``threshold``.

    Masks are of one size and not empty. Only those whose areas and boxes allow a larger IoU are compared.
    """
    areas = np.array([mask.area for mask in masks], np.float64)
    boxes = np.array([mask.box_xyxy for mask in masks], np.float64).reshape(-1, 4)
    taken: list[int] = []
    for at in order:
        rivals = _maybe_alike(areas, boxes, np.array(taken, np.int64), at, threshold)
        if not any(masks[at].iou(masks[taken[rival]]) > threshold for rival in np.flatnonzero(rivals)):
            taken.append(at)
    return taken


def best_first(found: Sequence[AutomaticMask]) -> list[AutomaticMask]:
    """By score, then area, the largest of each first; equal ones stay in their order."""
    return sorted(found, key=lambda each: (-each.score, -each.mask.area))


def _maybe_alike(
    areas: FloatArray, boxes: FloatArray, others: IntArray, at: int, threshold: float
) -> BoolArray:
    """(n,) bool: which of the others may have a larger IoU, by area and by the overlap of the boxes."""
    sides = np.minimum(boxes[others, 2:], boxes[at, 2:]) - np.maximum(boxes[others, :2], boxes[at, :2])
    shared = np.minimum(np.maximum(sides, 0).prod(axis=1), np.minimum(areas[others], areas[at]))
    either = areas[others] + areas[at] - shared
    found: BoolArray = shared > threshold * either
    return found
