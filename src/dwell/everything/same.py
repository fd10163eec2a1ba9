"""Whether two AOIs are one thing, judged by the frames on which both are visible. Source: ours."""

from __future__ import annotations

import numpy as np

from dwell.masks import STATES
from dwell.project import Project
from dwell.types import IntArray, State

__all__ = ["are_one", "common_frames"]

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


def common_frames(project: Project, one: int, other: int) -> IntArray:
    """(n,) frame_idx on which both are visible and up to date, ascending."""
    seen = [project.masklet(each, include_stale=False) for each in (one, other)]
    a, b = (each.frame_idx[each.state == VISIBLE] for each in seen)
    found: IntArray = np.intersect1d(a, b)
    return found
