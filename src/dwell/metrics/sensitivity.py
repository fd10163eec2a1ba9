"""How dwell time depends on the margin around the AOIs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dwell.gaze import GazeMap, Section
from dwell.gaze.mapping import within_margin
from dwell.metrics.rounding import to_ms

__all__ = ["compute_margin_sensitivity"]

_MARGINS_DEG = (-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
_MARGINS_PX = (-15.0, -12.0, -9.0, -6.0, -3.0, 0.0, 3.0, 6.0, 9.0, 12.0, 15.0, 20.0, 25.0, 30.0, 45.0)


def compute_margin_sensitivity(
    gaze_map: GazeMap, section: Section, margins_deg: Sequence[float] | None = None
) -> pd.DataFrame:
    """Dwell time in ms of each AOI (row) at each margin (column), from distances that are known already.

    Every number is the one that mapping with that margin gives. Where nothing says how large a degree is, the
    margins are px. The index is named ``aoi label``, the columns ``margin [deg]`` or ``margin [px]``. Source:
    ours.

    Args:
        gaze_map: mapped with any margin.
        section: samples outside it do not count.
        margins_deg: in any order; None = some from -1° to 3° (-15 to 45 px) within the distance limit.

    Raises:
        ValueError: a margin is no number, or wider than the limit to which distances were computed.
    """
    scale = gaze_map.scale
    in_deg = scale.camera is not None or scale.px_per_degree is not None
    limit = scale.limit_deg if in_deg else scale.limit_px
    margins = _chosen(margins_deg, limit, "°" if in_deg else " px", _MARGINS_DEG if in_deg else _MARGINS_PX)
    durations = section.overlap_ns(gaze_map.timestamps_ns, gaze_map.durations_ns)
    px, deg = gaze_map.distance_px, gaze_map.distance_deg if in_deg else gaze_map.distance_px
    dwell_ns = np.zeros((len(gaze_map.aois), len(margins)), np.int64)
    for i in range(len(gaze_map.aois)):
        for j, margin in enumerate(margins):
            dwell_ns[i, j] = durations[within_margin(px[i], deg[i], margin)].sum()
    return pd.DataFrame(
        to_ms(dwell_ns),
        index=pd.Index([aoi.name for aoi in gaze_map.aois], name="aoi label"),
        columns=pd.Index(margins, name="margin [deg]" if in_deg else "margin [px]", dtype="float64"),
    )


def _chosen(
    given: Sequence[float] | None, limit: float, unit: str, usual: tuple[float, ...]
) -> tuple[float, ...]:
    if given is None:
        return tuple(each for each in usual if abs(each) <= limit)
    for margin in given:
        if not abs(margin) <= limit:
            raise ValueError(
                f"A margin of {margin:g}{unit} cannot be told from distances up to {limit:g}{unit}; map with "
                "a wider distance limit, or ask for a smaller margin."
            )
    return tuple(float(each) for each in given)
