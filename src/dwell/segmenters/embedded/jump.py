"""Fast objects: find by its looks an object that moved farther than the flow can follow."""

from __future__ import annotations

import cv2
import numpy as np

from dwell.segmenters.embedded.memory import Template
from dwell.segmenters.embedded.motion import apply_affine, translation
from dwell.segmenters.embedded.planes import Affine, Plane

__all__ = ["cut_template", "find_jump"]

_SIDE = 28


def cut_template(gray_half: Plane, mask: Plane) -> Template | None:
    """A thumbnail of the object, or None if it is too small for one.

    Args:
        gray_half: (h / 2, w / 2) uint8 luma of the frame.
        mask: (h, w) uint8 soft mask at working size.
    """
    half = (mask[::2, ::2] > 127).view(np.uint8)
    x, y, w, h = cv2.boundingRect(half)
    if min(w, h) < 4 or np.count_nonzero(half) < 24:
        return None
    scale = min(1.0, _SIDE / max(w, h))
    size = (max(3, round(w * scale)), max(3, round(h * scale)))
    gray = cv2.resize(gray_half[y : y + h, x : x + w], size, interpolation=cv2.INTER_AREA)
    body = cv2.resize(half[y : y + h, x : x + w] * 255, size, interpolation=cv2.INTER_AREA)
    centre = np.array([2 * x + w, 2 * y + h], dtype=np.float64)
    return Template(gray, (body > 127).view(np.uint8), scale, centre)


def find_jump(gray_half: Plane, template: Template, motion: Affine, side: float) -> Affine | None:
    """The shift to the place that looks much more like the object than where ``motion`` puts it, or None.

    Args:
        gray_half: (h / 2, w / 2) uint8 luma of the new frame.
        template: cut from the frame before.
        motion: expected motion, previous frame → new frame.
        side: square root of the object's area, working px.
    """
    if not template.mask.any():
        return None
    expected = apply_affine(motion, template.centre_xy[None])[0]
    reach = max(16.0, 0.9 * side)
    errors, corner = _error_map(gray_half, template, expected, reach)
    if errors is None:
        return None
    at = np.round((expected / 2 - corner) * template.scale - np.array(template.gray.shape[::-1]) / 2).astype(
        int
    )
    at = np.clip(at, 0, np.array(errors.shape[::-1]) - 1)
    near = errors[max(0, at[1] - 1) : at[1] + 2, max(0, at[0] - 1) : at[0] + 2]
    here = float(near.min())
    row, col = divmod(int(errors.argmin()), errors.shape[1])
    moved = 2 * (np.array([col, row]) - at) / template.scale
    if here < 8 or errors[row, col] > 0.7 * here or np.hypot(*moved) < 0.2 * side:
        return None
    return translation(expected + moved - template.centre_xy)


def _error_map(gray_half: Plane, template: Template, at: Plane, reach: float) -> tuple[Plane | None, Plane]:
    """RMS grey difference for each place of the template in the search area, and the area's corner."""
    t_h, t_w = template.gray.shape
    half_size = np.array([t_w, t_h]) / template.scale / 2
    low = np.floor(np.maximum(at / 2 - half_size - reach / 2 - 1, 0)).astype(int)
    high = np.ceil(np.minimum(at / 2 + half_size + reach / 2 + 1, gray_half.shape[::-1])).astype(int)
    if (high - low < 8).any():
        return None, low
    area = gray_half[low[1] : high[1], low[0] : high[0]]
    size = tuple(int(round(float(v))) for v in (high - low) * template.scale)
    if size[0] < t_w or size[1] < t_h:
        return None, low
    small = cv2.resize(area, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    mask = template.mask.astype(np.float32)
    square = cv2.matchTemplate(small, template.gray.astype(np.float32), cv2.TM_SQDIFF, mask=mask)
    return np.sqrt(np.maximum(square, 0) / mask.sum()), low
