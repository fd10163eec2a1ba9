"""Which AOI gets the gaze where several overlap and only one can."""

from __future__ import annotations

import numpy as np

from dwell.gaze.options import OverlapRule
from dwell.types import BoolArray, IntArray

__all__ = ["NO_AOI", "one_aoi"]

NO_AOI = -1
"""Index of the AOI of gaze that is in none."""


def one_aoi(inside: BoolArray, areas: IntArray, rule: OverlapRule) -> IntArray:
    """(n,) index of the AOI that gets each of n samples or fixations, -1 = none.

    Args:
        inside: (k, n) bool.
        areas: (k, n) px: size of each AOI in the frame; 0 = not visible there, it comes last.
        rule: ``smallest`` AOI in the frame (the first in the list if two are equal), or the ``first`` in the
            list.
    """
    if not len(inside):
        return np.full(inside.shape[1], NO_AOI, np.int64)
    worst = np.iinfo(np.int64).max
    if rule == "first":
        best = inside.argmax(axis=0)
    else:
        size = np.where(areas > 0, areas, worst - 1)
        best = np.where(inside, size, worst).argmin(axis=0)
    return np.where(inside.any(axis=0), best, NO_AOI)
