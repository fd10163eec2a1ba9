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
    "N_PROMPT",
    "RECENT",
    "colour_histogram",
    "join_samples",
    "likeness",
    "prompt_samples",
    "retrain",
    "step_samples",
    "wide_samples",
]

_GROUP = 1500
"""Samples taken from each good frame."""
RECENT = 7 * _GROUP
"""Samples kept of good frames."""
N_PROMPT = 6000
"""Samples taken from a frame that a person gave."""
_BINS = (6, 16, 16)


def prompt_samples(frame: Frame, mask: Plane, n: int, seed: int) -> Samples:
    """Samples of a frame whose (h, w) uint8 working-size mask a person gave.

    Half is object, half lies around it; nothing is from far away, where other things may look like it.
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
    picks = [_pick(fg, n // 2, rng), _pick(bg & around, n - n // 2, rng)]
    labels = np.repeat([True, False], [len(p) for p in picks])
    rows, cols = np.divmod(np.concatenate(picks), mask.shape[1])
    return Samples(gather_features(frame.features, rows, cols).astype(np.float16), labels)


def wide_samples(frame: Frame, mask: Plane, seed: int) -> Samples:
    """2000 background samples from all of a frame whose (h, w) uint8 mask a person gave.

    They teach where the object is not when it has to be found anywhere in the frame.
    """
    rng = np.random.default_rng(seed)
    picks = _pick(mask == 0, 2000, rng)
    rows, cols = np.divmod(picks, mask.shape[1])
    features = gather_features(frame.features, rows, cols).astype(np.float16)
    return Samples(features, np.zeros(len(picks), dtype=bool))


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
    chosen = np.concatenate([_pick(fg, _GROUP // 2, rng), _pick(bg, _GROUP - _GROUP // 2, rng)])
    grid_rows, grid_cols = np.divmod(chosen, mask.shape[1])
    rows, cols = solution.window.to_work(grid_rows, grid_cols)
    labels = np.arange(_GROUP) < _GROUP // 2
    return Samples(gather_features(frame.features, rows, cols).astype(np.float16), labels)


def join_samples(*parts: Samples, limit: int | None = None) -> Samples:
    """All samples in order; only the last ``limit`` if that is given."""
    features = np.concatenate([p.features for p in parts])
    labels = np.concatenate([p.labels for p in parts])
    return Samples(features, labels) if limit is None else Samples(features[-limit:], labels[-limit:])


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
