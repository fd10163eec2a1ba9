"""A lasso → guesses: kept as drawn where it already follows an outline, tightened where it is rough."""

from __future__ import annotations

import cv2
import numpy as np

from dwell.masks import Mask
from dwell.prompts import Polygon
from dwell.segmenters.embedded.click import Guess
from dwell.segmenters.embedded.frame import Frame
from dwell.segmenters.embedded.planes import Plane
from dwell.segmenters.embedded.refine import RefineSettings, refine
from dwell.types import BoolArray

__all__ = ["answer_lasso", "lasso_pixels"]

_BAND = 0.15  # of sqrt(area): how far from the lasso its edges are compared
_ROUGH, _TIGHT, _EXACT = (
    1.05,
    1.45,
    1.5,
)  # edge strength on the outline over that around it; ours, DAVIS lassos


def lasso_pixels(
    polygons: list[Polygon], size_hw: tuple[int, int], scale_xy: tuple[float, float]
) -> BoolArray:
    """(h, w) bool: the pixels inside any of the lassos, whose coordinates are first scaled."""
    inside = np.zeros(size_hw, bool)
    for polygon in polygons:
        inside |= Mask.from_polygon(np.array(polygon.points) * scale_xy, size_hw).to_array()
    return inside


def answer_lasso(frame: Frame, lasso: BoolArray, limit: int) -> list[Guess]:
    """The lasso as drawn, and tightened; the more fitting one first. Nothing outside the lasso is ever taken.

    Args:
        frame: the image.
        lasso: (h, w) bool at working size.
        limit: at most this many guesses.
    """
    tightness = _tightness(frame.lab, lasso)
    share = float(np.clip((tightness - _ROUGH) / (_TIGHT - _ROUGH), 0, 1))
    settings = RefineSettings(
        inside=0.12 - 0.08 * share, outside=0.02 + 0.02 * share, reach=0.1 - 0.05 * share, n_steps=100
    )
    drawn = Guess(lasso.astype(np.uint8) * np.uint8(255), 0.5, as_drawn=True)
    better = Guess(refine(frame, lasso, settings, allowed=lasso), 0.7)
    if tightness > _EXACT:
        drawn = Guess(drawn.soft, 0.9, as_drawn=True)
    return sorted((drawn, better), key=lambda guess: -guess.score)[:limit]


def _tightness(lab: Plane, lasso: BoolArray) -> float:
    """Mean edge strength on the outline over that within ``_BAND`` of it: about 1 if drawn without care."""
    side = float(np.sqrt(max(int(lasso.sum()), 1)))
    picture = lasso.astype(np.uint8)
    away = np.where(
        lasso,
        cv2.distanceTransform(picture, cv2.DIST_L2, 3) - 0.5,
        cv2.distanceTransform(1 - picture, cv2.DIST_L2, 3) - 0.5,
    )
    smooth = cv2.GaussianBlur(lab, (0, 0), 1.5)
    dx, dy = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    strength = np.sqrt((dx * dx + dy * dy).sum(axis=2))
    on, around = away < max(1.6, 0.012 * side), away < _BAND * side
    if not on.any() or not around.any():
        return 0.0
    return float(strength[on].mean() / max(float(strength[around].mean()), 1e-6))
