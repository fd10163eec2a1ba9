"""Where on which frame each fixation was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dwell.errors import BadTable
from dwell.tables import FIXATIONS
from dwell.types import BoolArray, FloatArray, IntArray
from dwell.video import FrameClock

__all__ = ["Look", "Looks", "looks_of"]

TIMES = ("start timestamp [ns]", "end timestamp [ns]")
PLACE = ("fixation x [px]", "fixation y [px]")


@dataclass(frozen=True)
class Look:
    """One fixation on one frame."""

    frame_idx: int
    """The frame on screen at its middle."""
    x: float
    """px of the raw scene video."""
    y: float
    """px"""

    @property
    def point_xy(self) -> tuple[float, float]:
        """(x, y) px."""
        return self.x, self.y


@dataclass(frozen=True)
class Looks:
    """The fixations of a recording that can be looked at, in time order, and how many cannot."""

    looks: tuple[Look, ...]
    n_no_frame: int
    """Fixations whose middle has no frame: before, after, in a gap, or on a filler frame."""
    n_no_place: int
    """Fixations without a position, or with one beside the picture."""


def looks_of(
    fixations: pd.DataFrame,
    clock: FrameClock,
    size_hw: tuple[int, int],
    filler: BoolArray | None = None,
    gaze: pd.DataFrame | None = None,
) -> Looks:
    """Where each fixation was on the frame at its middle.

    Args:
        fixations: columns of ``dwell.tables.FIXATIONS``, in any order.
        clock: when each frame was shown.
        size_hw: (height, width) of the scene video, px.
        filler: (n_frames,) bool: frames that show nothing, beside those that the clock knows.
        gaze: columns of ``dwell.tables.GAZE``: then the sample nearest to the middle says where, which holds
            while head or thing move; without it, or without one in the fixation, the fixation's own position.

    Raises:
        BadTable: a column is missing, or times are not int64.
    """
    starts, ends = (_times(fixations, name) for name in TIMES)
    middles = starts + (ends - starts) // 2
    order = np.lexsort((ends, starts, middles))
    places = _places(fixations, gaze, starts, ends, middles)
    frames = clock.frame_at(middles)
    if filler is not None:
        frames = np.where((frames >= 0) & filler[np.maximum(frames, 0)], -1, frames)
    height, width = size_hw
    with np.errstate(invalid="ignore"):
        somewhere = np.asarray(((places >= 0) & (places < [width, height])).all(axis=1))
    looks = [
        Look(int(frames[i]), float(places[i, 0]), float(places[i, 1]))
        for i in order
        if frames[i] >= 0 and somewhere[i]
    ]
    return Looks(tuple(looks), int((frames < 0).sum()), int((~somewhere & (frames >= 0)).sum()))


def _places(
    fixations: pd.DataFrame, gaze: pd.DataFrame | None, starts: IntArray, ends: IntArray, middles: IntArray
) -> FloatArray:
    """(n, 2) px, NaN where it is not known."""
    if gaze is None:
        for name in PLACE:
            _check_column(fixations, name, " or give the gaze samples")
    own = [fixations[name] if name in fixations else np.full(len(fixations), np.nan) for name in PLACE]
    places = np.stack([np.asarray(each, np.float64) for each in own], axis=1)
    if gaze is None or not len(fixations):
        return places
    points = np.stack([gaze["gaze x [px]"], gaze["gaze y [px]"]], axis=1).astype(np.float64)
    known = ~np.isnan(points).any(axis=1)
    times, points = gaze["timestamp [ns]"].to_numpy(np.int64)[known], points[known]
    if not len(times):
        return places
    after = np.searchsorted(times, middles)
    before, after = np.maximum(after - 1, 0), np.minimum(after, len(times) - 1)
    nearest = np.where(np.abs(times[before] - middles) <= np.abs(times[after] - middles), before, after)
    within = (times[nearest] >= starts) & (times[nearest] < ends)
    return np.asarray(np.where(within[:, None], points[nearest], places), np.float64)


def _times(fixations: pd.DataFrame, name: str) -> IntArray:
    _check_column(fixations, name)
    if len(fixations) and fixations[name].dtype != np.int64:
        raise BadTable(f"{name}: expected int64, got {fixations[name].dtype}; float time loses nanoseconds.")
    return fixations[name].to_numpy(np.int64)


def _check_column(fixations: pd.DataFrame, name: str, otherwise: str = "") -> None:
    if name not in fixations:
        raise BadTable(
            f"The fixations have no column {name!r}, only {', '.join(map(repr, fixations))}; export the "
            f"recording's {FIXATIONS.name} with it{otherwise}."
        )
