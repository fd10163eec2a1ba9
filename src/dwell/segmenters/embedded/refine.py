"""A rough mask made exact: a pixel classifier trained on the spot, and a cut along the picture's edges."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.classifier import fit_classifier
from dwell.segmenters.embedded.cut import soft_cut
from dwell.segmenters.embedded.features import gather_features
from dwell.segmenters.embedded.frame import Frame
from dwell.segmenters.embedded.planes import Plane
from dwell.types import BoolArray

__all__ = ["RefineSettings", "refine"]

_SAMPLES = 3000  # per class
_MIN_AREA = 30  # px; smaller masks are left as they are
_MAX_SIDE = 270  # px; larger objects are cut at a coarser scale


@dataclass(frozen=True, slots=True)
class RefineSettings:
    """How far a refined mask may leave the rough one. Lengths in units of sqrt(area of the rough mask)."""

    inside: float
    """Pixels deeper than this teach the classifier what the object looks like."""
    outside: float
    """Pixels farther out than this teach it what the background looks like."""
    reach: float
    """Distance from the rough outline that costs one unit of log-odds."""
    n_steps: int = 80
    """Training steps."""


def refine(
    frame: Frame, rough: BoolArray, settings: RefineSettings, allowed: BoolArray | None = None
) -> Plane:
    """(h, w) uint8 at working size, over 127 = object: the rough mask, settled on the picture's edges.

    Args:
        frame: the image.
        rough: (h, w) bool at working size.
        settings: how far it may move.
        allowed: (h, w) bool, pixels that may belong to the object; None = all.
    """
    area = float(rough.sum())
    unchanged = rough.astype(np.uint8) * np.uint8(255)
    if area < _MIN_AREA or area > 0.95 * rough.size:
        return unchanged
    side = area**0.5
    rows, cols = _window(rough, margin=int(0.35 * side) + 16)
    away = _signed_distance(rough[rows, cols]) / np.float32(side)
    seeds = _seeds(away, settings)
    if not seeds[0].any() or not seeds[1].any():
        return unchanged
    odds = _classify(frame, (rows, cols), seeds, settings.n_steps)
    evidence = odds - np.clip(away / np.float32(settings.reach), -6, 6)
    if allowed is not None:
        evidence[~allowed[rows, cols]] = -12
    soft = _cut(evidence, frame.lab[rows, cols], _MAX_SIDE / side)
    out = np.zeros_like(unchanged)
    out[rows, cols] = np.round(soft * 255)
    if allowed is not None:
        out[~allowed] = 0
    return out if (out > 127).any() else unchanged


def _window(mask: BoolArray, margin: int) -> tuple[slice, slice]:
    x, y, width, height = cv2.boundingRect(mask.view(np.uint8))
    rows = slice(max(0, y - margin), min(mask.shape[0], y + height + margin))
    return rows, slice(max(0, x - margin), min(mask.shape[1], x + width + margin))


def _signed_distance(mask: BoolArray) -> Plane:
    """px, negative inside."""
    picture = np.ascontiguousarray(mask).view(np.uint8)
    gap = cv2.distanceTransform(1 - picture, cv2.DIST_L2, 3)
    return gap - cv2.distanceTransform(picture, cv2.DIST_L2, 3)


def _seeds(away: Plane, settings: RefineSettings) -> tuple[BoolArray, BoolArray]:
    deepest = -float(away.min())
    return away < -min(settings.inside, 0.5 * deepest), away > settings.outside


def _classify(
    frame: Frame, window: tuple[slice, slice], seeds: tuple[BoolArray, BoolArray], n_steps: int
) -> Plane:
    """(h, w) log-odds in -6 … 6 for each pixel of the window."""
    top, left = window[0].start, window[1].start
    picks = [_spaced(np.flatnonzero(seed), _SAMPLES) for seed in seeds]
    width = seeds[0].shape[1]
    flat = np.concatenate(picks)
    samples = gather_features(frame.features, flat // width + top, flat % width + left)
    labels = np.zeros(len(flat), bool)
    labels[: len(picks[0])] = True
    classifier = fit_classifier(samples, labels, n_steps=n_steps)
    every = np.arange(seeds[0].size)
    odds = classifier.logits(gather_features(frame.features, every // width + top, every % width + left))
    return odds.reshape(seeds[0].shape)


def _spaced(values: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """At most ``count`` of the values, evenly spread."""
    if len(values) <= count:
        return values
    return values[np.linspace(0, len(values) - 1, count).astype(np.intp)]


def _cut(evidence: Plane, lab: Plane, scale: float) -> Plane:
    if scale >= 1:
        return soft_cut(evidence, lab)
    height, width = evidence.shape
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = [cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in (evidence, lab)]
    return cv2.resize(soft_cut(small[0], small[1]), (width, height), interpolation=cv2.INTER_LINEAR)
