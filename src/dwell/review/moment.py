"""What a moment is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Moment", "Reason"]

Reason = Literal["lost", "untracked", "stale", "doubtful", "jump", "just found", "border"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of frames of one AOI, in which mapped gaze could be wrong."""

    object_id: int
    first_frame: int
    stop_frame: int
    """First frame after it."""
    frame_idx: int
    """Where to look first: the frame on which most hangs."""
    start_ns: int
    """ns UTC: when the first frame is shown."""
    end_ns: int
    """ns UTC: when the last frame stops being shown."""
    weight: float
    """0 … 1: share of all possible error."""
    cumulative: float
    """0 … 1: of this and all before it in the queue."""
    doubt: float
    """0 … 1: about the AOI in ``frame_idx``; 1 where nobody knows where it is."""
    border_deg: float | None
    """Distance of the nearest gaze in ``frame_idx`` to the border, in deg (px where nothing says how large a
    degree is); None: there is no mask, or it is beyond the limit of the mapping."""
    affected_ms: float
    """Gaze time of the stays that hang on it, and of samples in none."""
    reason: Reason
    why: str
    """One sentence for people."""
