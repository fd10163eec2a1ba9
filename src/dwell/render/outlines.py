"""Masks as stencils: tinted inside, with an outline just outside and a dark rim around that."""

from __future__ import annotations

import cv2
import numpy as np

from dwell.masks import Mask
from dwell.masks.codec import decode_columns
from dwell.render.canvas import Stencil
from dwell.types import ByteArray

__all__ = ["mask_stencil"]

_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
_SQUARE = np.ones((3, 3), np.uint8)


def mask_stencil(mask: Mask, opacity: float, outline_px: int, rim_px: int) -> Stencil | None:
    """A mask's pixels at ``opacity`` (0 … 1), a solid outline around them, holes too, and a dark rim.

    The rim lets the outline be seen on a ground of the same colour. Both lie outside the mask: one of a
    single pixel is seen, and nothing of a large one is hidden. Only the part of the frame with the mask is
    decoded. None for an empty mask.
    """
    cut = _cut(mask, outline_px + rim_px)
    if cut is None:
        return None
    x0, y0, inside = cut
    strength = _grown(inside, outline_px)
    rim = _grown(strength, rim_px) - strength
    cv2.copyTo(np.full_like(strength, round(255 * opacity)), inside, strength)
    return Stencil(x0, y0, _softened(strength), _softened(rim // 2))


def _cut(mask: Mask, margin_px: int) -> tuple[int, int, ByteArray] | None:
    """x0, y0 (even), and 0 or 255 for each pixel of the mask's box with a margin."""
    if mask.box_xyxy is None:
        return None
    height, width = mask.size_hw
    x0, y0 = (max(0, start - margin_px) // 2 * 2 for start in mask.box_xyxy[:2])
    x1 = min(width, (mask.box_xyxy[2] + margin_px + 1) // 2 * 2)
    y1 = min(height, (mask.box_xyxy[3] + margin_px + 1) // 2 * 2)
    columns = decode_columns(mask.boundaries, height, x0, x1)
    return x0, y0, np.ascontiguousarray(columns[y0:y1]).view(np.uint8) * np.uint8(255)


def _grown(inside: ByteArray, radius_px: int) -> ByteArray:
    """All pixels within a distance, which is that of an octagon: by turns a cross and a square of 3 × 3.

    Several times faster than one large disc.
    """
    for k in range(radius_px):
        inside = np.asarray(cv2.dilate(inside, _SQUARE if k % 2 else _CROSS), np.uint8)
    return inside


def _softened(opacity: ByteArray) -> ByteArray:
    """With edges one pixel wide: no stairs, and a video a quarter smaller."""
    return np.asarray(cv2.blur(opacity, (3, 3)), np.uint8)
