"""The gaze circle and the way it came."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from dwell.render.canvas import Canvas, Sticker
from dwell.types import ByteArray, FloatArray

__all__ = ["paint_gaze"]

_N_PIECES = 4
"""Of the trail, each wider than the one before it."""
_CASING = "#ffffff"


def paint_gaze(canvas: Canvas, trail: FloatArray, colour: str) -> None:
    """Draw a ring around the newest position and a line that grows wider on its way there.

    Args:
        canvas: the frame.
        trail: (n, 2) px, newest last; nothing is drawn if it is empty.
        colour: ``#rrggbb``
    """
    if not len(trail):
        return
    radius, width, casing = max(5, canvas.part(32)), canvas.part(130), canvas.part(400)
    for k, piece in enumerate(_pieces(_outside(trail, radius))):
        canvas.line(piece, colour, canvas.part(160 * _N_PIECES / (k + 1)))
    half = _half(radius, width, casing)
    height, width_px = canvas.size_hw
    x, y = np.clip(np.floor(trail[-1]), -half, (width_px + half, height + half)).astype(int).tolist()
    sticker = _ring(radius, width, casing, (x % 2, y % 2), colour, canvas.matrix)
    canvas.stick(sticker, x // 2 * 2 - half, y // 2 * 2 - half)


def _outside(trail: FloatArray, radius: float) -> FloatArray:
    """The trail up to where it enters the circle around its end for good; what is looked at stays free."""
    away = np.flatnonzero(np.hypot(*(trail - trail[-1]).T) > radius)
    return trail[: away[-1] + 2] if len(away) else trail[:0]


def _pieces(trail: FloatArray) -> list[FloatArray]:
    if len(trail) < 2:
        return []
    cuts = np.linspace(0, len(trail) - 1, _N_PIECES + 1).astype(int)
    return [trail[a : b + 1] for a, b in zip(cuts[:-1], cuts[1:], strict=True) if b > a]


@lru_cache(maxsize=32)
def _ring(radius: int, width: int, casing: int, odd_xy: tuple[int, int], colour: str, matrix: int) -> Sticker:
    """A ring around pixel (half + odd x, half + odd y) of the sticker."""
    half = _half(radius, width, casing)
    layers = [
        (_circle(half, radius, width + 2 * casing, odd_xy), _CASING),
        (_circle(half, radius, width, odd_xy), colour),
    ]
    return Sticker.of(layers, matrix)


def _half(radius: int, width: int, casing: int) -> int:
    """Even, with room for the ring and a pixel more."""
    return (radius + width // 2 + casing + 4) // 2 * 2


def _circle(half: int, radius: int, width: int, odd_xy: tuple[int, int]) -> ByteArray:
    picture = np.zeros((2 * half + 2, 2 * half + 2), np.uint8)
    cv2.circle(picture, (half + odd_xy[0], half + odd_xy[1]), radius, 255, width, cv2.LINE_AA)
    return picture
