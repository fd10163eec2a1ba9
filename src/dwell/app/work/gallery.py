"""The gallery of AOIs as plain values, as the analyst gives it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dwell.analysis import Analysis
from dwell.app.crops import crop_tag
from dwell.everything.gallery.items import GalleryItem, rank_masklets
from dwell.masks import STATES, Masklet
from dwell.results import Results
from dwell.types import IntArray, State

__all__ = ["GalleryDesk"]

MOST_SPANS = 60
"""More could not be told apart on a bar as wide as a picture."""
_VISIBLE = STATES.index(State.VISIBLE)


class GalleryDesk:
    """The gallery of one project. What was read is kept: after a change only what it touched is read."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._masklets: list[Masklet] = []

    def fields(self, results: Results | None) -> dict[str, Any]:
        """The fields of ``Gallery``, but for ``rev``; the project stands still meanwhile.

        Args:
            results: gaze on the AOIs; None = there is no gaze.
        """
        project = self._analysis.project
        self._masklets = project.masklets(include_stale=False, before=self._masklets)
        filler = project.filler()
        n_frames = project.source.n_frames - (0 if filler is None else int(filler.sum()))
        looks = None if results is None else results.aoi_dwell
        ranked = rank_masklets(self._masklets, n_frames, looks=looks)
        masklets = {each.aoi.object_id: each for each in self._masklets}
        return {
            "has_gaze": results is not None,
            "items": [_item(each, masklets[each.aoi.object_id], project.source.n_frames) for each in ranked],
        }


def _item(item: GalleryItem, masklet: Masklet, n_frames: int) -> dict[str, Any]:
    mask = None if item.best_frame is None else masklet.mask(item.best_frame)
    return {
        "object_id": item.aoi.object_id,
        "frame_idx": item.best_frame,
        "tag": "" if mask is None else crop_tag(mask, item.aoi.colour),
        "spans": _spans(masklet.frame_idx[masklet.state == _VISIBLE], n_frames),
        "n_frames": item.n_visible,
        "size": 0.0 if math.isnan(item.area_share) else round(item.area_share, 6),
        "importance": float(f"{item.importance:.6g}"),
        "gaze_share": item.dwell_share,
        "dwell_ms": item.dwell_ms,
    }


def _spans(frames: IntArray, n_frames: int) -> list[tuple[int, int]]:
    """Half-open stretches of frames; gaps too short to be seen on a bar are closed."""
    if not len(frames):
        return []
    gap = max(1, n_frames // MOST_SPANS)
    ends = np.flatnonzero(np.diff(frames) > gap)
    starts = frames[np.append(0, ends + 1)]
    stops = frames[np.append(ends, len(frames) - 1)] + 1
    return [(int(start), int(stop)) for start, stop in zip(starts, stops, strict=True)]
