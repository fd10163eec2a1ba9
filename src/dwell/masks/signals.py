"""How far a model's mask is to be trusted: what is measured, and one number made of it.

Source of formulas and thresholds: ours. True masks of eight sequences of DAVIS 2016 never change by more than
1.5 times their area or half a side length from one frame to the next; in 3 % of the frames one falls apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dwell.masks.mask import Mask
from dwell.types import FloatArray

__all__ = ["AREA_LIMIT", "PART_SHARE", "SHIFT_LIMIT", "SIGNALS", "Signals", "doubts", "jumps", "measure"]

AREA_LIMIT = 2.0
"""Times as large, or as small, as the mask before: where a change of area becomes doubtful."""
SHIFT_LIMIT = 0.5
"""Side lengths per frame: where a shift becomes doubtful."""
PART_SHARE = 0.1
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

    def _key(self) -> tuple[float | None, ...]:
        return tuple(None if math.isnan(value) else value for value in self.to_row())

    @classmethod
    def from_row(cls, row: Sequence[float]) -> Signals:
        """The signals in a row of numbers, in the order of ``SIGNALS``."""
        values: dict[str, Any] = dict(zip(SIGNALS, row, strict=True))
        counted = {"new_parts": int(values["new_parts"]), "interpolated": bool(values["interpolated"])}
        return cls(**values | counted)

    def to_row(self) -> tuple[float, ...]:
        """All values as numbers, in the order of ``SIGNALS``."""
        return tuple(float(getattr(self, name)) for name in SIGNALS)

    def doubt(self, score: float = math.nan) -> float:
        """0 … 1, the largest doubt about a mask of this score, NaN if nothing is known; see ``doubts``."""
        return float(doubts([self.to_row()], [score])[0])

    def jump(self) -> float:
        """0 … 1: how odd the change since the mask before is, NaN if not known; see ``jumps``."""
        return float(jumps([self.to_row()])[0])


SIGNALS = tuple(each.name for each in fields(Signals))
"""Names of the signals, in the order of the columns wherever they stand in a table."""


def doubts(signals: ArrayLike, scores: ArrayLike) -> FloatArray:
    """(n,) 0 … 1: the largest doubt about each mask; NaN where nothing is known.

    The largest of: one minus score, one minus object score, one minus IoU estimate, one minus agreement, and
    ``jumps``. With the embedded tracker on the sequences above, the area under the ROC curve for masks of IoU
    below 0.5 is 0.97 (jumps alone: 0.91).

    Args:
        signals: (n, k) in the order of ``SIGNALS``.
        scores: (n,) 0 … 1 or NaN, of the masks' records.
    """
    said = [np.asarray(scores), *_columns(signals, "object_score", "iou_estimate", "agreement")]
    return np.asarray(np.fmax.reduce([*(1 - each for each in said), jumps(signals)], axis=0), np.float64)


def jumps(signals: ArrayLike) -> FloatArray:
    """(n,) 0 … 1: how odd the change since the mask before is, NaN where there is none to compare with.

    At 0.5 and more, a person should look.
    The largest of: |log area ratio| / (2 log ``AREA_LIMIT``), shift / (2 ``SHIFT_LIMIT``), and n / (n + 1)
    for n new parts, if there are; at most 1.

    Args:
        signals: (n, k) in the order of ``SIGNALS``.
    """
    ratio, shift, parts = _columns(signals, "area_ratio", "shift", "new_parts")
    with np.errstate(divide="ignore"):
        area = np.abs(np.log(ratio)) / (2 * math.log(AREA_LIMIT))
    new = np.where(parts > 0, parts / (parts + 1), np.nan)
    worst = np.fmax.reduce([area, shift / (2 * SHIFT_LIMIT), new], axis=0)
    return np.asarray(np.minimum(worst, 1.0))


def _columns(signals: ArrayLike, *names: str) -> list[FloatArray]:
    table = np.asarray(signals, np.float64)
    return [table[:, SIGNALS.index(name)] for name in names]


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
