"""What a segmenter is asked about the places that a viewer looked at."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dwell.looking.aiming import AimPoint
from dwell.prompts import Point, Prompt

__all__ = ["have_moved", "questions_about"]


def questions_about(points: Sequence[AimPoint]) -> tuple[tuple[Prompt, ...], ...]:
    """Sets of prompts to ask about: each place for itself, heaviest first, and all of them together.

    A place for itself still finds the thing when another one fell beside it.
    """
    alone: list[tuple[Prompt, ...]] = [(Point(each.x, each.y),) for each in points]
    together: tuple[Prompt, ...] = tuple(Point(each.x, each.y) for each in points)
    return (*alone, together) if len(points) > 1 else tuple(alone)


def have_moved(points: Sequence[AimPoint], before: Sequence[AimPoint], limit_px: float) -> bool:
    """Whether points differ from those before: in number, or by more than ``limit_px``."""
    if len(points) != len(before):
        return True
    return any(math.hypot(a.x - b.x, a.y - b.y) > limit_px for a, b in zip(points, before, strict=True))
