"""How far a model's mask is to be trusted: what is measured, and one number made of it.

Thresholds were chosen on annotated sequences; see ``dwell.tracking.doubt``, which acts on them. Source: ours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

from dwell.masks.mask import Mask

__all__ = ["AREA_LIMIT", "PART_SHARE", "SHIFT_LIMIT", "Signals", "measure"]

AREA_LIMIT = 2.0
"""Times as large, or as small, as the mask before: where a change of area becomes doubtful."""
SHIFT_LIMIT = 0.5
"""Side lengths per frame: where a shift becomes doubtful."""
PART_SHARE = 0.05
"""Of a mask's area: smaller parts are crumbs and do not count."""


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """What speaks for or against one mask; NaN, 0 or False where it is not known.

    The *mask before* is the last visible mask of the same AOI in the order of tracking. Equal if all values
    are, NaN included.

    Raises:
        ValueError: a number is out of range.
    """

    object_score: float = math.nan
    """0 … 1: the model's belief that the object is in the picture."""
    iou_estimate: float = math.nan
    """0 … 1: the model's estimate of the mask's IoU with the truth."""
    area_ratio: float = math.nan
    """> 0: area over that of the mask before."""
    shift: float = math.nan
    """≥ 0: distance of the centroids of this mask and the one before, in side lengths (square root of the
    area) of the one before, per frame between them."""
    new_parts: int = 0
    """Connected parts more than the mask before had; crumbs (below ``PART_SHARE``) left out."""
    frame_share: float = math.nan
    """0 … 1: share of the frame that the mask covers."""
    agreement: float = math.nan
    """0 … 1: IoU of the masks tracked forward and backward."""
    interpolated: bool = False
    """The frame was skipped, and the mask lies between those of the frames around it."""

    def __post_init__(self) -> None:
        for name in ("object_score", "iou_estimate", "frame_share", "agreement"):
            if not (math.isnan(value := getattr(self, name)) or 0 <= value <= 1):
                raise ValueError(f"{name}: expected 0 … 1 or NaN, got {value}.")
        for name in ("area_ratio", "shift", "new_parts"):
            if getattr(self, name) < 0 or math.isinf(getattr(self, name)):
                raise ValueError(f"{name}: expected a finite number ≥ 0 or NaN, got {getattr(self, name)}.")

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Signals) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[float | int | bool | None, ...]:
        values = (getattr(self, each.name) for each in fields(self))
        return tuple(None if value != value else value for value in values)

    def doubt(self) -> float:
        """0 … 1, the largest of all doubts: 0 if nothing speaks against the mask, or nothing is known.

        One minus each of object score, IoU estimate and agreement; and ``jump``.
        """
        said = (self.object_score, self.iou_estimate, self.agreement)
        return max(self.jump(), *(0.0 if math.isnan(value) else 1 - value for value in said))

    def jump(self) -> float:
        """0 … 1: how odd the change since the mask before is; 0.5 is where a person should look.

        The largest of: |log area ratio| / (2 log ``AREA_LIMIT``), shift / (2 ``SHIFT_LIMIT``), and
        n / (n + 1) for n new parts.
        """
        ratio = self.area_ratio
        area = abs(math.log(ratio)) / (2 * math.log(AREA_LIMIT)) if ratio > 0 else float(ratio == 0)
        shift = 0.0 if math.isnan(self.shift) else self.shift / (2 * SHIFT_LIMIT)
        return min(1.0, max(area, shift, self.new_parts / (self.new_parts + 1)))


def measure(mask: Mask, before: Mask | None, frames_since: int, known: Signals | None = None) -> Signals:
    """The signals that the mask itself gives.

    Args:
        mask: the new one.
        before: the last visible mask in the order of tracking; None if there is none.
        frames_since: frames from that mask to the new one, ≥ 1.
        known: signals to complete.
    """
    known = known or Signals()
    if not mask:
        return known
    height, width = mask.size_hw
    known = replace(known, frame_share=mask.area / (height * width))
    if not before or mask.centroid_xy is None or before.centroid_xy is None:
        return known
    way = math.dist(mask.centroid_xy, before.centroid_xy)
    return replace(
        known,
        area_ratio=mask.area / before.area,
        shift=way / math.sqrt(before.area) / max(frames_since, 1),
        new_parts=max(0, _n_parts(mask) - _n_parts(before)),
    )


def _n_parts(mask: Mask) -> int:
    return int((mask.part_areas >= PART_SHARE * mask.area).sum())
