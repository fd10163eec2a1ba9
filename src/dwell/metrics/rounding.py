"""From nanoseconds to milliseconds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dwell.types import FloatArray, IntArray

__all__ = ["floor_ms", "rounded_ms", "to_ms"]

_NS_PER_MS = 1_000_000


def to_ms(ns: ArrayLike) -> FloatArray:
    """Ms as float64; exact to the nanosecond for spans up to three months."""
    ms: FloatArray = np.asarray(ns, np.float64) / _NS_PER_MS
    return ms


def rounded_ms(ns: NDArray[Any]) -> IntArray:
    """Whole ms, halves up."""
    ms: IntArray = (np.asarray(ns, np.int64) + _NS_PER_MS // 2) // _NS_PER_MS
    return ms


def floor_ms(ns: int) -> int:
    """Whole ms, rounded down."""
    return int(ns) // _NS_PER_MS
