"""How well a mask agrees with the truth: J (region) and F (boundary) of the DAVIS protocol.

Source: Perazzi et al. 2016, doi:10.1109/CVPR.2016.85; written from its definitions.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["area_under_roc", "boundary_score", "region_score"]

BoolArray = NDArray[np.bool_]


def region_score(mask: BoolArray, truth: BoolArray) -> float:
    """J: intersection over union of two (h, w) bool masks, 0 … 1; 1 if both are empty."""
    union = np.count_nonzero(mask | truth)
    return float(np.count_nonzero(mask & truth) / union) if union else 1.0


def boundary_score(mask: BoolArray, truth: BoolArray, tolerance: float = 0.008) -> float:
    """F: harmonic mean of boundary precision and recall, 0 … 1.

    Args:
        mask: (h, w) bool.
        truth: (h, w) bool.
        tolerance: how far a boundary may be off, as a share of the picture's diagonal.
    """
    radius = int(np.ceil(tolerance * np.hypot(*mask.shape)))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    edge, true_edge = _edges(mask), _edges(truth)
    n_edge, n_true = np.count_nonzero(edge), np.count_nonzero(true_edge)
    if n_edge == 0 or n_true == 0:
        return float(n_edge == n_true)
    precision = np.count_nonzero(edge & (cv2.dilate(true_edge, disc) > 0)) / n_edge
    recall = np.count_nonzero(true_edge & (cv2.dilate(edge, disc) > 0)) / n_true
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


def area_under_roc(scores: NDArray[np.float64], good: BoolArray) -> float:
    """Chance that a good item has a higher score than a bad one (ties count half); NaN without both kinds."""
    high, low = scores[good], scores[~good]
    if len(high) == 0 or len(low) == 0:
        return float("nan")
    above = (high[:, None] > low[None]).mean() + 0.5 * (high[:, None] == low[None]).mean()
    return float(above)


def _edges(mask: BoolArray) -> NDArray[np.uint8]:
    """(h, w) uint8: 1 where a pixel differs from its right, lower or lower right neighbour."""
    edge = np.zeros(mask.shape, dtype=bool)
    edge[:, :-1] |= mask[:, :-1] != mask[:, 1:]
    edge[:-1] |= mask[:-1] != mask[1:]
    edge[:-1, :-1] |= mask[:-1, :-1] != mask[1:, 1:]
    return edge.view(np.uint8)
