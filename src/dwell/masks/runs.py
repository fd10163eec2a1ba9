"""Many masks as one flat table of boundaries, and set operations on the boundaries of two masks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dwell.masks.codec import Counts, counts_from_boundaries, decode_many, encode_string
from dwell.types import BoolArray, IntArray

__all__ = ["Runs"]


@dataclass(frozen=True, eq=False)
class Runs:
    """Boundaries of many masks of one size, end to end."""

    boundaries: Counts
    """(m,) uint32: start, end (exclusive), start, end … of the runs of mask; position = x * height + y."""
    offsets: IntArray
    """(n + 1,) int64, even: mask i owns ``boundaries[offsets[i]:offsets[i + 1]]``."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @classmethod
    def from_masks(cls, boundaries: list[Counts]) -> Runs:
        """Runs of the masks with these boundaries."""
        offsets = np.cumsum([0, *map(len, boundaries)], dtype=np.int64)
        return cls(np.concatenate([np.zeros(0, np.uint32), *boundaries]), offsets)

    @classmethod
    def from_strings(cls, strings: list[bytes], n_pixels: int) -> Runs:
        """Runs of the masks with these COCO counts strings; an empty string is an empty mask.

        Raises:
            ValueError: a string is damaged, or its run lengths do not add up to ``n_pixels``.
        """
        counts, offsets = decode_many(strings)
        lengths = np.diff(offsets)
        sums = np.cumsum(counts, dtype=np.int64)
        totals = np.concatenate(([0], sums))[offsets]
        wrong = np.flatnonzero((np.diff(totals) != n_pixels) & (lengths > 0))
        if len(wrong):
            found = int(np.diff(totals)[wrong[0]])
            raise ValueError(
                f"COCO counts: run lengths of mask {wrong[0] + 1} of {len(strings)} give {found} pixels, "
                f"expected {n_pixels}; it has another size or is damaged."
            )
        sums -= np.repeat(totals[:-1], lengths)
        odd = lengths % 2 == 1  # ends with background: its last boundary is the end of the frame
        keep = np.ones(len(sums), bool)
        keep[offsets[1:][odd] - 1] = False
        pairs = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths - odd)))
        return cls(sums[keep].astype(np.uint32), pairs)

    def to_strings(self, n_pixels: int) -> list[bytes]:
        """COCO counts strings of the masks in frames of ``n_pixels``; an empty string for an empty mask."""
        each = (self.of(i) for i in range(len(self)))
        return [encode_string(counts_from_boundaries(one, n_pixels)) if len(one) else b"" for one in each]

    def take(self, masks: IntArray) -> Runs:
        """Runs of the masks with these numbers, in this order."""
        firsts, lengths = self.offsets[masks], np.diff(self.offsets)[masks]
        offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))
        index = np.arange(offsets[-1]) + np.repeat(firsts - offsets[:-1], lengths)
        return Runs(self.boundaries[index], offsets)

    def of(self, i: int) -> Counts:
        """Boundaries of mask i."""
        return self.boundaries[self.offsets[i] : self.offsets[i + 1]]

    @cached_property
    def mask_of_run(self) -> IntArray:
        """(m / 2,) number of the mask that each run belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets) // 2)

    @cached_property
    def first_last(self) -> tuple[IntArray, IntArray]:
        """(n,) first start and (n,) last end of each mask; 0, 0 for an empty one."""
        first, last = np.zeros(len(self), np.int64), np.zeros(len(self), np.int64)
        filled = np.diff(self.offsets) > 0
        first[filled] = self.boundaries[self.offsets[:-1][filled]]
        last[filled] = self.boundaries[self.offsets[1:][filled] - 1]
        return first, last

    @property
    def stride(self) -> int:
        """Distance of the keys of two masks: more than any position."""
        return int(self.first_last[1].max(initial=0)) + 1

    @cached_property
    def keys(self) -> IntArray:
        """(m,) mask number * stride + boundary: ascending over all masks, so one search finds any of them."""
        return np.repeat(np.arange(len(self)) * self.stride, np.diff(self.offsets)) + self.boundaries


def combine(a: Counts, b: Counts, *, both: bool, only_a: bool, only_b: bool) -> Counts:
    """Boundaries of the pixels that are in both masks, only in a, or only in b, as asked."""
    positions = np.union1d(a, b)
    in_a, in_b = _inside(a, positions), _inside(b, positions)
    wanted = (in_a & in_b & both) | (in_a & ~in_b & only_a) | (in_b & ~in_a & only_b)
    changes = np.diff(wanted, prepend=False)
    return positions[changes]


def _inside(boundaries: Counts, positions: Counts) -> BoolArray:
    inside: BoolArray = np.searchsorted(boundaries, positions, "right") % 2 == 1
    return inside


def n_inside(boundaries: Counts) -> int:
    """Mask pixels between the boundaries."""
    return int(boundaries[1::2].sum(dtype=np.int64) - boundaries[0::2].sum(dtype=np.int64))
