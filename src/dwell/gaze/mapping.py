"""map_gaze: where each gaze sample fell for each AOI, on the masks' runs, without decoding a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dwell.gaze.maps import INSIDE, OK, OUTSIDE, UNKNOWN, GazeMap
from dwell.gaze.margin import Scale
from dwell.gaze.near import crop_to_points
from dwell.gaze.options import MappingOptions
from dwell.gaze.samples import read_samples
from dwell.masks import STATES, Masklet
from dwell.masks.geometry import border_distance_flat, pixels_of
from dwell.types import BoolArray, Camera, FloatArray, IntArray, ProgressFn, State
from dwell.video import FrameClock

__all__ = ["Located", "check_masklets", "locate", "map_gaze", "reporter", "within_margin"]

_VISIBLE, _LOST = STATES.index(State.VISIBLE), STATES.index(State.LOST)
_CHUNK_POINTS = 1 << 14
"""Points measured at a time …"""
_CHUNK_MASKS = 256
"""… on at most this many masks: their runs fit the processor's cache."""


@dataclass(frozen=True, eq=False)
class Located:
    """Where n points fell for one AOI; see ``GazeMap`` for the meaning."""

    inside: NDArray[np.int8]
    distance_px: NDArray[np.float32]
    distance_deg: NDArray[np.float32]


def map_gaze(
    gaze: pd.DataFrame,
    clock: FrameClock,
    masklets: Sequence[Masklet],
    options: MappingOptions | None = None,
    camera: Camera | None = None,
    progress: ProgressFn | None = None,
) -> GazeMap:
    """Every gaze sample, with its frame and where it fell for each AOI.

    A sample belongs to the frame on screen at its time. It is inside an AOI if its pixel is in the mask; with
    a margin, if the angle from its pixel to the mask's nearest one is at most the margin (or, for a negative
    margin, if the nearest pixel outside the mask is at least that far). A frame where the AOI was never
    tracked, or lost, gives
    *unknown*: nobody knows where it was. A frame where it is absent gives *outside*.

    Args:
        gaze: columns of ``dwell.tables.GAZE``; times ascending.
        clock: when each frame of the scene video was shown.
        masklets: one per AOI; their masks are loaded only where gaze is near.
        options: every choice; the defaults if None.
        camera: intrinsics of the scene camera, for exact degrees.
        progress: called with (done, total) samples × AOIs.

    Raises:
        ValueError: a margin without camera or ``px_per_degree``, times that go back, or two masklets of one
            AOI.
    """
    chosen = MappingOptions() if options is None else options
    check_masklets(masklets)
    samples = read_samples(gaze, clock, chosen)
    n, k = len(gaze), len(masklets)
    inside = np.full((k, n), UNKNOWN, np.int8)
    distance_px, distance_deg = np.full((k, n), np.nan, np.float32), np.full((k, n), np.nan, np.float32)
    ok = np.flatnonzero(samples.status == OK)
    scale = Scale.of(chosen, camera, masklets[0].size_hw if k else (1, 1))
    pixels_xy, _ = pixels_of(samples.gaze_xy[ok])
    for i, masklet in enumerate(masklets):
        report = reporter(progress, i * n, k * n)
        found = locate(masklet, samples.frame_idx[ok], pixels_xy, scale, chosen.margin_deg, report)
        inside[i, ok] = found.inside
        distance_px[i, ok], distance_deg[i, ok] = found.distance_px, found.distance_deg
        if progress:
            progress((i + 1) * n, k * n)
    return GazeMap(
        options=chosen,
        scale=scale,
        clock=clock,
        masklets=tuple(masklets),
        timestamps_ns=samples.timestamps_ns,
        durations_ns=samples.durations_ns,
        gaze_xy=samples.gaze_xy,
        status=samples.status,
        frame_idx=samples.frame_idx,
        fixation_ids=samples.fixation_ids,
        blink_ids=samples.blink_ids,
        inside=inside,
        distance_px=distance_px,
        distance_deg=distance_deg,
    )


def check_masklets(masklets: Sequence[Masklet]) -> None:
    """Raise ``ValueError`` unless the masklets are of different AOIs and of one size."""
    ids = [masklet.aoi.object_id for masklet in masklets]
    names = [masklet.aoi.name for masklet in masklets]
    if len(set(ids)) < len(ids) or len(set(names)) < len(names):
        raise ValueError(f"Expected one masklet per AOI, got {names} with object ids {ids}.")
    if len({masklet.size_hw for masklet in masklets}) > 1:
        raise ValueError(f"The masklets have different sizes: {sorted({m.size_hw for m in masklets})}.")


