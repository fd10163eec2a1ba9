"""What is learnt of an object from a frame: training samples, colours, local descriptors."""

from __future__ import annotations

import cv2
import numpy as np

from dwell.segmenters.embedded.classifier import Classifier, update_classifier
from dwell.segmenters.embedded.evidence import signed_distance
from dwell.segmenters.embedded.features import gather_features
from dwell.segmenters.embedded.frame import Frame
from dwell.segmenters.embedded.memory import Samples
from dwell.segmenters.embedded.planes import Plane
from dwell.segmenters.embedded.solve import Solution
from dwell.segmenters.embedded.window import window_around

__all__ = [
    "GROUP",
    "colour_histogram",
    "join_samples",
    "likeness",
    "prompt_samples",
    "retrain",
    "step_samples",
]

GROUP = 1500
"""Samples taken from each good frame."""
_N_GROUPS = 7
_N_PROMPT = 6000
_N_WIDE = 150
"""Of them, background from anywhere in the frame. Few: things like the object must not teach it."""
_BINS = (6, 16, 16)


def prompt_samples(frame: Frame, mask: Plane, seed: int) -> Samples:
    """6000 samples of a frame whose (h, w) uint8 working-size mask a person gave.

    Half is object; nearly all others lie around it.
    """
    rng = np.random.default_rng(seed)
    inside = mask > 127
    side = float(np.count_nonzero(inside)) ** 0.5
    distance = signed_distance(inside)
    fg = distance > max(1.5, 0.02 * side)
    if np.count_nonzero(fg) < 30:
        fg = inside
    window = window_around(mask, side * side)
    assert window is not None  # the mask is not empty
    around = np.zeros_like(inside)
    around[window.y0 : window.y1, window.x0 : window.x1] = True
    bg = distance < -max(1.5, 0.02 * side)
    picks = [
        _pick(fg, _N_PROMPT // 2, rng),
        _pick(bg & around, _N_PROMPT // 2 - _N_WIDE, rng),
        _pick(bg, _N_WIDE, rng),
    ]
    labels = np.repeat([True, False, False], [len(p) for p in picks])
    rows, cols = np.divmod(np.concatenate(picks), mask.shape[1])
    return Samples(gather_features(frame.features, rows, cols).astype(np.float16), labels)


def step_samples(
    frame: Frame, solution: Solution, mask: Plane, seed: int, foreign: Plane | None = None
) -> Samples | None:
    """1500 samples of a tracked frame, or None if it has too little of either class.

    Pixels that may be a leak or a hidden part are left out.

    Args:
        frame: the frame.
        solution: how the mask was found; gives the grid.
        mask: (h, w) bool on the grid.
        seed: of the choice.
        foreign: (h, w) bool pixels lost to another object: not used.
    """
    rng = np.random.default_rng(seed)
    side = float(np.count_nonzero(mask)) ** 0.5
    distance = signed_distance(mask)
    fg = (distance > max(1.5, 0.02 * side)) & (solution.shape >= 0.3)
    bg = (distance < -max(2.0, 0.06 * side)) & (solution.shape <= 0.4)
    if foreign is not None:
        fg &= ~foreign
    if np.count_nonzero(fg) < 30 or np.count_nonzero(bg) < 30:
        return None
    chosen = np.concatenate([_pick(fg, GROUP // 2, rng), _pick(bg, GROUP - GROUP // 2, rng)])
    grid_rows, grid_cols = np.divmod(chosen, mask.shape[1])
    rows, cols = solution.window.to_work(grid_rows, grid_cols)
    labels = np.arange(GROUP) < GROUP // 2
    return Samples(gather_features(frame.features, rows, cols).astype(np.float16), labels)


def join_samples(old: Samples, new: Samples, n_groups: int = _N_GROUPS) -> Samples:
    """Old and new samples, the oldest groups dropped."""
    limit = n_groups * GROUP
    return Samples(
        np.concatenate([old.features, new.features])[-limit:],
        np.concatenate([old.labels, new.labels])[-limit:],
    )


def retrain(classifier: Classifier, permanent: Samples, recent: Samples, seed: int) -> Classifier:
    """The classifier after six small steps on what is remembered."""
    pools = [(s.features, s.labels) for s in (permanent, recent)]
    return update_classifier(classifier, pools, n_steps=6, rate=1e-3, seed=seed)


def colour_histogram(frame: Frame, mask: Plane) -> Plane:
    """(1536,) float32 Lab histogram, sum 1, of an (h, w) uint8 working-size mask; zeros if it is empty."""
    half = mask[::2, ::2] > 127
    colours = frame.lab[::2, ::2][half]
    if len(colours) == 0:
        return np.zeros(int(np.prod(_BINS)), dtype=np.float32)
    scaled = (colours + [0, 64, 64]) * [6 / 100.01, 1 / 8, 1 / 8]
    bins = np.clip(scaled.astype(np.intp), 0, np.array(_BINS) - 1)
    counts = np.bincount(np.ravel_multi_index(tuple(bins.T), _BINS), minlength=int(np.prod(_BINS)))
    smooth = cv2.GaussianBlur(counts.reshape(_BINS[0], -1).astype(np.float32), (3, 3), 0.6).ravel()
    total: Plane = smooth / smooth.sum()
    return total


def likeness(a: Plane, b: Plane) -> float:
    """Bhattacharyya similarity of two histograms, 0 … 1."""
    return float(np.sqrt(a * b).sum())


def _pick(chosen: Plane, n: int, rng: np.random.Generator) -> Plane:
    """N flat indices among the chosen pixels; with repeats when there are fewer; none when there are none."""
    found = np.flatnonzero(chosen)
    return found if len(found) == 0 else found[rng.integers(0, len(found), n)]
