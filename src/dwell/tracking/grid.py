"""Which frames a tracker looks at: of the real ones all, or one in every few and some that are named."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from dwell.types import BoolArray

__all__ = ["Grid"]


@dataclass(frozen=True, eq=False)
class Grid:
    """Real frames that are named, or a multiple of ``stride``: the same ones forward and backward."""

    filler: BoolArray
    """(n_frames,) bool: grey filler frames, which nobody looks at."""
    stride: int = 1
    named: tuple[int, ...] = ()
    """Ascending."""

    def holds(self, frame_idx: int) -> bool:
        """Whether the frame is on the grid."""
        return (frame_idx % self.stride == 0 or self._is_named(frame_idx)) and not self.filler[frame_idx]

    def n_between(self, one: int, other: int) -> int:
        """Frames on the grid that lie strictly between two frames, whichever comes first."""
        low, high = min(one, other) + 1, max(one, other)
        first = -(-low // self.stride) * self.stride
        regular = int(np.count_nonzero(~self.filler[first : max(high, first) : self.stride]))
        named = self.named[bisect_left(self.named, low) : bisect_left(self.named, high)]
        return regular + sum(bool(each % self.stride) and not self.filler[each] for each in named)

    def _is_named(self, frame_idx: int) -> bool:
        at = bisect_left(self.named, frame_idx)
        return at < len(self.named) and self.named[at] == frame_idx

    def last_real(self, begin: int, end: int) -> int:
        """The real frame nearest to ``end`` on the way to it from ``begin``; ``begin`` if there is none."""
        step = 1 if end >= begin else -1
        for frame_idx in range(end, begin, -step):
            if not self.filler[frame_idx]:
                return frame_idx
        return begin