def locate(
    masklet: Masklet,
    frame_idx: IntArray,
    pixels_xy: IntArray,
    scale: Scale,
    margin_deg: float,
    report: Callable[[int], None] = lambda done: None,
) -> Located:
    """Where points fell for one AOI.

    Args:
        masklet: of the AOI.
        frame_idx: (n,) frame of each point.
        pixels_xy: (n, 2) int px, also outside the frame.
        scale: px to degrees, and the limit.
        margin_deg: deg.
        report: called with the number of points done.
    """
    rows = masklet.rows_at(frame_idx)
    codes = np.append(masklet.state, np.int8(-1))[rows]
    inside = np.where((rows < 0) | (codes == _LOST), UNKNOWN, OUTSIDE).astype(np.int8)
    visible = (rows >= 0) & (codes == _VISIBLE)
    distance_px = np.where(visible, np.inf, np.nan).astype(np.float32)
    distance_deg = distance_px.copy() if np.isfinite(scale.limit_deg) else np.full_like(distance_px, np.nan)
    near = _near_box(masklet, rows, pixels_xy, np.flatnonzero(visible), scale.limit_px)
    for part in _chunks(near, rows):
        px, deg = _measure(masklet, rows[part], pixels_xy[part], scale)
        distance_px[part], distance_deg[part] = px, deg
        report(int(part[-1]))
    inside[within_margin(distance_px, distance_deg, margin_deg)] = INSIDE
    return Located(inside, distance_px, distance_deg)


def within_margin(
    distance_px: NDArray[np.float32], distance_deg: NDArray[np.float32], margin_deg: float
) -> BoolArray:
    """Whether points at these signed distances, of one shape, are in the AOI grown by the margin.

    Distance and margin are compared as float32, as distances are kept, so that a map may be asked again with
    another margin. NaN (no distance) gives False.
    """
    within: BoolArray = distance_px < 0 if margin_deg == 0 else distance_deg <= np.float32(margin_deg)
    return within


def _near_box(
    masklet: Masklet, rows: IntArray, pixels_xy: IntArray, points: IntArray, limit_px: float
) -> IntArray:
    """Those of the points that lie in their mask's box or at most the limit away from it, by row."""
    box = masklet.boxes_xyxy[rows[points]]
    x, y = pixels_xy[points, 0], pixels_xy[points, 1]
    off_x = np.maximum(np.maximum(box[:, 0] - x, x - (box[:, 2] - 1)), 0)
    off_y = np.maximum(np.maximum(box[:, 1] - y, y - (box[:, 3] - 1)), 0)
    near = points[np.hypot(off_x, off_y) <= limit_px]
    ordered: IntArray = (
        near if (np.diff(rows[near]) >= 0).all() else near[np.argsort(rows[near], kind="stable")]
    )
    return ordered


def _chunks(points: IntArray, rows: IntArray) -> Iterator[IntArray]:
    """The points, which are in the order of their rows, in parts that need few masks each."""
    nth_mask = np.cumsum(np.diff(rows[points], prepend=-1) > 0)
    start = 0
    while start < len(points):
        last = np.searchsorted(nth_mask, nth_mask[start] + _CHUNK_MASKS)
        stop = min(start + _CHUNK_POINTS, int(last))
        yield points[start:stop]
        start = stop


def _measure(
    masklet: Masklet, rows: IntArray, pixels_xy: IntArray, scale: Scale
) -> tuple[FloatArray, FloatArray]:
    """Signed distance in px and deg of points near masks; ±inf beyond the limit."""
    starts = np.diff(rows, prepend=-1) > 0  # rows ascend
    mask_of_point = np.cumsum(starts) - 1
    size_hw, limit_px = masklet.size_hw, scale.limit_px
    runs = crop_to_points(masklet.runs(rows[starts]), mask_of_point, pixels_xy, size_hw, limit_px)
    px, nearest = border_distance_flat(runs, mask_of_point, pixels_xy, size_hw, limit_px)
    px[np.isnan(px)] = np.inf  # nothing of the mask in the columns that matter
    deg = scale.degrees(pixels_xy, nearest, px)
    too_far = scale.too_far(deg)
    px[too_far] = deg[too_far] = np.copysign(np.inf, px[too_far])
    return px, deg


def reporter(progress: ProgressFn | None, before: int, total: int) -> Callable[[int], None]:
    """What tells ``progress`` of points done, on top of those done before."""
    return (lambda done: progress(before + done, total)) if progress else (lambda done: None)
