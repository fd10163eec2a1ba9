"""Regions of Label Studio as masks and boxes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dwell.errors import BadLabels
from dwell.formats.label_studio import brush
from dwell.formats.limits import LARGEST
from dwell.masks import Mask
from dwell.types import FloatArray

__all__ = ["AREAS", "Box", "Place", "Region", "area_of", "boxes_of"]

AREAS = (
    "brushlabels",
    "polygonlabels",
    "rectanglelabels",
    "ellipselabels",
    "brush",
    "polygon",
    "rectangle",
    "ellipse",
)
"""Types of regions in a picture that have an area."""
_OURS = re.compile(r"aoi-(\d{1,9})(\.\d+)?")
_ELLIPSE_CORNERS = 128
_SIDES = ("x", "y", "width", "height")

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 px."""


@dataclass(frozen=True)
class Place:
    """Where in a file something is said."""

    path: Path
    line: int
    keys: str
    """``[3].annotations[0].result[1]``."""

    def __truediv__(self, key: str | int) -> Place:
        """One key further in."""
        return Place(
            self.path, self.line, f"{self.keys}[{key}]" if isinstance(key, int) else f"{self.keys}.{key}"
        )

    def bad(self, what: str) -> BadLabels:
        """The error that says where and what."""
        text = f"{self.path.name}, line {self.line}, {self.keys}: {what}"
        return BadLabels(text, path=self.path, line=self.line)

    def mapping(self, value: Any) -> dict[str, Any]:
        """The value, which must be an object."""
        if not isinstance(value, dict):
            raise self.bad(f"expected an object, found {_shown(value)}; export it from Label Studio anew.")
        return value

    def items(self, value: Any) -> list[Any]:
        """The value, which must be a list."""
        if not isinstance(value, list):
            raise self.bad(f"expected a list, found {_shown(value)}; export it from Label Studio anew.")
        return value

    def number(self, values: dict[str, Any], key: str, default: float | None = None) -> float:
        """A finite number below this place."""
        value = values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < LARGEST:
            found = "nothing" if key not in values else _shown(value)
            raise (self / key).bad(f"expected a number, found {found}.")
        return value

    def whole(self, values: dict[str, Any], key: str, at_least: int) -> int:
        """A whole number below this place."""
        value = self.number(values, key)
        if value != int(value) or value < at_least:
            raise (self / key).bad(f"expected a whole number from {at_least} on, found {value!r}.")
        return int(value)


@dataclass(frozen=True)
class Region:
    """One region of a task."""

    place: Place
    values: dict[str, Any]

    @property
    def type(self) -> str:
        """In small letters."""
        return str(self.values.get("type", "")).lower()

    @property
    def value(self) -> dict[str, Any]:
        """What is said of it."""
        return (self.place / "value").mapping(self.values.get("value"))

    @property
    def label(self) -> str:
        """The first of its labels; ``object`` where it has none."""
        value = self.value
        names = value.get(self.type, value.get("labels"))
        return str(names[0]) if isinstance(names, list) and names else "object"

    @property
    def object_id(self) -> int | None:
        """Dwell's own; None: another program drew it."""
        ours = _OURS.fullmatch(str(self.values.get("id", "")))
        return int(ours[1]) or None if ours else None

    @property
    def note(self) -> str:
        """The text of its note."""
        meta = self.values.get("meta")
        text = meta.get("text") if isinstance(meta, dict) else None
        return str(text[0]) if isinstance(text, list) and text else str(text) if isinstance(text, str) else ""

    @property
    def size_hw(self) -> tuple[int, int] | None:
        """Of the picture, px; None: not said."""
        if "original_width" not in self.values:
            return None
        height, width = (
            self.place.whole(self.values, key, 1) for key in ("original_height", "original_width")
        )
        return height, width


def area_of(region: Region, size_hw: tuple[int, int]) -> Mask | Box | None:
    """Where it is in the picture: its mask, or an upright rectangle's box; None: it has no pixel there.

    Raises:
        BadLabels: it says what no such region may say.
    """
    value, place = region.value, region.place / "value"
    kind = region.type.removesuffix("labels")
    if kind == "brush":
        packed = (place / "rle").items(value.get("rle"))
        try:
            return brush.mask_of(packed, size_hw) or None
        except ValueError as error:
            raise (place / "rle").bad(f"{error}; export it from Label Studio as JSON anew.") from error
    if kind == "rectangle":
        return _rectangle(value, place, size_hw)
    corners = _polygon(value, place) if kind == "polygon" else _ellipse(value, place, size_hw)
    scale = 1 if kind == "ellipse" else _scale(size_hw)
    return Mask.from_polygon(corners * scale, size_hw) or None


