"""How good sets of superpixels are as things or parts of things: a few measurements and one weighted sum."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.bits import Neighbours
from dwell.segmenters.embedded.boundaries import Borders
from dwell.segmenters.embedded.diffusion import Diffusion, slow_modes
from dwell.segmenters.embedded.objectness_weights import FIRST, MOVING, STILL
from dwell.segmenters.embedded.plan import PromptPlan
from dwell.types import BoolArray

__all__ = [
    "ALL_FEATURES",
    "FIRST_FEATURES",
    "Scene",
    "first_scores",
    "measure_first",
    "measure_fully",
    "overlaps",
    "scores",
    "stability",
]

Columns = NDArray[Any]
"""(m,) or (n, m) float32: one column per shape."""

FIRST_FEATURES = (
    "log area",
    "log area squared",
    "sides touched",
    "rim share",
    "outline",
    "weak outline",
    "inside edges",
    "outline contrast",
    "roundness",
)
"""What the quick look measures."""

ALL_FEATURES = (
    *FIRST_FEATURES,
    "inner spread",
    "ring separation",
    "global separation",
    "colour step",
    "extent",
    "steadiness",
    "mode spread",
    "mode step",
    "mean overlap",
    "alike",
    "drift step",
    "drift inside",
    "drift spread",
)
"""What the full look measures."""

_WEAK = 0.3  # chance under which a border is weak
_RINGS = 3
_BLOCK = 256
_ALIKE = 0.7
_VISIBLE = 0.15  # mean chance of an outline; plain noise has 0.07 at most, annotated things 0.3 or more
_STEADY = 0.2
_PER_OFFSET = 0.05


class Scene:
    """One image with everything that scores need of it."""

    def __init__(self, plan: PromptPlan, borders: Borders, diffusion: Diffusion) -> None:
        self.plan, self.borders, self.diffusion = plan, borders, diffusion
        self.neighbours = Neighbours(plan.patches.pairs, plan.patches.n)
        self.sizes = plan.patches.sizes.astype(np.float32)
        self.likeness = np.where(plan.likeness < 1e-6, np.float32(0), plan.likeness)
        self.modes = slow_modes(plan, diffusion)
        self.flowing_plan = _flowing(plan, diffusion.spread, self.likeness)

    @property
    def n_px(self) -> int:
        """Pixels of the plan."""
        return int(self.plan.patches.labels.size)


def _flowing(plan: PromptPlan, spread: Columns, likeness: Columns) -> PromptPlan:
    """The plan, with evidence that flows otherwise."""
    other = replace(plan, likeness=likeness, answers={})
    other.__dict__["spread"] = spread  # where a cached property is kept
    return other


def first_scores(scene: Scene, shapes: BoolArray) -> Columns:
    """(m,) a quick estimate of the IoU with a thing, from the outline alone."""
    return _weighted(measure_first(scene, shapes), FIRST)


def scores(scene: Scene, shapes: BoolArray, iou: Columns) -> Columns:
    """(m,) the IoU with a thing or part that is to be expected of each shape; may lie outside 0 … 1.

    Args:
        scene: the image.
        shapes: (n, m) superpixels of each.
        iou: (m, m) their ``overlaps``.
    """
    weights = STILL if scene.borders.drift is None else MOVING
    measured = measure_fully(scene, shapes, iou)
    outline = measured[:, ALL_FEATURES.index("outline")]
    expected: Columns = _weighted(measured, weights) * np.minimum(outline / _VISIBLE, 1)
    return expected


def _weighted(measured: Columns, weights: Mapping[str, float]) -> Columns:
    values = np.array(list(weights.values()), np.float32)
    total: Columns = measured @ values[1:] + values[0]
    return total


def stability(scene: Scene, shapes: BoolArray, offset: float) -> Columns:
    """(m,) area of each shape at a strict threshold over that at a loose one, after its evidence has flowed.

    The usual threshold is half of the evidence that stays inside on average; the two lie ``offset``
    twentieths of it away.
    """
    return _steadiness(scene, shapes.astype(np.float32), min(_PER_OFFSET * offset, 0.49))


def overlaps(scene: Scene, shapes: BoolArray) -> Columns:
    """(m, m) IoU of each shape with each."""
    soft = shapes.astype(np.float32)
    area = scene.sizes @ soft
    both = (soft * scene.sizes[:, None]).T @ soft
    iou: Columns = both / np.maximum(area[:, None] + area - both, 1)
    return iou


# ------------------------------------------------------------------ measurements


def measure_first(scene: Scene, shapes: BoolArray) -> Columns:
    """(m, 9) size, rim and outline of each shape."""
    return _in_blocks(shapes, lambda block: _first(scene, block, block.astype(np.float32)))


def measure_fully(scene: Scene, shapes: BoolArray, iou: Columns) -> Columns:
    """(m, 22) the same and colours, form and motion, with zeros for motion where none is known."""
    measured = _in_blocks(shapes, lambda block: _fully(scene, block))
    alike = np.stack([iou.mean(axis=1), np.log((iou > _ALIKE).sum(axis=1))], axis=1)
    return np.concatenate([measured[:, :-3], alike.astype(np.float32), measured[:, -3:]], axis=1)


def _in_blocks(shapes: BoolArray, measure: Callable[[BoolArray], Columns]) -> Columns:
    """The same as measuring all at once, but in parts that fit the processor's cache."""
    starts = range(0, max(shapes.shape[1], 1), _BLOCK)
    return np.concatenate([measure(np.ascontiguousarray(shapes[:, at : at + _BLOCK])) for at in starts])


