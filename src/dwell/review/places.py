"""How near gaze is to where an AOI was last, or is next, known to be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dwell.gaze import GazeMap, px_per_degree
from dwell.masks import Masklet
from dwell.review.options import ReviewOptions
from dwell.types import BoolArray, FloatArray, IntArray

__all__ = ["Units"]


class Units:
    """Distances of one gaze map: in deg where they are known, else in px."""

    def __init__(self, gaze_map: GazeMap, options: ReviewOptions) -> None:
        scale = gaze_map.scale
        self.in_deg = scale.camera is not None or scale.px_per_degree is not None
        self.sign = "°" if self.in_deg else " px"
        self.near = options.near_deg if self.in_deg else options.near_px
        self.edge = options.edge_deg if self.in_deg else options.edge_px
        self.margin = gaze_map.options.margin_deg
        self._distance = gaze_map.distance_deg if self.in_deg else gaze_map.distance_px
        self._box = options.box_deg if self.in_deg else options.box_px
        self._memory_ns = options.memory_ms * 1e6
        self._px_per_unit = self._px(gaze_map) if self.in_deg else 1.0
        self._gaze_xy, self._times_ns = gaze_map.gaze_xy, gaze_map.clock.times_ns

    @staticmethod
    def _px(gaze_map: GazeMap) -> float:
        """Pixels per deg; with a camera in the middle of the picture, which is enough for boxes."""
        scale = gaze_map.scale
        if scale.px_per_degree is not None or scale.camera is None:
            return scale.px_per_degree or 1.0
        size_hw = gaze_map.masklets[0].size_hw if gaze_map.masklets else (1, 1)
        return float(px_per_degree(scale.camera, [[size_hw[1] / 2, size_hw[0] / 2]])[0])

    def to_border(self, i: int, samples: IntArray) -> FloatArray:
        """(s,) signed distance of samples to the border of AOI ``i``, grown by the margin; NaN: no mask."""
        return np.asarray(self._distance[i, samples], np.float64) - self.margin

    def to_last_known(
        self, masklet: Masklet, trusted: BoolArray, samples: IntArray, frames: IntArray
    ) -> FloatArray:
        """(s,) 0 … 1: how near samples are to the box where the AOI was last or is next known.

        1 = in it at that very time; it falls off with distance and time. 0 if it is known nowhere.

        Args:
            masklet: of the AOI.
            trusted: (n,) bool: the rows that are believed.
            samples: (s,) numbers of samples.
            frames: (s,) their frames, none of which is that of a trusted row.
        """
        rows = np.flatnonzero(trusted)
        if not len(rows) or not len(samples):
            return np.zeros(len(samples))
        after = np.searchsorted(masklet.frame_idx[rows], frames)
        nearness = np.zeros(len(samples))
        for place in (after - 1, after):
            there = (place >= 0) & (place < len(rows))
            row = rows[np.clip(place, 0, len(rows) - 1)]
            age_ns = np.abs(self._times_ns[masklet.frame_idx[row]] - self._times_ns[frames])
            away = _outside_box(masklet.boxes_xyxy[row], self._gaze_xy[samples]) / self._px_per_unit
            found = np.exp(-away / self._box - age_ns / self._memory_ns)
            nearness = np.maximum(nearness, np.where(there, found, 0.0))
        return nearness


def _outside_box(boxes_xyxy: NDArray[np.int32], points_xy: FloatArray) -> FloatArray:
    """(s,) px from points to boxes, 0 inside."""
    before, beyond = boxes_xyxy[:, :2] - points_xy, points_xy - boxes_xyxy[:, 2:]
    off = np.maximum(np.maximum(before, beyond), 0.0)
    return np.asarray(np.hypot(off[:, 0], off[:, 1]))
