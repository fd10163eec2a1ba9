"""The sets of superpixels that are worth a look, found in three steps: split, choose, join and grow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.bits import distinct_columns
from dwell.segmenters.embedded.objectness import Scene, first_scores, overlaps, scores
from dwell.segmenters.embedded.proposals import Hints, grow_shapes
from dwell.segmenters.embedded.shapes_within import filled_shapes, tree_shapes
from dwell.segmenters.embedded.unions import filled_holes, joined
from dwell.types import BoolArray

__all__ = ["best_first", "find_shapes", "first_pool", "second_pool"]

_POOL = 1500
_SHAPES = 200
_ALIKE = 0.8
_JOINED_OF, _JOINED = 150, 600
_GROWN_OF = 40
_NO_CLICKS = Hints((), (), np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32))


def find_shapes(scene: Scene) -> tuple[BoolArray, NDArray[np.float32]]:
    """(n, m) shapes, and (m,) 0 … 1: the IoU with a thing or part that is to be expected of each."""
    shapes = second_pool(scene, first_pool(scene))
    return shapes, np.clip(scores(scene, shapes), 0.01, 0.99).astype(np.float32)


def first_pool(scene: Scene) -> BoolArray:
    """(n, at most 1500) of all nodes and fillings, those whose outline promises most."""
    ways = (tree_shapes, filled_shapes)
    shapes = np.concatenate([way(scene.plan, scene.borders, scene.diffusion) for way in ways], axis=1)
    shapes = shapes[:, distinct_columns(shapes)]
    return shapes[:, np.argsort(-first_scores(scene, shapes), kind="stable")[:_POOL]]


def second_pool(scene: Scene, shapes: BoolArray) -> BoolArray:
    """(n, m) the best of the shapes, unions of neighbours among them, and what grows from the very best."""
    best = shapes[:, best_first(scene, shapes, scores(scene, shapes), _ALIKE)[:_SHAPES]]
    unions = joined(scene, best[:, :_JOINED_OF], _JOINED)
    grown = grow_shapes(scene.plan, _NO_CLICKS, best[:, :_GROWN_OF]).masks
    found = np.concatenate([best, unions, grown], axis=1)
    found = np.concatenate([found, filled_holes(scene, found)], axis=1)
    return found[:, distinct_columns(found)]


def best_first(
    scene: Scene, shapes: BoolArray, worth: NDArray[np.float32], alike: float
) -> NDArray[np.int64]:
    """Numbers of the shapes, best first, without those whose IoU with a better one is over ``alike``."""
    order = np.argsort(-worth, kind="stable")
    iou = overlaps(scene, shapes[:, order])
    alive = np.ones(len(order), bool)
    chosen = []
    for at in range(len(order)):
        if alive[at]:
            chosen.append(at)
            alive &= iou[at] <= alike
    return order[chosen]
