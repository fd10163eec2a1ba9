"""remap_gaze: an earlier map brought up to date, measuring only what is not known from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dwell.gaze.mapping import check_masklets, locate, reporter, within_margin
from dwell.gaze.maps import NO_GAZE, OK, UNKNOWN, GazeMap
from dwell.gaze.margin import Scale
from dwell.gaze.options import MappingOptions
from dwell.gaze.samples import status_of
from dwell.masks import Masklet
from dwell.masks.geometry import pixels_of
from dwell.types import BoolArray, IntArray, ProgressFn

__all__ = ["remap_gaze"]


def remap_gaze(
    before: GazeMap,
    masklets: Sequence[Masklet],
    options: MappingOptions | None = None,
    progress: ProgressFn | None = None,
) -> GazeMap:
    """The gaze of an earlier map on masks as they are now: what ``map_gaze`` gives, for less work.

    Distances are kept for samples in frames whose mask is the same as before, as ``Masklet.content`` tells
    (or the masklet itself, if it is the same object); another margin is applied to them without measuring.

    Args:
        before: an earlier map of this gaze; it stays as it is.
        masklets: one per AOI, in any order; AOIs may have come, gone or been renamed.
        options: every choice; those of the earlier map if None.
        progress: called with (done, total) samples × AOIs.

    Raises:
        ValueError: a margin without camera or ``px_per_degree``, or two masklets of one AOI.
    """
    chosen = before.options if options is None else options
    check_masklets(masklets)
    scale = Scale.of(chosen, before.scale.camera, masklets[0].size_hw if masklets else (1, 1))
    status = status_of(before.status == NO_GAZE, before.frame_idx, before.blink_ids, chosen)
    comparable = scale.same_as(before.scale)
    slots = {aoi.object_id: slot for slot, aoi in enumerate(before.aois)} if comparable else {}
    n, k = len(before), len(masklets)
    rows = _Rows.empty(k, n)
    for i, masklet in enumerate(masklets):
        slot = slots.get(masklet.aoi.object_id)
        missing = status == OK
        if slot is not None:
            kept = missing & before.ok & _same_mask(before.masklets[slot], masklet, before.frame_idx)
            rows.keep(i, before, slot, kept, chosen.margin_deg)
            missing &= ~kept
        points = np.flatnonzero(missing)
        pixels_xy, _ = pixels_of(before.gaze_xy[points])
        report = reporter(progress, i * n, k * n)
        found = locate(masklet, before.frame_idx[points], pixels_xy, scale, chosen.margin_deg, report)
        rows.inside[i, points] = found.inside
        rows.distance_px[i, points], rows.distance_deg[i, points] = found.distance_px, found.distance_deg
        if progress:
            progress((i + 1) * n, k * n)
    return replace(before, options=chosen, scale=scale, masklets=tuple(masklets), status=status, **vars(rows))


@dataclass(frozen=True, eq=False)
class _Rows:
    """A row per AOI; see ``GazeMap``."""

    inside: NDArray[np.int8]
    distance_px: NDArray[np.float32]
    distance_deg: NDArray[np.float32]

    @classmethod
    def empty(cls, k: int, n: int) -> _Rows:
        distance_px = np.full((k, n), np.nan, np.float32)
        return cls(np.full((k, n), UNKNOWN, np.int8), distance_px, distance_px.copy())

    def keep(self, i: int, before: GazeMap, slot: int, kept: BoolArray, margin_deg: float) -> None:
        """Take over the kept samples of an AOI of the earlier map."""
        px, deg = before.distance_px[slot], before.distance_deg[slot]
        inside = np.where(np.isnan(px), before.inside[slot], within_margin(px, deg, margin_deg))
        np.copyto(self.inside[i], inside.astype(np.int8), where=kept)
        np.copyto(self.distance_px[i], px, where=kept)
        np.copyto(self.distance_deg[i], deg, where=kept)


def _same_mask(before: Masklet, now: Masklet, frame_idx: IntArray) -> BoolArray:
    """(n,) bool: the frame has the same mask and state in both masklets, or is unknown to both."""
    if before is now:
        return np.ones(len(frame_idx), bool)
    if before.content is None or now.content is None:
        return np.zeros(len(frame_idx), bool)
    n_frames = max(int(frames.max(initial=-1)) for frames in (before.frame_idx, now.frame_idx, frame_idx)) + 1
    same: BoolArray = _content(before, n_frames) == _content(now, n_frames)
    return np.append(same, False)[frame_idx]  # frame -1, none, is the one appended


def _content(masklet: Masklet, n_frames: int) -> IntArray:
    content = np.full(n_frames, -1, np.int64)
    if masklet.content is not None:
        content[masklet.frame_idx] = masklet.content
    return content
