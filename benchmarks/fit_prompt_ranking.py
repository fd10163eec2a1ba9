"""Fit the weights in ``dwell/segmenters/embedded/ranking.py`` anew and print them.

Run ``python benchmarks/fit_prompt_ranking.py [DAVIS_FOLDER]`` (folder: see ``embedded_prompts.py``). For
each image, all guesses from one click are measured and compared with the true mask. Ridge regression then
predicts a guess's IoU, less the mean over that image's guesses, from its measurements, less their mean. DAVIS
sequences and drawn scenes weigh the same. Printed before the weights: the IoU of the chosen guess with each
sequence left out in turn.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from dwell.prompts import Point
from dwell.segmenters.embedded.click import hints_of
from dwell.segmenters.embedded.frame import encode_frame
from dwell.segmenters.embedded.plan import PromptPlan, prepare
from dwell.segmenters.embedded.proposals import click_shapes, grow_shapes
from dwell.segmenters.embedded.ranking import FEATURES, measure
from dwell.types import BoolArray, ByteArray
from embedded_prompts import davis_folder, davis_frame, deepest, drawn_frame

RIDGE = 0.1
FRAMES_PER_SEQUENCE = 8
DRAWN = range(100, 140)


class Pool(NamedTuple):
    """The guesses from one click."""

    measured: np.ndarray
    truth: np.ndarray


def main() -> None:
    folder = davis_folder()
    if folder is None:
        sys.exit("The fit needs DAVIS sequences; give a folder or set DWELL_TEST_DATA.")
    drawn = [pool for seed in DRAWN for pool in pools(*drawn_frame(seed), seed)]
    real = {path.name: [] for path in sorted(folder.iterdir()) if path.is_dir()}
    for name, found in real.items():
        n_images = len(list((folder / name / "images").glob("*.jpg")))
        for number in np.linspace(0, n_images - 1, FRAMES_PER_SEQUENCE).astype(int):
            found += pools(*davis_frame(folder / name, int(number)), int(number))
    for name, left_out in real.items():
        weights = fit([p for other, found in real.items() if other != name for p in found], drawn)
        print(f"{name:20} chosen {np.mean([p.truth[(p.measured @ weights).argmax()] for p in left_out]):.3f}")
    for feature, weight in zip(
        FEATURES, fit([p for found in real.values() for p in found], drawn), strict=True
    ):
        print(f'    "{feature}": {weight:.3f},')


def pools(image: ByteArray, truth: BoolArray, seed: int) -> Iterator[Pool]:
    """Guesses for a click at the deepest point and for one at a random, fairly deep one."""
    frame = encode_frame(image)
    plan = prepare(frame)
    depth = cv2.distanceTransform(truth.astype(np.uint8), cv2.DIST_L2, 5)
    rows, cols = np.nonzero(depth > 0.4 * depth.max())
    pick = np.random.default_rng(seed).integers(len(rows))
    for x, y in (deepest(truth), (int(cols[pick]), int(rows[pick]))):
        hints = hints_of(plan, [Point(x, y)])
        proposals = grow_shapes(plan, hints, click_shapes(plan, hints))
        yield Pool(measure(plan, hints, proposals).astype(float), overlap(plan, proposals.masks, truth))


def overlap(plan: PromptPlan, masks: BoolArray, truth: BoolArray) -> np.ndarray:
    """(m,) IoU of each set of superpixels with the truth."""
    small = cv2.resize(truth.astype(np.float32), plan.plan_hw[::-1], interpolation=cv2.INTER_AREA)
    inside = np.bincount(plan.patches.labels.ravel(), small.ravel(), plan.patches.n)
    both = inside @ masks
    return both / (plan.patches.sizes @ masks + inside.sum() - both)


def fit(real: list[Pool], drawn: list[Pool]) -> np.ndarray:
    parts = [(pool, 1 / len(group)) for group in (real, drawn) for pool in group]
    x = np.concatenate([pool.measured - pool.measured.mean(axis=0) for pool, _ in parts])
    y = np.concatenate([pool.truth - pool.truth.mean() for pool, _ in parts])
    share = np.concatenate([np.full(len(p.truth), w / len(p.truth)) for p, w in parts])
    share /= share.sum()
    scale = x.std(axis=0)
    z = x / scale
    return np.linalg.solve((z.T * share) @ z + RIDGE * np.eye(z.shape[1]), (z.T * share) @ y) / scale


if __name__ == "__main__":
    main()
