"""aoi_sequence.csv: the fixations in time order, each on at most one AOI, and the transitions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dwell.gaze import FixationMap, Section
from dwell.metrics.rounding import to_ms
from dwell.tables import AOI_SEQUENCE, conform

__all__ = ["compute_aoi_sequence", "compute_transitions"]

OUTSIDE, UNKNOWN = "outside", "unknown"
"""What a fixation is on that is in no AOI, and one of which that is not known."""
RULE, PERSON = "rule", "person"
"""Who says which AOIs a fixation is on."""


def compute_aoi_sequence(fixation_map: FixationMap, section: Section) -> pd.DataFrame:
    """One row per fixation (``AOI_SEQUENCE``).

    Where AOIs overlap, ``options.overlap_rule`` picks one. ``on`` says whether the fixation is on an ``aoi``,
    ``outside`` all of them, or ``unknown``: it has no valid sample, or might be on an AOI whose place is
    not known. What a person has put by hand is never unknown.
    """
    single = fixation_map.single_aoi
    names = np.array([*(aoi.name for aoi in fixation_map.aois), None], object)
    doubtful = fixation_map.undecided.any(axis=0) | (fixation_map.n_valid == 0)
    doubtful &= ~fixation_map.by_hand
    frame = pd.DataFrame(
        {
            "recording id": section.recording_id,
            "section id": section.section_id,
            "fixation id": pd.Series(fixation_map.fixation_ids, dtype="Int64").replace(-1, pd.NA),
            "start timestamp [ns]": fixation_map.starts_ns,
            "end timestamp [ns]": fixation_map.ends_ns,
            "duration [ms]": to_ms(fixation_map.durations_ns),
            "on": np.where(single >= 0, "aoi", np.where(doubtful, UNKNOWN, OUTSIDE)),
            "aoi label": pd.Series(names[single], dtype="string"),
            "overlap rule": fixation_map.options.overlap_rule,
            "assigned by": np.where(fixation_map.by_hand, PERSON, RULE),
        }
    )
    return conform(frame, AOI_SEQUENCE)


def compute_transitions(fixation_map: FixationMap) -> pd.DataFrame:
    """Square table of counts: from the AOI in the row to the one in the column, in successive visits.

    Fixations on the same AOI in a row are one visit, so the diagonal is 0. Fixations outside and unknown
    ones are passed over: what counts is the next AOI. Source: Holmqvist et al. 2011, ch. 10.
    """
    single = fixation_map.single_aoi
    order = single[single >= 0]
    order = order[np.diff(order, prepend=-1) != 0]
    k = len(fixation_map.aois)
    counts = np.zeros((k, k), np.int64)
    np.add.at(counts, (order[:-1], order[1:]), 1)
    names = [aoi.name for aoi in fixation_map.aois]
    return pd.DataFrame(counts, index=pd.Index(names, name="from"), columns=pd.Index(names, name="to"))
