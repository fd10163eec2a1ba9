"""What a person may do about the result of a check, in words."""

from __future__ import annotations

import math

from dwell.screen.check import CheckResult, PointResult, Verdict
from dwell.screen.fitting import CorrectionOffer

__all__ = ["remedies"]

_LOST = 0.2
_NOISY_DEG = 0.5
_ELSEWHERE_DEG = 0.5
_COMMON = 0.6
"""A shift is common to all points where it is this part of the mean error."""
_ODD_ONE_OUT_DEG = 1.0


def remedies(result: CheckResult, offer: CorrectionOffer | None = None) -> list[str]:
    """What to do, the most useful first; empty = gaze is good as it is.

    Limits are ours: a fifth of samples lost, or 0.5° between successive samples, is more than screen trackers
    and glasses give in good conditions.

    Args:
        result: of gaze as it is followed.
        offer: what ``offer_correction`` said of this check; a correction is only advised if it has one.
    """
    words = []
    if result.data_loss > _LOST:
        words.append(
            f"{result.data_loss:.0%} of gaze samples are lost: bring eyes into the tracker's range (most "
            "want 55–75 cm), wipe glasses, keep windows and lamps out of its view, hair off the eyes."
        )
    if result.rms_s2s_deg > _NOISY_DEG:
        words.append(
            f"Gaze jitters by {result.rms_s2s_deg:.1f}° from sample to sample: make the room's light even, "
            "avoid reflections in glasses, sit nearer and still."
        )
    words += [
        f"{_sentence(point)}: it seems to have been elsewhere; check again." for point in _wanderers(result)
    ]
    if result.verdict is Verdict.UNKNOWN:
        words.append(
            "Too few points have enough gaze to judge: check again, looking at each target until it goes."
        )
    elif result.verdict is not Verdict.GOOD:
        words.append(_inaccuracy(result, offer is not None and offer.correction is not None))
    words += [
        f"Near the {point.target.name} gaze is off by {point.quality.offset_deg:.1f}°, more than elsewhere: "
        "sit in front of the screen's middle and recalibrate with points near the corners."
        for point in _odd_ones(result)
    ]
    return words


def _inaccuracy(result: CheckResult, correctable: bool) -> str:
    points = result.counting
    x = sum(point.quality.offset_x_deg for point in points) / len(points)
    y = sum(point.quality.offset_y_deg for point in points) / len(points)
    if math.hypot(x, y) < _COMMON * result.accuracy_deg:
        return f"Gaze is off by {result.accuracy_deg:.1f}°, differently at each point: recalibrate."
    sides = [f"{abs(x):.1f}° to the {'right' if x > 0 else 'left'}"] if abs(x) >= 0.1 else []
    sides += [f"{abs(y):.1f}° {'down' if y > 0 else 'up'}"] if abs(y) >= 0.1 else []
    what = "recalibrate, or take the correction" if correctable else "recalibrate"
    return f"Gaze is shifted {' and '.join(sides)} everywhere: {what}."


def _wanderers(result: CheckResult) -> list[PointResult]:
    return [
        point for point in result.counting
        if point.quality.offset_deg - point.quality.median_offset_deg > _ELSEWHERE_DEG
    ]  # fmt: skip


def _sentence(point: PointResult) -> str:
    return f"Gaze at the {point.target.name} target did not stay in one place"


def _odd_ones(result: CheckResult) -> list[PointResult]:
    """Points that are far worse than the middle one of all."""
    points = sorted(result.counting, key=lambda point: point.quality.offset_deg)
    if len(points) < 3:
        return []
    usual = points[len(points) // 2].quality.offset_deg
    return [point for point in points if point.quality.offset_deg - usual > _ODD_ONE_OUT_DEG]
