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
        smaller = float(min(suggestion.mask.area, mask.area))
        iou = suggestion.mask.iou(mask)
    else:
        box = mask.box_xyxy or (0, 0, 0, 0)
        shared = _shared(suggestion.box_xyxy, box)
        smaller = min(_area(suggestion.box_xyxy), _area(box))
        iou = box_iou(suggestion.box_xyxy, box)
    contained = same_words and smaller > 0 and shared / smaller >= _MOSTLY
    return max(iou, SAME) if contained else iou


def box_iou(a: Box, b: Box) -> float:
    """Shared area over joint area, 0 … 1."""
    shared = _shared(a, b)
    joint = _area(a) + _area(b) - shared
    return shared / joint if joint > 0 else 0.0


def centre_distance(a: Box, b: Box) -> float:
    """Distance of the centres of two boxes, px."""
    dx, dy = ((a[i] + a[i + 2] - b[i] - b[i + 2]) / 2 for i in (0, 1))
    return float((dx**2 + dy**2) ** 0.5)


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _shared(a: Box, b: Box) -> float:
    return _area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))
