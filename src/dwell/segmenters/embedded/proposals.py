"""Many guesses at the object a person means, as sets of superpixels.

Starting shapes (discs, patches around the clicks, nodes of the merge tree, the inside of a box) become
object-like ones: their colours against the colours around them give each superpixel a chance, and the plan's
smoothing matrix lets chances flow where the picture has no edge. All guesses are computed together.

Source: ours; the colour step is that of GrabCut (Rother et al. 2004, doi:10.1145/1015706.1015720), the
smoothing is a random walker (Grady 2006, doi:10.1109/TPAMI.2006.233).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.bits import Neighbours, distinct_columns
from dwell.segmenters.embedded.plan import PromptPlan
from dwell.types import BoolArray

__all__ = ["Hints", "Proposals", "click_shapes", "grow_shapes"]

Columns = NDArray[np.float32]
"""(n, m) float32: m soft sets of the n superpixels."""

_DISCS = 12
_PATCHES = 12
_LEVELS = (0.35, 0.5, 0.65)
_PIN = 3.0  # how strongly a clicked superpixel holds its value in the smoothing
_LOG_LIMIT = 3.0
_CHANCE_FLOOR = 0.02


class _Recipe(NamedTuple):
    """One way from a starting shape to a guess."""

    near: float | None
    """Background colours are taken up to this far from the shape, in sqrt(area); None = everywhere."""
    pull: float
    """Log-odds lost per sqrt(area) away from the starting shape."""
    rounds: int


_RECIPES = (_Recipe(None, 0.0, 1), _Recipe(None, 1.0, 2), _Recipe(2.0, 2.0, 2), _Recipe(2.0, 4.0, 2))


@dataclass(frozen=True, eq=False)
class Hints:
    """Where a person pointed, in plan terms."""

    inside: tuple[int, ...]
    """Superpixels under positive clicks, in the order given."""
    outside: tuple[int, ...]
    """Superpixels under negative clicks that have no positive click."""
    inside_xy: NDArray[np.float32]
    """(p, 2) plan px."""
    outside_xy: NDArray[np.float32]
    """(q, 2) plan px."""
    limits: BoolArray | None = None
    """(n,) superpixels that may belong to the object (inside of a box); None = all."""


@dataclass(frozen=True, eq=False)
class Proposals:
    """m different sets of superpixels that agree with the hints."""

    masks: BoolArray
    """(n, m)"""
    steadiness: NDArray[np.float32]
    """(m,) area at a strict threshold over area at a loose one: 1 = a clear-cut shape."""


def click_shapes(plan: PromptPlan, hints: Hints) -> BoolArray:
    """(n, s) starting shapes around the positive clicks; negative clicks keep the patches nearer to them."""
    height = plan.plan_hw[0]
    apart = _distance_to(plan, hints.inside_xy)
    radii = height * np.geomspace(0.03, 0.5, _DISCS)
    discs = apart[:, None] < radii
    away = _path_cost(plan, hints.inside)
    order = np.argsort(away, kind="stable")
    patches = np.zeros((plan.patches.n, _PATCHES), bool)
    for column, share in enumerate(np.geomspace(0.003, 0.4, _PATCHES)):
        patches[order[: max(1, int(share * plan.patches.n))], column] = True
    shapes = np.concatenate([discs, patches, _tree_shapes(plan, hints)], axis=1)
    if hints.outside:
        shapes &= (away < _path_cost(plan, hints.outside))[:, None]
    shapes[list(hints.inside)] = True
    return shapes


def grow_shapes(plan: PromptPlan, hints: Hints, shapes: BoolArray) -> Proposals:
    """The starting shapes and all guesses grown from them, without repeats, each in one piece per click.

    Args:
        plan: of the image.
        hints: clicks; every guess includes ``inside`` and leaves out ``outside``.
        shapes: (n, s) starting shapes.
    """
    away = _signed_distance(plan, shapes)
    guesses, steady = [shapes], [np.full(shapes.shape[1], 0.5)]
    for recipe in _RECIPES:
        soft = _grow(plan, hints, shapes.astype(np.float32), away, recipe)
        sizes = [plan.patches.sizes @ (soft > level) for level in _LEVELS]
        guesses += [soft > level for level in _LEVELS]
        steady += [sizes[-1] / np.maximum(sizes[0], 1)] * len(_LEVELS)
    masks = _obeying(plan, hints, np.concatenate(guesses, axis=1))
    keep = distinct_columns(masks)
    return Proposals(masks[:, keep], np.concatenate(steady)[keep].astype(np.float32))


def _obeying(plan: PromptPlan, hints: Hints, masks: BoolArray) -> BoolArray:
    if hints.limits is not None:
        masks = masks & hints.limits[:, None]
    masks[list(hints.inside)] = True
    masks[list(hints.outside)] = False
    if not hints.inside:
        return masks
    return Neighbours(plan.patches.pairs, plan.patches.n).connected(masks, list(hints.inside))


def _tree_shapes(plan: PromptPlan, hints: Hints) -> BoolArray:
    """Nodes of the merge tree over the first click, each joined with its like over the other clicks."""
    paths = [plan.tree.leaves_of(plan.tree.path(leaf)) for leaf in hints.inside]
    free = [path[:, ~path[list(hints.outside)].any(axis=0)] for path in paths]
    sizes = [plan.patches.sizes @ path for path in free]
    shapes = free[0][:, sizes[0] < 0.5 * plan.patches.sizes.sum()]
    for path, size in zip(free[1:], sizes[1:], strict=True):
        if path.shape[1]:
            ranks = np.searchsorted(size, plan.patches.sizes @ shapes, side="right") - 1
            shapes = shapes | path[:, np.maximum(ranks, 0)]
    return shapes


def _grow(plan: PromptPlan, hints: Hints, shapes: Columns, away: Columns, recipe: _Recipe) -> Columns:
    near = np.float32(1) if recipe.near is None else (away < recipe.near).astype(np.float32)
    masks = shapes
    for _ in range(recipe.rounds):
        odds = _colour_odds(plan, masks, (1 - masks) * near) - recipe.pull * np.clip(away, -1, 3)
        if hints.limits is not None:
            odds = np.where(hints.limits[:, None], odds, np.float32(-6))
        soft = _smooth(plan, hints, 1 / (1 + np.exp(-np.clip(odds, -6, 6))))
        masks = (soft > 0.5).astype(np.float32)
    return soft


def _colour_odds(plan: PromptPlan, inside: Columns, outside: Columns) -> Columns:
    """(n, m) mean log-odds of each superpixel's colours, inside against outside."""
    chances = []
    for members in (inside, outside):
        seen: Columns = plan.likeness.T @ (plan.palette.T @ members)
        chances.append(seen / np.maximum(seen.sum(axis=0), 1e-6) + _CHANCE_FLOOR / len(seen))
    odds = np.clip(np.log(chances[0] / chances[1]), -_LOG_LIMIT, _LOG_LIMIT).astype(np.float32)
    mean: Columns = (plan.palette @ odds) / plan.patches.sizes[:, None].astype(np.float32)
    return mean


