"""How small masks lie to each other, many at a time. Source: ours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dwell.types import BoolArray

__all__ = ["SURELY", "contained", "ious", "same"]

SURELY = 0.8
"""IoU from which two masks are the same whatever else."""
NESTED = 0.95
"""Share of the smaller mask that lies in the larger one from which it may be a part of it."""

Shares = NDArray[np.float32]
"""(n, m) 0 … 1."""


def ious(one: Sequence[BoolArray], other: Sequence[BoolArray]) -> Shares:
    """(n, m) IoU of each mask with each other one; 0 where both are empty."""
    shared, a, b = _shared(one, other)
    found: Shares = shared / np.maximum(a[:, None] + b[None] - shared, 1)
    return found


def contained(one: Sequence[BoolArray], other: Sequence[BoolArray]) -> Shares:
    """(n, m) how much of mask i lies in other mask j."""
    shared, a, _ = _shared(one, other)
    found: Shares = (shared / np.maximum(a, 1)[:, None]).astype(np.float32)
    return found


def same(one: Sequence[BoolArray], other: Sequence[BoolArray], iou_thresh: float) -> Shares:
    """(n, m) IoU of each mask with each other one that is the same; 0 for those that are not.

    The same are two with an IoU of ``iou_thresh``, unless one lies in the other: a cup's body fills most of
    the cup and is not the cup.
    """
    shared, a, b = _shared(one, other)
    found: Shares = shared / np.maximum(a[:, None] + b[None] - shared, 1)
    nested = shared >= NESTED * np.maximum(np.minimum(a[:, None], b[None]), 1)
    least = np.where(nested, max(SURELY, iou_thresh), iou_thresh)
    found[found < least] = 0
    return found


def _shared(one: Sequence[BoolArray], other: Sequence[BoolArray]) -> tuple[Shares, Shares, Shares]:
    """Shared pixels, and pixels of each."""
    if not one or not other:
        empty = np.zeros((len(one), len(other)), np.float32)
        return empty, np.zeros(len(one), np.float32), np.zeros(len(other), np.float32)
    a = np.stack([each.ravel() for each in one]).astype(np.float32)
    b = a if one is other else np.stack([each.ravel() for each in other]).astype(np.float32)
    return a @ b.T, a.sum(axis=1), b.sum(axis=1)
