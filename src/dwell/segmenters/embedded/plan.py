"""What every prompt on one image shares: superpixels, their merge tree, a palette, and a smoothing matrix."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.prompts import Point
from dwell.segmenters.embedded.frame import Frame
from dwell.segmenters.embedded.merge_tree import MergeTree, build_merge_tree
from dwell.segmenters.embedded.palette import compute_palette
from dwell.segmenters.embedded.planes import Plane
from dwell.segmenters.embedded.superpixels import Superpixels, compute_superpixels
from dwell.types import BoolArray

__all__ = ["PromptPlan", "plan_of", "prepare", "spread_matrix"]

_PLAN_AREA = 427 * 240  # px; prompts are answered at a quarter of the tracker's working area
_PATCHES = 700
_LEAST = 36  # px per superpixel; small images have fewer superpixels
_COMPACTNESS = 8.0
_FIDELITY = 0.003  # pull of a pixel's own evidence, against 1 per px of border without any edge
_COLOUR_UNIT = 20.0  # Lab difference that counts like one unit of edge strength
_EDGE_DECAY = 3.0


@dataclass(frozen=True, eq=False)
class PromptPlan:
    """One image, prepared for prompts. n superpixels, m touching pairs, k palette colours."""

    plan_hw: tuple[int, int]
    """Size of the superpixel picture in px."""
    scale_xy: tuple[float, float]
    """Plan px per image px."""
    patches: Superpixels
    tree: MergeTree
    centres_xy: NDArray[np.float32]
    """(n, 2) centre of each superpixel, plan px."""
    colours: NDArray[np.float32]
    """(n, 3) mean Lab."""
    strength: NDArray[np.float32]
    """(m,) edge strength along each shared border, about 0 … 1.5."""
    contrast: NDArray[np.float32]
    """(m,) colour difference across each shared border, in units of 20 Lab."""
    palette: NDArray[np.float32]
    """(n, k) pixels of each palette colour in each superpixel."""
    likeness: NDArray[np.float32]
    """(k, k) how much a pixel of one palette colour counts for another; rows sum to 1."""
    rim: NDArray[np.float32]
    """(n,) pixels of each superpixel that lie on the image's edge."""
    answers: dict[tuple[Point, ...], BoolArray] = field(default_factory=dict)
    """Best set of superpixels for the clicks answered lately, so that the next click starts from it."""

    @cached_property
    def spread(self) -> NDArray[np.float32]:
        """(n, n) inverse of (edge Laplacian + fidelity · size): evidence in, smooth membership out."""
        return spread_matrix(self, np.exp(-_EDGE_DECAY * (self.strength + self.contrast)))

    @property
    def fidelity(self) -> NDArray[np.float32]:
        """(n,) weight of each superpixel's own evidence in ``spread``."""
        return (_FIDELITY * self.patches.sizes).astype(np.float32)

    def leaf_at(self, x: float, y: float) -> int:
        """The superpixel under a place in the image (image px; clipped to the image)."""
        height, width = self.plan_hw
        row = min(max(int(y * self.scale_xy[1]), 0), height - 1)
        col = min(max(int(x * self.scale_xy[0]), 0), width - 1)
        return int(self.patches.labels[row, col])


_plans: WeakKeyDictionary[Frame, PromptPlan] = WeakKeyDictionary()
_lock = Lock()


def prepare(frame: Frame) -> PromptPlan:
    """The plan of a frame, ready for prompts; computed on first use, kept for as long as the frame lives."""
    plan = plan_of(frame)
    plan.spread  # noqa: B018 - computed now, so that no prompt has to wait for it
    return plan


def plan_of(frame: Frame) -> PromptPlan:
    """The same, but ``spread``, which takes a third of the time, is computed only when it is asked for."""
    with _lock:
        plan = _plans.get(frame)
    if plan is None:
        plan = _make_plan(frame)
        with _lock:
            _plans[frame] = plan
    return plan


def _make_plan(frame: Frame) -> PromptPlan:
    height, width = _plan_size(frame.work_hw)
    lab = cv2.resize(frame.lab, (width, height), interpolation=cv2.INTER_AREA)
    patches = compute_superpixels(lab, min(_PATCHES, max(4, height * width // _LEAST)), _COMPACTNESS)
    colours = patches.mean(lab)
    strength = np.minimum(patches.pair_mean(_edge_strength(lab)), np.float32(1.5))
    one, other = patches.pairs.T
    contrast = (np.linalg.norm(colours[one] - colours[other], axis=1) / _COLOUR_UNIT).astype(np.float32)
    tree = build_merge_tree(colours, patches.sizes, patches.pairs, patches.pair_lengths, strength)
    palette, likeness = compute_palette(lab, patches)
    return PromptPlan(
        plan_hw=(height, width),
        scale_xy=(width / frame.image_hw[1], height / frame.image_hw[0]),
        patches=patches,
        tree=tree,
        centres_xy=_centres(patches),
        colours=colours,
        strength=strength,
        contrast=contrast,
        palette=palette,
        likeness=likeness,
        rim=_rim(patches),
    )


def _plan_size(work_hw: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, (_PLAN_AREA / (work_hw[0] * work_hw[1])) ** 0.5)
    return max(4, round(work_hw[0] * scale)), max(4, round(work_hw[1] * scale))


def _edge_strength(lab: Plane) -> Plane:
    """(h, w) Lab gradient at three scales, 1 = the image's 95th percentile (but at least 2 Lab per px)."""
    total = np.zeros(lab.shape[:2], np.float32)
    for sigma in (0.8, 1.6, 3.2):
        smooth = cv2.GaussianBlur(lab, (0, 0), sigma)
        dx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8)
        dy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
        total += np.sqrt((dx * dx + dy * dy).sum(axis=2)) * np.float32(sigma**0.5)
    scale = max(float(np.percentile(total, 95)), 2.0)
    strength: Plane = total / np.float32(scale)
    return strength


def spread_matrix(plan: PromptPlan, openness: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, n) inverse of (Laplacian + fidelity · size), given how open each of the m borders is, 0 … 1."""
    one, other = plan.patches.pairs.T
    weights = plan.patches.pair_lengths * openness
    matrix = np.zeros((plan.patches.n, plan.patches.n), np.float32)
    matrix[one, other] = matrix[other, one] = -weights
    matrix[np.diag_indices(plan.patches.n)] = plan.fidelity - matrix.sum(axis=1)
    inverse: NDArray[np.float32] = np.linalg.inv(matrix)
    return inverse


def _centres(patches: Superpixels) -> NDArray[np.float32]:
    rows, cols = np.indices(patches.labels.shape, dtype=np.float32)
    return patches.mean(np.dstack([cols, rows]))


def _rim(patches: Superpixels) -> NDArray[np.float32]:
    labels = patches.labels
    edge = np.concatenate([labels[0], labels[-1], labels[1:-1, 0], labels[1:-1, -1]])
    return np.bincount(edge, minlength=patches.n).astype(np.float32)
