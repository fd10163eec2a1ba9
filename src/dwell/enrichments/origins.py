"""Times to first: from where they count."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dwell.enrichments.mapping import ImageMap
from dwell.types import FloatArray, IntArray

__all__ = ["since_origin_ns"]


def since_origin_ns(
    image_map: ImageMap, times_ns: IntArray, section: IntArray, starts_ns: Mapping[str, int] | None = None
) -> FloatArray:
    """(n,) whole ns from the origin, by ``options.ttff_origin``; NaN where the origin is not known.

    Args:
        image_map: whose options and sections.
        times_ns: (n,) ns UTC.
        section: (n,) position in ``Enrichment.sections`` of each time.
        starts_ns: recording id → ns UTC of its start, for those whose sections do not start there.
    """
    origins = _origins_ns(image_map, starts_ns)
    known, first = origins.notna().to_numpy(), origins.fillna(0).to_numpy(np.int64)
    return np.where(known[section], (times_ns - first[section]).astype(np.float64), np.nan)


def _origins_ns(image_map: ImageMap, starts_ns: Mapping[str, int] | None) -> pd.Series:
    """(s,) Int64 ns UTC of each section's origin; missing where it is not known."""
    enrichment = image_map.enrichment
    if image_map.options.ttff_origin == "section":
        return pd.Series([each.start_ns for each in enrichment.sections], dtype="Int64")
    starts = enrichment.recording_starts_ns(dict(starts_ns or {}))
    return starts.iloc[enrichment.recording_of_section].reset_index(drop=True)
