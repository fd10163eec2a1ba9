"""image_dwell.csv: how long gaze samples were on each AOI of a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dwell.enrichments.mapping import ImageMap
from dwell.enrichments.origins import since_origin_ns
from dwell.metrics.rounding import to_ms
from dwell.tables import IMAGE_DWELL, conform
from dwell.types import FloatArray, IntArray

__all__ = ["image_dwell"]


def image_dwell(image_map: ImageMap, starts_ns: Mapping[str, int] | None = None) -> pd.DataFrame:
    """One row per AOI and recording (``IMAGE_DWELL``), AOI by AOI.

    Args:
        image_map: what was looked at.
        starts_ns: recording id → ns UTC of its start, for those whose sections do not start there.
    """
    recordings, options = image_map.enrichment.recordings, image_map.options
    names = [each.name for each in image_map.areas]
    gaze_ns, dwell_ns = _dwell_ns(image_map)
    visits = _visits(image_map, starts_ns)
    repeated = np.broadcast_to(gaze_ns, dwell_ns.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(repeated > 0, dwell_ns / repeated, np.nan)
        mean_visit = np.where(visits.n > 0, visits.total_ns / visits.n, np.nan)
    height, width = image_map.enrichment.size_hw
    area_share = np.array([each.mask.area / (height * width) for each in image_map.areas])[:, None]
    per_area = np.where(area_share > 0, share / np.where(area_share > 0, area_share, 1), np.nan)
    frame = pd.DataFrame(
        {
            "recording id": [each.recording_id for each in recordings] * len(names),
            "recording name": [each.recording_name for each in recordings] * len(names),
            "aoi label": np.repeat(np.array(names, object), len(recordings)),
            "dwell time [ms]": to_ms(dwell_ns).ravel(),
            "gaze time [ms]": to_ms(repeated).ravel(),
            "dwell share": share.ravel(),
            "visits": visits.n.ravel(),
            "mean visit duration [ms]": mean_visit.ravel() / 1e6,
            "time to first visit [ms]": visits.first_ns.ravel() / 1e6,
            "area share": np.broadcast_to(area_share, share.shape).ravel(),
            "dwell share per area share": per_area.ravel(),
            "margin [px]": float(options.margin_px),
            "blinks": options.blinks,
            "ttff origin": options.ttff_origin,
        }
    )
    return conform(frame, IMAGE_DWELL)


def _dwell_ns(image_map: ImageMap) -> tuple[IntArray, IntArray]:
    """(r,) ns of gaze on the picture in each recording, and (a, r) ns of it on each area."""
    enrichment = image_map.enrichment
    n_codes, n_recordings = len(image_map.index.members), len(enrichment.recordings)
    recording = enrichment.recording_of_section[enrichment.gaze.section]
    cell = recording * n_codes + image_map.codes
    weights = np.where(image_map.ok, image_map.durations_ns, 0)
    ns = np.bincount(cell, weights, n_recordings * n_codes).reshape(n_recordings, n_codes)
    whole = np.rint(ns).astype(np.int64)
    return whole.sum(axis=1), (whole @ image_map.index.members.astype(np.int64)).T


@dataclass(frozen=True, eq=False)
class _Visits:
    """Visits to a areas in r recordings."""

    n: IntArray
    """(a, r) how many."""
    total_ns: IntArray
    """(a, r) from entry to exit, all together."""
    first_ns: FloatArray
    """(a, r) from the origin to the first entry; NaN = none, or the origin is not known."""


@dataclass(frozen=True, eq=False)
class _Stays:
    """Runs of samples at places of one code, without a gap."""

    codes: IntArray
    section: IntArray
    starts_ns: IntArray
    ends_ns: IntArray


def _visits(image_map: ImageMap, starts_ns: Mapping[str, int] | None) -> _Visits:
    enrichment = image_map.enrichment
    stays = _stays(image_map)
    shape = (len(image_map.areas), len(enrichment.recordings))
    found = _Visits(np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.full(shape, np.nan))
    gap_ns = image_map.options.visit_gap_ms * 1e6
    for area, member in enumerate(image_map.index.members.T):
        mine = np.flatnonzero(member[stays.codes])
        if not len(mine):
            continue
        section, starts, ends = stays.section[mine], stays.starts_ns[mine], stays.ends_ns[mine]
        new = (np.diff(section) != 0) | (starts[1:] - ends[:-1] > gap_ns)
        first = np.concatenate(([0], np.flatnonzero(new) + 1))
        last = np.append(first[1:], len(mine)) - 1
        recording = enrichment.recording_of_section[section[first]]
        found.n[area] = np.bincount(recording, minlength=shape[1])
        np.add.at(found.total_ns[area], recording, ends[last] - starts[first])
        order = np.lexsort((starts[first], recording))
        present, place = np.unique(recording[order], return_index=True)
        entry = first[order[place]]
        since = since_origin_ns(image_map, starts[entry], section[entry], starts_ns)
        found.first_ns[area, present] = since
    return found


def _stays(image_map: ImageMap) -> _Stays:
    gaze = image_map.enrichment.gaze
    inside = np.flatnonzero(image_map.codes > 0)
    codes, section = image_map.codes[inside], gaze.section[inside]
    starts = gaze.timestamps_ns[inside]
    ends = starts + image_map.durations_ns[inside]
    new = (np.diff(codes) != 0) | (np.diff(section) != 0) | (starts[1:] != ends[:-1])
    first = np.concatenate(([0], np.flatnonzero(new) + 1)) if len(inside) else np.zeros(0, np.int64)
    last = np.append(first[1:], len(inside)) - 1 if len(inside) else first
    return _Stays(codes[first], section[first], starts[first], ends[last])
