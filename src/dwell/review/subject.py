"""One AOI under review."""

from __future__ import annotations

from dataclasses import dataclass

from dwell.gaze import GazeMap
from dwell.masks import Masklet
from dwell.review.options import ReviewOptions
from dwell.review.places import Units
from dwell.types import AOI

__all__ = ["Subject"]


@dataclass(frozen=True, eq=False)
class Subject:
    """One AOI of a gaze map, and how it is to be judged."""

    gaze_map: GazeMap
    slot: int
    """Position of the AOI in the gaze map."""
    units: Units
    options: ReviewOptions

    @property
    def masklet(self) -> Masklet:
        """Its masks."""
        return self.gaze_map.masklets[self.slot]

    @property
    def aoi(self) -> AOI:
        """Itself."""
        return self.masklet.aoi
