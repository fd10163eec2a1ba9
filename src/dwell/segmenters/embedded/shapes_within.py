"""Very many sets of superpixels that may be things or parts: nodes of several trees, and what seeds fill.

Source: several hierarchies of one image as in Pont-Tuset et al. 2017 (MCG, doi:10.1109/TPAMI.2016.2537320);
filling from seeds and cutting where the outline is strongest is the sweep of Andersen, Chung & Lang 2006
(doi:10.1109/FOCS.2006.44).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.merge_tree import MergeTree, build_merge_tree
from dwell.segmenters.embedded.objectness import Scene
from dwell.types import BoolArray

__all__ = ["filled_shapes", "tree_shapes"]

_SEEDS = 280
_CUTS = 6
_LARGEST = 0.6  # of the image


def tree_shapes(scene: Scene) -> BoolArray:
    """(n, m) every node of several trees, each of which sees the image in another way."""
    return np.concatenate([_nodes(tree) for tree in _trees(scene)], axis=1)


def _trees(scene: Scene) -> list[MergeTree]:
    chance = scene.borders.chance
    chroma = scene.plan.colours * np.array([0.4, 1.4, 1.4], np.float32)
    ways: list[tuple[NDArray[Any], NDArray[Any]]] = [
        (np.zeros((scene.plan.patches.n, 1), np.float32), chance),
        (20 * scene.modes, -np.log(1.001 - chance)),
        (chroma, 0.4 * scene.plan.strength),
    ]
    if scene.borders.drift is not None:
        ways.append((np.concatenate([chroma / 2, 8 * np.clip(scene.borders.drift, -6, 6)], axis=1), chance))
    patches = scene.plan.patches
    return [
        scene.plan.tree,
        *(
            build_merge_tree(
                features.astype(np.float32), patches.sizes, patches.pairs, patches.pair_lengths, strength
            )
            for features, strength in ways
        ),
    ]


def _nodes(tree: MergeTree) -> BoolArray:
    return tree.leaves_of(list(range(len(tree.parent))))


def filled_shapes(scene: Scene) -> BoolArray:
    """(n, m) what fills up first from seeds all over the image, stopped where the outline is strongest."""
    n = scene.plan.patches.n
    seeds = np.unique(np.linspace(0, n - 1, min(n, _SEEDS)).astype(int))
    order = np.argsort(-scene.diffusion.bonds[:, seeds], axis=0, kind="stable")
    turn = np.empty_like(order)
    np.put_along_axis(turn, order, np.arange(n)[:, None], axis=0)
    outline = _outline_strength(scene, turn)
    area = np.cumsum(scene.plan.patches.sizes[order], axis=0)
    peak = (outline[1:-1] >= outline[:-2]) & (outline[1:-1] >= outline[2:])
    worth = np.where(peak & (area[1:-1] < _LARGEST * area[-1]), outline[1:-1], -1)
    cuts = np.argsort(-worth, axis=0, kind="stable")[:_CUTS] + 1
    good = np.take_along_axis(worth, cuts - 1, axis=0) >= 0
    shapes = [(turn <= cut)[:, valid] for cut, valid in zip(cuts, good, strict=True)]
    return np.concatenate(shapes, axis=1) if shapes else np.zeros((n, 0), bool)


def _outline_strength(scene: Scene, turn: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n, s) mean chance along the outline of what is filled after each turn."""
    n, s = turn.shape
    one, other = scene.plan.patches.pairs.T
    first, last = np.minimum(turn[one], turn[other]), np.maximum(turn[one], turn[other])
    column = np.arange(s)

    def total(weight: NDArray[Any]) -> NDArray[np.float64]:
        each = np.repeat(weight.astype(np.float64), s)
        joins = np.bincount((first * s + column).ravel(), each, minlength=n * s)
        leaves = np.bincount((last * s + column).ravel(), each, minlength=n * s)
        return np.cumsum((joins - leaves).reshape(n, s), axis=0)

    lengths = scene.plan.patches.pair_lengths
    return total(lengths * scene.borders.chance) / np.maximum(total(lengths), 1)
