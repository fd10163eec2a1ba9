"""One drawn thing: colour and cover on a small patch of the picture; how patches go on top of each other."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.types import FloatArray

Float32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Layer:
    """A thing drawn on a patch with its top left pixel at (x0, y0), perhaps partly outside the picture."""

    x0: int
    """px"""
    y0: int
    """px"""
    colour: Float32
    """(h, w, 3) RGB 0 … 255."""
    cover: Float32
    """(h, w) 0 … 1: how much of the pixel the thing covers."""

    @property
    def size_hw(self) -> tuple[int, int]:
        """Patch size, px."""
        return self.cover.shape[0], self.cover.shape[1]

    def clipped(self, size_hw: tuple[int, int]) -> tuple[tuple[slice, slice], tuple[slice, slice]] | None:
        """(slices of the picture, slices of the patch) where both overlap, or None."""
        (height, width), (h, w) = size_hw, self.size_hw
        top, bottom = max(self.y0, 0), min(self.y0 + h, height)
        left, right = max(self.x0, 0), min(self.x0 + w, width)
        if top >= bottom or left >= right:
            return None
        on_patch = slice(top - self.y0, bottom - self.y0), slice(left - self.x0, right - self.x0)
        return (slice(top, bottom), slice(left, right)), on_patch

    def paint(self, picture: Float32, smear_xy: FloatArray | None = None) -> None:
        """Put the thing on the (h, w, 3) picture, in place; smeared along ``smear_xy`` px if fast."""
        layer = self if smear_xy is None else self._smeared(smear_xy)
        window = layer.clipped((picture.shape[0], picture.shape[1]))
        if window is None:
            return
        cover = np.ascontiguousarray(layer.cover[window[1]])[..., None]
        below = picture[window[0]]
        below += (layer.colour[window[1]] - below) * cover

    def mark(self, owner: NDArray[np.uint8], number: int) -> None:
        """Write ``number`` in the (h, w) picture, in place, where the thing covers at least half a pixel."""
        window = self.clipped((owner.shape[0], owner.shape[1]))
        if window is not None:
            owner[window[0]][self.cover[window[1]] >= 0.5] = number

    def _smeared(self, smear_xy: FloatArray) -> Layer:
        length = float(np.hypot(*smear_xy))
        if length < 1.2:
            return self
        pad = int(np.ceil(length / 2)) + 1
        kernel = line_kernel(smear_xy)
        cover = cv2.copyMakeBorder(self.cover, pad, pad, pad, pad, cv2.BORDER_CONSTANT)
        colour = cv2.copyMakeBorder(self.colour, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
        weighted = cv2.filter2D(colour * cover[..., None], -1, kernel)
        smeared = cv2.filter2D(cover, -1, kernel)
        colour = weighted / np.maximum(smeared, 1e-3)[..., None]
        return Layer(self.x0 - pad, self.y0 - pad, colour.astype(np.float32), smeared.astype(np.float32))


def line_kernel(smear_xy: FloatArray) -> Float32:
    """A small blur kernel, sum 1, that smears along a line of this length, px."""
    reach = int(np.ceil(np.abs(smear_xy).max() / 2)) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for part in np.linspace(-0.5, 0.5, 4 * reach + 1):
        x, y = reach + smear_xy[0] * part, reach + smear_xy[1] * part
        column, row = int(x), int(y)
        right, low = x - column, y - row
        kernel[row, column] += (1 - right) * (1 - low)
        kernel[row, column + 1] += right * (1 - low)
        kernel[row + 1, column] += (1 - right) * low
        kernel[row + 1, column + 1] += right * low
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Patch:
    """A window of the picture with the coordinates of a thing laid over it."""

    x0: int
    """px"""
    y0: int
    """px"""
    x: Float32
    """(h, w) the thing's own x at each pixel's centre, in its own units."""
    y: Float32
    """(h, w) the thing's own y."""
    unit_px: float
    """px per unit."""

    @classmethod
    def around(
        cls, origin_px: FloatArray, box: tuple[float, float, float, float], unit_px: float, angle: float
    ) -> Patch:
        """The patch that holds a thing whose own box is (left, top, right, bottom), turned by ``angle``."""
        left, top, right, bottom = box
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)]) * unit_px
        cos, sin = np.cos(angle), np.sin(angle)
        turned = corners @ np.array([[cos, sin], [-sin, cos]]) + origin_px
        x0, y0 = np.floor(turned.min(axis=0)).astype(int) - 2
        x1, y1 = np.ceil(turned.max(axis=0)).astype(int) + 2
        dx = ((np.arange(x0, x1) + 0.5 - origin_px[0]) / unit_px).astype(np.float32)[None, :]
        dy = ((np.arange(y0, y1) + 0.5 - origin_px[1]) / unit_px).astype(np.float32)[:, None]
        cos, sin = np.float32(cos), np.float32(sin)
        return cls(int(x0), int(y0), dx * cos + dy * sin, dy * cos - dx * sin, float(unit_px))

    def cover(self, distance: Float32) -> Float32:
        """(h, w) 0 … 1 from a signed distance in the thing's units (negative inside), soft over one pixel."""
        return np.asarray(np.clip(0.5 - distance * np.float32(self.unit_px), 0, 1), dtype=np.float32)

    def rows(self, low: float, high: float) -> tuple[slice, Patch]:
        """The rows of the patch where the thing's y is between these, as a slice and as a patch."""
        near = np.flatnonzero(((self.y > low) & (self.y < high)).any(axis=1))
        rows = slice(int(near[0]), int(near[-1]) + 1)
        return rows, Patch(self.x0, self.y0 + rows.start, self.x[rows], self.y[rows], self.unit_px)

    def layer(self, colour: Float32, cover: Float32) -> Layer:
        """The layer drawn on this patch."""
        return Layer(self.x0, self.y0, colour, cover)


def ellipse_distance(x: Float32, y: Float32, a: float, b: float) -> Float32:
    """(h, w) signed distance to an ellipse of half axes a, b: exact on it, approximate elsewhere."""
    u, v = x * np.float32(1 / a), y * np.float32(1 / b)
    level = np.sqrt(u * u + v * v)
    slope = np.sqrt((u / np.float32(a)) ** 2 + (v / np.float32(b)) ** 2) + np.float32(1e-6)
    return np.asarray(level * (level - 1) / slope)


def smooth_step(low: float, high: float, value: Float32) -> Float32:
    """0 below ``low``, 1 above ``high``, smooth between; also for low > high."""
    t = np.clip((value - np.float32(low)) * np.float32(1 / (high - low)), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def rgb(colour: tuple[float, float, float]) -> Float32:
    """(3,) float32."""
    return np.array(colour, dtype=np.float32)


def blend(below: Float32, above: Float32 | tuple[float, float, float], cover: Float32) -> Float32:
    """(h, w, 3) colours with ``above`` laid over ``below`` where ``cover`` says so."""
    blended = np.asarray(above, dtype=np.float32) - below
    blended *= cover[..., None]
    blended += below
    return blended
