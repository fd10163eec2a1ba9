"""What the engine of looking shows of itself."""

from __future__ import annotations

from dataclasses import dataclass

from dwell.looking.fixating import LiveFixation
from dwell.masks import Mask
from dwell.prompts import Prompt

__all__ = ["LookState"]


@dataclass(frozen=True)
class LookState:
    """One moment of a look, for a screen."""

    frame_idx: int | None
    """The picture that is shown; None before the first."""
    object_id: int | None
    """The AOI that a commit goes to; None = a new one."""
    running: bool
    """The mask follows the eye."""
    holding: bool
    """The mask is held whatever is looked at."""
    dwell_keeps: bool
    """What is looked at for long is kept without a key."""
    mask: Mask | None
    """The mask that is proposed; it is what would be kept now."""
    level: int
    """0 = the smallest granularity of this mask."""
    n_levels: int
    """Granularities there are, 0 without a mask."""
    said: tuple[Prompt, ...]
    """What the viewer has said by keys, in order."""
    corner: tuple[float, float] | None
    """px: first corner of a box whose second one is awaited."""
    dwelt: float
    """0 … 1: how much of the dwell time has passed; 1 = the mask is kept now."""
    fixation: LiveFixation | None
    """Where the eye rests."""
    waiting: bool
    """The newest question is not answered yet."""
