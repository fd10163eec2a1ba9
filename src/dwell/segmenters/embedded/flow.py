"""Dense motion between two frames, both ways, with a check of one against the other."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.planes import Plane

__all__ = ["FlowPair", "compute_flow", "sharpen_flow"]

_TRIM = 4
"""px: the border of a sharpened part that is thrown away."""


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


def sharpen_flow(
    flow: FlowPair, before: Plane, corner_xy: tuple[int, int], after: Plane, shift: Plane
) -> FlowPair:
    """The flow, computed again at full working size in a part of the frame; small objects need that.

    Args:
        flow: of the whole frame.
        before: (h, w) uint8 luma of the part of the previous frame, working size, h and w even.
        corner_xy: its top left corner, even, working px.
        after: (H, W) uint8 luma of this whole frame, working size.
        shift: (2,) even, working px: about how the part moved.
    """
    low = np.array(corner_xy)
    high = low + before.shape[1::-1]
    low_in = np.maximum(low, -shift)
    high_in = np.minimum(high, np.array(after.shape[1::-1]) - shift)
    if (high_in - low_in < 32).any():
        return flow
    first = np.ascontiguousarray(before[_box(low_in - low, high_in - low)])
    second = np.ascontiguousarray(after[_box(low_in + shift, high_in + shift)])
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    zero = np.zeros((*first.shape, 2), dtype=np.float32)
    there, back = search.calc(first, second, zero), search.calc(second, first, zero.copy())
    parts = (there + shift.astype(np.float32), back - shift.astype(np.float32))
    errors = (_round_trip(there, back), _round_trip(back, there))
    old = (flow.forward, flow.backward, flow.forward_error, flow.backward_error)
    places = (low_in, low_in + shift) * 2
    return FlowPair(*(_put_half(*args) for args in zip(old, (*parts, *errors), places, strict=True)))


def _box(low: Plane, high: Plane) -> tuple[slice, slice]:
    return slice(low[1], high[1]), slice(low[0], high[0])


def _put_half(plane: Plane, part: Plane, corner_xy: Plane) -> Plane:
    """A copy of the half-size plane with the part, given at working size, put in."""
    height, width = part.shape[:2]
    small = cv2.resize(part, (width // 2, height // 2), interpolation=cv2.INTER_AREA)[
        _TRIM:-_TRIM, _TRIM:-_TRIM
    ]
    out = plane.copy()
    x, y = (int(v) // 2 + _TRIM for v in corner_xy)
    out[y : y + small.shape[0], x : x + small.shape[1]] = small
    return out


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
    length: Plane = np.sqrt((miss * miss).sum(axis=2))
    return length
