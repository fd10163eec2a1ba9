"""How good gaze is at one point that somebody was asked to look at.

Terms and measures: Holmqvist, Nyström & Mulvey (2012), "Eye tracker data quality: what it is and how to
measure it" (ETRA); Niehorster et al. (2020), "Characterizing gaze position signals and synthesizing noise
signals in eye-tracking data" (Behavior Research Methods 52); Niehorster et al. (2023), "GlassesValidator"
(Behavior Research Methods). Offset is that of the mean position, as there; precision is given as RMS of
sample-to-sample distances and as standard deviation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dwell.types import BoolArray, FloatArray

__all__ = ["PointQuality", "point_quality"]


@dataclass(frozen=True, slots=True)
class PointQuality:
    """Gaze at one point."""

    offset_x_deg: float
    """Mean position, deg right of the point."""
    offset_y_deg: float
    """Mean position, deg below the point."""
    offset_deg: float
    """Distance of the mean position: accuracy."""
    median_offset_deg: float
    """Distance of the median position; far below ``offset_deg`` if gaze was elsewhere for a while."""
    rms_s2s_deg: float
    """Precision: root mean square of distances between successive samples; NaN below two in a row."""
    sd_deg: float
    """Precision: sqrt(variance of x + variance of y), of the whole set (divided by n); NaN below two."""
    data_loss: float
    """0 … 1: samples that are invalid, or missing at the tracker's rate."""
    n: int
    """Valid samples."""


def point_quality(deviations_deg: FloatArray, valid: BoolArray, expected: float = math.nan) -> PointQuality:
    """Measures of gaze at one point.

    Args:
        deviations_deg: (n, 2) deg right of and below the point, in time order.
        valid: (n,) bool.
        expected: how many samples the tracker should have given; NaN = as many as there are.

    Returns:
        NaN offsets where no sample is valid; data loss is then 1.
    """
    good = valid & np.isfinite(deviations_deg).all(axis=1)
    seen, n = deviations_deg[good], int(good.sum())
    due = max(len(good), 0 if math.isnan(expected) else math.floor(expected + 1e-6))
    loss = 1.0 if due == 0 else 1 - n / due
    if n == 0:
        return PointQuality(*(math.nan,) * 6, loss, 0)
    mean, median = seen.mean(axis=0), np.median(seen, axis=0)
    return PointQuality(
        float(mean[0]), float(mean[1]), math.hypot(*mean), math.hypot(*median), _rms_s2s(deviations_deg,
        good), math.sqrt(seen.var(axis=0).sum()) if n > 1 else math.nan, loss, n,
    )  # fmt: skip


def _rms_s2s(deviations: FloatArray, good: BoolArray) -> float:
    """Only between samples that follow each other: a gap is no step."""
    steps = np.diff(deviations, axis=0)[good[1:] & good[:-1]]
    return float(np.sqrt((steps**2).sum(axis=1).mean())) if len(steps) else math.nan
