"""Whether two AOIs are one thing, judged by the frames on which both are visible. Source: ours."""

from __future__ import annotations

import numpy as np

from dwell.everything.names import is_numbered
from dwell.masks import STATES
from dwell.project import Project
from dwell.tracking import TrackingSession
from dwell.types import IntArray, State

__all__ = ["are_one", "common_frames", "join"]

MEAN_IOU = 0.5
"""Least mean IoU over the common frames …"""
SAMPLES = 12
"""… of which at most so many are looked at, evenly."""
VISIBLE = STATES.index(State.VISIBLE)


def are_one(project: Project, one: int, other: int, least: float = MEAN_IOU) -> bool:
    """Whether their masks agree on the frames on which both are visible; False if there is none."""
    frames = common_frames(project, one, other)
    if not len(frames):
        return False
    picked = frames[np.unique(np.linspace(0, len(frames) - 1, SAMPLES).round().astype(int))]
    values = []
    for frame_idx in picked.tolist():
        a, b = project.record(one, frame_idx), project.record(other, frame_idx)
        assert a is not None
        assert b is not None
        values.append(a.mask.iou(b.mask))
    return float(np.mean(values)) >= least


def join(session: TrackingSession, one: int, other: int) -> int | None:
    """Merge two AOIs that are one; the object_id of the one that is left.

    The one that a person has named is kept, else the older one. None: a person has named both, and so said
    that they are two.
    """
    named = [i for i in (one, other) if not is_numbered(session.project.aoi(i).name)]
    if len(named) == 2:
        return None
    kept = named[0] if named else min(one, other)
    session.merge(kept, [other if kept == one else one])
    return kept


def common_frames(project: Project, one: int, other: int) -> IntArray:
    """(n,) frame_idx on which both are visible and up to date, ascending."""
    seen = [project.masklet(each, include_stale=False) for each in (one, other)]
    a, b = (each.frame_idx[each.state == VISIBLE] for each in seen)
    found: IntArray = np.intersect1d(a, b)
    return found
