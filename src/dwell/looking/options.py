"""How looking becomes masks: what a viewer may set."""

from __future__ import annotations

from dataclasses import dataclass, field

from dwell.looking.aiming import AimOptions
from dwell.looking.fixating import FixationOptions

__all__ = ["LookOptions"]


@dataclass(frozen=True)
class LookOptions:
    """All of it is written into the log of a look. Source: ours, where nothing else is said."""

    error_deg: float = 1.0
    """By how much gaze is off, on average; the five-point check measures it. Screen trackers in use are off
    by 0.5 – 2° (Holmqvist 2015)."""
    dwell_keeps: bool = False
    """Keep what is looked at for ``dwell_ms``, without a key."""
    dwell_ms: float = 1000.0
    """500 – 1000 ms are used for typing with the eyes (Majaranta & Räihä 2007); a mask, which is to be looked
    at before it is kept, needs the upper end."""
    steady: float = 0.35
    """A followed mask gives way to another only if that is so much more likely (difference of logarithms)."""
    leave_share: float = 0.05
    """The eye rests elsewhere when less of it – of a Gaussian as wide as gaze errs – is on the mask."""
    move_deg: float = 0.2
    """Points that moved less are not asked about again."""
    same_iou: float = 0.5
    """Dwelling on does not keep a mask again that overlaps so much with the one kept last."""
    key_lag_ms: float = 250.0
    """The eye may have left when the key is pressed: a fixation that ended so shortly ago is meant still."""
    fixations: FixationOptions = field(default_factory=FixationOptions)
    aim: AimOptions = field(default_factory=AimOptions)
