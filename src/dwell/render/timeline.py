"""One picture of a whole recording: when each AOI was there, and when it was looked at.

Matplotlib, slow to import, is imported only when a picture is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dwell.errors import OutputError
from dwell.files import replacing
from dwell.gaze import INSIDE, GazeMap
from dwell.masks import STATES, UNKNOWN, Masklet
from dwell.render.canvas import rgb_of
from dwell.render.shares import Bins, joined, share_of_bins
from dwell.render.text import families, readable
from dwell.types import AOI, BoolArray, FloatArray, State
from dwell.video import FrameClock

__all__ = ["render_timeline"]

_N_BINS = 1400
"""About one a pixel: hour-long recordings are as quick to draw, and give as small a file, as short ones."""
_FINE_S = 0.02
"""Up to bins of this length every look is drawn as high as its lane …"""
_LEAST = 0.3
"""… and in longer ones as high as its share of the bin, but at least this share of the lane."""
_HALF = 0.4
"""Half of a lane's height."""
_FORMATS = ("png", "svg", "pdf")
_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)

_VISIBLE, _ABSENT, _LOST = (STATES.index(each) for each in (State.VISIBLE, State.ABSENT, State.LOST))
_ABSENT_LOOK: dict[str, Any] = {"facecolor": "#8a8a8a", "linewidth": 0}
_LOST_LOOK: dict[str, Any] = {
    "facecolor": "#ffffff",
    "edgecolor": "#5a5a5a",
    "hatch": "/////",
    "linewidth": 0,
}
_UNTRACKED_LOOK: dict[str, Any] = {"facecolor": "#d9d9d9", "linewidth": 0}
_GAZE, _FIXATION = "#dddddd", "#444444"


def render_timeline(
    masklets: Sequence[Masklet], clock: FrameClock, gaze_map: GazeMap | None, out: str | Path, title: str = ""
) -> Path:
    """The path of the picture: a lane per AOI, pale where it is visible, strong where it is looked at.

    Absent (a thin line), lost (hatched) and never tracked (grey) are told apart; where there is no picture,
    the lane is white. With gaze, a last lane shows when there was gaze, and fixations.

    In recordings longer than 28 s a column of the picture stands for some time: a lane shows the state that
    prevails in it, and a look is as high as its share of that time (the shortest still 30 % of the lane).

    Args:
        masklets: one per AOI, in the order of the lanes.
        clock: of the scene video.
        gaze_map: None: a recording without gaze.
        out: PNG, SVG or PDF, by the file's ending.
        title: above the lanes.

    Raises:
        OutputError: the file cannot be written, or has another ending.
    """
    from matplotlib.figure import Figure

    out = Path(out)
    form = out.suffix.lstrip(".").lower() or "png"
    if form not in _FORMATS:
        raise OutputError(f"{out.name}: expected a name ending in .png, .svg or .pdf.", path=out)
    bins = Bins.of(int(clock.times_ns[0]), clock.end_ns, _N_BINS)
    lanes = len(masklets) + (gaze_map is not None)
    figure = Figure(figsize=(12, 1.5 + max(1, lanes) * (0.42 if lanes <= 12 else 0.3)), layout="constrained")
    axes = figure.add_subplot()
    for lane, masklet in enumerate(masklets):
        _draw_states(axes, lane, masklet, clock, bins)
        if gaze_map is not None:
            _draw_looks(axes, lane, masklet, gaze_map, bins)
    if gaze_map is not None:
        _draw_gaze(axes, len(masklets), gaze_map, bins)
    _label(axes, [masklet.aoi for masklet in masklets], gaze_map is not None, title)
    _mark_time(axes, float(bins.edges_s[-1]))
    figure.legend(handles=_legend(gaze_map is not None, bins), **_LEGEND_LOOK)
    with replacing(out) as temporary:
        figure.savefig(temporary, format=form, dpi=150)
    return out


# -------------------------------------------------------------------- lanes


def _draw_states(axes: Any, lane: int, masklet: Masklet, clock: FrameClock, bins: Bins) -> None:
    """The state that prevails in each bin; nothing where there is no picture."""
    codes = masklet.codes_at(np.arange(len(clock)))
    looks: dict[int, dict[str, Any]] = {
        _VISIBLE: {"facecolor": pale(masklet.aoi.colour), "linewidth": 0},
        _ABSENT: _ABSENT_LOOK,
        _LOST: _LOST_LOOK,
        UNKNOWN: _UNTRACKED_LOOK,
    }
    shares = [
        share_of_bins(clock.times_ns, clock.ends_ns, (codes == code) & clock.valid, bins) for code in looks
    ]
    prevailing = np.argmax([*shares, 1 - np.sum(shares, axis=0)], axis=0)
    for number, (code, look) in enumerate(looks.items()):
        half = 0.03 if code == _ABSENT else _HALF
        bars = joined(prevailing == number, bins)
        axes.broken_barh(bars, (lane - half, 2 * half), antialiased=False, **look)


