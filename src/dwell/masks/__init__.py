"""Masks (one AOI in one frame) and masklets (one AOI over frames), run-length encoded.

Masks are values: immutable, equal if their pixels are, and in one form only (no empty runs). Questions about
points, areas and overlaps are answered from the runs; a frame is decoded only to be drawn. Positions count
down the columns, x * height + y, as in the COCO format.
"""

from dwell.masks.codec import decode_many
from dwell.masks.geometry import (
    BorderDistance,
    border_distance_flat,
    contains_flat,
    pixels_of,
    positions_of,
)
from dwell.masks.mask import Mask
from dwell.masks.masklet import DIRECTIONS, ORIGINS, STATES, UNKNOWN, Masklet
from dwell.masks.record import MaskRecord
from dwell.masks.runs import Runs
from dwell.masks.signals import SIGNALS, Signals, doubts, measure

__all__ = [
    "DIRECTIONS",
    "ORIGINS",
    "SIGNALS",
    "STATES",
    "UNKNOWN",
    "BorderDistance",
    "Mask",
    "MaskRecord",
    "Masklet",
    "Runs",
    "Signals",
    "border_distance_flat",
    "contains_flat",
    "decode_many",
    "doubts",
    "measure",
    "pixels_of",
    "positions_of",
]
