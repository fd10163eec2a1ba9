"""Labels: a name on a plate beside its mask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dwell.render.canvas import Canvas, Stencil, Sticker
from dwell.render.text import clock_stencil, readable, text_stencil
from dwell.types import AOI, ByteArray

__all__ = ["DARK", "LIGHT", "Label", "paint_clock", "paint_labels"]

DARK, LIGHT = "#101010", "#ffffff"
_PLATE_OPACITY = 205
_CLOCK_OPACITY = 150

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Label:
    """A name to be written beside a mask."""

    aoi: AOI
    box_xyxy: Box
    """px, the mask's."""
    plate: str | None = None
    """``#rrggbb`` of the plate while looked at, with dark letters; None: a dark plate with light letters."""


def paint_labels(canvas: Canvas, labels: Iterable[Label]) -> None:
    """Write names where they hide neither each other nor, if there is room, their masks."""
    taken: list[Box] = []
    height = text_height(canvas)
    for label in sorted(labels, key=lambda each: each.aoi.object_id):
        aoi = label.aoi
        name = readable(aoi.name, f"AOI {aoi.object_id}")
        size_hw = _layers(name, height)[0].shape
        box = _place((size_hw[0], size_hw[1]), label.box_xyxy, canvas.size_hw, taken)
        taken.append(box)
        canvas.stick(_sticker(name, height, aoi.colour, label.plate, canvas.matrix), box[0], box[1])


def paint_clock(canvas: Canvas, time_ns: int, frame_idx: int) -> None:
    """Write a time (ns) and a frame number at the bottom left."""
    sign = "\N{MINUS SIGN}" if time_ns < 0 else ""
    minutes, ms = divmod(abs(time_ns) // 1_000_000, 60_000)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02d}" if hours else f"{minutes:02d}"
    text = f"{sign}{clock}:{ms // 1000:02d}.{ms % 1000:03d}   frame {frame_idx}"
    letters = clock_stencil(text, text_height(canvas) * 4 // 5)
    pad = _pad(letters.shape[0])
    height, width = letters.shape[0] + 2 * pad, letters.shape[1] + 2 * pad
    x0, y0 = 0, max(0, canvas.size_hw[0] - height) // 2 * 2
    canvas.paint(Stencil(x0, y0, np.full((height, width), _CLOCK_OPACITY, np.uint8)), DARK)
    canvas.paint(_shifted(letters, x0 + pad, y0 + pad), LIGHT)


def text_height(canvas: Canvas) -> int:
    """Size of letters that can be read in a picture of this size, px."""
    return max(11, canvas.part(36))


# -------------------------------------------------------------------- plates


@lru_cache(maxsize=512)
def _layers(text: str, height_px: int) -> tuple[ByteArray, ByteArray, ByteArray]:
    """Plate, spot and letters, of one even size."""
    letters = text_stencil(text, height_px)
    pad = _pad(letters.shape[0])
    side = round(0.62 * height_px)
    size_hw = _even(letters.shape[0] + pad), _even(letters.shape[1] + side + 3 * pad)
    written, spot = np.zeros(size_hw, np.uint8), np.zeros(size_hw, np.uint8)
    top, left = (size_hw[0] - letters.shape[0]) // 2, side + 2 * pad
    written[top : top + letters.shape[0], left : left + letters.shape[1]] = letters
    top = (size_hw[0] - side) // 2
    spot[top : top + side, pad : pad + side] = 255
    return np.full(size_hw, _PLATE_OPACITY, np.uint8), spot, written


@lru_cache(maxsize=512)
def _sticker(text: str, height_px: int, colour: str, plate: str | None, matrix: int) -> Sticker:
    back, spot, letters = _layers(text, height_px)
    return Sticker.of([(back, plate or DARK), (spot, colour), (letters, DARK if plate else LIGHT)], matrix)


def _shifted(picture: ByteArray, x: int, y: int) -> Stencil:
    """A stencil at any place: moved by a transparent row or column if that is odd."""
    return Stencil(x // 2 * 2, y // 2 * 2, np.pad(picture, ((y % 2, 0), (x % 2, 0))))


def _pad(height_px: int) -> int:
    return max(2, round(height_px / 4))


def _even(length: int) -> int:
    return length + length % 2


# -------------------------------------------------------------------- places


def _place(plate_hw: tuple[int, int], mask_box: Box, picture_hw: tuple[int, int], taken: list[Box]) -> Box:
    """Where a plate goes: above the mask, or else below, right, left or inside, where no other plate is."""
    boxes = [_inside(xy, plate_hw, picture_hw) for xy in _candidates(plate_hw, mask_box)]
    free = [box for box in boxes if not any(_overlap(box, other) for other in taken)]
    clear = [box for box in free if not _overlap(box, mask_box)]
    return (clear or free or boxes)[0]


def _candidates(plate_hw: tuple[int, int], mask_box: Box) -> list[tuple[int, int]]:
    height, width = plate_hw
    x0, y0, x1, y1 = mask_box
    gap = height // 3
    above, below = y0 - height - gap, y1 + gap
    beside = [(x1 + gap, y0), (x0 - width - gap, y0), (x1 + gap, y1 - height)]
    return [(x0, above), (x0, below), *beside, (x0 + gap, y0 + gap), (x0 + gap, y0 + gap + height + gap)]


def _inside(xy: tuple[int, int], plate_hw: tuple[int, int], picture_hw: tuple[int, int]) -> Box:
    x, y = (
        min(max(0, start), max(0, whole - length)) // 2 * 2
        for start, length, whole in zip(xy, plate_hw[::-1], picture_hw[::-1], strict=True)
    )
    return x, y, x + plate_hw[1], y + plate_hw[0]


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
