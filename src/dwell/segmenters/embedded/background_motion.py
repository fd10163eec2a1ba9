"""Which superpixels move otherwise than the background. Source: ours; a robust quadratic fit."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.flow import FlowPair
from dwell.segmenters.embedded.plan import PromptPlan

__all__ = ["drift_of"]

_ROUNDS = 12
_LIMIT = 20.0
_NOISE_PX = 0.3  # of the flow


def drift_of(plan: PromptPlan, flow: FlowPair) -> NDArray[np.float32]:
    """(n, 2) motion of each superpixel less the background's, in units of the usual error of that fit.

    The background is what most of the picture fits: a motion that is quadratic in the place, as of a still
    scene seen by a turning head.
    """
    small = cv2.resize(flow.backward, plan.plan_hw[::-1], interpolation=cv2.INTER_AREA)
    moved = plan.patches.mean(small).astype(np.float64)
    terms = _terms(plan.centres_xy)
    sizes = plan.patches.sizes.astype(np.float64)
    weights, rest, usual = sizes, moved, 0.0
    for _ in range(_ROUNDS):
        root = np.sqrt(weights)[:, None]
        rest = moved - terms @ np.linalg.lstsq(terms * root, moved * root, rcond=None)[0]
        length = np.linalg.norm(rest, axis=1)
        usual = float(np.median(length))
        weights = sizes / (1 + (length / (usual + 0.1)) ** 2) ** 2
    return np.clip(rest / (usual + _NOISE_PX), -_LIMIT, _LIMIT).astype(np.float32)


def _terms(places_xy: NDArray[np.float32]) -> NDArray[np.float64]:
    centred = (places_xy - places_xy.mean(axis=0)).astype(np.float64) / 100
    x, y = centred.T
    return np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=1)
