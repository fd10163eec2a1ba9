"""Many masks over superpixels at once, one bit per mask: connected parts and growth by one ring."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dwell.types import BoolArray, IntArray

__all__ = ["Neighbours", "distinct_columns"]

Packed = NDArray[np.uint64]


class Neighbours:
    """Which superpixels touch, in the order that makes growing many masks fast."""

    def __init__(self, pairs: IntArray, n: int) -> None:
        target = np.concatenate([pairs[:, 0], pairs[:, 1]])
        source = np.concatenate([pairs[:, 1], pairs[:, 0]])
        order = np.argsort(target, kind="stable")
        self._source = source[order]
        self._rows, self._starts = np.unique(target[order], return_index=True)
        self._n = n

    def connected(self, masks: BoolArray, seeds: list[int]) -> BoolArray:
        """(n, m): of each mask, only what hangs together with one of the seed superpixels.

        Args:
            masks: (n, m) bool.
            seeds: superpixels; those not in a mask do not count for it.
        """
        room = _pack(masks)
        reached = np.zeros_like(room)
        reached[seeds] = room[seeds]
        while True:
            grown = self._grow(reached) & room
            if np.array_equal(grown, reached):
                return _unpack(reached, masks.shape[1])
            reached = grown

    def grown(self, masks: BoolArray, rings: int) -> list[BoolArray]:
        """The masks grown by 1, 2, … ``rings`` superpixels; each (n, m) bool."""
        packed, out = _pack(masks), []
        for _ in range(rings):
            packed = self._grow(packed)
            out.append(_unpack(packed, masks.shape[1]))
        return out

    def _grow(self, packed: Packed) -> Packed:
        grown = packed.copy()
        if len(self._rows):
            grown[self._rows] |= np.bitwise_or.reduceat(packed[self._source], self._starts, axis=0)
        return grown


def distinct_columns(masks: BoolArray) -> IntArray:
    """Numbers of the columns of (n, m) masks that are neither empty nor equal to an earlier one, in order."""
    packed = np.packbits(masks, axis=0)
    seen: dict[bytes, int] = {bytes(packed.shape[0]): -1}
    for column in range(masks.shape[1]):
        seen.setdefault(packed[:, column].tobytes(), column)
    return np.array([c for c in seen.values() if c >= 0], np.int64)


def _pack(masks: BoolArray) -> Packed:
    n, m = masks.shape
    padded = np.zeros((n, -(-max(m, 1) // 64) * 64), bool)
    padded[:, :m] = masks
    return np.packbits(padded, axis=1).view(np.uint64)


def _unpack(packed: Packed, m: int) -> BoolArray:
    return np.unpackbits(packed.view(np.uint8), axis=1)[:, :m].astype(bool)
