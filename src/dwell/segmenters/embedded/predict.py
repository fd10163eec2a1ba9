"""Where one object should be on the next frame, from the motion alone."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from dwell.segmenters.embedded.flow import FlowPair, sharpen_flow
from dwell.segmenters.embedded.frame import Frame
from dwell.segmenters.embedded.jump import find_jump
from dwell.segmenters.embedded.memory import Memory
from dwell.segmenters.embedded.motion import background_motion, chain, object_motion, translation
from dwell.segmenters.embedded.planes import Affine, Plane
from dwell.segmenters.embedded.window import Patch

__all__ = ["Prediction", "look_closely", "predict", "warp_by_affine", "warp_by_flow"]

_SMALL = 140.0
"""px: an object smaller than this (square root of its area) has its motion computed at full working size."""


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the motion says."""

    flow: FlowPair
    motion: Affine
    """Object, previous frame → this frame."""
    background: Affine
    """Surroundings, previous frame → this frame."""
    founded: bool
    """The object's own motion could be measured."""
    warped: Plane
    """(h, w) uint8 soft mask carried over, working size."""
    shape: Plane
    """(h, w) uint8 shape memory carried over."""


def predict(frame: Frame, memory: Memory) -> Prediction:
    """Carry the object's mask and shape over to ``frame``."""
    flow = frame.flow
    assert flow is not None  # checked by the tracker
    mask, shape = memory.mask.to_plane(memory.work_hw), memory.shape.to_plane(memory.work_hw)
    half_mask, half_shape = mask[::2, ::2], shape[::2, ::2]
    flow = _sharpen(frame, memory, flow, half_mask > 127)
    background = background_motion(flow, _ring(half_mask, half_shape, memory))
    motion, founded = object_motion(flow, _core(half_mask, half_shape, memory.phase.long_area**0.5))
    if memory.phase.hidden or not founded:
        motion, founded = chain(translation(memory.velocity_xy), background), False
    jump = None
    if founded and memory.template is not None:
        jump = find_jump(frame.gray_half, memory.template, motion, memory.phase.long_area**0.5)
    if jump is None:
        warped = warp_by_flow(mask, flow)
    else:
        motion = jump
        warped = warp_by_affine(mask, motion)
    return Prediction(flow, motion, background, founded, warped, warp_by_affine(shape, motion))


def _core(mask: Plane, shape: Plane, side: float) -> Plane:
    """(h, w) bool at half size: the inner part of the object, where the flow is its own."""
    body = ((mask > 153) & (shape > 127)).view(np.uint8)
    rim = int(np.clip(0.06 * side, 2, 8))
    inner: Plane = cv2.erode(body, np.ones((rim + 1, rim + 1), np.uint8)) > 0
    return inner if np.count_nonzero(inner) >= 40 else body > 0


def look_closely(frame: Frame, mask: Plane, shape: Plane) -> Patch:
    """The luma around a small object, to compute its motion in full detail; empty for a large one.

    Args:
        frame: the frame.
        mask: (h, w) uint8 soft mask at working size.
        shape: (h, w) uint8 shape memory.
    """
    body = (np.maximum(mask, shape) > 127).view(np.uint8)
    x, y, w, h = cv2.boundingRect(body)
    side = float(np.count_nonzero(body)) ** 0.5
    if not 0 < side < _SMALL:
        return Patch(0, 0, np.zeros((0, 0), dtype=np.uint8))
    margin = int(20 + 0.35 * side)
    x0, y0 = max(0, x - margin) & ~1, max(0, y - margin) & ~1
    part = frame.gray[y0 : (y + h + margin) & ~1, x0 : (x + w + margin) & ~1].copy()
    part.setflags(write=False)
    return Patch(x0, y0, part)


def _sharpen(frame: Frame, memory: Memory, flow: FlowPair, body: Plane) -> FlowPair:
    view = memory.view
    if view.values.size == 0:
        return flow
    shift = np.zeros(2, dtype=np.intp)
    if body.any():
        shift = 2 * np.rint(np.median(flow.forward[body], axis=0) / 2).astype(np.intp)
    return sharpen_flow(flow, view.values, (view.x, view.y), frame.gray, shift)


def warp_by_affine(plane: Plane, motion: Affine) -> Plane:
    """(h, w) uint8 plane carried along by an affine motion; 0 comes in from outside."""
    return cv2.warpAffine(plane, motion, plane.shape[1::-1], flags=cv2.INTER_LINEAR)


def warp_by_flow(mask: Plane, flow: FlowPair) -> Plane:
    """(h, w) uint8 soft mask of the previous frame as the flow carries it to this frame."""
    out = np.zeros_like(mask)
    rows, cols = np.nonzero(mask[::2, ::2])
    if len(rows) == 0:
        return out
    ends = flow.forward[rows, cols] + np.stack([2 * cols, 2 * rows], axis=1)
    height, width = mask.shape
    x0, y0 = (int(v) & ~1 for v in np.maximum(ends.min(axis=0) - 12, 0))
    x1, y1 = (int(v) & ~1 for v in np.minimum(ends.max(axis=0) + 14, [width, height]))
    if x1 <= x0 or y1 <= y0:
        return out
    part = flow.backward[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2]
    back: Plane = cv2.resize(part, (x1 - x0, y1 - y0), interpolation=cv2.INTER_LINEAR)
    from_x = back[:, :, 0] + np.arange(x0, x1, dtype=np.float32)
    from_y = back[:, :, 1] + np.arange(y0, y1, dtype=np.float32)[:, None]
    out[y0:y1, x0:x1] = cv2.remap(mask, from_x, from_y, cv2.INTER_LINEAR)
    return out


def _ring(mask: Plane, shape: Plane, memory: Memory) -> Plane:
    """(h, w) bool at half size: around the object; the whole frame when the object is not visible."""
    body = (np.maximum(mask, shape) > 60).view(np.uint8)
    x, y, w, h = cv2.boundingRect(body)
    if w == 0 or not (mask > 127).any():
        rest: Plane = body == 0
        return rest
    margin = int(0.5 * memory.phase.long_area**0.5 + 6)
    y0, x0 = max(0, y - margin), max(0, x - margin)
    part = body[y0 : y + h + margin, x0 : x + w + margin]
    ring = np.zeros(mask.shape, dtype=bool)
    ring[y0 : y + h + margin, x0 : x + w + margin] = cv2.dilate(part, np.ones((5, 5), np.uint8)) == 0
    return ring
