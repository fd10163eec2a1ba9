"""The sets of superpixels that are worth a look, found in three steps: split, choose, join and grow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.bits import distinct_columns
from dwell.segmenters.embedded.objectness import Scene, first_scores, overlaps, scores
from dwell.segmenters.embedded.proposals import Hints, grow_shapes
from dwell.segmenters.embedded.shapes_within import filled_shapes, tree_shapes
from dwell.segmenters.embedded.unions import filled_holes, joined
from dwell.types import BoolArray

__all__ = ["Pool", "best_first", "find_shapes", "first_shapes", "grow_pool", "promising"]

_POOL = 1200
_SHAPES = 200
_ALIKE = 0.8
_JOINED_OF, _JOINED = 150, 600
_GROWN_OF = 40
_NO_CLICKS = Hints((), (), np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32))


@dataclass(frozen=True, eq=False)
class Pool:
    """m sets of superpixels."""

    shapes: BoolArray
    """(n, m)"""
    scores: NDArray[np.float32]
    """(m,) 0 … 1: the IoU with a thing or part that is to be expected."""
    iou: NDArray[np.float32]
    """(m, m) of each with each."""


def find_shapes(scene: Scene) -> Pool:
    """What may be a thing or a part, in no order."""
    shapes = first_shapes(scene)
    shapes = promising(shapes, first_scores(scene, shapes))
    iou = overlaps(scene, shapes)
    shapes = grow_pool(scene, shapes, iou, scores(scene, shapes, iou))
    iou = overlaps(scene, shapes)
    worth = np.clip(scores(scene, shapes, iou), 0.01, 0.99).astype(np.float32)
    return Pool(shapes, worth, iou)


def first_shapes(scene: Scene) -> BoolArray:
    """(n, some thousands) all nodes and fillings, each once."""
    ways = (tree_shapes, filled_shapes)
    shapes = np.concatenate([way(scene) for way in ways], axis=1)
    return shapes[:, distinct_columns(shapes)]


def promising(shapes: BoolArray, worth: NDArray[np.float32]) -> BoolArray:
    """(n, at most 1200) the best of the shapes."""
    return shapes[:, np.argsort(-worth, kind="stable")[:_POOL]]


def grow_pool(
    scene: Scene, shapes: BoolArray, iou: NDArray[np.float32], worth: NDArray[np.float32]
) -> BoolArray:
    """(n, m) the best of the shapes, unions of neighbours among them, and what grows from the very best."""
    best = shapes[:, best_first(iou, worth, _ALIKE)[:_SHAPES]]
    unions = joined(scene, best[:, :_JOINED_OF], _JOINED)
    grown = grow_shapes(scene.flowing_plan, _NO_CLICKS, best[:, :_GROWN_OF]).masks
    found = np.concatenate([best, unions, grown], axis=1)
    found = np.concatenate([found, filled_holes(scene, found)], axis=1)
    return found[:, distinct_columns(found)]


def best_first(iou: NDArray[np.float32], worth: NDArray[np.float32], alike: float) -> NDArray[np.int64]:
    """Numbers of the shapes, best first, without those whose IoU with a better one is over ``alike``."""
    alive = np.ones(len(worth), bool)
    chosen = []
    for at in np.argsort(-worth, kind="stable").tolist():
        if alive[at]:
            chosen.append(at)
            alive &= iou[at] <= alike
    return np.array(chosen, np.int64)