def _draw_looks(axes: Any, lane: int, masklet: Masklet, gaze_map: GazeMap, bins: Bins) -> None:
    ids = [aoi.object_id for aoi in gaze_map.aois]
    if masklet.aoi.object_id in ids:
        inside = gaze_map.inside[ids.index(masklet.aoi.object_id)] == INSIDE
        _draw_bars(axes, lane, _of_samples(gaze_map, inside, bins), masklet.aoi.colour, bins)


def _draw_gaze(axes: Any, lane: int, gaze_map: GazeMap, bins: Bins) -> None:
    there = _of_samples(gaze_map, gaze_map.ok, bins)
    bars = joined(there >= 0.5, bins)
    axes.broken_barh(bars, (lane - _HALF, 2 * _HALF), facecolor=_GAZE, linewidth=0, antialiased=False)
    fixating = gaze_map.ok & (gaze_map.fixation_ids >= 0)
    _draw_bars(axes, lane, _of_samples(gaze_map, fixating, bins), _FIXATION, bins)


def _of_samples(gaze_map: GazeMap, chosen: BoolArray, bins: Bins) -> FloatArray:
    return share_of_bins(gaze_map.timestamps_ns, gaze_map.ends_ns, chosen, bins)


def _draw_bars(axes: Any, lane: int, shares: FloatArray, colour: str, bins: Bins) -> None:
    """A bar for each bin with a share, as high as that; one shape for all, so that the file is small."""
    least = 1.0 if bins.step_s <= _FINE_S else _LEAST
    heights = np.where(shares > 0, np.maximum(shares, least), np.nan)
    bottom = lane + _HALF
    axes.stairs(
        bottom - 2 * _HALF * heights,
        bins.edges_s,
        baseline=bottom,
        fill=True,
        color=colour,
        linewidth=0,
        antialiased=False,
    )


def pale(colour: str, share: float = 0.3) -> tuple[float, float, float]:
    """A colour mixed with white, as three numbers 0 … 1: ``share`` of it is the colour."""
    red, green, blue = (1 - share * (1 - channel / 255) for channel in rgb_of(colour))
    return red, green, blue


# -------------------------------------------------------------------- words


def _label(axes: Any, aois: Sequence[AOI], with_gaze: bool, title: str) -> None:
    names = [readable(aoi.name, f"AOI {aoi.object_id}", 30) for aoi in aois]
    names += ["gaze"] if with_gaze else []
    axes.set_yticks(range(len(names)), names, parse_math=False, fontfamily=families("".join(names)))
    axes.set_ylim(max(1, len(names)) - 0.4, -0.6)
    if not names:
        axes.text(0.5, 0.5, "no AOIs", transform=axes.transAxes, ha="center", va="center", color="#5a5a5a")
    heading = readable(title, "", 90)
    axes.set_title(heading, loc="left", fontsize="medium", parse_math=False, fontfamily=families(heading))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color="#eeeeee", linewidth=0.8)


def _mark_time(axes: Any, span_s: float) -> None:
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    step = next((step for step in _STEPS_S if span_s / step <= 14), _STEPS_S[-1])
    unit = "h:min:s" if span_s >= 3600 else "min:s" if span_s >= 90 else "s"
    axes.set_xlim(0, span_s)
    axes.set_xlabel(f"time since the first frame [{unit}]")
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda second, _: clock_text(second, unit)))


def clock_text(second: float, unit: str) -> str:
    """A time in ``s``, ``min:s`` or ``h:min:s``."""
    if unit == "s":
        return f"{second:g}"
    minutes, seconds = divmod(round(second), 60)
    if unit == "min:s":
        return f"{minutes}:{seconds:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


_LEGEND_LOOK: dict[str, Any] = {
    "loc": "outside lower center",
    "ncols": 7,
    "frameon": False,
    "fontsize": "small",
    "handlelength": 1.6,
}


def _legend(with_gaze: bool, bins: Bins) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    blue = "#0072B2"
    entries = [
        Patch(facecolor=pale(blue), label="visible"),
        Line2D([], [], color=_ABSENT_LOOK["facecolor"], linewidth=1.5, label="absent"),
        Patch(**_LOST_LOOK, label="lost"),
        Patch(**_UNTRACKED_LOOK, label="not tracked"),
    ]
    if with_gaze:
        fine = bins.step_s <= _FINE_S
        looked_at = "looked at" if fine else "looked at (height: share of the time)"
        entries.insert(0, Patch(facecolor=blue, label=looked_at))
        entries += [Patch(facecolor=_FIXATION, label="fixation"), Patch(facecolor=_GAZE, label="other gaze")]
    return entries