def _fully(scene: Scene, shapes: BoolArray) -> Columns:
    soft = shapes.astype(np.float32)
    ring = _ring(scene, shapes).astype(np.float32)
    columns = [
        _colours(scene, soft, ring),
        _extent(scene, shapes, soft)[:, None],
        _steadiness(scene, soft, _STEADY)[:, None],
        np.stack(_spread_and_step(scene, scene.modes, soft, ring)[:2], axis=1),
        _motion(scene, soft, ring),
    ]
    return np.concatenate([_first(scene, shapes, soft), *columns], axis=1)


def _first(scene: Scene, shapes: BoolArray, soft: Columns) -> Columns:
    one, other = scene.plan.patches.pairs.T
    lengths, chance = scene.plan.patches.pair_lengths.astype(np.float32), scene.borders.chance
    sums = np.stack([lengths, lengths * chance, lengths * (chance < _WEAK)])
    cut = sums @ (shapes[one] != shapes[other]).astype(np.float32)
    inner = sums[:2] @ (shapes[one] & shapes[other]).astype(np.float32)
    outline, inside = cut[1] / np.maximum(cut[0], 1), inner[1] / np.maximum(inner[0], 1)
    rim = scene.plan.rim @ soft
    around = np.maximum(cut[0] + rim, 1)
    area = scene.sizes @ soft
    log_area = np.log10(area / scene.n_px)
    columns = [
        log_area,
        log_area**2,
        (_sides(scene) @ soft > 0).sum(axis=0) / 4,
        rim / around,
        outline,
        cut[2] / np.maximum(cut[0], 1),
        inside,
        outline / (outline + inside + 0.1),
        np.log(4 * np.pi * area / around**2),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _sides(scene: Scene) -> Columns:
    """(4, n) which superpixels touch each side of the image."""
    labels = scene.plan.patches.labels
    sides = np.zeros((4, scene.plan.patches.n), np.float32)
    for side, edge in enumerate((labels[0], labels[-1], labels[:, 0], labels[:, -1])):
        sides[side, edge] = 1
    return sides


def _ring(scene: Scene, shapes: BoolArray) -> BoolArray:
    """The superpixels around each shape; one to three rings of them, by its size."""
    grown = scene.neighbours.grown(shapes, _RINGS)
    rings = np.clip(np.round(0.3 * np.sqrt(shapes.sum(axis=0))), 1, _RINGS).astype(int)
    out = np.zeros_like(shapes)
    for count in range(1, _RINGS + 1):
        out[:, rings == count] = grown[count - 1][:, rings == count]
    return out & ~shapes


def _colours(scene: Scene, soft: Columns, ring: Columns) -> Columns:
    """(m, 4) spread inside, separation from the ring and from everything else, step of the mean."""
    plan = scene.plan
    own, near = plan.palette.T @ soft, plan.palette.T @ ring
    far = plan.palette.sum(axis=0)[:, None] - own
    spread, step, _ = _spread_and_step(scene, plan.colours, soft, ring)
    columns = [
        spread / 20,
        _separation(scene, own, near),
        _separation(scene, own, far),
        np.minimum(step / 20, 3),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _separation(scene: Scene, own: Columns, others: Columns) -> Columns:
    """How well colour alone tells one from the other: 1 = perfectly, 0 = not at all."""
    one, two = _shares(own), _shares(others)
    likelier = scene.likeness.T @ one > scene.likeness.T @ two
    right: Columns = (one * likelier).sum(axis=0) + (two * ~likelier).sum(axis=0) - 1
    return right


def _shares(counts: Columns) -> Columns:
    shares: Columns = counts / np.maximum(counts.sum(axis=0), np.float32(1e-6))
    return shares


def _spread_and_step(
    scene: Scene, values: Columns, soft: Columns, ring: Columns
) -> tuple[Columns, Columns, Columns]:
    """Standard deviation of (n, c) values inside, the mean's distance from the ring's, and its length."""
    weighted = values * scene.sizes[:, None]
    area = np.maximum(scene.sizes @ soft, 1)
    inside = weighted.T @ soft / area
    around = weighted.T @ ring / np.maximum(scene.sizes @ ring, 1)
    variance = (weighted * values).sum(axis=1) @ soft / area - (inside * inside).sum(axis=0)
    step, length = np.linalg.norm(inside - around, axis=0), np.linalg.norm(inside, axis=0)
    spread: Columns = np.sqrt(np.maximum(variance, 0))
    return spread, step, length


def _motion(scene: Scene, soft: Columns, ring: Columns) -> Columns:
    """(m, 3) logs of how it moves against the ring and against the background, and of how unevenly."""
    if scene.borders.drift is None:
        return np.zeros((soft.shape[1], 3), np.float32)
    spread, step, length = _spread_and_step(scene, scene.borders.drift, soft, ring)
    logs: Columns = np.log1p(np.stack([step, length, spread], axis=1)).astype(np.float32)
    return logs


def _extent(scene: Scene, shapes: BoolArray, soft: Columns) -> Columns:
    """Share of the box around a shape that it fills."""
    width = (scene.n_px / scene.plan.patches.n) ** 0.5
    sides = []
    for place in scene.plan.centres_xy.T:
        far = np.where(shapes, place[:, None], np.float32(-1e6)).max(axis=0)
        near = np.where(shapes, place[:, None], np.float32(1e6)).min(axis=0)
        sides.append(far - near + np.float32(width))
    extent: Columns = (scene.sizes @ soft) / (sides[0] * sides[1])
    return extent


def _steadiness(scene: Scene, soft: Columns, offset: float) -> Columns:
    flow = scene.diffusion.smooth(soft)
    own = (scene.sizes[:, None] * flow * soft).sum(axis=0) / np.maximum(scene.sizes @ soft, 1)
    strict, loose = (scene.sizes @ (flow > own * np.float32(level)) for level in (0.5 + offset, 0.5 - offset))
    ratio: Columns = strict / np.maximum(loose, 1)
    return ratio
