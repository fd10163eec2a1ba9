"""Two answers for one frame, one tracked forward and one backward, become one."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from dwell.masks import Mask, MaskRecord
from dwell.types import BoolArray, Direction, FloatArray, State

__all__ = ["blend"]

AGREE_IOU = 0.5
"""Below this the two masks are about different things: one is chosen, and a person should look."""
REACH_PX = 1000
"""Distances beyond this count as this."""


def blend(forward: MaskRecord, backward: MaskRecord, position: float) -> MaskRecord:
    """The better of two masks, or the shape between them where they agree.

    Args:
        forward: tracked from the left anchor.
        backward: tracked from the right anchor.
        position: 0 at the left anchor, 1 at the right one.

    Returns:
        A record of direction ``both``. Where both see the AOI and overlap by IoU ≥ 0.5, the outline lies
        between the two outlines (signed distances averaged, weighted by score and nearness to the anchor) and
        the score is their weighted mean times the IoU's square root. Otherwise the more trusted side is
        taken, with ``check`` set. Source: ours.
    """
    trust_f = _trust(forward) * (1 - position)
    trust_b = _trust(backward) * position
    weight = trust_b / (trust_f + trust_b) if trust_f + trust_b > 0 else position
    if forward.state is not State.VISIBLE or backward.state is not State.VISIBLE:
        return _choose(forward, backward)
    overlap = forward.mask.iou(backward.mask)
    if overlap < AGREE_IOU:
        chosen = forward if trust_f >= trust_b else backward
        return replace(
            chosen, direction=Direction.BOTH, check=True, score=chosen.score * float(np.sqrt(overlap))
        )
    score = ((1 - weight) * forward.score + weight * backward.score) * float(np.sqrt(overlap))
    mask = _between(forward.mask, backward.mask, weight)
    return replace(
        forward, mask=mask, score=score, direction=Direction.BOTH, check=forward.check and backward.check
    )


def _trust(record: MaskRecord) -> float:
    return record.score if record.state is State.VISIBLE else 0.0


def _choose(forward: MaskRecord, backward: MaskRecord) -> MaskRecord:
    """At least one side does not see the AOI: a sighting outweighs a loss; a doubt is left to a person."""
    if forward.state is backward.state:
        return replace(forward, direction=Direction.BOTH, score=max(forward.score, backward.score))
    seen = forward if forward.state is State.VISIBLE else backward
    if seen.state is State.VISIBLE:
        return replace(seen, direction=Direction.BOTH, check=True, score=seen.score / 2)
    absent = forward if forward.state is State.ABSENT else backward
    return replace(absent, direction=Direction.BOTH)


def _between(a: Mask, b: Mask, weight: float) -> Mask:
    if weight <= 0 or a == b:
        return a
    if weight >= 1:
        return b
    box_a, box_b = a.box_xyxy, b.box_xyxy
    if box_a is None or box_b is None:
        raise ValueError("both masks must have pixels")
    height, width = a.size_hw
    x0, y0 = max(min(box_a[0], box_b[0]) - 1, 0), max(min(box_a[1], box_b[1]) - 1, 0)
    x1, y1 = min(max(box_a[2], box_b[2]) + 1, width), min(max(box_a[3], box_b[3]) + 1, height)
    crop_a, crop_b = a.to_array()[y0:y1, x0:x1], b.to_array()[y0:y1, x0:x1]
    inside = (1 - weight) * _signed_distance(crop_a) + weight * _signed_distance(crop_b) > 0
    whole = np.zeros(a.size_hw, dtype=bool)
    whole[y0:y1, x0:x1] = inside
    return Mask.from_array(whole)


def _signed_distance(mask: BoolArray) -> FloatArray:
    """Positive inside; 0.5 px at the outermost pixels of either side."""
    signed = np.where(mask, _distance(mask) - 0.5, 0.5 - _distance(~mask))
    return np.asarray(signed, dtype=np.float64)


def _distance(mask: BoolArray) -> FloatArray:
    """Distance of each pixel to the nearest one outside the mask, the same on every machine.

    OpenCV's last digit depends on threads and on where memory lies, and would decide ties. The square of a
    distance between pixels is a whole number; up to ``REACH_PX`` OpenCV comes near enough to tell which.
    """
    about = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    reach = min(max(mask.shape), REACH_PX)  # deep inside a mask without a border, but not infinitely
    squared = np.rint(np.square(np.minimum(about, reach), dtype=np.float64))
    return np.asarray(np.sqrt(squared), dtype=np.float64)
