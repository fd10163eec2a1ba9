"""Which of many masks is meant: the one that the gaze makes most likely.

A viewer looks at a place on the thing that is meant, and the tracker errs. So a gaze position speaks for a
mask by the share of a Gaussian around it – as wide as the tracker errs – that falls on the mask, and a large
mask must explain more than a small one, for it would be hit by chance as well. Source: ours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dwell.looking.aiming import AimPoint
from dwell.looking.events import Proposed
from dwell.masks import Mask
from dwell.types import FloatArray

__all__ = ["LEVELS", "Weighed", "levels_of", "same_mask", "share_on", "weigh"]

AREA_POWER = 0.25
"""How much size speaks against a mask: 0 = not at all, 1 = as if every px were as likely to be looked at."""
MODEL_POWER = 1.0
"""How much the segmenter's own score counts beside the gaze."""
LEAST_SHARE = 1e-3
LEVELS = 3
"""Granularities that are offered: a part, the thing, the whole of which it is part."""
_STEP = 1.5
"""Times in area by which two granularities differ at least."""
_SAME = 0.9
"""IoU from which two masks are one."""


@dataclass(frozen=True)
class Weighed:
    """A mask with what speaks for it."""

    mask: Mask
    score: float
    """0 … 1, the segmenter's own estimate."""
    weight: float
    """Logarithm of how likely it is meant, but for a constant; comparable for one aim only."""


def share_on(mask: Mask, x: float, y: float, sigma_px: float) -> float:
    """Share of a Gaussian around (x, y) that falls on the mask, 0 … 1.

    Args:
        mask: of the picture.
        x: px; the centre of pixel 0 is at 0.5.
        y: px
        sigma_px: px, standard deviation along each axis; below half a pixel it counts as that.
    """
    sigma = max(sigma_px, 0.5)
    height, width = mask.size_hw
    reach = 3 * sigma
    left, right = max(math.floor(x - reach), 0), min(math.ceil(x + reach), width)
    top, bottom = max(math.floor(y - reach), 0), min(math.ceil(y + reach), height)
    if left >= right or top >= bottom:
        return 0.0
    across = _bell(math.floor(x - reach), math.ceil(x + reach), x, sigma)
    down = _bell(math.floor(y - reach), math.ceil(y + reach), y, sigma)
    across = across[left - math.floor(x - reach) :][: right - left]
    down = down[top - math.floor(y - reach) :][: bottom - top]
    return float(down @ mask.columns(left, right)[top:bottom] @ across)


def weigh(proposed: Iterable[Proposed], points: Sequence[AimPoint], sigma_px: float) -> list[Weighed]:
    """The masks, most likely first; of those that are nearly the same, the most likely one.

    Args:
        proposed: from one question, or several.
        points: where was looked at; none = the segmenter's own order.
        sigma_px: px by which gaze errs, standard deviation along each axis.
    """
    found = [_weighed(each, points, sigma_px) for each in proposed if each.mask]
    found.sort(key=lambda each: -each.weight)
    kept: list[Weighed] = []
    for each in found:
        if not any(same_mask(each.mask, other.mask) for other in kept):
            kept.append(each)
    return kept


def levels_of(weighed: Sequence[Weighed], best: int = 0) -> tuple[Weighed, ...]:
    """At most three granularities, by size: the best mask, the best much smaller and much larger one."""
    if not weighed:
        return ()
    middle = weighed[best]
    smaller = [each for each in weighed if each.mask.area * _STEP <= middle.mask.area]
    larger = [each for each in weighed if each.mask.area >= middle.mask.area * _STEP]
    return (*smaller[:1], middle, *larger[:1])


def same_mask(a: Mask, b: Mask) -> bool:
    """Whether two masks are nearly one. IoU is at most the ratio of areas, which is known at once."""
    return min(a.area, b.area) >= _SAME * max(a.area, b.area) and a.iou(b) >= _SAME


def _weighed(proposed: Proposed, points: Sequence[AimPoint], sigma_px: float) -> Weighed:
    weight = MODEL_POWER * math.log(max(proposed.score, LEAST_SHARE))
    if points:
        weight += sum(
            point.weight * math.log(max(share_on(proposed.mask, point.x, point.y, sigma_px), LEAST_SHARE))
            for point in points
        )
        weight -= AREA_POWER * math.log(proposed.mask.area)
    return Weighed(proposed.mask, proposed.score, weight)


def _bell(start: int, stop: int, middle: float, sigma: float) -> FloatArray:
    """(stop - start,) weights of pixels along one axis; their sum is 1."""
    distance_px = np.arange(start, stop, dtype=np.float64) + 0.5 - middle
    bell: FloatArray = np.exp(-0.5 * (distance_px / sigma) ** 2)
    return bell / float(bell.sum())
