"""What speaks for and against each pixel, besides its looks: place, shape and motion."""

from __future__ import annotations

import cv2
import numpy as np

from dwell.segmenters.embedded.flow import FlowPair
from dwell.segmenters.embedded.motion import apply_affine
from dwell.segmenters.embedded.planes import Affine, Plane
from dwell.segmenters.embedded.window import Window

__all__ = ["motion_cue", "place_prior", "signed_distance"]

LIMIT = 6.0


def place_prior(warped: Plane, shape: Plane, side: float) -> Plane:
    """(h, w) log-odds -6 … 6 from how deep inside or outside the mask carried over from the previous frame.

    Where the shape memory says object but the carried mask does not (hidden until now), the prior is neutral.

    Args:
        warped: (h, w) soft mask 0 … 1 carried over by the flow.
        shape: (h, w) shape memory 0 … 1, carried along.
        side: square root of the object's area, in the same px.
    """
    softness = max(1.5, 0.03 * side)
    inside = warped > 0.5
    prior = signed_distance(inside)
    both = inside | (shape > 0.5)
    if np.count_nonzero(both) > np.count_nonzero(inside):
        np.maximum(prior, np.minimum(signed_distance(both), 0), out=prior)
    prior *= np.float32(1 / softness)
    prior -= np.float32(0.5) * (prior < 0)
    np.clip(prior, -LIMIT, LIMIT, out=prior)
    return prior


def signed_distance(inside: Plane) -> Plane:
    """(h, w) float32 px: > 0 inside, < 0 outside, never 0; -10⁴ where nothing is inside."""
    byte = inside.view(np.uint8)
    if not inside.any():
        return np.full(inside.shape, -1e4, dtype=np.float32)
    out: Plane = cv2.distanceTransform(byte, cv2.DIST_L2, 3)
    out -= cv2.distanceTransform(1 - byte, cv2.DIST_L2, 3)
    return out


def motion_cue(flow: FlowPair, window: Window, obj: Affine, background: Affine) -> Plane | None:
    """(h, w) log-odds about -2.5 … 2.5 on the grid: does the pixel move as the object or as the rest?

    None where both move alike, so that the cue is silent for still objects and moving heads.

    Args:
        flow: between the frames.
        window: where to look.
        obj: motion of the object, previous frame → this frame.
        background: motion of its surroundings.
    """
    rows = slice(window.y0 // 2, (window.y1 + 1) // 2)
    cols = slice(window.x0 // 2, (window.x1 + 1) // 2)
    back = flow.backward[rows, cols]
    by_object = _backward_of(obj, rows, cols)
    by_background = _backward_of(background, rows, cols)
    gap = np.sqrt(_square(by_object - by_background)) * np.float32(0.5)
    if gap.max() < 0.1:
        return None
    miss_object = _square(back - by_object)
    miss_background = _square(back - by_background)
    width = np.float32(-8) * np.square(1 + np.float32(0.15) * gap)
    cue: Plane = np.exp(miss_object / width) - np.exp(miss_background / width)
    cue *= np.float32(2.5) * np.minimum(1, np.float32(0.5) * gap)
    trust = np.square(flow.backward_error[rows, cols] * np.float32(0.5))
    cue *= np.exp(-trust / (1 + np.float32(0.005) * _square(back)))
    return cv2.resize(cue, window.size_hw[::-1], interpolation=cv2.INTER_LINEAR)


def _square(vectors: Plane) -> Plane:
    squares: Plane = np.square(vectors[:, :, 0]) + np.square(vectors[:, :, 1])
    return squares


def _backward_of(affine: Affine, rows: slice, cols: slice) -> Plane:
    """(h, w, 2) float32: the backward flow, working px, that an affine motion means at half-size pixels."""
    inverse = cv2.invertAffineTransform(affine)
    corners = np.array([[0.0, 0], [1, 0], [0, 1]])
    origin, right, down = apply_affine(inverse, corners) - corners
    xs = (np.arange(cols.start, cols.stop) * 2 + 0.5)[None, :, None]
    ys = (np.arange(rows.start, rows.stop) * 2 + 0.5)[:, None, None]
    out: Plane = (origin + xs * (right - origin) + ys * (down - origin)).astype(np.float32)
    return out
