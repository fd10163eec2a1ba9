"""Time cut into bins, and how much of each bin something lasts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dwell.types import BoolArray, FloatArray, IntArray

__all__ = ["Bins", "joined", "share_of_bins"]


@dataclass(frozen=True, slots=True)
class Bins:
    """A stretch of time in parts of one length."""

    start_ns: int
    edges_s: FloatArray
    """(n + 1,) s since ``start_ns``."""

    @classmethod
    def of(cls, start_ns: int, end_ns: int, n: int) -> Bins:
        """The time from start to end in n parts."""
        return cls(start_ns, np.linspace(0, (end_ns - start_ns) / 1e9, n + 1))

    @property
    def step_s(self) -> float:
        """Length of one bin."""
        return float(self.edges_s[1] - self.edges_s[0])


def share_of_bins(begins_ns: IntArray, ends_ns: IntArray, chosen: BoolArray, bins: Bins) -> FloatArray:
    """(n,) share of each bin, 0 … 1, that the chosen intervals cover.

    Args:
        begins_ns: (m,) ns, ascending.
        ends_ns: (m,) ns; no interval reaches into the next.
        chosen: (m,) which of them count.
        bins: n of them.
    """
    if not chosen.any():
        return np.zeros(len(bins.edges_s) - 1)
    begins, ends = ((each[chosen] - bins.start_ns) / 1e9 for each in (begins_ns, ends_ns))
    covered = np.cumsum(ends - begins)
    times = np.column_stack((begins, ends)).ravel()
    sums = np.column_stack((covered - (ends - begins), covered)).ravel()
    return np.clip(np.diff(np.interp(bins.edges_s, times, sums)) / bins.step_s, 0, 1)


def joined(chosen: BoolArray, bins: Bins) -> list[tuple[float, float]]:
    """(begin, length) in s of each run of chosen bins."""
    changes = np.flatnonzero(np.diff(chosen, prepend=False, append=False))
    at_s = bins.edges_s[changes].reshape(-1, 2)
    return [(float(begin), float(end - begin)) for begin, end in at_s]
