"""One thing cut out of a picture: its mask's box with a margin, an outline in its colour, the rest dimmed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dwell.errors import OutputError
from dwell.files import replacing
from dwell.masks import Mask
from dwell.render.canvas import rgb_of
from dwell.types import ByteArray, FloatArray

__all__ = ["crop_object", "render_crop"]

_MARGIN = 0.18
"""Margin on every side, as a share of the box's longer side."""
_LEAST_PX = 24
"""Shortest side of what is cut out, px of the picture: a tiny thing is seen with what is around it."""
_DIM, _PALE = 0.45, 225.0
"""How much of the picture is seen beside the thing, and the grey that it fades to."""
_OUTLINE, _RIM = 1 / 90, 1 / 300
"""Width of the outline, and of the dark rims beside it, as shares of the picture made."""
_DARK = (16.0, 16.0, 16.0)
_LARGEST_PX = 640
"""Longest side of ``render_crop``'s pictures, px, and …"""
_ENLARGED = 4.0
"""… how much a small thing is enlarged at most."""


def crop_object(
    image: ByteArray, mask: Mask, colour: str, size_hw: tuple[int, int] | None = None
) -> ByteArray:
    """(h, w, 3) uint8 RGB: the mask's box with a margin, its outline in a colour, the rest dimmed.

    Args:
        image: (h, w, 3) uint8 RGB.
        mask: of the image's size; not empty.
        colour: ``#rrggbb`` of the outline.
        size_hw: of the picture made, px; it shows more around the thing where its shape is another, and is
            filled with grey where the image ends. None = as large as fits the thing, at most 640 px.

    Raises:
        ValueError: the mask is empty, or has another size than the image.
    """
    if mask.size_hw != image.shape[:2]:
        raise ValueError(f"The mask is {mask.size_hw} (h, w) px, the image {image.shape[:2]}.")
    if mask.box_xyxy is None:
        raise ValueError("The mask is empty, so there is nothing to cut out; choose a frame that shows it.")
    window = _window(mask.box_xyxy, image.shape[:2], size_hw)
    made_hw = _free_size(window) if size_hw is None else size_hw
    picture, inside = _cut(image, mask, window, made_hw)
    return _painted(picture, inside, colour)


def render_crop(image: ByteArray, mask: Mask, colour: str, out: str | Path) -> Path:
    """The path of the PNG with ``crop_object``'s picture.

    Raises:
        OutputError: the file cannot be written, or has another ending.
        ValueError: see ``crop_object``.
    """
    out = Path(out)
    if out.suffix.lower() != ".png":
        raise OutputError(f"{out.name}: expected a name ending in .png.", path=out)
    picture = crop_object(image, mask, colour)
    with replacing(out) as temporary:
        Image.fromarray(picture).save(temporary, "PNG", compress_level=3)
    return out


# -------------------------------------------------------------------- what is cut out


def _window(
    box_xyxy: tuple[int, int, int, int], image_hw: tuple[int, ...], size_hw: tuple[int, int] | None
) -> tuple[int, int, int, int]:
    """x0, y0, x1, y1 of what is cut out, px; inside the image unless the shape asked for forbids it."""
    x0, y0, x1, y1 = box_xyxy
    margin = 2 * _MARGIN * max(x1 - x0, y1 - y0)
    width, height = max(_LEAST_PX, x1 - x0 + margin), max(_LEAST_PX, y1 - y0 + margin)
    if size_hw is None:
        width, height = min(width, image_hw[1]), min(height, image_hw[0])
    else:
        shape = size_hw[1] / size_hw[0]
        width, height = max(width, height * shape), max(height, width / shape)
    left = _side((x0 + x1) / 2, width, image_hw[1])
    top = _side((y0 + y1) / 2, height, image_hw[0])
    return left, top, left + max(1, round(width)), top + max(1, round(height))


def _side(middle: float, length: float, whole: int) -> int:
    """Where a stretch around the middle starts: within the image if it fits, else around the image's own."""
    if length >= whole:
        return round((whole - length) / 2)
    return round(min(max(0.0, middle - length / 2), whole - length))


def _free_size(window: tuple[int, int, int, int]) -> tuple[int, int]:
    width, height = window[2] - window[0], window[3] - window[1]
    scale = min(_ENLARGED, _LARGEST_PX / max(width, height))
    return max(1, round(height * scale)), max(1, round(width * scale))


def _cut(
    image: ByteArray, mask: Mask, window: tuple[int, int, int, int], made_hw: tuple[int, int]
) -> tuple[FloatArray, ByteArray]:
    """The window of the image, float64 0 … 255, and of the mask, uint8 0 or 1, both at the size made."""
    x0, y0, x1, y1 = window
    height, width = image.shape[:2]
    left, top, right, bottom = max(0, x0), max(0, y0), min(width, x1), min(height, y1)
    picture = np.full((y1 - y0, x1 - x0, 3), round(_PALE), np.uint8)
    inside = np.zeros((y1 - y0, x1 - x0), np.uint8)
    here = np.s_[top - y0 : bottom - y0, left - x0 : right - x0]
    picture[here] = image[top:bottom, left:right]
    inside[here] = mask.columns(left, right)[top:bottom]
    smaller = made_hw[0] * made_hw[1] < picture.shape[0] * picture.shape[1]
    shown = _scaled(picture, made_hw, cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    soft = _scaled(inside.astype(np.float32), made_hw, cv2.INTER_AREA if smaller else cv2.INTER_NEAREST)
    if not smaller:  # no stairs; a single pixel still shows
        soft = np.asarray(cv2.GaussianBlur(soft, (0, 0), 0.4 * made_hw[0] / picture.shape[0]), float)
    return shown, (soft >= 0.5).astype(np.uint8)


def _scaled(picture: NDArray[Any], made_hw: tuple[int, int], how: int) -> FloatArray:
    return np.asarray(cv2.resize(picture, made_hw[::-1], interpolation=how), float)


# -------------------------------------------------------------------- how it is shown


def _painted(picture: FloatArray, inside: ByteArray, colour: str) -> ByteArray:
    """The rest dimmed; around the thing a thin dark rim, the outline, and a dark rim again."""
    longer = max(inside.shape)
    width, rim = max(2, round(longer * _OUTLINE)), max(1, round(longer * _RIM))
    outer = _grown(inside, width + 2 * rim)
    outline = _grown(inside, width + rim) - _grown(inside, rim)
    faded = picture.mean(axis=2, keepdims=True) * 0.5 + picture * 0.5
    faded = _DIM * faded + (1 - _DIM) * _PALE
    for strength, ground in ((1 - inside, faded), (outer - inside, np.array(_DARK)), (outline, _rgb(colour))):
        opacity = _softened(strength)[:, :, None]
        picture = picture * (1 - opacity) + ground * opacity
    return np.clip(picture.round(), 0, 255).astype(np.uint8)


def _rgb(colour: str) -> FloatArray:
    return np.array(rgb_of(colour), float)


def _grown(inside: ByteArray, radius_px: int) -> ByteArray:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius_px + 1, 2 * radius_px + 1))
    return np.asarray(cv2.dilate(inside, disc), np.uint8)


def _softened(strength: ByteArray) -> FloatArray:
    """0 … 1, with edges one pixel wide."""
    return np.asarray(cv2.GaussianBlur(strength.astype(np.float32), (3, 3), 0.6), float)
