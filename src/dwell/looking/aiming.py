"""Where a viewer aims: the fixations of the last seconds, weighed and joined into a few points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dwell.looking.fixating import LiveFixation

__all__ = ["AimOptions", "AimPoint", "aim_points"]

_NS_PER_S = 1_000_000_000


@dataclass(frozen=True)
class AimOptions:
    """How fixations become points. Source: ours."""

    memory_s: float = 6.0
    """Fixations that ended longer ago are forgotten."""
    half_life_s: float = 2.0
    """After so long a fixation counts half."""
    merge_deg: float = 0.7
    """Fixations closer than this are one point."""
    most_points: int = 3
    least_share: float = 0.12
    """Points with less of the whole weight are left out: the eye only passed there."""


@dataclass(frozen=True, slots=True)
class AimPoint:
    """A place that was looked at."""

    x: float
    """px of the picture"""
    y: float
    weight: float
    """0 … 1; all of them together are 1."""


def aim_points(
    fixations: Sequence[LiveFixation], now_ns: int, px_per_deg: float, options: AimOptions | None = None
) -> tuple[AimPoint, ...]:
    """The points that fixations stand for, heaviest first.

    A fixation weighs its duration, and less the longer ago it ended.

    Args:
        fixations: those of the present aim, in time order; the last may still go on.
        now_ns: ns UTC.
        px_per_deg: px of the picture per degree.
        options: see ``AimOptions``.
    """
    options = options or AimOptions()
    points: list[AimPoint] = []
    for fixation in reversed(fixations):
        age_s = (now_ns - fixation.end_ns) / _NS_PER_S
        if age_s <= options.memory_s:
            weight = fixation.duration_ms * 0.5 ** (age_s / options.half_life_s)
            _join(points, AimPoint(fixation.x, fixation.y, weight), options.merge_deg * px_per_deg)
    points.sort(key=lambda each: -each.weight)
    whole = sum(each.weight for each in points)
    kept = [each for each in points if each.weight >= options.least_share * whole][: options.most_points]
    whole = sum(each.weight for each in kept)
    return tuple(AimPoint(each.x, each.y, each.weight / whole) for each in kept) if whole > 0 else ()


def _join(points: list[AimPoint], new: AimPoint, reach_px: float) -> None:
    """Add a point, or make it one with the nearest, if that is within reach."""
    near = min(points, key=lambda each: math.hypot(each.x - new.x, each.y - new.y), default=None)
    if near is None or math.hypot(near.x - new.x, near.y - new.y) > reach_px:
        points.append(new)
        return
    weight = near.weight + new.weight
    share = new.weight / weight if weight > 0 else 0.0
    points[points.index(near)] = AimPoint(
        near.x + share * (new.x - near.x), near.y + share * (new.y - near.y), weight
    )
