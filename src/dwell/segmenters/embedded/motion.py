"""How an object, and what is behind it, moved between two frames."""

from __future__ import annotations

import cv2
import numpy as np

from dwell.segmenters.embedded.flow import FlowPair
from dwell.segmenters.embedded.planes import Affine, Plane

__all__ = ["IDENTITY", "apply_affine", "background_motion", "chain", "object_motion", "translation"]

IDENTITY: Affine = np.array([[1.0, 0, 0], [0, 1, 0]])

_MAX_POINTS = 1200


def object_motion(flow: FlowPair, body: Plane) -> tuple[Affine, bool]:
    """The similarity that carries the object to this frame, and whether it is well founded.

    Falls back on the median shift when no similarity fits; on no motion when the object has no pixels.

    Args:
        flow: between the frames.
        body: (h, w) bool at half the working size: pixels of the previous frame surely on the object.
    """
    length = np.abs(flow.forward).sum(axis=2)
    sure = body & (flow.forward_error < 2 + 0.1 * length)
    before, after = _matches(flow, sure if np.count_nonzero(sure) >= 12 else body)
    if len(before) == 0:
        return IDENTITY, False
    if len(before) >= 12:
        found, inliers = cv2.estimateAffinePartial2D(before, after, ransacReprojThreshold=3.0, maxIters=500)
        if found is not None and inliers.mean() > 0.4 and 0.85 < np.hypot(found[0, 0], found[1, 0]) < 1.18:
            return found, True
    return translation(np.median(after - before, axis=0)), len(before) >= 12


def background_motion(flow: FlowPair, ring: Plane) -> Affine:
    """The affine map that carries the surroundings from the previous frame to this one.

    Args:
        flow: between the frames.
        ring: (h, w) bool at half the working size: pixels of the previous frame around the object, not on it.
    """
    sure = ring & (flow.forward_error < 2)
    before, after = _matches(flow, sure if np.count_nonzero(sure) >= 60 else ring)
    if len(before) >= 30:
        found, inliers = cv2.estimateAffine2D(before, after, ransacReprojThreshold=2.0, maxIters=500)
        if found is not None and inliers.mean() > 0.3 and 0.7 < np.linalg.det(found[:, :2]) < 1.4:
            return found
    return IDENTITY if len(before) == 0 else translation(np.median(after - before, axis=0))


def translation(shift_xy: Plane) -> Affine:
    """The affine map that shifts by x, y px."""
    return np.array([[1.0, 0, shift_xy[0]], [0, 1, shift_xy[1]]])


def chain(later: Affine, earlier: Affine) -> Affine:
    """The map that does ``earlier``, then ``later``."""
    return np.hstack([later[:, :2] @ earlier[:, :2], later[:, :2] @ earlier[:, 2:] + later[:, 2:]])


def apply_affine(affine: Affine, points_xy: Plane) -> Plane:
    """(n, 2) points carried along."""
    moved: Plane = points_xy @ affine[:, :2].T + affine[:, 2]
    return moved


def _matches(flow: FlowPair, chosen: Plane) -> tuple[Plane, Plane]:
    """At most 1200 points of the previous frame and where they went, (n, 2) float32 each, working px."""
    picks = np.flatnonzero(chosen)
    picks = picks[:: max(1, len(picks) // _MAX_POINTS)]
    rows, cols = np.divmod(picks, chosen.shape[1])
    before = np.stack([2 * cols + 0.5, 2 * rows + 0.5], axis=1).astype(np.float32)
    return before, before + flow.forward[rows, cols]
