"""Which of a detector's many overlapping boxes to keep: so quickly that thresholds can be tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from dwell.segmenters.contract import Detection

__all__ = ["SAME_BOX_IOU", "Thresholds", "choose_detections"]

SAME_BOX_IOU = 0.9
"""IoU above which two boxes are one thing, whatever they are called; ours."""


@dataclass(frozen=True)
class Thresholds:
    """What a detection needs to be chosen.

    Source of the defaults of ``box`` and ``text``: the demonstration of Grounding DINO, 0.3 and 0.25.
    """

    box: float = 0.3
    """0 … 1: the least score."""
    text: float = 0.25
    """0 … 1: the least score of the phrase."""
    nms_iou: float = 0.5
    """0 … 1: of two boxes for one phrase that overlap by more, the better stays; 1 keeps all."""
    one_per_phrase: bool = False
    """Only the best of each phrase."""

    def __post_init__(self) -> None:
        for name in (each.name for each in fields(self) if each.name != "one_per_phrase"):
            value = getattr(self, name)
            if not 0 <= value <= 1:  # also refuses NaN
                raise ValueError(f"`{name}` is a number from 0 to 1, not {value!r}.")


def choose_detections(
    detections: Sequence[Detection], thresholds: Thresholds | None = None
) -> list[Detection]:
    """The detections that reach both thresholds, one for each thing, best first.

    The best comes first and drives out all that overlap with it by more than ``nms_iou`` and have its phrase,
    then the best of the rest does, and so on (greedy non-maximum suppression). Of another phrase it drives
    out only boxes that are the same but for a few pixels (``SAME_BOX_IOU``): a thing has one name, the one
    that fits best, but a hand may well lie on a book.
    """
    thresholds = thresholds or Thresholds()
    good = [d for d in detections if d.score >= thresholds.box and d.text_score >= thresholds.text]
    good.sort(key=lambda each: (-each.score, -each.text_score))
    chosen: list[Detection] = []
    for each in good:
        if not any(_drives_out(better, each, thresholds.nms_iou) for better in chosen):
            chosen.append(each)
    return _best_of_each_phrase(chosen) if thresholds.one_per_phrase else chosen


def _drives_out(better: Detection, other: Detection, nms_iou: float) -> bool:
    limit = nms_iou if better.phrase == other.phrase else max(nms_iou, SAME_BOX_IOU)
    return _iou(better.box_xyxy, other.box_xyxy) > limit


def _iou(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    """Shared area over joint area; 0 where neither has any."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0.0) * max(height, 0.0)
    joint = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (a, b)) - shared
    return shared / joint if joint > 0 else 0.0


def _best_of_each_phrase(best_first: Sequence[Detection]) -> list[Detection]:
    best: dict[str, Detection] = {}
    for each in best_first:
        best.setdefault(each.phrase, each)
    return list(best.values())
