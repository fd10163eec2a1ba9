"""What the engine of looking is told, and what it asks for: all of it values that can be written down.

Positions are px of the picture that is shown, origin top left; times are int64 ns UTC of this computer. The
engine has no other way in or out, so the same events give the same answers, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass

from dwell.looking.fixating import LiveFixation
from dwell.looking.keys import Action
from dwell.masks import Mask
from dwell.prompts import Prompt

__all__ = [
    "Answered",
    "Ask",
    "Commit",
    "Event",
    "Looked",
    "Pressed",
    "Proposed",
    "Request",
    "Tuned",
    "Turned",
    "Unkept",
    "Wish",
    "Zoomed",
]


# ------------------------------------------------------------------ in


@dataclass(frozen=True, slots=True)
class Looked:
    """A gaze sample, mapped onto the picture."""

    t_ns: int
    x: float
    """px; NaN = no gaze, or not on the picture."""
    y: float
    valid: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key, or whatever stands for it."""

    t_ns: int
    action: Action


@dataclass(frozen=True, slots=True)
class Turned:
    """Another picture is shown, or the first; or another AOI was picked on it."""

    t_ns: int
    frame_idx: int
    object_id: int | None = None
    """The AOI that a commit goes to; None = a new one."""
    mask: Mask | None = None
    """The mask it has on this frame; None = none. Keys that include and exclude then correct it."""


@dataclass(frozen=True, slots=True)
class Zoomed:
    """The picture is shown at another size."""

    t_ns: int
    px_per_deg: float
    """px of the picture per degree of visual angle."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """The viewer has set something, or a check has measured how good gaze is."""

    t_ns: int
    error_deg: float
    """As in ``LookOptions``."""
    dwell_ms: float


@dataclass(frozen=True, slots=True)
class Proposed:
    """A mask that a segmenter gives for prompts."""

    mask: Mask
    score: float
    """0 … 1, the segmenter's own estimate."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The segmenter's answer to ``Ask``."""

    t_ns: int
    number: int
    """Of the question."""
    found: tuple[tuple[Proposed, ...], ...]
    """For each set of prompts that was asked about: masks, best first."""


Event = Looked | Pressed | Turned | Zoomed | Tuned | Answered


# ------------------------------------------------------------------ out


@dataclass(frozen=True, slots=True)
class Ask:
    """Segment this. A newer question makes an older one that was not begun needless."""

    number: int
    """1, 2, …"""
    frame_idx: int
    prompts: tuple[tuple[Prompt, ...], ...]
    """Several sets of prompts, each to be answered for itself."""


@dataclass(frozen=True, slots=True)
class Commit:
    """Keep this mask."""

    frame_idx: int
    object_id: int | None
    """None = make a new AOI."""
    mask: Mask
    prompts: tuple[Prompt, ...]
    """What the mask answers."""
    fixations: tuple[LiveFixation, ...]
    """The gaze that caused them."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that is not the engine's: turn the page, undo what was saved, pick another AOI."""

    action: Action


@dataclass(frozen=True, slots=True)
class Unkept:
    """What was said and to be kept gave no mask: nothing is kept, and the viewer is to hear of it."""

    frame_idx: int
    object_id: int | None


Request = Ask | Commit | Unkept | Wish
