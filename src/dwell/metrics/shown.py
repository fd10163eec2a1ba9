"""How long each AOI was visible, absent, lost or unknown, from the frames."""

from __future__ import annotations

import numpy as np

from dwell.gaze import GazeMap, Section
from dwell.masks import STATES, UNKNOWN
from dwell.types import IntArray, State

__all__ = ["first_visible_ns", "frame_durations", "frames_in", "state_times"]


def frame_durations(gaze_map: GazeMap, section: Section) -> IntArray:
    """(f,) ns that each frame is shown within the section; 0 for filler frames, which show nothing."""
    clock = gaze_map.clock
    overlap = section.overlap_ns(clock.times_ns, clock.durations_ns)
    return np.where(clock.valid, overlap, 0)


def frames_in(gaze_map: GazeMap, section: Section) -> IntArray:
    """Numbers of the frames shown in the section, without filler frames."""
    return np.flatnonzero(frame_durations(gaze_map, section))


def state_times(gaze_map: GazeMap, i: int, section: Section) -> dict[State, tuple[int, int]]:
    """For each state: in how many frames AOI ``i`` has it, and for how many ns."""
    durations = frame_durations(gaze_map, section)
    frames = np.flatnonzero(durations)
    codes = gaze_map.masklets[i].codes_at(frames)
    named = [*enumerate(STATES), (UNKNOWN, State.UNKNOWN)]
    return {
        state: (int((codes == code).sum()), int(durations[frames[codes == code]].sum()))
        for code, state in named
    }


def first_visible_ns(gaze_map: GazeMap, i: int, section: Section) -> int | None:
    """Ns UTC when the section first shows AOI ``i``; None if it never does."""
    frames = frames_in(gaze_map, section)
    visible = frames[gaze_map.masklets[i].codes_at(frames) == STATES.index(State.VISIBLE)]
    return max(int(gaze_map.clock.times_ns[visible[0]]), section.first_ns) if len(visible) else None
