"""What gaze mapping gives back for samples: status and frame of each, and where it fell for each AOI."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dwell.gaze.margin import Scale
from dwell.gaze.options import MappingOptions
from dwell.masks import Masklet
from dwell.types import AOI, BoolArray, FloatArray, IntArray
from dwell.video import FrameClock

__all__ = ["BLINK", "INSIDE", "NO_FRAME", "NO_GAZE", "OK", "OUTSIDE", "STATUSES", "UNKNOWN", "GazeMap"]

INSIDE, OUTSIDE, UNKNOWN = 1, 0, -1
"""Codes of ``GazeMap.inside``."""

STATUSES = ("ok", "no gaze", "blink", "no frame")
"""Status of a sample by its code 0 … 3. Where several hold, the first of *no gaze*, *blink*, *no frame* is
given."""
OK, NO_GAZE, BLINK, NO_FRAME = range(4)


@dataclass(frozen=True, eq=False)
class GazeMap:
    """n gaze samples in time order, mapped to k AOIs."""

    options: MappingOptions
    scale: Scale
    """px to degrees in this scene video."""
    clock: FrameClock
    masklets: tuple[Masklet, ...]
    """The k AOIs' masklets."""
    timestamps_ns: IntArray
    """(n,) int64 ns UTC, ascending."""
    durations_ns: IntArray
    """(n,) int64 ns each sample stands for: until the next sample, at most twice the median interval."""
    gaze_xy: FloatArray
    """(n, 2) px of the raw scene video, as given."""
    status: NDArray[np.uint8]
    """(n,) position in ``STATUSES``."""
    frame_idx: IntArray
    """(n,) frame on screen at the sample's time, -1 = no frame (also on filler frames and in gaps)."""
    fixation_ids: IntArray
    """(n,) as in the gaze table, -1 = none."""
    blink_ids: IntArray
    """(n,) as in the gaze table, -1 = none."""
    inside: NDArray[np.int8]
    """(k, n): 1 = in the AOI (margin included), 0 = not in it, or the AOI is absent, -1 = unknown: the sample
    is not ok, or the AOI was lost or never tracked in this frame."""
    distance_px: NDArray[np.float32]
    """(k, n) px from the sample's pixel to the mask's nearest one, negative inside (then to the nearest pixel
    that is not in the mask); ±inf beyond the limit, NaN where the AOI is not visible or the sample not ok."""
    distance_deg: NDArray[np.float32]
    """(k, n) the same as an angle in deg; NaN without a camera or px per degree."""

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.timestamps_ns)

    @property
    def aois(self) -> tuple[AOI, ...]:
        """The k AOIs."""
        return tuple(masklet.aoi for masklet in self.masklets)

    @property
    def ok(self) -> BoolArray:
        """(n,) the samples that count."""
        ok: BoolArray = self.status == OK
        return ok

    @property
    def ends_ns(self) -> IntArray:
        """(n,) ns UTC: the first instant each sample no longer stands for."""
        ends: IntArray = self.timestamps_ns + self.durations_ns
        return ends
