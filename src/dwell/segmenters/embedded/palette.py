"""A palette: the few colours (with their graininess) that make up one image, and how alike they are."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.planes import Plane
from dwell.segmenters.embedded.superpixels import Superpixels

__all__ = ["compute_palette"]

_COLOURS = 40
_ROUNDS = 6
_LIGHTNESS = 0.7  # weight of L against a and b: shading changes L most
_LIKENESS_LAB = 6.0
_WINDOW = 7  # px


def compute_palette(lab: Plane, patches: Superpixels) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How many pixels of each palette colour every superpixel has, and how alike the palette colours are.

    Args:
        lab: (h, w, 3) float32 Lab.
        patches: of the same image.

    Returns:
        (n, k) float32 counts, and (k, k) float32 likeness with rows that sum to 1.
    """
    values = _values(lab)
    seeds = patches.mean(values)
    centres = _cluster(seeds)
    nearest = ((centres * centres).sum(axis=1) - 2 * values.reshape(-1, 4) @ centres.T).argmin(axis=1)
    k = len(centres)
    counts = np.bincount(patches.labels.ravel() * k + nearest, minlength=patches.n * k)
    apart = ((centres[:, None] - centres[None]) ** 2).sum(axis=2)
    likeness = np.exp(-apart / _LIKENESS_LAB**2)
    likeness /= likeness.sum(axis=1, keepdims=True)
    return counts.reshape(patches.n, k).astype(np.float32), likeness.astype(np.float32)


def _values(lab: Plane) -> Plane:
    """(h, w, 4): L, a, b and the standard deviation of L around the pixel."""
    lightness = lab[..., 0]
    mean = cv2.blur(lightness, (_WINDOW, _WINDOW))
    square = cv2.blur(lightness * lightness, (_WINDOW, _WINDOW))
    grain = np.sqrt(np.maximum(square - mean * mean, 0))
    return np.dstack([lightness * np.float32(_LIGHTNESS), lab[..., 1], lab[..., 2], grain])


def _cluster(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """(k, 4) cluster centres: farthest-point start, then k-means. The same points give the same centres."""
    picks = [0]
    gap = ((points - points[0]) ** 2).sum(axis=1)
    while len(picks) < min(_COLOURS, len(points)) and gap.max() > 0:
        picks.append(int(gap.argmax()))
        gap = np.minimum(gap, ((points - points[picks[-1]]) ** 2).sum(axis=1))
    centres = points[picks].copy()
    for _ in range(_ROUNDS):
        nearest = ((centres * centres).sum(axis=1) - 2 * points @ centres.T).argmin(axis=1)
        count = np.bincount(nearest, minlength=len(centres))
        sums = np.stack([np.bincount(nearest, points[:, c], len(centres)) for c in range(4)], axis=1)
        moved = sums / np.maximum(count, 1)[:, None]
        centres = np.where(count[:, None] > 0, moved, centres).astype(np.float32)
    return centres
