"""Sets of superpixels made of others: neighbours that belong together, holes filled."""

from __future__ import annotations

import numpy as np

from dwell.segmenters.embedded.bits import distinct_columns
from dwell.segmenters.embedded.objectness import Columns, Scene
from dwell.types import BoolArray, IntArray

__all__ = ["distinct", "filled_holes", "joined"]

_OVERLAP = 0.05  # of the smaller one
_TOUCH = 0.08  # of the shorter outline


def joined(scene: Scene, shapes: BoolArray, limit: int) -> BoolArray:
    """(n, k) unions of two shapes that lie side by side, the closest neighbours first, at most ``limit``."""
    soft = shapes.astype(np.float32)
    area = scene.sizes @ soft
    shared = (soft * scene.sizes[:, None]).T @ soft
    touch = _touching(scene, soft)
    around = np.diag(touch) * -1
    apart = shared < _OVERLAP * np.minimum(area[:, None], area)
    share = touch / np.maximum(np.minimum(around[:, None], around), 1)
    one, other = np.nonzero(np.triu(apart & (share > _TOUCH), 1))
    best = np.argsort(-share[one, other], kind="stable")[:limit]
    return shapes[:, one[best]] | shapes[:, other[best]]


def _touching(scene: Scene, soft: Columns) -> Columns:
    """(m, m) length of the border from each shape to each other one; on the diagonal less its own outline."""
    n, (a, b) = scene.plan.patches.n, scene.plan.patches.pairs.T
    matrix = np.zeros((n, n), np.float32)
    matrix[a, b] = matrix[b, a] = scene.plan.patches.pair_lengths
    matrix[np.diag_indices(n)] = -matrix.sum(axis=1)
    touching: Columns = soft.T @ (matrix @ soft)
    return touching


def filled_holes(scene: Scene, shapes: BoolArray) -> BoolArray:
    """The shapes with what they enclose."""
    rim = np.flatnonzero(scene.plan.rim > 0).tolist()
    filled: BoolArray = ~scene.neighbours.connected(~shapes, rim)
    return filled


def distinct(shapes: BoolArray) -> IntArray:
    """Numbers of the shapes that are neither empty nor equal to an earlier one."""
    return distinct_columns(shapes)
