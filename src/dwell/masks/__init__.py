"""Masks (one AOI in one frame) and masklets (one AOI over frames), run-length encoded."""

from dwell.masks.codec import decode_many
from dwell.masks.mask import Mask
from dwell.masks.masklet import DIRECTIONS, ORIGINS, STATES, UNKNOWN, Masklet, MaskRecord
from dwell.masks.runs import Runs

__all__ = [
    "DIRECTIONS",
    "ORIGINS",
    "STATES",
    "UNKNOWN",
    "Mask",
    "MaskRecord",
    "Masklet",
    "Runs",
    "decode_many",
]
