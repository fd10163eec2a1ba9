"""map_fixations: which fixation fell on which AOI, by its gaze samples, or because a person says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dwell.gaze.mapping import locate
from dwell.gaze.maps import INSIDE, UNKNOWN, GazeMap
from dwell.gaze.options import MappingOptions
from dwell.gaze.overlap import one_aoi
from dwell.gaze.section import Section
from dwell.masks.geometry import pixels_of
from dwell.types import AOI, BoolArray, FloatArray, IntArray

__all__ = ["FixationMap", "map_fixations"]


@dataclass(frozen=True, eq=False)
class FixationMap:
    """m fixations in time order, mapped to k AOIs."""

    options: MappingOptions
    aois: tuple[AOI, ...]
    fixation_ids: IntArray
    """(m,) as in the fixations table, -1 = none."""
    starts_ns: IntArray
    """(m,) ns UTC."""
    ends_ns: IntArray
    """(m,) ns UTC, exclusive."""
    mean_xy: FloatArray
    """(m, 2) px: mean of the valid samples, NaN without one."""
    frame_idx: IntArray
    """(m,) frame of the valid sample nearest to the fixation's middle, -1 without one."""
    n_valid: IntArray
    """(m,) samples with start ≤ t < end whose status is ok. A fixation without one is on no AOI."""
    share_inside: FloatArray
    """(k, m) share of the valid samples inside the AOI, NaN without a valid sample."""
    share_unknown: FloatArray
    """(k, m) share of the valid samples for which it is unknown, NaN without a valid sample."""
    assigned: BoolArray
    """(k, m) the fixation is on the AOI, by ``options.fixation_rule``, or by hand."""
    undecided: BoolArray
    """(k, m) not assigned, but could be if the unknown samples were known."""
    by_hand: BoolArray
    """(m,) a person has said which AOIs the fixation is on."""
    areas: IntArray
    """(k, m) px: size of the AOI in ``frame_idx``, 0 = not visible."""
    n_unused_marks: int = 0
    """Marks of a person that no fixation of the recording starts at."""

    def __len__(self) -> int:
        """Number of fixations."""
        return len(self.fixation_ids)

    @property
    def durations_ns(self) -> IntArray:
        """(m,) ns, end minus start."""
        return self.ends_ns - self.starts_ns

    @property
    def single_aoi(self) -> IntArray:
        """(m,) index of the one AOI each fixation counts for in sequences, by the overlap rule; -1 = none."""
        return one_aoi(self.assigned, self.areas, self.options.overlap_rule)


