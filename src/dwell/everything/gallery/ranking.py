"""What was looked at, ranked: from gaze that is mapped to things, with the best picture of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dwell.everything.gaze_first.granularity import Level
from dwell.everything.gaze_first.state import levels_of
from dwell.gaze import INSIDE, FixationMap, GazeMap, MappingOptions, map_fixations, map_gaze
from dwell.masks import STATES, Masklet
from dwell.project import Project, descendants
from dwell.types import AOI, BoolArray, Camera, FloatArray, IntArray, State
from dwell.video import FrameClock

__all__ = ["BestPicture", "LookedAt", "best_picture", "rank_looked_at", "ranked"]

CUT_OFF = 0.25
"""How much a picture counts in which the thing reaches the edge."""
DOUBTFUL = 0.25
"""How much one counts that a person should check."""
_NS_PER_MS = 1e6
_VISIBLE = STATES.index(State.VISIBLE)


@dataclass(frozen=True)
class BestPicture:
    """Where a thing is best seen."""

    frame_idx: int
    box_xyxy: tuple[int, int, int, int]
    """px, x1 and y1 exclusive."""


@dataclass(frozen=True)
class LookedAt:
    """A thing that was looked at."""

    rank: int
    """1 = longest."""
    aoi: AOI
    level: Level | None
    """Part, thing or whole, if a gaze-first run made it."""
    dwell_ms: float
    """Time of gaze on it, its parts included."""
    own_ms: float
    """The same, without gaze on any of its parts."""
    share: float
    """0 … 1, ``dwell_ms`` of all valid gaze time; NaN if there is none."""
    n_fixations: int
    first_look_ns: int | None
    """ns UTC: when the first fixation on it begins; without fixations, the first sample. None: never."""
    best: BestPicture | None
    """None: it is never visible."""

    @property
    def counts_ms(self) -> float:
        """What it is ranked by: a whole only counts for what was looked at on it beside its parts."""
        return self.own_ms if self.level is Level.WHOLE else self.dwell_ms


def ranked(
    project: Project,
    gaze: pd.DataFrame,
    fixations: pd.DataFrame,
    clock: FrameClock,
    camera: Camera | None = None,
    mapping: MappingOptions | None = None,
    *,
    min_dwell_ms: float = 0.0,
) -> list[LookedAt]:
    """The AOIs of a project that were looked at, longest first.

    Args:
        project: with masks; those that are out of date do not count.
        gaze: columns of ``dwell.tables.GAZE``.
        fixations: columns of ``dwell.tables.FIXATIONS``.
        clock: when each frame was shown.
        camera: of the scene video, if ``mapping`` has a margin.
        mapping: how gaze is mapped.
        min_dwell_ms: what was looked at for less is left out.

    Raises:
        ValueError: as by ``map_gaze``.
    """
    gaze_map = map_gaze(gaze, clock, project.masklets(include_stale=False), mapping, camera)
    fixation_map = map_fixations(gaze_map, fixations, marks=project.fixation_marks())
    return rank_looked_at(gaze_map, fixation_map, levels_of(project), min_dwell_ms=min_dwell_ms)


def rank_looked_at(
    gaze_map: GazeMap,
    fixation_map: FixationMap,
    levels: Mapping[int, Level] | None = None,
    *,
    min_dwell_ms: float = 0.0,
) -> list[LookedAt]:
    """The AOIs on which there was gaze or a fixation, by ``counts_ms``, of equals the older AOI first.

    Args:
        gaze_map: samples on AOIs.
        fixation_map: fixations on the same AOIs.
        levels: which of them are parts, things and wholes.
        min_dwell_ms: what was looked at for less is left out.
    """
    total_ns = int(gaze_map.durations_ns[gaze_map.ok].sum())
    found = []
    for i, aoi in enumerate(gaze_map.aois):
        each = _looked_at(gaze_map, fixation_map, i, (levels or {}).get(aoi.object_id), total_ns)
        if (each.dwell_ms or each.n_fixations) and each.dwell_ms >= min_dwell_ms:
            found.append(each)
    found.sort(key=lambda each: (-each.counts_ms, -each.dwell_ms, each.aoi.object_id))
    return [replace(each, rank=rank) for rank, each in enumerate(found, 1)]


def best_picture(masklet: Masklet, looked: IntArray | None = None) -> BestPicture | None:
    """The frame on which a thing is large, whole and sure; None if it is never visible.

    Of the visible frames, that with the largest area × score; a quarter of it counts where the thing reaches
    the picture's edge, or is in doubt. Of equals the earliest.

    Args:
        masklet: the thing.
        looked: frames on which it was looked at: only they count, if it is visible on one of them.
    """
    rows = np.flatnonzero(masklet.state == _VISIBLE)
    if looked is not None and np.isin(masklet.frame_idx[rows], looked).any():
        rows = rows[np.isin(masklet.frame_idx[rows], looked)]
    if not len(rows):
        return None
    row = int(rows[np.argmax(_worth(masklet, rows))])
    x0, y0, x1, y1 = masklet.boxes_xyxy[row].tolist()
    return BestPicture(int(masklet.frame_idx[row]), (x0, y0, x1, y1))


def _looked_at(
    gaze_map: GazeMap, fixation_map: FixationMap, i: int, level: Level | None, total_ns: int
) -> LookedAt:
    inside = gaze_map.inside[i] == INSIDE
    on_part = _on_parts(gaze_map, i)
    dwell_ns = int(gaze_map.durations_ns[inside].sum())
    own_ns = int(gaze_map.durations_ns[inside & ~on_part].sum())
    fixated = fixation_map.assigned[i]
    frames = np.unique(gaze_map.frame_idx[inside])
    return LookedAt(
        rank=0,
        aoi=gaze_map.aois[i],
        level=level,
        dwell_ms=dwell_ns / _NS_PER_MS,
        own_ms=own_ns / _NS_PER_MS,
        share=dwell_ns / total_ns if total_ns else np.nan,
        n_fixations=int(fixated.sum()),
        first_look_ns=_first_look_ns(gaze_map.timestamps_ns[inside], fixation_map.starts_ns[fixated]),
        best=best_picture(gaze_map.masklets[i], frames),
    )


def _on_parts(gaze_map: GazeMap, i: int) -> BoolArray:
    """(n,) whether each sample is on a part of the AOI."""
    parts = descendants(gaze_map.aois, gaze_map.aois[i].object_id)
    rows = [k for k, aoi in enumerate(gaze_map.aois) if aoi.object_id in parts]
    return np.asarray((gaze_map.inside[rows] == INSIDE).any(axis=0))


def _first_look_ns(samples_ns: IntArray, fixations_ns: IntArray) -> int | None:
    times = fixations_ns if len(fixations_ns) else samples_ns
    return int(times.min()) if len(times) else None


def _worth(masklet: Masklet, rows: IntArray) -> FloatArray:
    height, width = masklet.size_hw
    x0, y0, x1, y1 = masklet.boxes_xyxy[rows].T
    cut = (x0 <= 0) | (y0 <= 0) | (x1 >= width) | (y1 >= height)
    score = np.asarray(masklet.score[rows], np.float64)
    sure = np.where(np.isnan(score), 1.0, score)  # NaN: given, not tracked
    worth = masklet.area[rows].astype(np.float64) * sure
    return worth * np.where(cut, CUT_OFF, 1.0) * np.where(masklet.check[rows], DOUBTFUL, 1.0)
