"""Shapes of CVAT's XML as masks and boxes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dwell.errors import BadLabels
from dwell.formats.cvat.masks import BoxedRuns, mask_of
from dwell.masks import Mask
from dwell.types import FloatArray

__all__ = ["READ", "SHAPES", "Shape", "area_of"]

READ = ("mask", "polygon", "box", "ellipse")
"""Shapes with an area."""
SHAPES = (*READ, "polyline", "points", "cuboid", "skeleton")
"""Every shape of CVAT."""
_ELLIPSE_CORNERS = 128


@dataclass
class Shape:
    """One shape element."""

    tag: str
    values: Mapping[str, str]
    path: Path
    line: int
    attributes: dict[str, str] = field(default_factory=dict)

    def bad(self, what: str) -> BadLabels:
        """The error that says where and what."""
        return BadLabels(
            f"{self.path.name}, line {self.line}: <{self.tag}> {what}", path=self.path, line=self.line
        )

    def text(self, name: str) -> str:
        """A value that must be there."""
        if name not in self.values:
            raise self.bad(f"has no {name}=; export it anew.")
        return self.values[name]

    def number(self, name: str, default: float | None = None) -> float:
        """A finite number."""
        if default is not None and name not in self.values:
            return default
        text = self.text(name)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.bad(f"has {name}={text[:40]!r}, expected a number.")
        return value

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        value = self.number(name, default)
        if value != int(value):
            raise self.bad(f"has {name}={self.text(name)!r}, expected a whole number.")
        return int(value)


def area_of(shape: Shape, size_hw: tuple[int, int]) -> Mask | tuple[float, float, float, float] | None:
    """The shape's mask or, of an upright box, its (x0, y0, x1, y1) px; None: no pixel's centre is inside.

    Raises:
        BadLabels: it says what no such shape may say.
    """
    if shape.tag == "mask":
        return _mask(shape, size_hw)
    if shape.tag == "box" and shape.number("rotation", 0.0) % 360 == 0:
        return _box(shape, size_hw)
    if shape.tag == "box":
        corners = _rotated(np.array(_corners(_edges(shape))), shape.number("rotation"))
    elif shape.tag == "ellipse":
        corners = _ellipse(shape)
    else:
        corners = _points(shape)
    return Mask.from_polygon(corners, size_hw) or None


def _mask(shape: Shape, size_hw: tuple[int, int]) -> Mask | None:
    left, top, width, height = (shape.whole(name) for name in ("left", "top", "width", "height"))
    try:
        counts = [int(each) for each in shape.text("rle").split(",")]
    except ValueError:
        raise shape.bad("has an rle= with something else than whole numbers between commas.") from None
    try:
        return mask_of(BoxedRuns(left, top, width, height, counts), size_hw) or None
    except ValueError as error:
        raise shape.bad(f"is damaged: {error}; export it anew.") from error


def _edges(shape: Shape) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (shape.number(name) for name in ("xtl", "ytl", "xbr", "ybr"))
    if x1 < x0 or y1 < y0:
        raise shape.bad(f"ends before it starts: xtl={x0:g} ytl={y0:g} xbr={x1:g} ybr={y1:g}.")
    return x0, y0, x1, y1


def _box(shape: Shape, size_hw: tuple[int, int]) -> tuple[float, float, float, float] | None:
    x0, y0, x1, y1 = _edges(shape)
    height, width = size_hw
    x0, x1 = (min(max(x, 0.0), float(width)) for x in (x0, x1))
    y0, y1 = (min(max(y, 0.0), float(height)) for y in (y0, y1))
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _corners(box: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    x0, y0, x1, y1 = box
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def _ellipse(shape: Shape) -> FloatArray:
    centre_xy = np.array([shape.number("cx"), shape.number("cy")])
    radii = np.array([shape.number("rx"), shape.number("ry")])
    if (radii <= 0).any():
        raise shape.bad(f"has rx={radii[0]:g} and ry={radii[1]:g}, expected numbers above 0.")
    angle = np.linspace(0, 2 * np.pi, _ELLIPSE_CORNERS, endpoint=False)
    corners = centre_xy + np.column_stack((np.cos(angle), np.sin(angle))) * radii
    return _rotated(corners, shape.number("rotation", 0.0), centre_xy)


def _rotated(points: FloatArray, degrees: float, centre_xy: FloatArray | None = None) -> FloatArray:
    """Turned clockwise on the screen, about the centre."""
    centre = points.mean(axis=0) if centre_xy is None else centre_xy
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return np.asarray((points - centre) @ turn + centre, np.float64)


def _points(shape: Shape) -> FloatArray:
    try:
        pairs = [
            [float(each) for each in pair.split(",")] for pair in shape.text("points").split(";") if pair
        ]
    except ValueError:
        pairs = []
    if len(pairs) < 3 or any(len(pair) != 2 for pair in pairs) or not np.isfinite(pairs).all():
        raise shape.bad("needs points= with at least three x,y between semicolons.")
    return np.array(pairs)
