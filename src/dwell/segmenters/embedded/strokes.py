"""Brush and eraser: exactly the pixels under the stroke."""

from __future__ import annotations

import numpy as np

from dwell.prompts import Stroke
from dwell.types import BoolArray, FloatArray

__all__ = ["paint", "stroke_pixels"]


def stroke_pixels(stroke: Stroke, image_hw: tuple[int, int]) -> BoolArray:
    """(h, w) bool: pixels whose centre is within ``radius_px`` of the path, and those under its points."""
    under = np.zeros(image_hw, bool)
    path = np.array(stroke.points, float).reshape(-1, 2)
    for start, stop in zip(path, path[1:] if len(path) > 1 else path, strict=False):
        _draw(under, start, stop, stroke.radius_px)
    cols, rows = np.floor(path).astype(int).T
    seen = (rows >= 0) & (rows < image_hw[0]) & (cols >= 0) & (cols < image_hw[1])
    under[rows[seen], cols[seen]] = True
    return under


def paint(mask: BoolArray, strokes: list[Stroke]) -> BoolArray:
    """The mask after all strokes, in order: brushes add their pixels, erasers take them away."""
    out = mask.copy()
    for stroke in strokes:
        out[stroke_pixels(stroke, (mask.shape[0], mask.shape[1]))] = stroke.positive
    return out


def _draw(under: BoolArray, start: FloatArray, stop: FloatArray, radius: float) -> None:
    low = np.maximum(np.floor(np.minimum(start, stop) - radius).astype(int), 0)
    high = np.ceil(np.maximum(start, stop) + radius).astype(int) + 1
    window = under[low[1] : max(high[1], 0), low[0] : max(high[0], 0)]
    if not window.size:
        return
    y = np.arange(low[1], low[1] + window.shape[0])[:, None] + 0.5 - start[1]
    x = np.arange(low[0], low[0] + window.shape[1]) + 0.5 - start[0]
    dx, dy = stop - start
    along = np.clip((x * dx + y * dy) / max(dx * dx + dy * dy, 1e-12), 0, 1)
    window |= (x - along * dx) ** 2 + (y - along * dy) ** 2 <= radius * radius
