"""How much each guess looks like an object: a few measurements and one weighted sum."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.bits import Neighbours
from dwell.segmenters.embedded.plan import PromptPlan
from dwell.segmenters.embedded.proposals import Hints, Proposals
from dwell.types import BoolArray

__all__ = ["FEATURES", "measure", "rank"]

Columns = NDArray[np.float32]

_WEIGHTS = {
    "log area": -0.016,
    "log area squared": -0.0032,
    "sides touched": -0.126,
    "rim share": -0.233,
    "cut strength": 0.147,
    "inner strength": 0.146,
    "inner spread": 0.089,
    "ring separation": 0.148,
    "depth ratio": 0.062,
    "agreement": 0.436,
    "steadiness": 0.038,
}
"""Ours: ridge regression of the IoU with the truth, less its mean over the guesses on one image, on 8 DAVIS-2016
sequences (16 clicks each)."""

FEATURES = tuple(_WEIGHTS)

_EXPECTED = (
    0.337,
    1.41,
)  # IoU of an average guess, and its rise per unit of rank; ours, same fit, left-out sequences
_RINGS = 4


def rank(plan: PromptPlan, hints: Hints, proposals: Proposals) -> Columns:
    """(m,) IoU to be expected of each guess, 0 … 1; comparable between guesses on one image only."""
    total = measure(plan, hints, proposals) @ np.array(list(_WEIGHTS.values()), np.float32)
    return np.clip(_EXPECTED[0] + _EXPECTED[1] * (total - total.mean()), 0.01, 0.99)


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
    """Length of the borders that each guess cuts, their mean edge strength, and that of the borders inside."""
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

    whole = variance(np.ones((plan.patches.n, 1), np.float32), np.float32([plan.patches.labels.size]))
    return np.sqrt(variance(masks, area) / np.maximum(whole, 1))


def _ring_separation(plan: PromptPlan, masks: BoolArray, soft: Columns) -> Columns:
    """How well colour alone tells the inside from the ring around it: 1 = perfectly, 0 = not at all."""
    own, near = plan.palette.T @ soft, plan.palette.T @ _ring(plan, masks).astype(np.float32)
    likelier = _shares(plan.likeness.T @ own) > _shares(plan.likeness.T @ near)
    return (_shares(own) * likelier).sum(axis=0) + (_shares(near) * ~likelier).sum(axis=0) - 1


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
    clicks = np.int64(hints.inside_xy // 4) + 1
    depth = np.empty(masks.shape[1], np.float32)
    for column in range(masks.shape[1]):
        deep = cv2.distanceTransform(members[:, column][labels], cv2.DIST_L2, 3)
        depth[column] = deep[clicks[:, 1], clicks[:, 0]].max() / max(float(deep.max()), 1.0)
    return depth


def _agreement(plan: PromptPlan, masks: Columns, area: Columns) -> Columns:
    """Mean IoU with all the other guesses."""
    both = (masks * plan.patches.sizes[:, None].astype(np.float32)).T @ masks
    iou: Columns = both / np.maximum(area[:, None] + area[None] - both, 1)
    return iou.mean(axis=1)
