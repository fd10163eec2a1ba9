"""One suggestion: a box on a frame that fits a phrase, and what it is of the AOIs there are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dwell.masks import Mask

__all__ = ["Box", "Suggestion", "Why"]

Box = tuple[float, float, float, float]
"""(x0, y0, x1, y1) in px, x1 and y1 exclusive."""


class Why(StrEnum):
    """What a suggestion is to the AOIs of the project."""

    NEW = "new"
    """None of them."""
    KNOWN = "known"
    """One whose mask is there already."""
    FOUND_AGAIN = "found again"
    """One of this phrase that is lost, absent or unknown on this frame: perhaps this one."""


@dataclass(frozen=True)
class Suggestion:
    """Something that fits a phrase on a frame, for a person to accept or leave."""

    frame_idx: int
    """0-based."""
    phrase: str
    """As it was typed."""
    score: float
    """0 … 1: the detector's belief that something asked for is in the box."""
    text_score: float
    """0 … 1: how well the phrase fits what is in it."""
    box_xyxy: Box
    """px, x1 and y1 exclusive."""
    mask: Mask | None = None
    """None until it is asked for; see ``with_masks``."""
    why: Why = Why.NEW
    aoi: int | None = None
    """The object_id of the AOI that it is, or may be; None for a new one."""
    thing: int = 0
    """Suggestions with the same number are one thing on several frames, and become one AOI."""
    by_hand: bool = False
    """True if a person changed the mask: then it counts as it is, rather than the box."""
