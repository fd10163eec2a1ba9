"""A tree of ever larger patches: superpixels merged two by two, the most alike first.

Source: hierarchical merging as in Arbeláez et al., "Contour detection and hierarchical image segmentation"
(TPAMI 2011, doi:10.1109/TPAMI.2010.161); the merging cost is ours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from dwell.types import BoolArray, IntArray

__all__ = ["MergeTree", "build_merge_tree"]

_SIZE_POWER = 0.35  # how much small patches are merged before large ones; prototype value, ours
_COLOUR_UNIT = 20.0  # Lab difference that costs as much as one unit of border strength


@dataclass(frozen=True, eq=False)
class MergeTree:
    """A binary tree: its leaves are n superpixels, its inner nodes unions of touching superpixels."""

    parent: IntArray
    """(2n-1,) parent of each node, -1 for the root; leaves are 0 … n-1, a parent comes after its children."""
    rank: IntArray
    """(n,) place of each leaf in an order in which the leaves of every node are neighbours."""
    spans: IntArray
    """(2n-1, 2) first rank and one past the last rank of the leaves of each node."""

    def path(self, leaf: int) -> list[int]:
        """The nodes that contain a leaf, smallest first."""
        nodes = [leaf]
        while self.parent[nodes[-1]] >= 0:
            nodes.append(int(self.parent[nodes[-1]]))
        return nodes

    def leaves_of(self, nodes: list[int]) -> BoolArray:
        """(n, len(nodes)) which leaves lie in each node."""
        spans = self.spans[nodes]
        return (self.rank[:, None] >= spans[:, 0]) & (self.rank[:, None] < spans[:, 1])


def _tree(parent: IntArray, n: int) -> MergeTree:
    size = np.concatenate([np.ones(n, np.int64), np.zeros(len(parent) - n, np.int64)])
    for node, above in enumerate(parent.tolist()[:-1]):
        size[above] += size[node]
    start = np.zeros(len(parent), np.int64)
    free = start.copy()
    for node in range(len(parent) - 2, -1, -1):
        above = parent[node]
        start[node] = free[node] = free[above]
        free[above] += size[node]
    return MergeTree(parent, start[:n], np.stack([start, start + size], axis=1))


def build_merge_tree(
    features: NDArray[np.float32],
    sizes: IntArray,
    pairs: IntArray,
    pair_lengths: IntArray,
    pair_strengths: NDArray[np.float32],
) -> MergeTree:
    """The merge tree of a superpixel partition.

    Args:
        features: (n, c) mean colour (Lab units, and whatever else should be alike) per superpixel.
        sizes: (n,) pixels.
        pairs: (m, 2) touching superpixels.
        pair_lengths: (m,) shared border, in pixel borders.
        pair_strengths: (m,) mean border strength, about 0 … 1.
    """
    n = len(sizes)
    grower = _Grower(features, sizes, pairs, pair_lengths, pair_strengths)
    parent = np.full(2 * n - 1, -1, np.int64)
    for node in range(n, 2 * n - 1):
        one, other = grower.merge_cheapest(node)
        parent[one] = parent[other] = node
    return _tree(parent, n)


class _Grower:
    """The patches still to be merged, with what touches what, and a heap of merging costs."""

    def __init__(
        self,
        features: NDArray[np.float32],
        sizes: IntArray,
        pairs: IntArray,
        lengths: IntArray,
        strengths: NDArray[np.float32],
    ) -> None:
        self.unit = len(sizes) / float(sizes.sum())
        self.means: dict[int, tuple[float, ...]] = dict(enumerate(map(tuple, features.tolist())))
        self.sizes: dict[int, float] = dict(enumerate(sizes.astype(float).tolist()))
        self.around: dict[int, dict[int, tuple[float, float]]] = {k: {} for k in self.means}
        self.heap: list[tuple[float, int, int]] = []
        weights = (lengths * strengths).tolist()
        for (one, other), length, weight in zip(pairs.tolist(), lengths.tolist(), weights, strict=True):
            self.around[one][other] = self.around[other][one] = (float(length), weight)
            self.heap.append((self._cost(one, other), one, other))
        heapify(self.heap)

    def merge_cheapest(self, node: int) -> tuple[int, int]:
        """Merge the cheapest touching pair into ``node``; the pair."""
        while True:
            _, one, other = heappop(self.heap)
            if one in self.means and other in self.means:
                break
        self._merge(one, other, node)
        for near in self.around[node]:
            heappush(self.heap, (self._cost(near, node), near, node))
        return one, other

    def _merge(self, one: int, other: int, node: int) -> None:
        a, b = self.sizes.pop(one), self.sizes.pop(other)
        mean_a, mean_b = self.means.pop(one), self.means.pop(other)
        self.sizes[node] = a + b
        self.means[node] = tuple((x * a + y * b) / (a + b) for x, y in zip(mean_a, mean_b, strict=True))
        joined = self.around.pop(one)
        for near, (length, weight) in self.around.pop(other).items():
            if near != one:
                have = joined.get(near, (0.0, 0.0))
                joined[near] = (have[0] + length, have[1] + weight)
        joined.pop(other)
        self.around[node] = joined
        for near, border in joined.items():
            links = self.around[near]
            links.pop(one, None)
            links.pop(other, None)
            links[node] = border

    def _cost(self, one: int, other: int) -> float:
        length, weight = self.around[one][other]
        apart = math.dist(self.means[one], self.means[other])
        smaller = min(self.sizes[one], self.sizes[other]) * self.unit
        return (apart / _COLOUR_UNIT + weight / length) * float((smaller + 0.3) ** _SIZE_POWER)
