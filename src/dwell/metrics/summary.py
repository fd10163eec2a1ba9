"""mapping_summary.csv: what became of every sample, frame and fixation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from dwell.gaze import INSIDE, OUTSIDE, STATUSES, UNKNOWN, FixationMap, GazeMap, Section
from dwell.metrics.rounding import to_ms
from dwell.metrics.sequence import PERSON, RULE
from dwell.metrics.shown import frame_durations, state_times
from dwell.metrics.visits import in_section
from dwell.tables import MAPPING_SUMMARY, conform
from dwell.types import BoolArray, IntArray

__all__ = ["compute_summary"]

_Row = tuple[str | None, str, str, int, int]
"""AOI label, of what, which, count, ns."""
_PLACES = {"inside": INSIDE, "outside": OUTSIDE, "unknown": UNKNOWN}


def compute_summary(
    gaze_map: GazeMap, section: Section, fixation_map: FixationMap | None = None
) -> pd.DataFrame:
    """Counts and times (``MAPPING_SUMMARY``) of samples, frames and fixations, whole and by AOI.

    Rows without an AOI label add up to all samples, frames, fixations, or assignments (one of each
    fixation); so do the rows of each AOI, over the samples that are ok, the frames that are no fillers, and
    the fixations. Without a fixation map, because the recording has no fixations, there are no rows on
    them.
    """
    rows = [*_samples(gaze_map, section), *_frames(gaze_map, section)]
    if fixation_map is not None:
        rows += _fixations(fixation_map)
    labels, of, which, count, ns = zip(*rows, strict=True)
    frame = pd.DataFrame(
        {
            "recording id": section.recording_id,
            "section id": section.section_id,
            "aoi label": pd.Series(labels, dtype="string"),
            "of": of,
            "which": which,
            "count": count,
            "time [ms]": to_ms(ns),
        }
    )
    return conform(frame, MAPPING_SUMMARY)


def _samples(gaze_map: GazeMap, section: Section) -> Iterator[_Row]:
    durations = section.overlap_ns(gaze_map.timestamps_ns, gaze_map.durations_ns)
    here = in_section(gaze_map, section)
    for code, status in enumerate(STATUSES):
        yield None, "samples", status, *_sum(here & (gaze_map.status == code), durations)
    for aoi, inside in zip(gaze_map.aois, gaze_map.inside, strict=True):
        for place, code in _PLACES.items():
            yield aoi.name, "samples", place, *_sum(here & gaze_map.ok & (inside == code), durations)


def _frames(gaze_map: GazeMap, section: Section) -> Iterator[_Row]:
    clock = gaze_map.clock
    shown = section.overlap_ns(clock.times_ns, clock.durations_ns)
    yield None, "frames", "shown", *_sum(frame_durations(gaze_map, section) > 0, shown)
    yield None, "frames", "filler", *_sum(~clock.valid & (shown > 0), shown)
    for i, aoi in enumerate(gaze_map.aois):
        for state, (count, ns) in state_times(gaze_map, i, section).items():
            yield aoi.name, "frames", str(state), count, ns


def _fixations(fixation_map: FixationMap) -> Iterator[_Row]:
    durations, valid, by_hand = fixation_map.durations_ns, fixation_map.n_valid > 0, fixation_map.by_hand
    yield None, "fixations", "with valid samples", *_sum(valid, durations)
    yield None, "fixations", "without valid samples", *_sum(~valid, durations)
    yield None, "assignments", RULE, *_sum(~by_hand, durations)
    yield None, "assignments", PERSON, *_sum(by_hand, durations)
    known = valid | by_hand
    for i, aoi in enumerate(fixation_map.aois):
        on, undecided = fixation_map.assigned[i], fixation_map.undecided[i]
        yield aoi.name, "fixations", "inside", *_sum(on, durations)
        yield aoi.name, "fixations", "outside", *_sum(~on & ~undecided & known, durations)
        yield aoi.name, "fixations", "unknown", *_sum(undecided | ~known, durations)


def _sum(chosen: BoolArray, durations_ns: IntArray) -> tuple[int, int]:
    return int(np.count_nonzero(chosen)), int(durations_ns[chosen].sum())
