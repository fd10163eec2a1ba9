"""How stable a mask is, of a segmenter that gives no logits: whether a click at its heart gives it again.

Source: ours. A network's stability asks whether the shape stays when the threshold moves; this asks whether
it stays when the click moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from dwell.masks import Mask
from dwell.prompts import Point
from dwell.segmenters.automatic.crops import Crop
from dwell.segmenters.contract import AutomaticMask, Encoding, Segmenter
from dwell.types import BoolArray

__all__ = ["innermost", "steadiness"]


def steadiness(
    segmenter: Segmenter,
    encoding: Encoding,
    crop: Crop,
    found: Sequence[AutomaticMask],
    least: float,
    at_most: int,
) -> list[AutomaticMask]:
    """Those of the masks that are stable enough, with their stability; the first ``at_most`` of them.

    Args:
        segmenter: who gave the masks.
        encoding: of the crop.
        crop: where in the picture they were found.
        found: best first, at the picture's size.
        least: stability.
        at_most: how many.
    """
    stable: list[AutomaticMask] = []
    for each in found:
        if len(stable) == at_most:
            break
        stability = _again(segmenter, encoding, _cut_out(each.mask, crop))
        if stability >= least:
            stable.append(replace(each, stability=stability))
    return stable


def innermost(mask: BoolArray) -> Point:
    """The middle of the pixel that is farthest from the mask's border; the picture's edge is one, too."""
    padded = np.pad(mask, 1).astype(np.uint8)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return Point(float(column) + 0.5, float(row) + 0.5)


def _again(segmenter: Segmenter, encoding: Encoding, mask: BoolArray) -> float:
    """0 … 1: IoU with the likest answer to a click at the innermost point."""
    answers = segmenter.segment(encoding, [innermost(mask)])
    return max((_iou(mask, answer.mask) for answer in answers), default=0.0)


def _cut_out(mask: Mask, crop: Crop) -> BoolArray:
    x0, y0, x1, y1 = crop.box_xyxy
    return mask.columns(x0, x1)[y0:y1]


def _iou(one: BoolArray, other: BoolArray) -> float:
    return int(np.count_nonzero(one & other)) / max(int(np.count_nonzero(one | other)), 1)
