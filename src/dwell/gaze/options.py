"""How gaze is mapped to AOIs, in one place; written into every output."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

__all__ = ["BlinkRule", "FixationRule", "MappingOptions", "OverlapRule", "TtffOrigin"]

FixationRule = Literal["majority", "any", "mean"]
OverlapRule = Literal["smallest", "first"]
BlinkRule = Literal["exclude", "keep"]
TtffOrigin = Literal["recording", "section", "aoi visible"]

_CHOICES: dict[str, tuple[str, ...]] = {
    "fixation_rule": get_args(FixationRule),
    "overlap_rule": get_args(OverlapRule),
    "blinks": get_args(BlinkRule),
    "ttff_origin": get_args(TtffOrigin),
}


@dataclass(frozen=True, slots=True)
class MappingOptions:
    """Every choice that changes a number in the results.

    Raises:
        ValueError: an unknown choice, or a number that cannot be used.
    """

    margin_deg: float = 0.0
    """deg; > 0 grows every AOI by this angle, < 0 shrinks it. Needs a camera or ``px_per_degree``."""
    px_per_degree: float | None = None
    """px per deg everywhere in the picture; used only when the recording has no camera intrinsics."""
    distance_limit_deg: float = 5.0
    """deg; distances to a border farther away than this are infinite (and cost nothing)."""
    distance_limit_px: float = 75.0
    """px; the same limit where there is neither a camera nor ``px_per_degree``."""
    fixation_rule: FixationRule = "majority"
    """``majority``: more than half of the fixation's valid samples are inside; ``any``: one is; ``mean``:
    their mean position is, in the frame shown at the fixation's middle."""
    overlap_rule: OverlapRule = "smallest"
    """Which AOI gets the gaze in sequences, where only one can: the ``smallest`` in that frame, or the
    ``first`` in the list. The other tables count every AOI."""
    blinks: BlinkRule = "exclude"
    """``exclude``: samples within a blink do not count; ``keep``: they do."""
    ttff_origin: TtffOrigin = "recording"
    """Where time to first fixation starts: ``recording`` (as Pupil Cloud), ``section``, or the first frame
    that shows the AOI (``aoi visible``)."""
    visit_gap_ms: float = 75.0
    """ms; gaze away from an AOI, or without an answer, for at most this long does not end a visit."""

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(
                    f"{name}: expected one of {', '.join(choices)}, got {getattr(self, name)!r}."
                )
        if not math.isfinite(self.margin_deg):
            raise ValueError(f"margin_deg: expected a number, got {self.margin_deg}.")
        if self.px_per_degree is not None and not 0 < self.px_per_degree < math.inf:
            raise ValueError(f"px_per_degree: expected a number above 0, got {self.px_per_degree}.")
        for name in ("distance_limit_deg", "distance_limit_px", "visit_gap_ms"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name}: expected a number of 0 or more, got {getattr(self, name)}.")
        if abs(self.margin_deg) > self.distance_limit_deg:
            raise ValueError(
                f"margin_deg {self.margin_deg} is wider than distance_limit_deg {self.distance_limit_deg}; "
                "raise the limit, which says how far distances are computed."
            )

    @classmethod
    def reaching(cls, margin_deg: float, **choices: Any) -> MappingOptions:
        """Options with a margin of any width; distances are computed as far as it needs.

        Raises:
            ValueError: see the class.
        """
        limit = max(cls().distance_limit_deg, abs(margin_deg)) if math.isfinite(margin_deg) else 0.0
        return cls(margin_deg=margin_deg, distance_limit_deg=limit, **choices)

    def to_dict(self) -> dict[str, float | str | None]:
        """The options by name, for the manifest beside the tables."""
        return asdict(self)