def map_fixations(
    gaze_map: GazeMap,
    fixations: pd.DataFrame,
    section: Section | None = None,
    marks: Mapping[int, Collection[int]] | None = None,
) -> FixationMap:
    """Every fixation, with the AOIs it is on.

    The rule is applied to the fixation's valid samples (status ok, start ≤ t < end), not to the stored mean
    position: that one is misleading when the head or the AOI moves. Unknown samples count as valid but not as
    inside, so a fixation is assigned only on what is known.

    Args:
        gaze_map: the mapped samples.
        fixations: columns of ``dwell.tables.FIXATIONS``; sorted here by start.
        section: clip the fixations to this part of the recording; None = take them as they are.
        marks: start of a fixation in ns, unclipped, → object_ids: by a person's word the fixation is on
            exactly these AOIs, whatever its samples say, and never undecided. See
            ``Project.fixation_marks``.

    Raises:
        ValueError: the times are not int64.
    """
    marks = marks or {}
    n_unused = len(set(marks) - set(fixations["start timestamp [ns]"].tolist()))
    fixations = fixations.assign(**{_MARKED_BY: fixations["start timestamp [ns]"]})
    if section is not None:
        fixations = section.clip_fixations(fixations)
    starts, ends, ids, keys = _columns(fixations)
    ok = np.flatnonzero(gaze_map.ok)
    times = gaze_map.timestamps_ns[ok]
    first, stop = np.searchsorted(times, starts), np.searchsorted(times, ends)
    stop = np.maximum(first, stop)
    n_valid = stop - first
    frame_idx = _middle_frames(gaze_map.frame_idx[ok], times, first, stop, (ends - starts) // 2 + starts)
    mean_xy = np.stack([_share(gaze_map.gaze_xy[ok, i], first, stop) for i in (0, 1)], axis=1)
    inside = _shares(gaze_map.inside[:, ok] == INSIDE, first, stop)
    unknown = _shares(gaze_map.inside[:, ok] == UNKNOWN, first, stop)
    assigned, undecided = _assign(gaze_map, inside, unknown, mean_xy, frame_idx)
    by_hand = _put_by_hand(gaze_map, keys, marks, assigned, undecided)
    areas = [_areas(gaze_map, i, frame_idx) for i in range(len(gaze_map.masklets))]
    return FixationMap(
        options=gaze_map.options,
        aois=gaze_map.aois,
        fixation_ids=ids,
        starts_ns=starts,
        ends_ns=ends,
        mean_xy=mean_xy,
        frame_idx=frame_idx,
        n_valid=n_valid,
        share_inside=inside,
        share_unknown=unknown,
        assigned=assigned,
        undecided=undecided,
        by_hand=by_hand,
        areas=np.array(areas, np.int64).reshape(len(areas), len(starts)),
        n_unused_marks=n_unused,
    )


_MARKED_BY = "start before clipping [ns]"
"""Column with what a fixation is known by to ``marks``."""


def _columns(fixations: pd.DataFrame) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Start, end, id and unclipped start of each fixation, by start."""
    for column in ("start timestamp [ns]", "end timestamp [ns]"):
        if len(fixations) and fixations[column].dtype != np.int64:
            raise ValueError(
                f"{column}: expected int64, got {fixations[column].dtype}; float time loses nanoseconds."
            )
    starts = fixations["start timestamp [ns]"].to_numpy(np.int64)
    ends = fixations["end timestamp [ns]"].to_numpy(np.int64)
    ids = fixations["fixation id"].astype("Int64").fillna(-1).to_numpy(np.int64)
    keys = fixations[_MARKED_BY].to_numpy(np.int64)
    order = np.argsort(starts, kind="stable")
    return _int64(starts[order]), _int64(ends[order]), _int64(ids[order]), _int64(keys[order])


def _int64(values: NDArray[Any]) -> IntArray:
    return values.astype(np.int64)


def _share(values: FloatArray, first: IntArray, stop: IntArray) -> FloatArray:
    """(m,) mean of values[first:stop], NaN where that is empty."""
    shift = values.mean() if len(values) else 0.0  # keeps the sums small
    sums = np.concatenate(([0.0], np.cumsum(values - shift)))
    n = stop - first
    mean = (sums[stop] - sums[first]) / np.where(n > 0, n, 1) + shift
    return np.where(n > 0, mean, np.nan)


def _shares(flags: NDArray[np.bool_], first: IntArray, stop: IntArray) -> FloatArray:
    """(k, m) share of True in flags[:, first:stop], NaN where that is empty."""
    sums: IntArray = np.zeros((len(flags), flags.shape[1] + 1), np.int64)
    np.cumsum(flags, axis=1, out=sums[:, 1:])
    n = stop - first
    return np.where(n > 0, (sums[:, stop] - sums[:, first]) / np.where(n > 0, n, 1), np.nan)


def _middle_frames(
    frames: IntArray, times: IntArray, first: IntArray, stop: IntArray, middles_ns: IntArray
) -> IntArray:
    """(m,) frame of the valid sample nearest to the middle, of two the earlier; -1 without a valid sample."""
    result = np.full(len(first), -1, np.int64)
    some = np.flatnonzero(stop > first)
    after = np.clip(np.searchsorted(times, middles_ns[some]), first[some], stop[some] - 1)
    before = np.maximum(after - 1, first[some])
    nearer = np.abs(times[after] - middles_ns[some]) < np.abs(middles_ns[some] - times[before])
    result[some] = frames[np.where(nearer, after, before)]
    return result


def _assign(
    gaze_map: GazeMap, inside: FloatArray, unknown: FloatArray, mean_xy: FloatArray, frame_idx: IntArray
) -> tuple[BoolArray, BoolArray]:
    """Assigned and undecided, both (k, m). NaN shares compare as False."""
    rule = gaze_map.options.fixation_rule
    if rule == "mean":
        codes = [_at_mean(gaze_map, i, mean_xy, frame_idx) for i in range(len(gaze_map.masklets))]
        code = np.array(codes, np.int8).reshape(inside.shape)
        return code == INSIDE, (code == UNKNOWN) & (frame_idx >= 0)
    needed = 0.5 if rule == "majority" else 0.0
    assigned = inside > needed
    return assigned, ~assigned & (inside + unknown > needed)


def _put_by_hand(
    gaze_map: GazeMap,
    keys: IntArray,
    marks: Mapping[int, Collection[int]],
    assigned: BoolArray,
    undecided: BoolArray,
) -> BoolArray:
    """(m,) which fixations are marked; assigned and undecided, both (k, m), are changed for them."""
    by_hand: BoolArray = np.isin(keys, np.fromiter(marks, np.int64, len(marks)))
    undecided[:, by_hand] = False
    for j in np.flatnonzero(by_hand):
        assigned[:, j] = [aoi.object_id in marks[int(keys[j])] for aoi in gaze_map.aois]
    return by_hand


def _at_mean(gaze_map: GazeMap, i: int, mean_xy: FloatArray, frame_idx: IntArray) -> NDArray[np.int8]:
    codes = np.full(len(frame_idx), UNKNOWN, np.int8)
    some = np.flatnonzero(frame_idx >= 0)
    pixels_xy, _ = pixels_of(mean_xy[some])
    masklet, margin = gaze_map.masklets[i], gaze_map.options.margin_deg
    codes[some] = locate(masklet, frame_idx[some], pixels_xy, gaze_map.scale, margin).inside
    return codes


def _areas(gaze_map: GazeMap, i: int, frame_idx: IntArray) -> IntArray:
    masklet = gaze_map.masklets[i]
    areas: IntArray = np.append(masklet.area, 0)[masklet.rows_at(frame_idx)]
    return areas
