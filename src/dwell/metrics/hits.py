"""In which frames an AOI is hit: for showing on a timeline."""

from __future__ import annotations

import numpy as np

from dwell.gaze import INSIDE, GazeMap

__all__ = ["find_hits"]


def find_hits(gaze_map: GazeMap, i: int) -> list[tuple[int, int]]:
    """Spans [first, stop) of successive frames in which some gaze sample is on AOI ``i``, ascending."""
    frames = np.unique(gaze_map.frame_idx[gaze_map.inside[i] == INSIDE])
    breaks = np.flatnonzero(np.diff(frames) > 1) + 1
    return [(int(part[0]), int(part[-1]) + 1) for part in np.split(frames, breaks) if len(part)]
