"""How much a suggestion and a mask, or two boxes, are the same."""

from __future__ import annotations

from dwell.masks import Mask
from dwell.suggestions.suggestion import Box, Suggestion

__all__ = ["SAME", "box_iou", "centre_distance", "sameness"]

SAME = 0.5
"""Overlap from which two are the same thing. Source: the criterion of a match in Pascal VOC (2010)."""
_MOSTLY = 0.8
"""Part of the smaller that lies in the larger, from which two of the same words are the same thing; ours."""


def sameness(suggestion: Suggestion, mask: Mask, *, same_words: bool) -> float:
    """0 … 1, same from ``SAME`` on: IoU of the masks, or of their boxes while the suggestion has no mask.

    Where the words are the same, too, it is enough that most of one lies in the other: a half hidden cup is a
    cup. A cap that lies in the box of a bottle is none.
    """
    if not mask:
        return 0.0
    if suggestion.mask is not None:
        shared = float((suggestion.mask & mask).area)
        areas = (float(suggestion.mask.area), float(mask.area))
    else:
        box = mask.box_xyxy or (0, 0, 0, 0)
        shared = _shared(suggestion.box_xyxy, box)
        areas = (_area(suggestion.box_xyxy), _area(box))
    if not shared:
        return 0.0
    iou = shared / (sum(areas) - shared)
    return max(iou, SAME) if same_words and shared >= _MOSTLY * min(areas) else iou


def box_iou(a: Box, b: Box) -> float:
    """Shared area over joint area, 0 … 1."""
    shared = _shared(a, b)
    return shared / (_area(a) + _area(b) - shared) if shared else 0.0


def centre_distance(a: Box, b: Box) -> float:
    """Distance of the centres of two boxes, px."""
    dx, dy = ((a[i] + a[i + 2] - b[i] - b[i + 2]) / 2 for i in (0, 1))
    return float((dx**2 + dy**2) ** 0.5)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _shared(a: Box, b: Box) -> float:
    if a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]:
        return 0.0  # mostly so, and asked for many pairs
    return (min(a[2], b[2]) - max(a[0], b[0])) * (min(a[3], b[3]) - max(a[1], b[1]))
