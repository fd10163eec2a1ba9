"""aoi_fixations.csv: the fixations on each AOI, as Pupil Cloud writes them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dwell.gaze import FixationMap, Section
from dwell.metrics.labels import label_id
from dwell.metrics.rounding import rounded_ms
from dwell.tables import AOI_FIXATIONS, conform

__all__ = ["compute_aoi_fixations"]


def compute_aoi_fixations(fixation_map: FixationMap, section: Section) -> pd.DataFrame:
    """One row per AOI and fixation on it (``AOI_FIXATIONS``), AOI by AOI, in time order.

    A fixation on two AOIs has two rows. Durations are computed from the nanoseconds and rounded to whole
    ms. Source: Pupil Cloud's table of this name, checked against a real export.
    """
    aoi, fixation = np.nonzero(fixation_map.assigned)
    names = np.array([each.name for each in fixation_map.aois], object)
    ids = np.array([label_id(name) for name in names], object)
    frame = pd.DataFrame(
        {
            "label id": ids[aoi],
            "aoi label": names[aoi],
            "section id": section.section_id,
            "recording id": section.recording_id,
            "fixation id": pd.Series(fixation_map.fixation_ids[fixation], dtype="Int64").replace(-1, pd.NA),
            "fixation duration [ms]": rounded_ms(fixation_map.durations_ns[fixation]),
        }
    )
    return conform(frame, AOI_FIXATIONS)
