"""A box, with or without clicks → guesses inside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dwell.prompts import Box, Point
from dwell.segmenters.embedded.click import Guess, choose, hints_of, settled
from dwell.segmenters.embedded.frame import Frame
from dwell.segmenters.embedded.plan import PromptPlan, prepare
from dwell.segmenters.embedded.proposals import Hints, Proposals, click_shapes, grow_shapes
from dwell.segmenters.embedded.ranking import rank
from dwell.types import BoolArray

__all__ = ["Edges", "answer_box", "answer_inside", "tree_shapes"]

Edges = tuple[float, float, float, float]
"""x0, y0, x1, y1, plan px."""

_ELLIPSES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_RECTANGLES = (0.6, 0.8, 1.0)
_SHARES = (0.7, 0.85, 0.95)  # of a merge-tree node inside the box
_NODES = 6
_FIT = 0.4  # worth of filling the box, in units of expected IoU


def answer_box(frame: Frame, box: Box, points: list[Point], limit: int) -> list[Guess]:
    """At most ``limit`` guesses inside the box (and under positive clicks), best first."""
    plan = prepare(frame)
    x0, x1 = (x * plan.scale_xy[0] for x in (box.x0, box.x1))
    y0, y1 = (y * plan.scale_xy[1] for y in (box.y0, box.y1))
    hints, shapes = _start(plan, (x0, y0, x1, y1), points)
    proposals, scores = answer_inside(plan, hints, shapes, (x0, y0, x1, y1), _FIT)
    picks = choose(plan, proposals, scores, limit)
    return settled(frame, plan, hints, [(proposals.masks[:, pick], float(scores[pick])) for pick in picks])


def answer_inside(
    plan: PromptPlan, hints: Hints, shapes: BoolArray, edges: Edges, fit: float
) -> tuple[Proposals, NDArray[np.float32]]:
    """Guesses within ``hints.limits``, and the IoU to be expected of each, about 0 … 1.

    Args:
        plan: of the image.
        hints: clicks and limits.
        shapes: (n, s) starting shapes.
        edges: the box that the object should fill.
        fit: worth of filling it.
    """
    proposals = grow_shapes(plan, hints, shapes[:, shapes.any(axis=0)])
    scores = rank(plan, hints, proposals) + fit * (_box_fit(plan, proposals, edges) - 1)
    return proposals, scores.astype(np.float32)


def _start(plan: PromptPlan, edges: Edges, points: list[Point]) -> tuple[Hints, BoolArray]:
    """What the box and the clicks say, and the shapes to start from."""
    x0, y0, x1, y1 = edges
    across = np.abs(plan.centres_xy - ((x0 + x1) / 2, (y0 + y1) / 2)) / ((x1 - x0) / 2, (y1 - y0) / 2)
    limits = across.max(axis=1) < 1
    hints = hints_of(plan, points, limits)
    limits[list(hints.inside)] = True
    limits[plan.patches.labels[_row_col(plan, edges)]] = True
    shapes = [_box_shapes(across), tree_shapes(plan, limits)]
    if hints.inside:
        shapes.append(click_shapes(plan, hints))
    else:
        centre = np.array([[(x0 + x1) / 2, (y0 + y1) / 2]], np.float32)
        inside = np.clip(centre, 0, np.array(plan.plan_hw[::-1], np.float32) - 1)
        hints = replace(hints, inside_xy=inside)
    return hints, np.concatenate(shapes, axis=1) & limits[:, None]


def _row_col(plan: PromptPlan, edges: Edges) -> tuple[int, int]:
    """The pixel in the middle of a box, so that a tiny box still holds one superpixel."""
    row, col = int((edges[1] + edges[3]) / 2), int((edges[0] + edges[2]) / 2)
    return min(max(row, 0), plan.plan_hw[0] - 1), min(max(col, 0), plan.plan_hw[1] - 1)


def _box_shapes(across: NDArray[np.float64]) -> BoolArray:
    """Ellipses, smaller boxes and bars; ``across`` = place of each superpixel: 0 = middle, 1 = edge."""
    round_ = np.linalg.norm(across, axis=1)
    shapes = [round_ < size for size in _ELLIPSES]
    shapes += [across.max(axis=1) < size for size in _RECTANGLES]
    for size in (0.4, 0.6, 0.8):
        shapes += [(across < (size, 1)).all(axis=1), (across < (1, size)).all(axis=1)]
    return np.stack(shapes, axis=1)


def tree_shapes(plan: PromptPlan, limits: BoolArray) -> BoolArray:
    """The largest merge-tree nodes that lie mostly inside the box, alone and added up."""
    tree, sizes = plan.tree, plan.patches.sizes.astype(float)
    order = np.argsort(tree.rank)
    total = np.concatenate([[0], np.cumsum(sizes[order])])
    inner = np.concatenate([[0], np.cumsum((sizes * limits)[order])])
    area = total[tree.spans[:, 1]] - total[tree.spans[:, 0]]
    share = (inner[tree.spans[:, 1]] - inner[tree.spans[:, 0]]) / area
    shapes = [limits[:, None]]
    for least in _SHARES:
        enough = share >= least
        tops = np.flatnonzero(enough & ~(enough[tree.parent] & (tree.parent >= 0)))
        largest = tops[np.argsort(-area[tops], kind="stable")][:_NODES]
        nodes = tree.leaves_of(largest.tolist())
        shapes += [nodes, np.logical_or.accumulate(nodes, axis=1)]
    return np.concatenate(shapes, axis=1)


def _box_fit(plan: PromptPlan, proposals: Proposals, edges: Edges) -> NDArray[np.float64]:
    """(m,) IoU of each guess's bounding box with the box."""
    half = np.sqrt(plan.patches.sizes)[:, None] / 2
    low, high = plan.centres_xy - half, plan.centres_xy + half
    wanted_low, wanted_high = np.array(edges[:2]), np.array(edges[2:])
    fits = np.zeros(proposals.masks.shape[1])
    for column in range(len(fits)):
        members = proposals.masks[:, column]
        lowest, highest = low[members].min(axis=0), high[members].max(axis=0)
        both = np.clip(np.minimum(highest, wanted_high) - np.maximum(lowest, wanted_low), 0, None).prod()
        either = (highest - lowest).prod() + (wanted_high - wanted_low).prod() - both
        fits[column] = both / max(either, 1e-9)
    return fits
