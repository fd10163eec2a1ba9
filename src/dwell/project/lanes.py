"""What is known of an AOI on every frame, in two bytes: a lane of a timeline."""

from __future__ import annotations

import numpy as np

from dwell.masks import SIGNALS, doubts
from dwell.project.mask_columns import FILE_ORIGINS, FILE_STATES
from dwell.project.store import Store
from dwell.types import FloatArray, IntArray, Origin, State

__all__ = ["LaneBits", "LaneTable"]


class LaneBits:
    """The meaning of a lane's bytes. Byte 0 is a state plus flags, byte 1 a doubt."""

    UNKNOWN, VISIBLE, ABSENT, LOST = range(4)
    """States: the two lowest bits of byte 0."""
    STATE = 3
    """Mask of the state's bits."""
    APPROVED = 4
    """A person has said that it is right."""
    USER_MADE = 8
    """A person made it."""
    STALE = 16
    """A later correction has made it out of date."""
    CHECK = 32
    """A person should look at it."""
    DOUBT_STEPS = 254
    """Byte 1 is the doubt of ``dwell.masks.doubts``, 0 … 1, times this, rounded."""
    NO_DOUBT = 255
    """Byte 1 where no doubt is known: no mask, or a person made it."""


# A text of whole numbers per column: fetching 72 000 rows one by one takes twice as long.
_FLAGS = (
    f"state + 1 + {LaneBits.APPROVED} * approved + {LaneBits.USER_MADE} * (origin = "
    f'{FILE_ORIGINS.index(Origin.USER)}) + {LaneBits.STALE} * stale + {LaneBits.CHECK} * "check"'
)
_PACKED = f"(frame_idx << 24) + (min(new_parts, 65535) << 8) + {_FLAGS}"
_LEAST = ", ".join(f"ifnull({name}, 9)" for name in ("score", "object_score", "iou_estimate", "agreement"))
_BILLION = 1_000_000_000
_COLUMNS = (
    _PACKED,
    *(
        f"CAST({_BILLION} * {each} AS INTEGER)"
        for each in (f"min({_LEAST})", "ifnull(area_ratio, -1)", "ifnull(shift, -1)")
    ),
)
_ROWS = f"SELECT {', '.join(f'group_concat({column})' for column in _COLUMNS)} FROM mask WHERE object_id = ?"
_KNOWN = (
    "SELECT count(*) FROM mask WHERE object_id = ? AND NOT stale "
    f"AND state <> {FILE_STATES.index(State.LOST)}"
)


class LaneTable:
    """Reads ``mask`` as lanes; see ``Project.lane``."""

    def __init__(self, store: Store, n_frames: int) -> None:
        self._store = store
        self._n_frames = n_frames

    def lane(self, object_id: int) -> bytes:
        """2 × n_frames bytes."""
        (texts,) = self._store.rows(_ROWS, (int(object_id),))
        numbers, *billionths = (np.fromstring(text or "", np.int64, sep=",") for text in texts)
        least, ratio, shift = (each / _BILLION for each in billionths)
        doubt = _doubts(least, ratio, shift, (numbers >> 8) & 0xFFFF)
        steps = np.where(np.isnan(doubt), LaneBits.NO_DOUBT, np.round(doubt * LaneBits.DOUBT_STEPS))
        lane = np.zeros((self._n_frames, 2), np.uint8)
        lane[:, 1] = LaneBits.NO_DOUBT
        lane[numbers >> 24] = np.stack([numbers & 0xFF, steps], axis=1)
        return lane.tobytes()

    def n_known(self, object_id: int) -> int:
        """Frames that are visible or absent, and up to date."""
        return int(self._store.value(_KNOWN, (int(object_id),)))


def _doubts(least: FloatArray, ratio: FloatArray, shift: FloatArray, parts: IntArray) -> FloatArray:
    """(n,) the largest doubt; ``least`` is the least of what vouches for a mask, 9 if nothing does."""
    signals = np.full((len(least), len(SIGNALS)), np.nan)
    signals[:, SIGNALS.index("area_ratio")] = np.where(ratio < 0, np.nan, ratio)
    signals[:, SIGNALS.index("shift")] = np.where(shift < 0, np.nan, shift)
    signals[:, SIGNALS.index("new_parts")] = parts
    return doubts(signals, np.where(least > 1, np.nan, least))
