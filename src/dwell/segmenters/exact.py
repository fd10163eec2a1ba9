"""What a person drew counts to the pixel: brush, eraser, lasso and the place of a click."""

from __future__ import annotations

import numpy as np

from dwell.masks import Mask
from dwell.prompts import Point, Polygon, Stroke
from dwell.types import BoolArray, FloatArray

__all__ = ["lasso_pixels", "obey_clicks", "paint", "stroke_pixels"]


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


def lasso_pixels(
    polygons: list[Polygon], size_hw: tuple[int, int], scale_xy: tuple[float, float]
) -> BoolArray:
    """(h, w) bool: the pixels inside any of the lassos, whose coordinates are first scaled."""
    inside = np.zeros(size_hw, bool)
    for polygon in polygons:
        inside |= Mask.from_polygon(np.array(polygon.points) * scale_xy, size_hw).to_array()
    return inside


def obey_clicks(mask: BoolArray, points: list[Point]) -> BoolArray:
    """The mask with a small disc added or removed at each click it does not agree with."""
    out = mask
    for point in points:
        if bool(out[int(point.y), int(point.x)]) is not point.positive:
            rivals = [p for p in points if p.positive is not point.positive]
            gaps = [float(np.hypot(p.x - point.x, p.y - point.y)) for p in rivals]
            radius = min([0.01 * min(mask.shape), *(gap / 2 for gap in gaps)])
            rows, cols = np.ogrid[: mask.shape[0], : mask.shape[1]]
            disc = (cols + 0.5 - point.x) ** 2 + (rows + 0.5 - point.y) ** 2 <= radius**2
            disc[int(point.y), int(point.x)] = True
            out = out | disc if point.positive else out & ~disc
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
