"""The mask between two others: of one frame seen from two sides, or of a skipped frame between two."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np

from dwell.masks import Mask, MaskRecord, Signals
from dwell.types import BoolArray, FloatArray, State

__all__ = ["blend_masks", "interpolate"]

REACH_PX = 1000
"""Distances beyond this count as this."""


def interpolate(before: MaskRecord, after: MaskRecord, frame_idx: int) -> MaskRecord:
    """The record of a skipped frame between two that were looked at.

    Args:
        before: of the frame looked at last; if a person made or approved it, its score counts as 1
            and it has no doubt.
        after: of the frame looked at next, by the model.
        frame_idx: of the skipped frame.

    Returns:
        A record with ``Signals.interpolated`` set. Visible on both sides: the centroid moves evenly on a
        line, and the outline lies between the two (signed distances averaged); the score is the lower one
        times the square root of the IoU of the two masks laid on top of each other. Otherwise state and mask
        are those of the nearer frame (the earlier tracked of two as near); the score is half of its, or, if
        both do not see the AOI, the lower one. It is to be checked if both are. Source: ours.
    """
    share = abs(frame_idx - before.frame_idx) / abs(after.frame_idx - before.frame_idx)
    nearer = before if share <= 0.5 else after
    signals = Signals(interpolated=True)
    check = before.check and not before.approved and after.check
    visible = {before.state, after.state}
    if visible == {State.VISIBLE}:
        mask, likeness = _moved_between(before.mask, after.mask, share)
        score = min(_sureness(before), _sureness(after)) * math.sqrt(likeness)
        return replace(after, frame_idx=frame_idx, mask=mask, score=score, check=check, signals=signals)
    one_sided = State.VISIBLE in visible
    score = _sureness(nearer) / 2 if one_sided else min(_sureness(before), _sureness(after))
    kept = replace(after, mask=nearer.mask, state=nearer.state, score=score, check=check)
    return replace(kept, frame_idx=frame_idx, signals=signals)


def blend_masks(a: Mask, b: Mask, weight: float) -> Mask:
    """The mask whose outline lies between those of two overlapping masks: ``a`` at weight 0, ``b`` at 1.

    Raises:
        ValueError: a mask is empty.
    """
    if weight <= 0 or a == b:
        return a
    if weight >= 1:
        return b
    (x0, y0, x1, y1), height, width = _common_box(a, b), *a.size_hw
    rows, columns = slice(max(y0 - 1, 0), min(y1 + 1, height)), slice(max(x0 - 1, 0), min(x1 + 1, width))
    whole = np.zeros(a.size_hw, dtype=bool)
    whole[rows, columns] = _inside(a.to_array()[rows, columns], b.to_array()[rows, columns], weight)
    return Mask.from_array(whole)


def _moved_between(a: Mask, b: Mask, share: float) -> tuple[Mask, float]:
    """The mask at this share of the way, and the IoU of the two laid on top of each other."""
    if a == b:
        return a, 1.0
    shape_a, shape_b, corner_xy = _aligned(a, b, share)
    likeness = np.count_nonzero(shape_a & shape_b) / np.count_nonzero(shape_a | shape_b)
    shape = _inside(shape_a, shape_b, share)
    mask = _pasted(shape, corner_xy, a.size_hw)
    if not mask:  # too different in shape, or moved out of the frame
        mask = _pasted(shape_a if share <= 0.5 else shape_b, corner_xy, a.size_hw)
    return mask or (a if share <= 0.5 else b), likeness


def _aligned(a: Mask, b: Mask, share: float) -> tuple[BoolArray, BoolArray, tuple[int, int]]:
    """Both masks moved, by whole px, to where the centroid is at this share of the way, on one canvas.

    Returns:
        The two, each (h, w) with a margin of 1 px, and (x, y) of the canvas in the frame; it may lie outside.
    """
    (from_x, from_y), (to_x, to_y) = _centroid(a), _centroid(b)
    way = to_x - from_x, to_y - from_y
    boxes = []
    for mask, part in ((a, share), (b, share - 1)):
        dx, dy = (math.floor(each * part + 0.5) for each in way)
        x0, y0, x1, y1 = _box(mask)
        boxes.append((x0 + dx, y0 + dy, x1 + dx, y1 + dy))
    left, top = (min(box[k] for box in boxes) - 1 for k in (0, 1))
    right, bottom = (max(box[k] for box in boxes) + 1 for k in (2, 3))
    shapes = []
    for mask, (x0, y0, x1, y1) in zip((a, b), boxes, strict=True):
        shape = np.zeros((bottom - top, right - left), dtype=bool)
        shape[y0 - top : y1 - top, x0 - left : x1 - left] = _cut_out(mask)
        shapes.append(shape)
    return shapes[0], shapes[1], (left, top)


def _pasted(shape: BoolArray, corner_xy: tuple[int, int], size_hw: tuple[int, int]) -> Mask:
    """A shape as a mask of the frame; what lies outside is cut off."""
    (x, y), (height, width) = corner_xy, size_hw
    whole = np.zeros(size_hw, dtype=bool)
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + shape.shape[1], width), min(y + shape.shape[0], height)
    if x0 < x1 and y0 < y1:
        whole[y0:y1, x0:x1] = shape[y0 - y : y1 - y, x0 - x : x1 - x]
    return Mask.from_array(whole)


def _sureness(record: MaskRecord) -> float:
    return 1.0 if record.approved or math.isnan(record.score) else record.score


def _centroid(mask: Mask) -> tuple[float, float]:
    if mask.centroid_xy is None:
        raise ValueError("both masks must have pixels")
    return mask.centroid_xy


def _box(mask: Mask) -> tuple[int, int, int, int]:
    if mask.box_xyxy is None:
        raise ValueError("both masks must have pixels")
    return mask.box_xyxy


def _common_box(a: Mask, b: Mask) -> tuple[int, int, int, int]:
    (ax0, ay0, ax1, ay1), (bx0, by0, bx1, by1) = _box(a), _box(b)
    return min(ax0, bx0), min(ay0, by0), max(ax1, bx1), max(ay1, by1)


def _cut_out(mask: Mask) -> BoolArray:
    x0, y0, x1, y1 = _box(mask)
    return mask.to_array()[y0:y1, x0:x1]


def _inside(a: BoolArray, b: BoolArray, weight: float) -> BoolArray:
    inside: BoolArray = (1 - weight) * _signed_distance(a) + weight * _signed_distance(b) > 0
    return inside


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
