"""Dense motion between two frames, both ways, with a check of one against the other."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.planes import Plane

__all__ = ["FlowPair", "compute_flow"]


@dataclass(frozen=True, eq=False)
class FlowPair:
    """Motion between the previous frame and this one, sampled at half the working size, in working px."""

    forward: Plane
    """(h, w, 2): where a pixel of the previous frame went, x then y."""
    backward: Plane
    """(h, w, 2): where a pixel of this frame came from."""
    forward_error: Plane
    """(h, w): how far forward and then backward misses the start."""
    backward_error: Plane
    """(h, w): how far backward and then forward misses the start."""


def compute_flow(before: Plane, after: Plane) -> FlowPair:
    """Dense inverse search flow (Kroeger et al. 2016, doi:10.1007/978-3-319-46493-0_29) both ways.

    A whole-picture shift too large for it (fast head motion) is found first by phase correlation.

    Args:
        before: (h, w) uint8 luma at half the working size.
        after: the same for the later frame.
    """
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    shift = _global_shift(before, after)
    forward = search.calc(before, after, _constant(before, shift))
    backward = search.calc(after, before, _constant(before, -shift))
    forward_error = _round_trip(forward, backward)
    backward_error = _round_trip(backward, forward)
    return FlowPair(forward * 2, backward * 2, forward_error * 2, backward_error * 2)


def _constant(like: Plane, shift: NDArray[np.float32]) -> Plane:
    return np.tile(shift, (*like.shape, 1)).astype(np.float32)


def _global_shift(before: Plane, after: Plane) -> NDArray[np.float32]:
    """(2,) x, y in px of the inputs; zeros unless it is both large and clear."""
    size = (max(8, before.shape[1] // 4), max(8, before.shape[0] // 4))
    small = [cv2.resize(im, size, interpolation=cv2.INTER_AREA).astype(np.float32) for im in (before, after)]
    window = cv2.createHanningWindow(size, cv2.CV_32F)
    (dx, dy), response = cv2.phaseCorrelate(small[0], small[1], window)
    large = np.hypot(dx / size[0], dy / size[1]) > 0.06
    if not large or response < 0.15:
        return np.zeros(2, dtype=np.float32)
    return np.array([dx * before.shape[1] / size[0], dy * before.shape[0] / size[1]], dtype=np.float32)


def _round_trip(first: Plane, second: Plane) -> Plane:
    height, width = first.shape[:2]
    xs = np.arange(width, dtype=np.float32)
    ys = np.arange(height, dtype=np.float32)[:, None]
    back = cv2.remap(
        second, first[:, :, 0] + xs, first[:, :, 1] + ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    miss = first + back
    return cv2.magnitude(miss[:, :, 0], miss[:, :, 1])
