"""The measures that an AOI of a picture can be coloured by."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MEASURES", "Measure"]


@dataclass(frozen=True)
class Measure:
    """One number per AOI, over all recordings."""

    title: str
    """As a picture's legend has it."""
    column: str
    """In ``aoi_label_metrics``, else the mean of the column of ``image_dwell``."""
    unit: str
    """``ms``, or ``1`` for a count or share."""
    low_is_strong: bool = False
    """The smaller, the more it was looked at."""


MEASURES = {
    "total-fixation-duration": Measure("Total fixation duration", "total fixation duration [ms]", "ms"),
    "average-fixation-duration": Measure("Average fixation duration", "average fixation duration [ms]", "ms"),
    "fixation-count": Measure("Average fixation count", "average fixation count", "1"),
    "time-to-first-fixation": Measure(
        "Time to first fixation", "time to first fixation [ms]", "ms", low_is_strong=True
    ),
    "recording-reach": Measure("Recording reach", "recording reach", "1"),
    "wearer-reach": Measure("Wearer reach", "wearer reach", "1"),
    "dwell-time": Measure("Dwell time", "dwell time [ms]", "ms"),
    "dwell-share": Measure("Share of gaze time", "dwell share", "1"),
    "dwell-per-area": Measure("Share of gaze time per share of area", "dwell share per area share", "1"),
    "visits": Measure("Visits", "visits", "1"),
}
"""Name as typed → measure."""
