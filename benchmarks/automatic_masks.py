"""Masks without prompts: how well the annotated thing is among the first of them, and what they cost.

Run ``python -m benchmarks.automatic_masks [--quick]`` on DAVIS sequences in ``$DWELL_TEST_DATA/davis16`` or
``../shared/data/davis16``: every 20th frame of each, without and with the frame after it; 144 masks at most,
whatever their score. Peers in the same run:

* nodes: the merge tree that clicks use, its nodes from the largest down, without those alike;
* clicks: a grid of 84 clicks on the same backend with three answers each; an answer's score is the share
  of the clicks in it that gave it. On the first frame of every second sequence, because it takes its time.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.embedded_prompts import davis_folder, davis_frame
from dwell.prompts import Point
from dwell.segmenters.contract import AutomaticOptions
from dwell.segmenters.embedded import EmbeddedBackend
from dwell.segmenters.embedded.frame import encode_frame
from dwell.segmenters.embedded.outlines import Outliner
from dwell.segmenters.embedded.plan import plan_of
from dwell.segmenters.embedded.proposer import EmbeddedProposer
from dwell.types import BoolArray, ByteArray

KEEP = (1, 16, 32, 64, 144)
STEP = 20
CLICKS_XY = (12, 7)
OPTIONS = AutomaticOptions(pred_iou_thresh=0, stability_score_thresh=0)
Way = Callable[[], list[BoolArray]]
Figures = dict[str, dict[str, list[np.ndarray]]]


class Picture(NamedTuple):
    """A frame of a sequence."""

    sequence: str
    image: ByteArray
    beside: ByteArray
    """The frame after it, or before it if it is the last."""
    truth: BoolArray
    clicked: bool
    """Whether the grid of clicks is tried, too."""


def main() -> None:
    quick = "--quick" in sys.argv
    sys.argv = [arg for arg in sys.argv if arg != "--quick"]
    folder = davis_folder()
    if folder is None:
        print("No DAVIS frames; give a folder or set DWELL_TEST_DATA.")
        return
    figures: Figures = defaultdict(lambda: defaultdict(list))
    for picture in pictures(folder, quick):
        for name, way in ways(picture).items():
            row = measured(way, picture.truth)
            figures[name][picture.sequence].append(row)
            if picture.clicked and name == "one image":
                figures[f"{name}, few frames"][picture.sequence].append(row)
    report(figures)


def pictures(folder: Path, quick: bool) -> Iterator[Picture]:
    sequences = sorted(path for path in folder.iterdir() if path.is_dir())
    for place, sequence in enumerate(sequences[:1] if quick else sequences):
        n_images = len(list((sequence / "images").glob("*.jpg")))
        for number in range(0, 1 if quick else n_images, STEP):
            image, truth = davis_frame(sequence, number)
            beside, _ = davis_frame(sequence, number + 1 if number + 1 < n_images else number - 1)
            yield Picture(sequence.name, image, beside, truth, number == 0 and place % 2 == 0)


def ways(picture: Picture) -> dict[str, Way]:
    """Name → what makes the masks, best first."""
    proposer, image = EmbeddedProposer(), picture.image
    out: dict[str, Way] = {
        "one image": lambda: [each.mask.to_array() for each in proposer.propose(image, OPTIONS)],
        "with the next": lambda: [
            each.mask.to_array() for each in proposer.propose(image, OPTIONS, picture.beside)
        ],
        "nodes": lambda: node_masks(image),
    }
    return out | ({"clicks": lambda: clicked_masks(image)} if picture.clicked else {})


def measured(way: Way, truth: BoolArray) -> np.ndarray:
    """Best IoU among the first masks, share of the picture covered, number, wall and processor seconds."""
    wall, busy = time.perf_counter(), time.process_time()
    masks = way()
    wall, busy = time.perf_counter() - wall, time.process_time() - busy
    ious = [np.count_nonzero(mask & truth) / np.count_nonzero(mask | truth) for mask in masks]
    covered = np.logical_or.reduce(masks).mean()
    return np.array([*(max(ious[:count]) for count in KEEP), covered, len(masks), wall, busy])


# ------------------------------------------------------------------ peers


def node_masks(image: ByteArray) -> list[BoolArray]:
    frame = encode_frame(image)
    plan = plan_of(frame)
    outliner = Outliner(frame, plan)
    nodes = plan.tree.leaves_of(list(range(len(plan.tree.parent))))
    area = plan.patches.sizes @ nodes
    order = np.argsort(-area, kind="stable")
    order = order[area[order] <= OPTIONS.max_area * area.max()]
    chosen = unlike(nodes[:, order].T, plan.patches.sizes.astype(np.float32))
    return [outliner.outline(nodes[:, node]).to_mask().to_array() for node in order[chosen]]


def clicked_masks(image: ByteArray) -> list[BoolArray]:
    backend = EmbeddedBackend()
    encoding = backend.encode(image)
    height, width = image.shape[:2]
    places = [
        (int((column + 0.5) * width / CLICKS_XY[0]), int((row + 0.5) * height / CLICKS_XY[1]))
        for row in range(CLICKS_XY[1])
        for column in range(CLICKS_XY[0])
    ]
    answers = [
        (number, candidate.mask)
        for number, place in enumerate(places)
        for candidate in backend.segment(encoding, [Point(*place)])
    ]
    votes = votes_for(answers, places)
    order = np.argsort(-votes, kind="stable")
    small = np.stack([answers[at][1][::4, ::4].ravel() for at in order])
    return [answers[order[at]][1] for at in unlike(small, np.ones(small.shape[1], np.float32))]


def votes_for(answers: list[tuple[int, BoolArray]], places: list[tuple[int, int]]) -> np.ndarray:
    """(m,) clicks that gave about this mask over clicks that lie in it, and one more."""
    small = np.stack([mask[::4, ::4].ravel() for _, mask in answers]).astype(np.float32)
    owners = np.array([owner for owner, _ in answers])
    area, shared = small.sum(axis=1), small @ small.T
    alike = shared / np.maximum(area[:, None] + area - shared, 1) > 0.7
    inside = np.stack([[mask[y, x] for x, y in places] for _, mask in answers])
    gave = np.stack([np.bincount(owners[row], minlength=len(places)) > 0 for row in alike])
    return (gave & inside).sum(axis=1) / (inside.sum(axis=1) + 1)


def unlike(rows: BoolArray, weight: np.ndarray) -> list[int]:
    """Numbers of at most 144 rows, from the first on, without those like an earlier one."""
    soft = rows.astype(np.float32)
    area, chosen = soft @ weight, list[int]()
    for at in range(len(rows)):
        if len(chosen) == OPTIONS.max_masks:
            break
        shared = soft[chosen] @ (soft[at] * weight)
        if not (shared > OPTIONS.nms_thresh * (area[chosen] + area[at] - shared)).any():
            chosen.append(at)
    return chosen


# ------------------------------------------------------------------ report


def report(figures: Figures) -> None:
    means = {name: {s: np.mean(v, axis=0) for s, v in found.items()} for name, found in figures.items()}
    overall = {name: np.mean(list(found.values()), axis=0) for name, found in means.items()}
    head = [*(f"best of {count}" for count in KEEP), "covered", "masks", "s", "processor s"]
    print("| mean of sequences |", *(f"{each} |" for each in head))
    print("|---|" + "---|" * len(head))
    for name, values in overall.items():
        few = " (few frames)" if name == "clicks" else ""
        print(f"| {name}{few} |", *cells(values))
    ours, clicks = overall["one image, few frames"], overall["clicks"]
    at = KEEP.index(64)
    print(
        f"\nFew frames, ours : clicks: processor time 1 : {clicks[-1] / ours[-1]:.1f}, "
        f"best of 64 {ours[at]:.3f} : {clicks[at]:.3f}."
    )
    names = ("one image", "with the next", "nodes")
    print("\n| best of 64 |", *(f"{name} |" for name in names))
    print("|---|---|---|---|")
    for sequence in means["one image"]:
        print(f"| {sequence} |", *(f"{means[name][sequence][at]:.3f} |" for name in names))


def cells(values: np.ndarray) -> list[str]:
    *shares, count, wall, busy = values
    return [*(f"{share:.3f} |" for share in shares), f"{count:.0f} |", f"{wall:.2f} |", f"{busy:.2f} |"]


if __name__ == "__main__":
    main()
