"""What a network says of an image, and what becomes of it: boxes within the image, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dwell.segmenters.contract import Detection
from dwell.types import FloatArray, IntArray

__all__ = ["Boxes", "corners", "joined", "to_detections"]


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes that a network proposes, in its own order."""

    xyxy: FloatArray
    """(n, 4) float64, px; may reach out of the image."""
    scores: FloatArray
    """(n,) float64, 0 … 1."""
    text_scores: FloatArray
    """(n,) float64, 0 … 1."""
    phrase_idx: IntArray
    """(n,) int64, of the phrases that were asked for."""


def joined(parts: Sequence[Boxes]) -> Boxes:
    """The boxes of several questions about one image."""
    return Boxes(
        np.concatenate([part.xyxy for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.text_scores for part in parts]),
        np.concatenate([part.phrase_idx for part in parts]),
    )


def corners(boxes: FloatArray, image_wh: tuple[float, float]) -> FloatArray:
    """(n, 4) px corners x0, y0, x1, y1 of boxes given by centre and size as parts of the image."""
    half = boxes[:, 2:] / 2
    relative = np.concatenate([boxes[:, :2] - half, boxes[:, :2] + half], axis=1)
    return np.asarray(relative * (*image_wh, *image_wh))


def to_detections(
    boxes: Boxes, phrases: Sequence[str], image_hw: tuple[int, int], floor: float
) -> list[Detection]:
    """Boxes with at least this score, cut off at the image's borders, best first; none under a pixel."""
    height, width = image_hw
    xyxy = np.clip(boxes.xyxy, 0, (width, height, width, height))
    inside = (xyxy[:, 2:] - xyxy[:, :2] >= 1).all(axis=1)
    kept = np.flatnonzero(inside & (boxes.scores >= floor))
    best_first = kept[np.argsort(-boxes.scores[kept], kind="stable")]
    return [
        Detection(
            (float(xyxy[i, 0]), float(xyxy[i, 1]), float(xyxy[i, 2]), float(xyxy[i, 3])),
            phrases[int(boxes.phrase_idx[i])],
            float(boxes.scores[i]),
            float(boxes.text_scores[i]),
        )
        for i in best_first
    ]
