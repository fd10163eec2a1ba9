"""aoi_visits.csv: uninterrupted stays of gaze on an AOI, from samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dwell.gaze import INSIDE, GazeMap, Section
from dwell.metrics.rounding import to_ms
from dwell.tables import AOI_VISITS, conform
from dwell.types import BoolArray, IntArray

__all__ = ["Visits", "compute_aoi_visits", "find_visits"]


@dataclass(frozen=True, eq=False)
class Visits:
    """v visits in time order."""

    starts_ns: IntArray
    """(v,) ns UTC: the first sample inside."""
    ends_ns: IntArray
    """(v,) ns UTC: the end of the last sample inside."""
    dwell_ns: IntArray
    """(v,) ns inside, without the short interruptions."""


def find_visits(gaze_map: GazeMap, inside: BoolArray, section: Section) -> Visits:
    """The visits made by some samples.

    A visit is a run of samples inside. Interruptions of at most ``options.visit_gap_ms`` do not end it,
    whether gaze was elsewhere, or nobody knows where (a blink, no gaze, no frame, unknown). Source:
    Holmqvist et al. 2011, ch. 6 (a dwell is one stay from entry to exit); the tolerance is ours, its
    default as Tobii's gap fill-in.

    Args:
        gaze_map: the samples.
        inside: (n,) bool, the samples inside.
        section: samples outside it do not count.
    """
    samples = np.flatnonzero(inside & in_section(gaze_map, section))
    durations = section.overlap_ns(gaze_map.timestamps_ns, gaze_map.durations_ns)[samples]
    starts = gaze_map.timestamps_ns[samples]
    ends = starts + durations
    if not len(samples):
        return Visits(starts, ends, durations)
    gaps = starts[1:] - ends[:-1]
    first = np.concatenate(([0], np.flatnonzero(gaps > gaze_map.options.visit_gap_ms * 1e6) + 1))
    last = np.append(first[1:], len(samples)) - 1
    return Visits(starts[first], ends[last], np.add.reduceat(durations, first))


def in_section(gaze_map: GazeMap, section: Section) -> BoolArray:
    """(n,) bool: the samples taken in the section."""
    times = gaze_map.timestamps_ns
    inside: BoolArray = (times >= section.first_ns) & (times < section.stop_ns)
    return inside


def compute_aoi_visits(gaze_map: GazeMap, section: Section) -> pd.DataFrame:
    """One row per visit (``AOI_VISITS``), AOI by AOI, in time order; see ``find_visits``."""
    parts = []
    for aoi, inside in zip(gaze_map.aois, gaze_map.inside, strict=True):
        visits = find_visits(gaze_map, inside == INSIDE, section)
        columns = {
            "recording id": section.recording_id,
            "section id": section.section_id,
            "aoi label": aoi.name,
            "object id": aoi.object_id,
            "visit id": np.arange(1, len(visits.starts_ns) + 1),
            "start timestamp [ns]": visits.starts_ns,
            "end timestamp [ns]": visits.ends_ns,
            "duration [ms]": to_ms(visits.ends_ns - visits.starts_ns),
            "dwell time [ms]": to_ms(visits.dwell_ns),
        }
        if len(visits.starts_ns):
            parts.append(pd.DataFrame(columns))
    return conform(pd.concat(parts) if parts else AOI_VISITS.empty(), AOI_VISITS)
