"""How much each guess looks like an object: a few measurements and one weighted sum."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.bits import Neighbours
from dwell.segmenters.embedded.plan import PromptPlan
from dwell.segmenters.embedded.proposals import Hints, Proposals
from dwell.types import BoolArray

__all__ = ["FEATURES", "measure", "rank"]

Columns = NDArray[Any]
"""(m,) or (n, m) float32: one column per guess."""

_WEIGHTS = {
    "log area": -0.052,
    "log area squared": -0.028,
    "sides touched": -0.219,
    "rim share": -0.189,
    "cut strength": 0.091,
    "inner strength": 0.332,
    "inner spread": -0.187,
    "ring separation": 0.289,
    "depth ratio": 0.148,
    "agreement": 0.512,
    "steadiness": 0.059,
}
"""Ours: ridge regression of the IoU with the truth, less its mean over the guesses on one image; half of the
weight on 8 DAVIS-2016 sequences (16 clicks each), half on 40 drawn scenes (2 clicks each).
``benchmarks/fit_prompt_ranking.py`` prints them anew."""

FEATURES = tuple(_WEIGHTS)

_EXPECTED = (0.34, 1.04)
"""IoU of an average guess, and its rise per unit of the weighted sum. Ours, same pictures."""

_CLEARANCE = 0.1  # worth of a negative click being well clear of the guess; ours, set by hand
_CLEAR = 0.25  # of sqrt(area): that far away is well clear
_RINGS = 4


def rank(plan: PromptPlan, hints: Hints, proposals: Proposals) -> Columns:
    """(m,) IoU to be expected of each guess, about 0 … 1; comparable between guesses on one image only."""
    total = measure(plan, hints, proposals) @ np.array(list(_WEIGHTS.values()), np.float32)
    if len(hints.outside_xy):
        total = total + _CLEARANCE * _clearance(plan, hints, proposals.masks)
    expected: Columns = _EXPECTED[0] + _EXPECTED[1] * (total - total.mean())
    return expected


def measure(plan: PromptPlan, hints: Hints, proposals: Proposals) -> Columns:
    """(m, len(FEATURES)) measurements of each guess."""
    masks = proposals.masks.astype(np.float32)
    area = plan.patches.sizes.astype(np.float32) @ masks
    log_area = np.log10(area / plan.patches.labels.size)
    cut_length, cut_strength, inner_strength = _cut(plan, proposals.masks)
    columns = [
        log_area,
        log_area**2,
        *_rim(plan, masks, cut_length),
        cut_strength,
        inner_strength,
        _inner_spread(plan, masks, area),
        _ring_separation(plan, proposals.masks, masks),
        _depth(plan, hints, proposals.masks),
        _agreement(plan, masks, area),
        proposals.steadiness,
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _cut(plan: PromptPlan, masks: BoolArray) -> tuple[Columns, Columns, Columns]:
    """Length and mean edge strength of the borders that each guess cuts; mean strength of those inside."""
    one, other = masks[plan.patches.pairs[:, 0]], masks[plan.patches.pairs[:, 1]]
    cut, inner = (one ^ other).astype(np.float32), (one & other).astype(np.float32)
    weights = plan.patches.pair_lengths.astype(np.float32)
    strength = weights * plan.strength
    length = np.maximum(weights @ cut, 1)
    return length, strength @ cut / length, strength @ inner / np.maximum(weights @ inner, 1)


def _rim(plan: PromptPlan, masks: Columns, cut_length: Columns) -> list[Columns]:
    labels = plan.patches.labels
    along = plan.rim @ masks
    sides = np.zeros((4, plan.patches.n), np.float32)
    for side, edge in enumerate((labels[0], labels[-1], labels[:, 0], labels[:, -1])):
        sides[side, edge] = 1
    return [(sides @ masks > 0).sum(axis=0) / 4, along / (along + cut_length)]


def _inner_spread(plan: PromptPlan, masks: Columns, area: Columns) -> Columns:
    """Standard deviation of Lab inside, over that of the image."""
    weighted = plan.colours * plan.patches.sizes[:, None]
    total = np.einsum("nc,nc->n", weighted, plan.colours)

    def variance(members: Columns, size: Columns) -> Columns:
        mean = weighted.T @ members / size
        spread: Columns = np.maximum(total @ members / size - (mean * mean).sum(axis=0), 0)
        return spread

    everything = np.ones((plan.patches.n, 1), np.float32)
    whole = variance(everything, np.array([plan.patches.labels.size], np.float32))
    ratio: Columns = np.sqrt(variance(masks, area) / np.maximum(whole, 1))
    return ratio


def _ring_separation(plan: PromptPlan, masks: BoolArray, soft: Columns) -> Columns:
    """How well colour alone tells the inside from the ring around it: 1 = perfectly, 0 = not at all."""
    own, near = plan.palette.T @ soft, plan.palette.T @ _ring(plan, masks).astype(np.float32)
    likelier = _shares(plan.likeness.T @ own) > _shares(plan.likeness.T @ near)
    right: Columns = (_shares(own) * likelier).sum(axis=0) + (_shares(near) * ~likelier).sum(axis=0)
    return right - 1


def _shares(counts: Columns) -> Columns:
    shares: Columns = counts / np.maximum(counts.sum(axis=0), 1e-6)
    return shares


def _ring(plan: PromptPlan, masks: BoolArray) -> BoolArray:
    """The superpixels around each guess; one to four rings of them, by its size."""
    grown = Neighbours(plan.patches.pairs, plan.patches.n).grown(masks, _RINGS)
    rings = np.clip(np.round(0.3 * np.sqrt(masks.sum(axis=0))), 1, _RINGS).astype(int)
    out = np.zeros_like(masks)
    for count in range(1, _RINGS + 1):
        out[:, rings == count] = grown[count - 1][:, rings == count]
    return out & ~masks


def _depth(plan: PromptPlan, hints: Hints, masks: BoolArray) -> Columns:
    """Depth of the deepest click in each guess, over the greatest depth of the guess."""
    labels = np.pad(plan.patches.labels[::4, ::4] + 1, 1)
    members = np.concatenate([np.zeros((1, masks.shape[1]), np.uint8), masks.astype(np.uint8)])
    clicks = (hints.inside_xy // 4).astype(np.int64) + 1
    depth = np.empty(masks.shape[1], np.float32)
    for column in range(masks.shape[1]):
        deep = cv2.distanceTransform(members[:, column][labels], cv2.DIST_L2, 3)
        depth[column] = deep[clicks[:, 1], clicks[:, 0]].max() / max(float(deep.max()), 1.0)
    return depth


def _clearance(plan: PromptPlan, hints: Hints, masks: BoolArray) -> Columns:
    """How far the negative clicks lie from each guess, 0 … 1: a pinhole around one is no answer to it."""
    labels = plan.patches.labels[::4, ::4]
    clicks = (hints.outside_xy // 4).astype(np.int64)
    rest = (~masks).astype(np.uint8)
    clear = np.empty(masks.shape[1], np.float32)
    for column in range(masks.shape[1]):
        picture = rest[:, column][labels]
        size = max(float(np.sqrt(picture.size - np.count_nonzero(picture))), 1.0)
        gaps = np.minimum(cv2.distanceTransform(picture, cv2.DIST_L2, 3)[clicks[:, 1], clicks[:, 0]], 1e4)
        clear[column] = np.minimum(gaps / (_CLEAR * size), 1).mean()
    return clear


def _agreement(plan: PromptPlan, masks: Columns, area: Columns) -> Columns:
    """Mean IoU with all the other guesses."""
    both = (masks * plan.patches.sizes[:, None].astype(np.float32)).T @ masks
    iou: Columns = both / np.maximum(area[:, None] + area[None] - both, 1)
    mean: Columns = iou.mean(axis=1)
    return mean
