"""Stretches of time: visits to AOIs, how long each AOI was in view, and gaze that stayed on the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dwell.formats.gaze.answers import Answers
from dwell.formats.gaze.contract import GazeData
from dwell.gaze import INSIDE
from dwell.masks import STATES
from dwell.metrics.visits import find_visits
from dwell.types import BoolArray, IntArray, State

__all__ = ["Stay", "fixation_spans", "stays", "views", "visits"]

_VISIBLE = STATES.index(State.VISIBLE)


@dataclass(frozen=True, slots=True)
class Stay:
    """One stretch of time with an AOI."""

    i: int
    """Position of the AOI in ``GazeData.aois``; in ``stays``: which of ``Answers.sets``."""
    start_ns: int
    end_ns: int
    """ns UTC, exclusive."""


def visits(data: GazeData) -> list[Stay]:
    """Every visit to an AOI, by start; see ``dwell.metrics.find_visits``."""
    found = []
    for i in range(len(data.aois)):
        some = find_visits(data.gaze_map, data.gaze_map.inside[i] == INSIDE, data.section)
        found += [
            Stay(i, start, end)
            for start, end in zip(some.starts_ns.tolist(), some.ends_ns.tolist(), strict=True)
        ]
    return sorted(found, key=lambda stay: (stay.start_ns, stay.i))


def fixation_spans(data: GazeData) -> list[tuple[int, int, int]]:
    """Row in the fixation map, start and end (ns UTC, exclusive) of ``data.fixations``, cut at borders."""
    fixations, section = data.fixation_map, data.section
    if fixations is None:
        return []
    starts = np.maximum(fixations.starts_ns[data.fixations], section.first_ns)
    ends = np.minimum(fixations.ends_ns[data.fixations], section.stop_ns)
    return list(zip(data.fixations.tolist(), starts.tolist(), ends.tolist(), strict=True))


def views(data: GazeData) -> list[Stay]:
    """Every stretch of frames that show an AOI, by start, cut at the section's borders.

    Frames on which it is absent, lost or unknown, grey filler and gaps in the video end a stretch.
    """
    clock, section = data.gaze_map.clock, data.section
    starts = np.maximum(clock.times_ns, section.first_ns)
    ends = np.minimum(clock.ends_ns, section.stop_ns)
    frames = np.arange(len(clock))
    found = []
    for i, masklet in enumerate(data.gaze_map.masklets):
        shown = (masklet.codes_at(frames) == _VISIBLE) & clock.valid & (starts < ends)
        rows = np.flatnonzero(shown)
        ended = (np.diff(rows) > 1) | (starts[rows[1:]] > ends[rows[:-1]])
        found += [Stay(i, int(starts[first]), int(ends[last])) for first, last in _runs(rows, ended)]
    return sorted(found, key=lambda stay: (stay.start_ns, stay.i))


def stays(data: GazeData, answers: Answers) -> Iterator[Stay]:
    """Every stretch of samples with the same known answer and no gap between them, in time order.

    It ends where its last sample no longer stands for the gaze; see ``dwell.gaze.sample_durations``.
    """
    keys = np.where(answers.known, answers.keys, -1)
    starts = data.gaze_map.timestamps_ns[data.samples]
    ends = np.minimum(data.gaze_map.ends_ns[data.samples], data.section.stop_ns)
    ended = (np.diff(keys) != 0) | (starts[1:] > ends[:-1])
    for first, last in _runs(np.arange(len(keys)), ended):
        if keys[first] >= 0:
            yield Stay(int(keys[first]), int(starts[first]), int(ends[last]))


def _runs(rows: IntArray, ended: BoolArray) -> list[tuple[int, int]]:
    """First and last of the rows between the places where a run has ended."""
    if not len(rows):
        return []
    breaks = np.flatnonzero(ended) + 1
    first = rows[np.concatenate(([0], breaks))]
    last = rows[np.concatenate((breaks - 1, [len(rows) - 1]))]
    return list(zip(first.tolist(), last.tolist(), strict=True))
