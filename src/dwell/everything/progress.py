"""How far a run is: what every step of it tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["EverythingUpdate", "Phase"]


class Phase(StrEnum):
    """What a run is doing."""

    LOOKING = "looking"
    """Finding masks on key frames, or at fixations."""
    FORWARD = "forward"
    """Tracking towards the end."""
    BACKWARD = "backward"
    """Tracking towards the beginning."""
    RELATING = "relating"
    """Joining what is one thing, and finding what is part of what."""
    DONE = "done"


@dataclass(frozen=True)
class EverythingUpdate:
    """One step of a run."""

    phase: Phase
    done: float
    """0 … 1: share of the whole run, in time; never falls."""
    left_s: float | None
    """Seconds left; None while too little is known."""
    frame_idx: int | None
    """The frame that was just worked on."""
    n_objects: int
    """AOIs made so far."""
    object_frames: int = 0
    """Masks tracked so far: objects times frames."""
    touched: tuple[int, ...] = ()
    """object_ids whose masks have changed since the update before."""
