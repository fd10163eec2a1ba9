"""All evidence about one object in one frame, and the mask it makes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from dwell.segmenters.embedded.classifier import Classifier
from dwell.segmenters.embedded.cut import soft_cut
from dwell.segmenters.embedded.evidence import LIMIT, place_prior, signed_distance
from dwell.segmenters.embedded.features import gather_features
from dwell.segmenters.embedded.frame import Frame
from dwell.segmenters.embedded.planes import Plane
from dwell.segmenters.embedded.window import Window

__all__ = ["Solution", "solve"]

_SHORT = 0.75
"""Less of its shape than this in the carried mask: part of the object is hidden, or was."""
_REACH = 0.6
"""Object sides: how far from the shape a part that comes into sight again may be."""
_FLOOR = np.float32(-3)
"""Log-odds of place within that reach; looks alone can outweigh it."""
_SURE = 4.0
"""Log-odds of looks, on average, that a detached part needs."""


@dataclass(frozen=True, eq=False)
class Solution:
    """One object on one frame, on its window's grid, before it is settled who owns which pixel."""

    window: Window
    evidence: Plane
    """(h, w) log-odds, all cues together."""
    logits: Plane
    """(h, w) log-odds from looks alone; ±6 where not asked."""
    soft: Plane
    """(h, w) 0 … 1; 0 in parts that are no part of the object."""
    warped: Plane
    """(h, w) 0 … 1, the mask carried over from the previous frame."""
    shape: Plane
    """(h, w) 0 … 1, the shape memory carried over."""


def solve(
    frame: Frame,
    classifier: Classifier,
    window: Window,
    places: tuple[Plane, Plane],
    cue: Plane | None = None,
    shape_weight: float = 3.0,
    expected_area: float = 0.0,
) -> Solution:
    """The object's mask on this frame.

    Args:
        frame: the frame.
        classifier: the object's.
        window: where to look.
        places: carried-over mask and shape memory, (h, w) uint8 at working size.
        cue: motion evidence on the window's grid.
        shape_weight: how much the shape memory counts.
        expected_area: the object's usual area, working px²: when part of it is missing, parts nearby that
            look like it may be claimed up to it; 0 = never.
    """
    warped, shape = (window.crop(p).astype(np.float32) * np.float32(1 / 255) for p in places)
    body = np.count_nonzero(np.maximum(warped, shape) > 0.5)
    missing = np.count_nonzero(warped > 0.5) < _SHORT * np.count_nonzero(shape > 0.5)
    prior = place_prior(warped, shape, float(body) ** 0.5)
    if missing:
        side = expected_area**0.5 / window.step
        near = signed_distance((warped > 0.5) | (shape > 0.5)) > -_REACH * side
        np.maximum(prior, _FLOOR, out=prior, where=near)
    logits = _logits(frame, classifier, window, (prior > -LIMIT) | (shape > 0.1))
    evidence = logits + prior + np.float32(shape_weight) * (shape - np.float32(0.5))
    if cue is not None:
        evidence += cue
    soft = soft_cut(evidence, np.ascontiguousarray(window.crop(frame.lab)))
    room = 1.2 * expected_area / window.step**2 if missing else 0.0
    soft[_foreign_parts(soft > 0.5, warped, shape, logits, room)] = 0
    return Solution(window, evidence, logits, soft, warped, shape)


def _logits(frame: Frame, classifier: Classifier, window: Window, chosen: Plane) -> Plane:
    out = np.full(chosen.shape, -LIMIT, dtype=np.float32)
    rows, cols = window.pixels(chosen)
    out[chosen] = classifier.logits(gather_features(frame.features, rows, cols))
    return out


def _foreign_parts(mask: Plane, warped: Plane, shape: Plane, logits: Plane, room: float) -> Plane:
    """(h, w) bool: the connected parts of the mask that are not the object."""
    n, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    if n <= 2:
        return np.zeros_like(mask)
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    flat = labels.ravel()
    shape_mass = np.bincount(flat, shape.ravel(), minlength=n)
    body = (warped > 0.5) | (shape > 0.5)
    reach = 2 * max(1.5, 0.03 * float(np.count_nonzero(body)) ** 0.5)
    near = np.bincount(flat, (signed_distance(body) > -reach).ravel(), minlength=n)
    shape_mass[0] = -1
    main = int(shape_mass.argmax())
    keep = (near > 0.1 * areas) & (areas > 0.02 * areas[main]) & (shape_mass > 0.3 * areas)
    keep[[0, main]] = True
    if room:
        looks = np.bincount(flat, logits.ravel(), minlength=n) / areas
        taken = areas[keep][1:].sum()
        for i in np.flatnonzero(~keep & (looks > _SURE)):
            if areas[i] > 0.02 * room and taken + areas[i] < room:
                keep[i], taken = True, taken + areas[i]
    foreign: Plane = ~keep[labels]
    return foreign