def _smooth(plan: PromptPlan, hints: Hints, chances: Columns) -> Columns:
    """The chances, flowing where there is no edge, with clicked superpixels pinned to 1 or 0."""
    pins = [*hints.inside, *hints.outside]
    soft = plan.spread @ (plan.fidelity[:, None] * chances)
    if pins:
        wanted = np.array([1.0] * len(hints.inside) + [0.0] * len(hints.outside), np.float32)
        block = plan.spread[np.ix_(pins, pins)] + np.eye(len(pins), dtype=np.float32) / _PIN
        soft += plan.spread[:, pins] @ np.linalg.solve(block, wanted[:, None] - soft[pins])
    return soft


def _signed_distance(plan: PromptPlan, shapes: BoolArray) -> Columns:
    """(n, s) distance of each superpixel from each shape, inside negative, in units of sqrt(shape area)."""
    labels = plan.patches.labels[::2, ::2]
    count = np.maximum(np.bincount(labels.ravel(), minlength=plan.patches.n), 1)
    out = np.empty(shapes.shape, np.float32)
    for column in range(shapes.shape[1]):
        picture = shapes[labels, column].astype(np.uint8)
        area = max(int(picture.sum()), 1)
        gap = cv2.distanceTransform(1 - picture, cv2.DIST_L2, 3)
        gap -= cv2.distanceTransform(picture, cv2.DIST_L2, 3)
        gap = np.clip(gap, -1e3, 1e3)
        out[:, column] = np.bincount(labels.ravel(), gap.ravel(), plan.patches.n) / count / area**0.5
    return out


def _distance_to(plan: PromptPlan, points_xy: NDArray[np.float32]) -> NDArray[np.float32]:
    gaps: Columns = np.linalg.norm(plan.centres_xy[:, None] - points_xy[None], axis=2)
    nearest: Columns = gaps.min(axis=1)
    return nearest


def _path_cost(plan: PromptPlan, leaves: tuple[int, ...]) -> NDArray[np.float64]:
    """(n,) cost of the cheapest way over touching superpixels from any of the leaves; edges cost more."""
    one, other = plan.patches.pairs.T
    target, source = np.concatenate([one, other]), np.concatenate([other, one])
    order = np.argsort(target, kind="stable")
    source = source[order]
    cost = np.tile(plan.strength + plan.contrast + 0.15, 2)[order].astype(np.float64)
    rows, starts = np.unique(target[order], return_index=True)
    reach = np.full(plan.patches.n, np.inf)
    reach[list(leaves)] = 0
    while len(rows):
        best = np.minimum(reach[rows], np.minimum.reduceat(reach[source] + cost, starts))
        if np.array_equal(best, reach[rows]):
            break
        reach[rows] = best
    return reach
