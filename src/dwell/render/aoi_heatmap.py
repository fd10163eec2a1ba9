"""AOIs of a picture, each filled with the colour of its number: PNG, SVG or PDF.

Matplotlib, slow to import, is imported only when a picture is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dwell.errors import OutputError
from dwell.files import replacing
from dwell.masks import Mask
from dwell.render.heatmap import COLOUR_MAP
from dwell.render.text import families, readable
from dwell.types import ByteArray

__all__ = ["render_aoi_heatmap"]

_FORMATS = ("png", "svg", "pdf")
_OPACITY = 0.72
_LONG_SIDE_IN = 11.0
"""Longer side of the picture on paper, inches."""
_MOST_PX = 2400
"""The picture below is drawn no larger, so that an SVG stays small."""
_LABEL_PT = 8.0
_PT_PER_CHARACTER = 0.56
"""Width of a character as a share of its height; about that of DejaVu Sans."""


def render_aoi_heatmap(
    picture: ByteArray,
    areas: Sequence[tuple[str, Mask]],
    values: Mapping[str, float],
    out: str | Path,
    *,
    title: str = "",
    reverse: bool = False,
) -> Path:
    """The path of the drawing: AOIs over the picture in grey, coloured by their values, with a colour bar.

    An AOI without a value is outlined with dashes. Small ones lie on top of large ones. A name is written
    where it has room.

    Args:
        picture: (h, w, 3) uint8 RGB.
        areas: names and masks, of the picture's size.
        values: name → number; NaN or not there = none.
        out: PNG, SVG or PDF, by the file's ending.
        title: beside the colour bar, with the unit.
        reverse: low numbers get the strong colours, as for a time to first fixation.

    Raises:
        OutputError: the file cannot be written, or has another ending.
        ValueError: a mask is of another size than the picture.
    """
    from matplotlib.figure import Figure

    out = Path(out)
    form = out.suffix.lstrip(".").lower()
    if form not in _FORMATS:
        raise OutputError(f"{out.name}: expected a name ending in .png, .svg or .pdf.", path=out)
    height, width = picture.shape[:2]
    scale = _LONG_SIDE_IN / max(height, width)
    figure = Figure(figsize=(width * scale + 1.4, max(height * scale, 2.2) + 0.4), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(_pale(picture), extent=(0, width, height, 0), interpolation="bilinear")
    colours = _colours(list(values.values()), reverse)
    for name, mask in sorted(areas, key=lambda each: -each[1].area):
        if mask.size_hw != (height, width):
            raise ValueError(f"{name}: expected a mask of {(height, width)} (h, w) px, got {mask.size_hw}.")
        _draw_area(axes, name, mask, values.get(name, math.nan), colours, 72 * scale)
    axes.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[])
    bar = figure.colorbar(colours, ax=axes, fraction=0.05, pad=0.02)
    bar.set_label(title, family=families(title))
    if reverse:
        bar.ax.invert_yaxis()
    with replacing(out) as temporary:
        figure.savefig(temporary, format=form, dpi=150, metadata={"Date": None} if form == "svg" else None)
    return out


def _colours(values: list[float], reverse: bool) -> Any:
    """From a number to a colour; a single number is in the middle."""
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    known = [value for value in values if math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    low = low if reverse else min(low, 0.0)  # counts and durations start at nothing
    if low == high:
        low, high = low - 0.5, high + 0.5
    return ScalarMappable(Normalize(low, high), colormaps[COLOUR_MAP + ("_r" if reverse else "")])


def _pale(picture: ByteArray) -> ByteArray:
    """(h, w, 3) uint8 the picture in light grey, no larger than need be; so colours mean numbers only."""
    step = math.ceil(max(picture.shape[:2]) / _MOST_PX)
    grey = picture[::step, ::step].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.repeat((110 + grey * (145 / 255))[..., None], 3, axis=2).astype(np.uint8)


def _draw_area(axes: Any, name: str, mask: Mask, value: float, colours: Any, pt_per_px: float) -> None:
    from matplotlib.patches import PathPatch

    if not mask:
        return
    known = math.isfinite(value)
    look = (
        {"facecolor": (*colours.to_rgba(value)[:3], _OPACITY), "edgecolor": "#202020"}
        if known
        else {"facecolor": "none", "edgecolor": "#606060", "linestyle": "--"}
    )
    axes.add_patch(PathPatch(_outline(mask), linewidth=0.7, **look))
    _write_name(axes, name, mask, pt_per_px)


def _outline(mask: Mask) -> Any:
    """Every outline of the mask and of its holes as one path, through the pixels' centres."""
    from matplotlib.path import Path as Outline

    points, codes = [], []
    for contour in mask.contours():
        closed = np.vstack([contour, contour[:1]]) + 0.5
        points.append(closed)
        codes.append([Outline.MOVETO, *[Outline.LINETO] * (len(contour) - 1), Outline.CLOSEPOLY])
    return Outline(np.concatenate(points), np.concatenate(codes))


def _write_name(axes: Any, name: str, mask: Mask, pt_per_px: float) -> None:
    """The name at the middle of the AOI, if it fits into its box and there is a font for it."""
    name = readable(name, "")
    x0, y0, x1, y1 = mask.box_xyxy or (0, 0, 0, 0)
    wide = _LABEL_PT * _PT_PER_CHARACTER * len(name)
    if (x1 - x0) * pt_per_px < wide or (y1 - y0) * pt_per_px < _LABEL_PT * 1.4:
        return
    x, y = mask.centroid_xy or (0.0, 0.0)
    box = {"boxstyle": "round,pad=0.15", "facecolor": "#ffffffb0", "linewidth": 0}
    look = {"ha": "center", "va": "center", "bbox": box, "clip_on": True, "parse_math": False, "zorder": 3}
    axes.text(x, y, name, fontsize=_LABEL_PT, family=families(name), **look)
