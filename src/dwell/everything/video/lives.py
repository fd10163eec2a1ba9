"""How long a thing will be in view: carried by the picture's motion until it has left. Source: ours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dwell.everything.video.motion import carried
from dwell.everything.video.sightings import KeyFrame
from dwell.types import BoolArray

__all__ = ["in_view"]

LEFT = 0.25
"""A thing of which less than this share of its area is in the picture is about to leave it."""
STEPS = 12
"""Key frames it is carried over; beyond, it is taken to stay."""


def in_view(key_frames: Sequence[KeyFrame], number: int, small: BoolArray, direction: int) -> int:
    """The last key frame's number (first, if ``direction`` is -1) on which it should be in view.

    Args:
        key_frames: all of them.
        number: of the key frame where it is known.
        small: (h, w) bool, its small mask there.
        direction: 1 or -1.
    """
    area = max(int(np.count_nonzero(small)), 1)
    for _ in range(STEPS):
        crossed = number + 1 if direction > 0 else number
        if crossed >= len(key_frames) or key_frames[crossed].first:
            return number
        key = key_frames[crossed]
        small = carried(small, key.back() if direction > 0 else key.ahead())
        if np.count_nonzero(small) < LEFT * area:
            return number
        number += direction
    return _end_of_shot(key_frames, number, direction)


def _end_of_shot(key_frames: Sequence[KeyFrame], number: int, direction: int) -> int:
    while True:
        crossed = number + 1 if direction > 0 else number
        if crossed >= len(key_frames) or key_frames[crossed].first:
            return number
        number += direction
