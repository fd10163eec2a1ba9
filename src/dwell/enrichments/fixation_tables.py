"""Tables on fixations, equal to those Pupil Cloud computes for the same masks.

Source: Pupil Cloud's documentation, and arithmetic on a real export.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dwell.enrichments.mapping import ImageMap
from dwell.enrichments.origins import since_origin_ns
from dwell.metrics.labels import label_id
from dwell.metrics.rounding import rounded_ms
from dwell.tables import AOI_FIXATIONS, AOI_LABEL_METRICS, AOI_METRICS, conform
from dwell.types import FloatArray, IntArray

__all__ = ["FixationCounts", "aoi_fixations", "aoi_label_metrics", "aoi_metrics", "count_fixations"]

_NS_PER_MS = 1_000_000


def aoi_fixations(image_map: ImageMap) -> pd.DataFrame:
    """One row per AOI and fixation on it (``AOI_FIXATIONS``), AOI by AOI, section by section, in time order.

    A fixation that two sections cut has a row in each. Durations are computed from the nanoseconds and
    rounded to whole ms.
    """
    enrichment, fixations = image_map.enrichment, image_map.enrichment.fixations
    area, fixation = np.nonzero(image_map.fixated.T)
    names = np.array([each.name for each in image_map.areas], object)
    ids = np.array([label_id(name) for name in names], object)
    sections = np.array([each.section_id for each in enrichment.sections], object)
    recordings = np.array([each.recording_id for each in enrichment.sections], object)
    section = fixations.section[fixation]
    frame = pd.DataFrame(
        {
            "label id": ids[area],
            "aoi label": names[area],
            "section id": sections[section],
            "recording id": recordings[section],
            "fixation id": pd.Series(fixations.ids[fixation], dtype="Int64"),
            "fixation duration [ms]": rounded_ms(fixations.ends_ns - fixations.starts_ns)[fixation],
        }
    )
    return conform(frame, AOI_FIXATIONS)


@dataclass(frozen=True, eq=False)
class FixationCounts:
    """What the fixations on a areas in r recordings add up to."""

    n: IntArray
    """(a, r) fixations."""
    total_ms: IntArray
    """(a, r) sum of their durations, each rounded to whole ms."""
    ttff_ns: FloatArray
    """(a, r) whole ns from the origin to the first; NaN = none, or the origin is not known."""


def count_fixations(image_map: ImageMap, starts_ns: Mapping[str, int] | None = None) -> FixationCounts:
    """Fixations on each area in each recording.

    Args:
        image_map: what was looked at.
        starts_ns: recording id → ns UTC of its start, for those whose sections do not start there.
    """
    enrichment, fixations = image_map.enrichment, image_map.enrichment.fixations
    shape = (len(image_map.areas), len(enrichment.recordings))
    area, fixation = np.nonzero(image_map.fixated.T)
    recording = enrichment.recording_of_section[fixations.section[fixation]]
    cell = area * shape[1] + recording
    size = shape[0] * shape[1]
    durations = rounded_ms(fixations.ends_ns - fixations.starts_ns)[fixation]
    total = np.zeros(size, np.int64)
    np.add.at(total, cell, durations)
    order = np.lexsort((fixations.starts_ns[fixation], cell))
    cells, place = np.unique(cell[order], return_index=True)
    ttff = np.full(size, np.nan)
    first = fixation[order][place]
    ttff[cells] = since_origin_ns(image_map, fixations.starts_ns[first], fixations.section[first], starts_ns)
    return FixationCounts(
        np.bincount(cell, minlength=size).reshape(shape), total.reshape(shape), ttff.reshape(shape)
    )


def aoi_metrics(image_map: ImageMap, counts: FixationCounts) -> pd.DataFrame:
    """One row per AOI and recording (``AOI_METRICS``), also where nothing was fixated: 0, the rest empty.

    Total: sum of the whole-ms durations. Average: total / count, rounded down. Time to first fixation: from
    ``options.ttff_origin``, rounded down (how Cloud rounds it is not known, so 1 ms may differ); empty where
    the origin is not known.
    """
    names = [each.name for each in image_map.areas]
    recordings = image_map.enrichment.recordings
    n_recordings, flat_n = len(recordings), counts.n.ravel()
    some = flat_n > 0
    total = pd.Series(counts.total_ms.ravel(), dtype="Int64").mask(~some)
    ttff = np.floor_divide(counts.ttff_ns.ravel(), _NS_PER_MS)
    frame = pd.DataFrame(
        {
            "label id": np.repeat(np.array([label_id(name) for name in names], object), n_recordings),
            "recording id": [each.recording_id for each in recordings] * len(names),
            "recording name": [each.recording_name for each in recordings] * len(names),
            "aoi label": np.repeat(np.array(names, object), n_recordings),
            "average fixation duration [ms]": total // pd.Series(np.maximum(flat_n, 1)),
            "total fixations": flat_n,
            "time to first fixation [ms]": pd.Series(ttff).astype("Int64"),
            "total fixation duration [ms]": total,
        }
    )
    return conform(frame, AOI_METRICS)


def aoi_label_metrics(image_map: ImageMap, counts: FixationCounts) -> pd.DataFrame:
    """One row per AOI over all recordings (``AOI_LABEL_METRICS``), as in Pupil Cloud's bar charts."""
    recordings = image_map.enrichment.recordings
    wearers = [each.wearer for each in recordings]
    n_recordings = max(len(recordings), 1)
    rows = []
    for area, n, total_ms, ttff_ns in zip(
        image_map.areas, counts.n, counts.total_ms, counts.ttff_ns, strict=True
    ):
        known = np.isfinite(ttff_ns)
        rows.append(
            {
                "label id": label_id(area.name),
                "label name": area.name,
                "total fixation duration [ms]": total_ms.sum() / n_recordings,
                "average fixation duration [ms]": total_ms.sum() / n.sum() if n.any() else np.nan,
                "time to first fixation [ms]": ttff_ns[known].mean() / _NS_PER_MS if known.any() else np.nan,
                "wearer reach": _reach(wearers, n),
                "recording reach": np.count_nonzero(n) / n_recordings,
                "average fixation count": n.sum() / n_recordings,
            }
        )
    return conform(pd.DataFrame(rows, columns=AOI_LABEL_METRICS.names), AOI_LABEL_METRICS)


def _reach(wearers: list[str], n: IntArray) -> float:
    """Share of the wearers who fixated at all; NaN if some recording's wearer is not known."""
    if not wearers or not all(wearers):
        return float("nan")
    reached = {wearer for wearer, count in zip(wearers, n, strict=True) if count}
    return len(reached) / len(set(wearers))
