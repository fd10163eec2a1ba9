"""Painting on a video frame where it lies: in its Y'CbCr planes, without a detour through RGB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from dwell.types import ByteArray, FloatArray
from dwell.video.colour import colour_of, from_rgb, plane_array, yuv_from_rgb

__all__ = ["Canvas", "Stencil", "Sticker", "picture_of", "rgb_of"]

_SHIFT = 4
"""Bits behind the point of positions given to OpenCV."""
_FAR = 4
"""Positions farther outside than this many picture sizes are moved there: OpenCV's numbers are small."""


def rgb_of(colour: str) -> tuple[int, int, int]:
    """``#rrggbb`` as three numbers 0 … 255.

    Raises:
        ValueError: any other form.
    """
    digits = colour.removeprefix("#")
    if not colour.startswith("#") or len(digits) != 6 or set(digits) - set("0123456789abcdefABCDEF"):
        raise ValueError(f"Expected a colour as #rrggbb, got {colour!r}.")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def picture_of(rgb: ByteArray) -> Any:
    """An ``av.VideoFrame`` to paint on, from (h, w, 3) uint8 RGB; a last odd row or column is doubled."""
    odd = (rgb.shape[0] % 2, rgb.shape[1] % 2)
    return from_rgb(np.pad(rgb, ((0, odd[0]), (0, odd[1]), (0, 0)), mode="edge"))


@dataclass(frozen=True, slots=True)
class Stencil:
    """How strongly the pixels of a part of the picture are painted."""

    x0: int
    """px, even: a colour sample covers two by two pixels."""
    y0: int
    """px, even."""
    opacity: ByteArray
    """(h, w) uint8, 0 … 255."""
    shade: ByteArray | None = None
    """(h, w) uint8, 0 … 255: light taken away besides; the colour stays."""


@dataclass(frozen=True, slots=True)
class Sticker:
    """A small picture with its own opacity, made once and put on many frames."""

    kept: tuple[ByteArray, ByteArray, ByteArray]
    """Of each plane, (h, w) uint8: how much of the frame is still seen, 0 … 255."""
    added: tuple[ByteArray, ByteArray, ByteArray]
    """Of each plane, (h, w) uint8: what is added to that."""

    @classmethod
    def of(cls, layers: Sequence[tuple[ByteArray, str]], matrix: int) -> Sticker:
        """The sticker of layers painted one over the other.

        Args:
            layers: bottom to top, opacity (h, w) uint8, h and w even and the same for all, and ``#rrggbb``.
            matrix: ``BT709`` or ``BT601``, of the frames it is for.
        """
        planes = [_flattened(layers, channel, matrix) for channel in range(3)]
        return cls(
            (planes[0][0], planes[1][0], planes[2][0]),
            (planes[0][1], planes[1][1], planes[2][1]),
        )


class Canvas:
    """The planes of one ``av.VideoFrame`` in yuv420p; what is painted is seen in the frame at once.

    Positions are px of the frame, colours ``#rrggbb``.
    """

    def __init__(self, frame: Any) -> None:
        self._planes = [plane_array(plane) for plane in frame.planes]
        self.matrix = colour_of(frame).matrix
        """``BT709`` or ``BT601``"""
        self.size_hw: tuple[int, int] = (frame.height, frame.width)
        """px"""

    def part(self, length: float) -> int:
        """A length given as a part of the picture's shorter side, in px; at least 1."""
        return max(1, round(min(self.size_hw) / length))

    def paint(self, stencil: Stencil, colour: str) -> None:
        """Paint with a stencil; what sticks out of the picture is cut off."""
        height, width = self.size_hw
        rows, columns = max(0, height - stencil.y0), max(0, width - stencil.x0)
        opacity = stencil.opacity[:rows, :columns]
        if opacity.size == 0:
            return
        shaded = opacity if stencil.shade is None else cv2.add(opacity, stencil.shade[:rows, :columns])
        coarse = _halved(opacity)
        for plane, value, step in self._channels(colour):
            strength, hidden = (opacity, shaded) if step == 1 else (coarse, coarse)
            y, x = stencil.y0 // step, stencil.x0 // step
            part = plane[y : y + strength.shape[0], x : x + strength.shape[1]]
            kept = cv2.multiply(part, cv2.bitwise_not(hidden), scale=1 / 255)
            cv2.add(kept, cv2.convertScaleAbs(strength, alpha=value / 255), dst=part)

    def line(self, points_xy: FloatArray, colour: str, width_px: int) -> None:
        """Draw a line through (n, 2) positions."""
        for plane, value, step in self._channels(colour):
            points = self._fixed(points_xy, step)
            thickness = max(1, round(width_px / step))
            cv2.polylines(plane, [points], False, value, thickness, cv2.LINE_AA, _SHIFT)

    def stick(self, sticker: Sticker, x: int, y: int) -> None:
        """Put a sticker's top left corner at an even position, px; what sticks out is cut off."""
        tops, lefts = max(0, -y), max(0, -x)
        for plane, kept, added, step in zip(
            self._planes, sticker.kept, sticker.added, (1, 2, 2), strict=True
        ):
            top, left = tops // step, lefts // step
            height, width = max(0, kept.shape[0] - top), max(0, kept.shape[1] - left)
            part = plane[y // step + top :, x // step + left :][:height, :width]
            where = np.s_[top : top + part.shape[0], left : left + part.shape[1]]
            if part.size:
                cv2.add(cv2.multiply(part, kept[where], scale=1 / 255), added[where], dst=part)

    def _fixed(self, points_xy: FloatArray, step: int) -> Any:
        """Positions as OpenCV wants them: a pixel's centre is a whole number, here it is at 0.5."""
        far = _FAR * max(self.size_hw)
        near = np.clip(points_xy, -far, far) / step - 0.5
        return np.round(near * (1 << _SHIFT)).astype(np.int32)

    def _channels(self, colour: str) -> list[tuple[ByteArray, int, int]]:
        """(plane, value, px per sample) of each plane."""
        return list(zip(self._planes, _yuv(colour, self.matrix), (1, 2, 2), strict=True))


def _flattened(
    layers: Sequence[tuple[ByteArray, str]], channel: int, matrix: int
) -> tuple[ByteArray, ByteArray]:
    """(kept, added) of one plane."""
    kept, added = np.ones(1), np.zeros(1)
    for opacity, colour in layers:
        strength = (opacity if channel == 0 else _halved(opacity)) / 255
        kept = kept * (1 - strength)
        added = added * (1 - strength) + _yuv(colour, matrix)[channel] * strength
    return np.round(255 * kept).astype(np.uint8), np.round(added).astype(np.uint8)


def _halved(opacity: ByteArray) -> ByteArray:
    """Mean of two by two pixels; a last odd row or column counts twice."""
    height, width = opacity.shape
    if height % 2 or width % 2:
        opacity = np.pad(opacity, ((0, height % 2), (0, width % 2)), mode="edge")
    size = (opacity.shape[1] // 2, opacity.shape[0] // 2)
    return np.asarray(cv2.resize(opacity, size, interpolation=cv2.INTER_AREA), np.uint8)


@lru_cache(maxsize=256)
def _yuv(colour: str, matrix: int) -> tuple[int, int, int]:
    y, u, v = yuv_from_rgb(np.array(rgb_of(colour), dtype=np.uint8), matrix)
    return round(float(y)), round(float(u)), round(float(v))
