"""How gaze is mapped to the AOIs of a picture, in one place; written into every output."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

__all__ = ["ImageOptions"]

_CHOICES: dict[str, tuple[str, ...]] = {
    "fixation_rule": ("mean", "any", "majority"),
    "blinks": ("exclude", "keep"),
    "ttff_origin": ("recording", "section"),
    "group_by": ("aoi", "category"),
}


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """Every choice that changes a number in the results.

    Raises:
        ValueError: an unknown choice, or a number that cannot be used.
    """

    margin_px: float = 0.0
    """px of the picture; > 0 grows every AOI by this distance, < 0 shrinks it."""
    fixation_rule: Literal["mean", "any", "majority"] = "mean"
    """``mean``: the place Cloud has put the fixation at is in the AOI; ``any``: one of its samples on the
    picture is; ``majority``: more than half of them are."""
    blinks: Literal["exclude", "keep"] = "exclude"
    """``exclude``: samples within a blink do not count; ``keep``: they do."""
    ttff_origin: Literal["recording", "section"] = "recording"
    """Where times to first start: the ``recording`` (as Pupil Cloud), or the ``section`` they lie in."""
    group_by: Literal["aoi", "category"] = "aoi"
    """``category``: AOIs of one category are one, under its name; one without category stands for itself."""
    visit_gap_ms: float = 75.0
    """ms; gaze away from an AOI, or without an answer, for at most this long does not end a visit."""

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(
                    f"{name}: expected one of {', '.join(choices)}, got {getattr(self, name)!r}."
                )
        if not math.isfinite(self.margin_px):
            raise ValueError(f"margin_px: expected a number, got {self.margin_px}.")
        if not 0 <= self.visit_gap_ms < math.inf:
            raise ValueError(f"visit_gap_ms: expected a number of 0 or more, got {self.visit_gap_ms}.")

    def to_dict(self) -> dict[str, Any]:
        """The options by name, for the manifest beside the tables."""
        return asdict(self)