def boxes_of(region: Region, size_hw: tuple[int, int]) -> Iterator[tuple[int, Mask | Box | None, bool]]:
    """(frame_idx, area, whether it is a key frame) on every frame of a ``videorectangle``, in order.

    Between two key frames of which the first is enabled, boxes go over into each other evenly; after the
    last, if enabled, it stays until the video's end. Source: https://labelstud.io/guide/export, and
    what Label Studio shows.
    """
    value, place = region.value, region.place / "value"
    found = (place / "sequence").items(value.get("sequence"))
    keys = [(place / "sequence" / i).mapping(each) for i, each in enumerate(found)]
    places = [place / "sequence" / i for i in range(len(keys))]
    frames = [where.whole(each, "frame", 1) for where, each in zip(places, keys, strict=True)]
    order = sorted(range(len(keys)), key=lambda i: frames[i])
    for i, j in zip(order, [*order[1:], None], strict=False):
        here = _box_values(keys[i], places[i])
        yield frames[i] - 1, _turned(here, places[i], size_hw), keys[i].get("auto") is not True
        if keys[i].get("enabled", True) is not True:
            continue
        if j is None:
            end = place.whole(value, "framesCount", 0) if "framesCount" in value else 0
            yield from ((k, _turned(here, places[i], size_hw), False) for k in range(frames[i], end))
            continue
        if frames[j] == frames[i]:
            raise places[j].bad(f"frame {frames[j]} is there twice; remove one.")
        there = _box_values(keys[j], places[j])
        for k in range(frames[i] + 1, frames[j]):
            share = (k - frames[i]) / (frames[j] - frames[i])
            between = [a + (b - a) * share for a, b in zip(here, there, strict=True)]
            yield k - 1, _turned(between, places[i], size_hw), False


def _box_values(key: dict[str, Any], place: Place) -> list[float]:
    return [*(place.number(key, side) for side in _SIDES), place.number(key, "rotation", 0)]


def _rectangle(value: dict[str, Any], place: Place, size_hw: tuple[int, int]) -> Mask | Box | None:
    return _turned(_box_values(value, place), place, size_hw)


def _turned(values: list[float], place: Place, size_hw: tuple[int, int]) -> Mask | Box | None:
    """A box: x, y, width and height in percent, and degrees, turned clockwise about its first corner."""
    x, y, w, h, degrees = values
    if w < 0 or h < 0:
        raise place.bad(f"width {w:g} and height {h:g}, expected percent from 0 on.")
    height, width = size_hw
    x0, y0, x1, y1 = (
        round(side * whole / 100, 6)
        for side, whole in ((x, width), (y, height), (x + w, width), (y + h, height))
    )
    if degrees % 360:
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
        return Mask.from_polygon(_rotated(corners, degrees, corners[0]), size_hw) or None
    x0, x1 = max(x0, 0.0), min(x1, float(width))
    y0, y1 = max(y0, 0.0), min(y1, float(height))
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _polygon(value: dict[str, Any], place: Place) -> FloatArray:
    points = (place / "points").items(value.get("points"))
    try:
        corners = np.array(points, np.float64)
    except (TypeError, ValueError, OverflowError):
        corners = np.zeros(0)
    if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < 3 or not np.isfinite(corners).all():
        raise (place / "points").bad("expected at least three [x, y] in percent.")
    return corners


def _ellipse(value: dict[str, Any], place: Place, size_hw: tuple[int, int]) -> FloatArray:
    scale = _scale(size_hw)
    centre_xy = np.array([place.number(value, "x"), place.number(value, "y")]) * scale
    radii = np.array([place.number(value, "radiusX"), place.number(value, "radiusY")]) * scale
    angle = np.linspace(0, 2 * np.pi, _ELLIPSE_CORNERS, endpoint=False)
    corners = centre_xy + np.column_stack((np.cos(angle), np.sin(angle))) * radii
    return _rotated(corners, place.number(value, "rotation", 0), centre_xy)


def _scale(size_hw: tuple[int, int]) -> FloatArray:
    return np.array([size_hw[1] / 100, size_hw[0] / 100])


def _rotated(points: FloatArray, degrees: float, about_xy: FloatArray) -> FloatArray:
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return np.asarray((points - about_xy) @ turn + about_xy, np.float64)


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(value)[:40]
