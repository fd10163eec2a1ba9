"""Turning pictures upright as a video's display matrix asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dwell.types import ByteArray

__all__ = ["UPRIGHT", "Turn", "turn_of"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One of the eight ways to turn or mirror a picture: first transpose, then flip."""

    transpose: bool = False
    flip_x: bool = False
    flip_y: bool = False

    def size(self, size_hw: tuple[int, int]) -> tuple[int, int]:
        """The picture's (h, w) after turning."""
        return (size_hw[1], size_hw[0]) if self.transpose else size_hw

    def apply(self, picture: ByteArray) -> ByteArray:
        """The turned picture, (h, w) or (h, w, channels), contiguous."""
        if self.transpose:
            picture = picture.swapaxes(0, 1)
        picture = picture[:: -1 if self.flip_y else 1, :: -1 if self.flip_x else 1]
        return np.ascontiguousarray(picture)


UPRIGHT = Turn()


def turn_of(frame: Any) -> Turn:
    """The turn that the display matrix of a decoded ``av.VideoFrame`` asks for; other matrices are ignored.

    The matrix maps a stored pixel (x, y) to (a·x + c·y, b·x + d·y) on the screen.
    Source: ISO/IEC 14496-12, 6.2.2; libavutil/display.h.
    """
    for slot in range(len(frame.side_data)):
        side = frame.side_data[slot]
        if side.type.name == "DISPLAYMATRIX":
            a, b, _, c, d = np.frombuffer(bytes(side), dtype=np.int32)[:5].tolist()
            if a and d and not (b or c):
                return Turn(False, a < 0, d < 0)
            if b and c and not (a or d):
                return Turn(True, c < 0, b < 0)
    return UPRIGHT
