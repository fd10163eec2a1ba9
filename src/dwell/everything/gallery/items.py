"""What there is in a recording, what matters most first: spans, shares, and where to see each best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dwell.masks import STATES, Masklet
from dwell.project import Project
from dwell.results import Results
from dwell.types import AOI, FloatArray, IntArray, State
from dwell.video import FrameClock

__all__ = ["GalleryItem", "gallery", "rank_masklets"]

_CUT = 0.25
"""Worth of a picture in which the thing touches the edge, beside one in which it is whole."""
_DOUBTFUL = 0.25
"""Worth of a picture that a person should check."""
_VISIBLE = STATES.index(State.VISIBLE)


@dataclass(frozen=True)
class GalleryItem:
    """One AOI, as a gallery shows it."""

    rank: int
    """1 = matters most: by dwell time where there is gaze, then by importance."""
    aoi: AOI
    importance: float
    """Area share × persistence; with gaze × (1 + dwell share)."""
    area_share: float
    """0 … 1: mean share of the picture that it covers where it is visible; NaN = never visible."""
    persistence: float
    """0 … 1: frames on which it is visible / frames that show the scene."""
    n_visible: int
    """Frames on which it is visible."""
    first_frame: int | None
    """First frame on which it is visible; None = never."""
    last_frame: int | None
    best_frame: int | None
    """Frame that shows it best: large, whole, with a sure mask; None = never visible."""
    first_ns: int | None = None
    """ns UTC, when the first frame was taken; None = not known."""
    last_ns: int | None = None
    dwell_ms: float | None = None
    """ms of gaze on it; None = no gaze."""
    dwell_share: float | None = None
    """0 … 1: of all valid gaze time; None = no gaze, or none of it valid."""
    n_fixations: int | None = None
    """None = no fixations."""


def gallery(
    project: Project,
    clock: FrameClock | None = None,
    results: Results | None = None,
    *,
    min_dwell_ms: float = 0.0,
) -> list[GalleryItem]:
    """The project's AOIs, ranked; masks that are out of date do not count. No mask is decoded.

    Args:
        project: whose AOIs.
        clock: of the scene video; None = that of the project, if it was kept.
        results: gaze mapped to the AOIs (see ``Analysis.map``); None = no gaze.
        min_dwell_ms: with gaze, things looked at for less are left out.
    """
    clock = project.clock() if clock is None else clock
    filler = project.filler()
    n_frames = project.source.n_frames - (0 if filler is None else int(filler.sum()))
    masklets = project.masklets(include_stale=False)
    looks = None if results is None else results.aoi_dwell
    return rank_masklets(masklets, n_frames, clock, looks, min_dwell_ms=min_dwell_ms)


def rank_masklets(
    masklets: Sequence[Masklet],
    n_frames: int,
    clock: FrameClock | None = None,
    looks: pd.DataFrame | None = None,
    *,
    min_dwell_ms: float = 0.0,
) -> list[GalleryItem]:
    """The AOIs of masklets, ranked.

    Args:
        masklets: one per AOI.
        n_frames: frames of the video that show the scene; filler frames are none.
        clock: when each frame was taken; None = not known.
        looks: columns of ``dwell.tables.AOI_DWELL``; None = no gaze. An AOI it lacks has no gaze.
        min_dwell_ms: with gaze, things looked at for less are left out.
    """
    by_id = {} if looks is None else {int(row["object id"]): row for _, row in looks.iterrows()}
    items = [_item(each, n_frames, clock, by_id.get(each.aoi.object_id)) for each in masklets]
    if looks is not None:
        items = [each for each in items if (each.dwell_ms or 0.0) >= min_dwell_ms]
    items.sort(key=lambda each: (-(each.dwell_ms or 0.0), -each.importance, each.aoi.object_id))
    return [replace(each, rank=rank) for rank, each in enumerate(items, 1)]


def _item(masklet: Masklet, n_frames: int, clock: FrameClock | None, look: pd.Series | None) -> GalleryItem:
    rows = np.flatnonzero(masklet.state == _VISIBLE)
    frames = masklet.frame_idx[rows]
    first, last = (int(frames[0]), int(frames[-1])) if len(rows) else (None, None)
    height, width = masklet.size_hw
    area_share = float(masklet.area[rows].mean()) / (height * width) if len(rows) else np.nan
    persistence = len(rows) / n_frames if n_frames else 0.0
    dwell_ms, dwell_share, n_fixations = _looks_of(look)
    importance = area_share * persistence * (1 + (dwell_share or 0.0)) if len(rows) else 0.0
    return GalleryItem(
        rank=0,
        aoi=masklet.aoi,
        importance=importance,
        area_share=area_share,
        persistence=persistence,
        n_visible=len(rows),
        first_frame=first,
        last_frame=last,
        best_frame=_best_frame(masklet, rows),
        first_ns=_time_of(clock, first),
        last_ns=_time_of(clock, last),
        dwell_ms=dwell_ms,
        dwell_share=dwell_share,
        n_fixations=n_fixations,
    )


def _looks_of(look: pd.Series | None) -> tuple[float | None, float | None, int | None]:
    if look is None:
        return None, None, None
    share, fixations = look["dwell share"], look["total fixations"]
    return (
        float(look["dwell time [ms]"]),
        None if pd.isna(share) else float(share),
        None if pd.isna(fixations) else int(fixations),
    )


def _time_of(clock: FrameClock | None, frame_idx: int | None) -> int | None:
    if clock is None or frame_idx is None or frame_idx >= len(clock):
        return None
    return int(clock.times_ns[frame_idx])


# -------------------------------------------------------------------- the best picture


def _best_frame(masklet: Masklet, rows: IntArray) -> int | None:
    """Of the visible rows, the frame with the most that can be seen of the thing; of equals the first."""
    if not len(rows):
        return None
    return int(masklet.frame_idx[rows[int(np.argmax(_worth(masklet, rows)))]])


def _worth(masklet: Masklet, rows: IntArray) -> FloatArray:
    """(n,) area × score, less where the thing touches the edge, and where it is in doubt."""
    height, width = masklet.size_hw
    x0, y0, x1, y1 = masklet.boxes_xyxy[rows].T
    cut = (x0 <= 0) | (y0 <= 0) | (x1 >= width) | (y1 >= height)
    score = np.where(np.isnan(masklet.score[rows]), 1.0, masklet.score[rows])  # NaN: a person made it
    worth: FloatArray = masklet.area[rows] * score.astype(float)
    worth = worth * np.where(cut, _CUT, 1.0) * np.where(masklet.check[rows], _DOUBTFUL, 1.0)
    return worth
