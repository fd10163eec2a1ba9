"""Every constant of the review queue, in one place."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

__all__ = ["ReviewOptions"]

_SHARES = (
    *("deep", "edge", "elsewhere", "unknown_near", "unknown_far"),
    *("nothing_known", "absent", "to_check", "suspicious", "least", "likely"),
)


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """How doubt and gaze are weighed. Source: ours, unless another is given.

    Raises:
        ValueError: a number that cannot be used.
    """

    near_deg: float = 1.0
    """deg from the border at which the chance of error has fallen to 1/e; about the accuracy of a head-worn
    eye tracker."""
    near_px: float = 15.0
    """px; the same where nothing says how large a degree is."""
    deep: float = 0.25
    """Of the chance at the border, what is left in the middle of a mask: one that is on another thing
    altogether is wrong there, too."""
    edge: float = 0.5
    """Chance that a sample right at the border of a mask in no doubt is on the wrong side: a border is never
    drawn to the pixel. It costs the sample, not the visit."""
    edge_deg: float = 0.4
    """deg from the border at which that has fallen to 1/e. With the embedded tracker on the drawn demo, 57 %
    of the samples within 0.2° of a border are wrong, 38 % between 0.2° and 0.75°, 10 % up to 1°."""
    edge_px: float = 6.0
    """px; the same where nothing says how large a degree is."""
    box_deg: float = 3.0
    """deg from the box where an AOI was last or is next known at which the chance has fallen to 1/e …"""
    box_px: float = 45.0
    """px; the same where nothing says how large a degree is …"""
    memory_ms: float = 1000.0
    """ms: … and after how long, since a head-worn camera turns away within seconds."""
    elsewhere: float = 0.5
    """Chance that an AOI whose mask is surely wrong is still where it was last known."""
    unknown_near: float = 0.5
    """Chance of a hit where nobody knows where the AOI is, for gaze where it was a moment ago …"""
    unknown_far: float = 0.05
    """… and for any other gaze."""
    nothing_known: float = 0.3
    """Doubt about a model's mask of which neither score nor signals are known."""
    absent: float = 0.3
    """Doubt about a model's *absent* where its belief in the object is not known."""
    to_check: float = 0.5
    """Least doubt about a mask that is marked to be checked."""
    jump_half_life_ms: float = 1000.0
    """ms after which half of the doubt about a jump is left: the masks tracked from it are no better."""
    suspicious: float = 0.5
    """Doubt from which on a mask may be on another thing, far from the AOI."""
    least: float = 0.02
    """Smaller chances of error count for nothing: nobody would find anything there."""
    least_ms: float = 5.0
    """ms; a moment on which less possible error hangs is left out."""
    likely: float = 0.1
    """From this chance on a sample may belong to a visit, and its frame makes a moment of its own."""
    merge_gap_ms: float = 400.0
    """ms; moments of one AOI that are no farther apart are one, unless a person made or approved a mask
    between them."""
    look_s: float = 2.4
    """s to judge a moment. Source: eyeNotate, JEMR 18(4) 27: 1.1 to 2.4 s per fixation; the longer."""
    watch_s: float = 10.0
    """s; a moment is played once, but no longer than this."""
    correct_s: float = 4.5
    """s to correct a moment that is wrong. Source: the SAM 2 paper (arXiv 2408.00714), 4.5 s per corrected
    frame."""

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if not 0 <= value < math.inf or (each.name in _SHARES and value > 1):
                most = " to 1" if each.name in _SHARES else " or more"
                raise ValueError(f"{each.name}: expected a number of 0{most}, got {value}.")
        lengths = ("near_deg", "near_px", "edge_deg", "edge_px", "box_deg", "box_px")
        for name in (*lengths, "memory_ms", "jump_half_life_ms"):
            if getattr(self, name) == 0:
                raise ValueError(f"{name}: expected a number above 0, got 0.")
