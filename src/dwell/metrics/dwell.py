"""aoi_dwell.csv: how long, how often and how soon gaze was on each AOI, from samples and fixations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dwell.gaze import INSIDE, UNKNOWN, FixationMap, GazeMap, Section
from dwell.metrics.shown import first_visible_ns, state_times
from dwell.metrics.visits import find_visits
from dwell.tables import AOI_DWELL, conform
from dwell.types import State

__all__ = ["compute_aoi_dwell"]

_NS_PER_MS = 1e6


def compute_aoi_dwell(
    gaze_map: GazeMap, section: Section, fixation_map: FixationMap | None = None
) -> pd.DataFrame:
    """One row per AOI (``AOI_DWELL``).

    Dwell time is the time that the samples inside stand for (each until the next, at most twice the median
    interval). Without a fixation map, because the recording has no fixations, the columns on fixations are
    empty.

    Times to the first fixation and visit start at ``options.ttff_origin``; from *aoi visible*, gaze that
    was already there when the AOI came into view gives 0. Source: Holmqvist et al. 2011, ch. 6 and 10–13,
    for dwell, visits and times to first; dwell per visible time is ours.
    """
    rows = []
    for i, aoi in enumerate(gaze_map.aois):
        row: dict[str, object] = {
            "recording id": section.recording_id,
            "recording name": section.recording_name,
            "section id": section.section_id,
            "aoi label": aoi.name,
            "object id": aoi.object_id,
        }
        origin_ns = _origin_ns(gaze_map, i, section)
        row |= _times(gaze_map, i, section)
        row |= _visits(gaze_map, i, section, origin_ns)
        row |= _fixations(fixation_map, i, origin_ns)
        row |= _options(gaze_map)
        rows.append(row)
    return conform(pd.DataFrame(rows, columns=AOI_DWELL.names), AOI_DWELL)


def _times(gaze_map: GazeMap, i: int, section: Section) -> dict[str, object]:
    durations = section.overlap_ns(gaze_map.timestamps_ns, gaze_map.durations_ns)
    gaze_ns = int(durations[gaze_map.ok].sum())
    dwell_ns = int(durations[gaze_map.inside[i] == INSIDE].sum())
    unknown_ns = int(durations[gaze_map.ok & (gaze_map.inside[i] == UNKNOWN)].sum())
    shown = {state: ns for state, (_, ns) in state_times(gaze_map, i, section).items()}
    return {
        "dwell time [ms]": dwell_ns / _NS_PER_MS,
        "gaze time [ms]": gaze_ns / _NS_PER_MS,
        "unknown gaze time [ms]": unknown_ns / _NS_PER_MS,
        "dwell share": _ratio(dwell_ns, gaze_ns),
        "visible time [ms]": shown[State.VISIBLE] / _NS_PER_MS,
        "tracked time [ms]": (shown[State.VISIBLE] + shown[State.ABSENT]) / _NS_PER_MS,
        "unknown time [ms]": (shown[State.UNKNOWN] + shown[State.LOST]) / _NS_PER_MS,
        "dwell per visible time": _ratio(dwell_ns, shown[State.VISIBLE]),
    }


def _visits(gaze_map: GazeMap, i: int, section: Section, origin_ns: int | None) -> dict[str, object]:
    visits = find_visits(gaze_map, gaze_map.inside[i] == INSIDE, section)
    n = len(visits.starts_ns)
    total_ns = int((visits.ends_ns - visits.starts_ns).sum())
    return {
        "visits": n,
        "mean visit duration [ms]": _ratio(total_ns, n) / _NS_PER_MS,
        "time to first visit [ms]": _since(origin_ns, int(visits.starts_ns[0])) if n else np.nan,
    }


def _fixations(fixation_map: FixationMap | None, i: int, origin_ns: int | None) -> dict[str, object]:
    if fixation_map is None:
        return {}
    mine = fixation_map.assigned[i]
    durations, n = fixation_map.durations_ns[mine], int(mine.sum())
    return {
        "total fixations": n,
        "undecided fixations": int(fixation_map.undecided[i].sum()),
        "total fixation duration [ms]": int(durations.sum()) / _NS_PER_MS,
        "average fixation duration [ms]": _ratio(int(durations.sum()), n) / _NS_PER_MS,
        "first fixation duration [ms]": int(durations[0]) / _NS_PER_MS if n else np.nan,
        "time to first fixation [ms]": _since(origin_ns, int(fixation_map.starts_ns[mine][0]))
        if n
        else np.nan,
    }


def _options(gaze_map: GazeMap) -> dict[str, object]:
    options = gaze_map.options
    return {
        "margin [deg]": options.margin_deg,
        "fixation rule": options.fixation_rule,
        "blinks": options.blinks,
        "ttff origin": options.ttff_origin,
    }


def _origin_ns(gaze_map: GazeMap, i: int, section: Section) -> int | None:
    origin = gaze_map.options.ttff_origin
    if origin == "aoi visible":
        return first_visible_ns(gaze_map, i, section)
    if origin == "section" and section.start_ns is not None:
        return section.start_ns
    return section.recording_start_ns


def _since(origin_ns: int | None, time_ns: int) -> float:
    return np.nan if origin_ns is None else max(time_ns - origin_ns, 0) / _NS_PER_MS


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else np.nan
