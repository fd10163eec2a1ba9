"""How likely each border between two superpixels is the outline of a thing or of a part of one.

A few measurements – gradients at three scales, colours of the two superpixels, colours and motion of
everything near on this side of the border against that side – and one weighted sum.

Source: ours; half-discs and a logistic sum of cues as in Martin, Fowlkes & Malik 2004
(doi:10.1109/TPAMI.2004.1273918).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.background_motion import drift_of
from dwell.segmenters.embedded.boundary_weights import MOVING, STILL
from dwell.segmenters.embedded.frame import Frame
from dwell.segmenters.embedded.plan import PromptPlan
from dwell.segmenters.embedded.planes import Plane

__all__ = ["Borders", "border_features", "find_borders", "measure_borders"]

Rows = NDArray[Any]
"""(m,) or (m, k) float32: one row per pair of touching superpixels."""

_GRADIENTS = (0.8, 1.6, 3.2)  # px
_REACHES = (1.0, 2.5)  # how far "near" is, in widths of a superpixel
_LEAST = np.float32(-12)  # smaller exponents would only make denormal numbers, which are slow


@dataclass(frozen=True, eq=False)
class Borders:
    """What is known of the m borders between the n superpixels of a plan."""

    chance: NDArray[np.float32]
    """(m,) 0 … 1: that the border belongs to an outline; comparable between pictures."""
    drift: NDArray[np.float32] | None
    """(n, 2) motion of each superpixel against the background, 1 = its usual error; None = not known."""


def find_borders(frame: Frame, plan: PromptPlan) -> Borders:
    """The borders of a plan; with motion, if the frame was encoded with another one."""
    drift = None if frame.flow is None else drift_of(plan, frame.flow)
    weights = np.array(list((STILL if drift is None else MOVING).values()), np.float32)
    measured = measure_borders(frame, plan, drift)
    total = measured @ weights[1:] + weights[0]
    return Borders((1 / (1 + np.exp(-np.clip(total, -15, 15)))).astype(np.float32), drift)


def border_features(moving: bool) -> list[str]:
    """What ``measure_borders`` measures, in this order."""
    gradients = [f"{kind} {sigma} px" for sigma in _GRADIENTS for kind in ("gradient", "log gradient")]
    kinds = ["lightness", "colour", "palette", *(["motion", "speed"] if moving else [])]
    sides = [f"{kind} within {reach}" for reach in _REACHES for kind in kinds]
    return [*gradients, "lightness step", "colour step", *sides]


def measure_borders(frame: Frame, plan: PromptPlan, drift: NDArray[np.float32] | None) -> Rows:
    """(m, k) measurements, those of ``border_features``; with motion if there is a drift."""
    lab = cv2.resize(frame.lab, plan.plan_hw[::-1], interpolation=cv2.INTER_AREA)
    one, other = plan.patches.pairs.T
    apart = plan.colours[one] - plan.colours[other]
    columns = [*_gradients(plan, lab), *_steps(apart)]
    columns += _sides(plan, drift)
    return np.stack(columns, axis=1).astype(np.float32)


def _gradients(plan: PromptPlan, lab: Plane) -> list[Rows]:
    """Of each scale: the gradient along the border against the strong ones of the picture, and its log."""
    out: list[Rows] = []
    for sigma in _GRADIENTS:
        smooth = cv2.GaussianBlur(lab, (0, 0), sigma)
        dx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8)
        dy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
        along = plan.patches.pair_mean(np.sqrt((dx * dx + dy * dy).sum(axis=2)) * np.float32(sigma**0.5))
        strong = max(float(np.percentile(along, 90)), 1.0) if len(along) else 1.0
        out += [np.minimum(along / strong, 2), np.log(along + 0.5)]
    return out


def _steps(apart: Rows) -> list[Rows]:
    """Difference of lightness and of colour from (m, 3) differences in Lab."""
    lightness, colour = np.abs(apart[:, 0]) / 20, np.linalg.norm(apart[:, 1:3], axis=1) / 15
    return [np.sqrt(np.minimum(lightness, 2)), np.sqrt(np.minimum(colour, 2))]


def _sides(plan: PromptPlan, drift: NDArray[np.float32] | None) -> list[Rows]:
    """Of each reach: how this side of the border differs from that side."""
    palette = plan.palette / plan.patches.sizes[:, None].astype(np.float32) @ plan.likeness
    palette[palette < 1e-6] = 0
    moving = np.zeros((plan.patches.n, 0), np.float32) if drift is None else drift
    channels = np.concatenate([plan.colours, palette, moving], axis=1)
    last = 3 + palette.shape[1]
    gap, share = _around(plan)
    sizes = plan.patches.sizes.astype(np.float32)
    out: list[Rows] = []
    for reach in _REACHES:
        near = np.exp(np.maximum(gap * np.float32(-0.5 / reach**2), _LEAST)) * sizes
        there = near * share
        this, that = _mean(near - there, channels), _mean(there, channels)
        chi = ((this - that)[:, 3:last] ** 2 / (this + that + 1e-6)[:, 3:last]).sum(axis=1)
        out += [*_steps(this - that), np.sqrt(np.float32(0.5) * chi)]
        if drift is not None:
            speed = np.maximum(*(np.linalg.norm(side[:, last:], axis=1) for side in (this, that)))
            out += [np.log1p(np.linalg.norm((this - that)[:, last:], axis=1)), np.log1p(speed)]
    return out


def _mean(weights: Rows, channels: Rows) -> Rows:
    mean: Rows = weights @ channels / np.maximum(weights.sum(axis=1, keepdims=True), np.float32(1e-6))
    return mean


def _around(plan: PromptPlan) -> tuple[Rows, Rows]:
    """Where each superpixel lies, seen from each border.

    Returns:
        (m, n) squared distance in widths of a superpixel, and (m, n) 0 … 1: how much it lies on the side of
        the second of the pair.
    """
    patches, centres = plan.patches, plan.centres_xy
    one, other = patches.pairs.T
    rows, first, second = patches.border_pixels
    places = [sum(np.divmod(flat, plan.plan_hw[1])[axis] for flat in (first, second)) for axis in (1, 0)]
    sums = [np.bincount(rows, place, len(one)) for place in places]
    middle = (np.stack(sums, axis=1) / (2 * patches.pair_lengths[:, None])).astype(np.float32)
    axis = centres[other] - centres[one]
    axis /= np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-6)
    width = np.float32((patches.labels.size / patches.n) ** 0.5)
    gap = (middle**2).sum(axis=1)[:, None] - 2 * middle @ centres.T + (centres**2).sum(axis=1)
    side = (axis @ centres.T - (axis * middle).sum(axis=1)[:, None]) / (np.float32(0.25) * width)
    return gap / width**2, 1 / (1 + np.exp(-np.clip(side, -8, 8)))
