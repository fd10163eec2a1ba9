"""Whether gaze has drifted since the last check, and whether that is too old. Time is given, never read."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dwell.screen.check import CheckResult, PointResult

__all__ = ["Drift", "DriftWatch"]

_NS_PER_MIN = 60e9


@dataclass(frozen=True, slots=True)
class Drift:
    """How gaze is now, compared with the check before."""

    grown_deg: float
    """How much larger the error is than it was at the same points; NaN = nothing to compare."""
    moved_deg: float
    """How far gaze at the same points has moved, larger or not."""
    age_min: float
    """Minutes since the newest check."""
    drifted: bool
    """Whether the error has grown, or gaze has moved, by more than the limit."""
    stale: bool
    """Whether the newest check is older than the limit."""
    words: tuple[str, ...]
    """For a person; empty = all is well."""


@dataclass(frozen=True, slots=True)
class DriftWatch:
    """Limits, and the judgement by them."""

    limit_deg: float = 1.0
    """By how much the error may grow, and gaze move."""
    max_age_min: float = 20.0
    """How old the newest check may be."""

    def judge(self, base: CheckResult, later: CheckResult | None, now_ns: int) -> Drift:
        """Compare a later check with an earlier one.

        Each point of the later check that counts is compared with the nearest one of the earlier. Both are
        to be judged with the correction that is in use, or both without.

        Args:
            base: the check that was gone by since.
            later: a check after it; None = there was none.
            now_ns: ns UTC: now.

        Raises:
            ValueError: the later check was made before the other, or with another correction.
        """
        if later is not None and later.t_ns < base.t_ns:
            raise ValueError("Expected the later check to be after the other; give them in order.")
        if later is not None and later.correction != base.correction:
            raise ValueError(
                "Expected both checks with the same correction; evaluate_check the earlier one again with "
                "the correction that is in use."
            )
        newest = base if later is None else later
        age_min = (now_ns - newest.t_ns) / _NS_PER_MIN
        grown, moved = (math.nan, math.nan) if later is None else _compared(base, later)
        drifted = grown > self.limit_deg or moved > self.limit_deg
        words = self._words(grown, moved, age_min)
        return Drift(grown, moved, age_min, drifted, age_min > self.max_age_min, tuple(words))

    def _words(self, grown: float, moved: float, age_min: float) -> list[str]:
        words = []
        if grown > self.limit_deg:
            words.append(
                f"Gaze is off by {grown:.1f}° more than at the check before: recalibrate, or check all five "
                "points again and take over what is found."
            )
        elif moved > self.limit_deg:
            words.append(
                f"Gaze has moved by {moved:.1f}° since the check before: check all five points again and "
                "take over what is found."
            )
        if age_min > self.max_age_min:
            words.append(f"The last check is {age_min:.0f} min old: check all five points again.")
        return words


def _compared(base: CheckResult, later: CheckResult) -> tuple[float, float]:
    """Mean growth of the error and mean move, deg; NaN without points that count in both."""
    pairs = [(_nearest(base, point), point) for point in later.counting] if base.counting else []
    if not pairs:
        return math.nan, math.nan
    grown = [now.quality.offset_deg - before.quality.offset_deg for before, now in pairs]
    moved = [
        math.hypot(
            now.quality.offset_x_deg - before.quality.offset_x_deg,
            now.quality.offset_y_deg - before.quality.offset_y_deg,
        )
        for before, now in pairs
    ]
    return sum(grown) / len(pairs), sum(moved) / len(pairs)


def _nearest(base: CheckResult, point: PointResult) -> PointResult:
    def distance(other: PointResult) -> float:
        return math.hypot(other.target.x - point.target.x, other.target.y - point.target.y)

    return min(base.counting, key=distance)
