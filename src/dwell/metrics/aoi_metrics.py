"""aoi_metrics.csv: fixation metrics of each AOI, as Pupil Cloud computes them."""

from __future__ import annotations

import pandas as pd

from dwell.gaze import FixationMap, Section
from dwell.metrics.labels import label_id
from dwell.metrics.rounding import floor_ms, rounded_ms
from dwell.tables import AOI_METRICS, conform

__all__ = ["compute_aoi_metrics"]


def compute_aoi_metrics(fixation_map: FixationMap, section: Section) -> pd.DataFrame:
    """One row per AOI (``AOI_METRICS``), also for one that was never fixated: 0, and the rest empty.

    Total: sum of the whole-ms durations of ``aoi_fixations``. Average: total / count, rounded down. Time to
    first
    fixation: from the *recording's* start, whatever ``ttff_origin`` is, rounded down (how Cloud rounds it
    is not known, so 1 ms may differ); ``aoi_dwell`` has it from the chosen origin. Source: Pupil Cloud's
    documentation, and arithmetic on a real export.
    """
    rows = [_row(fixation_map, i, section) for i in range(len(fixation_map.aois))]
    return conform(pd.DataFrame(rows, columns=AOI_METRICS.names), AOI_METRICS)


def _row(fixation_map: FixationMap, i: int, section: Section) -> dict[str, object]:
    name, mine = fixation_map.aois[i].name, fixation_map.assigned[i]
    count = int(mine.sum())
    total = int(rounded_ms(fixation_map.durations_ns[mine]).sum())
    first_ns = int(fixation_map.starts_ns[mine].min()) if count else 0
    return {
        "label id": label_id(name),
        "recording id": section.recording_id,
        "recording name": section.recording_name,
        "aoi label": name,
        "average fixation duration [ms]": total // count if count else pd.NA,
        "total fixations": count,
        "time to first fixation [ms]": floor_ms(first_ns - section.recording_start_ns) if count else pd.NA,
        "total fixation duration [ms]": total if count else pd.NA,
    }
