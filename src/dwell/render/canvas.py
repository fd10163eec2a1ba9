"""Painting on a video frame where it lies: in its Y'CbCr planes, without a detour through RGB."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from dwell.masks import Mask
from dwell.types import ByteArray, FloatArray
from dwell.video.colour import colour_of, plane_array, yuv_from_rgb

__all__ = ["Canvas", "rgb_of"]


def rgb_of(colour: str) -> tuple[int, int, int]:
    """``#rrggbb`` as three numbers 0 … 255.

    Raises:
        ValueError: any other form.
    """
    digits = colour.removeprefix("#")
    if not colour.startswith("#") or len(digits) != 6:
        raise ValueError(f"expected a colour as #rrggbb, got {colour!r}")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


class Canvas:
    """The planes of one ``av.VideoFrame`` in yuv420p; what is painted is seen in the frame at once.

    Positions are px of the frame, colours ``#rrggbb``.
    """

    def __init__(self, frame: Any) -> None:
        self._planes = [plane_array(plane) for plane in frame.planes]
        self._matrix = colour_of(frame).matrix
        self.size_hw: tuple[int, int] = (frame.height, frame.width)

    def fill(self, mask: Mask, colour: str, opacity: float) -> None:
        """Tint the pixels of a mask; ``opacity`` 0 … 1."""
        box = mask.box_xyxy
        if box is None:
            return
        x0, y0 = box[0] // 2 * 2, box[1] // 2 * 2  # chroma samples cover two by two pixels
        inside = mask.to_array()[y0 : box[3], x0 : box[2]]
        luts = _tint(_yuv(colour, self._matrix), opacity)
        for plane, lut, step in zip(self._planes, luts, (1, 2, 2), strict=True):
            where = inside[::step, ::step]
            part = plane[y0 // step :, x0 // step :][: where.shape[0], : where.shape[1]]
            where = where[: part.shape[0], : part.shape[1]]
            np.copyto(part, cv2.LUT(np.ascontiguousarray(part), lut), where=where)

    def outline(self, mask: Mask, colour: str, width_px: int) -> None:
        """Draw a mask's borders, its holes included."""
        contours = mask.contours()
        for plane, value, step in self._channels(colour):
            lines = [contour // step for contour in contours]
            cv2.polylines(plane, lines, True, value, max(1, width_px // step), cv2.LINE_AA)

    def line(self, points_xy: FloatArray, colour: str, width_px: int) -> None:
        """Draw a line through (n, 2) points."""
        for plane, value, step in self._channels(colour):
            points = np.round(points_xy / step).astype(np.int32)
            cv2.polylines(plane, [points], False, value, max(1, width_px // step), cv2.LINE_AA)

    def ring(self, xy: tuple[float, float], radius_px: float, colour: str, width_px: int) -> None:
        """Draw a circle."""
        for plane, value, step in self._channels(colour):
            centre = round(xy[0] / step), round(xy[1] / step)
            cv2.circle(plane, centre, round(radius_px / step), value, max(1, width_px // step), cv2.LINE_AA)

    def stamp(self, picture: ByteArray, xy: tuple[int, int], colour: str) -> None:
        """Paint with a stencil: (h, w) uint8 opacity, top left at ``xy``; what sticks out is cut off."""
        height, width = self.size_hw
        x0, y0 = max(xy[0], 0) // 2 * 2, max(xy[1], 0) // 2 * 2
        stencil = picture[: height - y0, : width - x0].astype(np.float32) / 255
        for plane, value, step in self._channels(colour):
            where = stencil[::step, ::step]
            part = plane[y0 // step :, x0 // step :][: where.shape[0], : where.shape[1]]
            where = where[: part.shape[0], : part.shape[1]]
            part[:] = np.round(part + (value - part.astype(np.float32)) * where).astype(np.uint8)

    def _channels(self, colour: str) -> list[tuple[ByteArray, int, int]]:
        """(plane, value, px per sample) of each plane."""
        values = [int(round(value)) for value in _yuv(colour, self._matrix)]
        return list(zip(self._planes, values, (1, 2, 2), strict=True))


@lru_cache(maxsize=256)
def _yuv(colour: str, matrix: int) -> tuple[float, float, float]:
    y, u, v = yuv_from_rgb(np.array(rgb_of(colour), dtype=np.uint8), matrix)
    return float(y), float(u), float(v)


@lru_cache(maxsize=256)
def _tint(yuv: tuple[float, float, float], opacity: float) -> tuple[ByteArray, ...]:
    """For each plane, the tinted value of every possible value."""
    levels = np.arange(256)
    return tuple(np.round(levels + (value - levels) * opacity).astype(np.uint8) for value in yuv)
