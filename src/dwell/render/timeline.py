"""One picture of a whole recording: when each AOI was there, and when it was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from dwell.gaze import GazeMap
from dwell.masks import STATES, UNKNOWN, Masklet
from dwell.tables import replacing
from dwell.types import BoolArray, FloatArray, IntArray, State
from dwell.video import FrameClock

__all__ = ["render_timeline"]

ABSENT, LOST, UNTRACKED = "#f2f2f2", "#c9a0dc", "#bdbdbd"


def render_timeline(
    masklets: Sequence[Masklet], clock: FrameClock, gaze_map: GazeMap | None, out: str | Path, title: str = ""
) -> Path:
    """Draw a lane per AOI: pale where it is visible, strong where it is looked at.

    Absent, lost and never tracked stretches are told apart; frames without a picture stay white. PNG, SVG or
    PDF, by the file's ending.

    Raises:
        OutputError: the file cannot be written.
    """
    out = Path(out)
    figure = Figure(figsize=(11, 1.6 + 0.45 * max(1, len(masklets))), layout="constrained")
    axes = figure.add_subplot()
    for lane, masklet in enumerate(masklets):
        _draw_states(axes, lane, masklet, clock)
        if gaze_map is not None:
            _draw_hits(axes, lane, masklet, gaze_map, clock)
    _label(axes, masklets, clock, title)
    _legend(axes, gaze_map is not None)
    with replacing(out) as temporary:
        figure.savefig(temporary, format=out.suffix.lstrip(".").lower() or "png", dpi=150)
    return out


def _draw_states(axes: Any, lane: int, masklet: Masklet, clock: FrameClock) -> None:
    codes = masklet.codes_at(np.arange(len(clock.times_ns)))
    colours = {
        STATES.index(State.VISIBLE): _pale(masklet.aoi.colour),
        STATES.index(State.ABSENT): ABSENT,
        STATES.index(State.LOST): LOST,
        UNKNOWN: UNTRACKED,
    }
    begin_s, length_s = _seconds(clock.times_ns, clock), clock.durations_ns / 1e9
    for code, colour in colours.items():
        bars = _joined((codes == code) & clock.valid, begin_s, length_s)
        axes.broken_barh(bars, (lane - 0.4, 0.8), facecolors=colour, linewidth=0)


def _draw_hits(axes: Any, lane: int, masklet: Masklet, gaze_map: GazeMap, clock: FrameClock) -> None:
    row = [aoi.object_id for aoi in gaze_map.aois].index(masklet.aoi.object_id)
    begin_s = _seconds(gaze_map.timestamps_ns, clock)
    bars = _joined(gaze_map.inside[row] == 1, begin_s, gaze_map.durations_ns / 1e9)
    axes.broken_barh(bars, (lane - 0.22, 0.44), facecolors=masklet.aoi.colour, linewidth=0)


def _joined(chosen: BoolArray, begin_s: FloatArray, length_s: FloatArray) -> list[tuple[float, float]]:
    """(begin, length) of each run of chosen items, in seconds."""
    edges = np.diff(np.concatenate(([0], chosen.astype(np.int8), [0])))
    first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    return [
        (float(begin_s[a]), float(begin_s[b] + length_s[b] - begin_s[a]))
        for a, b in zip(first, last, strict=True)
    ]


def _seconds(times_ns: IntArray, clock: FrameClock) -> FloatArray:
    return np.asarray((times_ns - clock.times_ns[0]) / 1e9)


def _label(axes: Any, masklets: Sequence[Masklet], clock: FrameClock, title: str) -> None:
    axes.set_yticks(range(len(masklets)), [masklet.aoi.name for masklet in masklets])
    axes.set_ylim(len(masklets) - 0.4, -0.6)
    axes.set_xlim(0, (clock.end_ns - int(clock.times_ns[0])) / 1e9)
    axes.set_xlabel("time since the first frame [s]")
    axes.set_title(title, loc="left", fontsize="medium")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _legend(axes: Any, with_gaze: bool) -> None:
    entries = [
        Patch(facecolor="#aecbe8", label="visible"),
        Patch(facecolor=ABSENT, label="absent"),
        Patch(facecolor=LOST, label="lost"),
        Patch(facecolor=UNTRACKED, label="not tracked"),
    ]
    if with_gaze:
        entries.insert(0, Patch(facecolor="#1f77b4", label="looked at"))
    axes.legend(
        handles=entries, loc="lower right", bbox_to_anchor=(1, 1), ncols=5, frameon=False, fontsize="small"
    )


def _pale(colour: str, share: float = 0.35) -> tuple[float, float, float]:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (1 - share * (1 - channel) for channel in channels)
    return red, green, blue
