"""How many connected parts a mask has, and how large they are, from its runs. Source: ours."""

from __future__ import annotations

import numpy as np

from dwell.masks.codec import Counts
from dwell.masks.geometry import cut_in_columns
from dwell.types import IntArray

__all__ = ["part_areas"]


def part_areas(boundaries: Counts, height: int) -> IntArray:
    """(n,) pixels of each connected part, largest first; pixels that touch at a corner are connected.

    Args:
        boundaries: of one mask.
        height: of the frame, px.
    """
    column, top, bottom, _ = cut_in_columns(boundaries, height)
    label = _joined(len(column), *_touching(column, top, bottom, height))
    areas = np.bincount(label, weights=bottom - top + 1).astype(np.int64)
    return -np.sort(-areas[areas > 0])


def _touching(column: IntArray, top: IntArray, bottom: IntArray, height: int) -> tuple[IntArray, IntArray]:
    """Pairs of vertical pieces in neighbouring columns that touch, at corners too."""
    stride = height + 2  # a row of background above and below every column
    first = np.searchsorted(column * stride + bottom + 1, (column + 1) * stride + top)
    stop = np.searchsorted(column * stride + top + 1, (column + 1) * stride + bottom + 2, "right")
    n_pairs = np.maximum(stop - first, 0)
    left = np.repeat(np.arange(len(column)), n_pairs)
    nth = np.arange(len(left)) - np.repeat(np.cumsum(n_pairs) - n_pairs, n_pairs)
    return left, first[left] + nth


def _joined(n_pieces: int, left: IntArray, right: IntArray) -> IntArray:
    """(n_pieces,) number of the first piece of the part that each piece belongs to."""
    label = np.arange(n_pieces)
    while (label[left] != label[right]).any():
        a, b = label[left], label[right]
        np.minimum.at(label, np.maximum(a, b), np.minimum(a, b))
        while (label[label] != label).any():
            label = label[label]
    return label
