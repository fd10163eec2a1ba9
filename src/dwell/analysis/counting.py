"""What there is in a project, counted: states of each AOI, and who made the masks."""

from __future__ import annotations

from typing import Any

import numpy as np

from dwell.masks import Masklet
from dwell.project import Project
from dwell.types import State

__all__ = ["count_makers", "count_states"]


def count_states(project: Project) -> list[dict[str, Any]]:
    """Per AOI: on how many real frames it is visible, absent, lost, unknown, stale, or to be checked."""
    filler = project.filler()
    n_frames = project.source.n_frames - (0 if filler is None else int(filler.sum()))
    rows = []
    for masklet in project.masklets(include_stale=False):
        stale = int(project.coverage(masklet.aoi.object_id).stale.sum())
        rows.append(_states_of(masklet, n_frames) | {"stale": stale})
    return rows


def count_makers(project: Project) -> list[dict[str, Any]]:
    """Who made the masks that are up to date: a backend with its parameters, and how many masks."""
    n_masks = project.masks_by_run()
    found: list[dict[str, Any]] = []
    for run in project.runs():
        if n_masks.get(run.id):
            _count({"backend": run.backend, **run.parameters}, n_masks[run.id], found)
    return found


def _states_of(masklet: Masklet, n_frames: int) -> dict[str, Any]:
    counts = {state: masklet.states.count(state) for state in (State.VISIBLE, State.ABSENT, State.LOST)}
    scores = masklet.score[~np.isnan(masklet.score)]
    return {
        "name": masklet.aoi.name,
        "object_id": masklet.aoi.object_id,
        **{state.value: count for state, count in counts.items()},
        "unknown": n_frames - len(masklet),
        "check": int(masklet.check.sum()),
        "mean_score": float(scores.mean()) if len(scores) else None,
    }


def _count(maker: dict[str, Any], n_masks: int, found: list[dict[str, Any]]) -> None:
    for each in found:
        if {key: value for key, value in each.items() if key != "masks"} == maker:
            each["masks"] += n_masks
            return
    found.append({**maker, "masks": n_masks})
