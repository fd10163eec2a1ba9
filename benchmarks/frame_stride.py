"""Tracking every frame, every second, every third: what it saves, and what it costs in accuracy.

On the annotated sequences, forward from the true first mask, through a session as a user runs it: frames that
are skipped get their masks from the two looked at around them. Beside it, what interpolation alone costs: the
true masks of every second or third frame, the others interpolated. Then the same with and without reading and
encoding one frame ahead in a thread.

Run: ``python -m benchmarks.frame_stride [--quick]``. The data are looked for in ``DWELL_TEST_DATA`` and in
``../shared/data``; without them it says so and stops.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

from benchmarks.segmentation_scores import region_score
from dwell.masks import Mask, MaskRecord
from dwell.project import Project
from dwell.prompts import MaskPrompt
from dwell.tracking import TrackingSession, sweep
from dwell.tracking.between import interpolate
from dwell.types import Direction, Origin, State
from dwell.video import Frames, open_frames

STRIDES = (1, 2, 3)


def run(quick: bool = False) -> str:
    """Markdown tables."""
    folder = find_data()
    if folder is None:
        return (
            "No annotated sequences: set DWELL_TEST_DATA to a folder that holds davis16/. Nothing measured."
        )
    names = sorted(each.name for each in folder.iterdir() if each.is_dir())
    scores = {name: measure(folder / name) for name in (names[:2] if quick else names)}
    head = " | ".join(f"tracked, {stride}" for stride in STRIDES)
    only = " | ".join(f"true masks, {stride}" for stride in STRIDES[1:])
    lines = [
        "J (mean over all frames but the first), embedded backend; time a frame of the video.",
        "",
        f"| sequence | {head} | {only} | {' | '.join(f'time, {stride}' for stride in STRIDES)} |",
        "|---|" + "---|" * (3 * len(STRIDES) - 1),
    ]
    lines += [row(name, found) for name, found in scores.items()]
    lines.append(row("**mean**", [float(np.mean(column)) for column in zip(*scores.values(), strict=True)]))
    return "\n".join([*lines, "", ahead(folder / names[0])])


def row(name: str, found: list[float]) -> str:
    n = 2 * len(STRIDES) - 1
    cells = [*(f"{j:.3f}" for j in found[:n]), *(f"{s * 1e3:.0f} ms" for s in found[n:])]
    return f"| {name} | {' | '.join(cells)} |"


def measure(folder: Path) -> list[float]:
    """J tracked with each stride, J of interpolated true masks, and seconds a frame with each stride."""
    frames, truths = open_frames(folder / "images"), read_truths(folder / "masks")
    tracked = [track(frames, truths[0], stride) for stride in STRIDES]
    oracles = [mean_j(interpolated(truths, stride), truths) for stride in STRIDES[1:]]
    return [*(mean_j(masks, truths) for masks, _ in tracked), *oracles, *(s for _, s in tracked)]


def track(frames: Frames, first: np.ndarray, stride: int) -> tuple[list[np.ndarray], float]:
    """Masks of all frames, and seconds a frame."""
    project = Project.in_memory(size_hw=frames.size_hw, n_frames=len(frames))
    session = TrackingSession(project, frames)
    session.prompt("it", MaskPrompt(Mask.from_array(first)), frame_idx=0)
    start = time.perf_counter()
    for _ in session.track(direction="forward", stride=stride):
        pass
    seconds = (time.perf_counter() - start) / (len(frames) - 1)
    records = [project.record(1, i) for i in range(len(frames))]
    return [each.mask.to_array() for each in records if each is not None], seconds


def interpolated(truths: list[np.ndarray], stride: int) -> list[np.ndarray]:
    """The true masks of every so many frames and the last, and what lies between them."""
    shown = sorted({*range(0, len(truths), stride), len(truths) - 1})
    masks = dict.fromkeys(range(len(truths)), truths[0])
    for left, right in zip(shown, shown[1:], strict=False):
        ends = record(truths[left], left), record(truths[right], right)
        masks |= {i: interpolate(*ends, i).mask.to_array() for i in range(left + 1, right)}
        masks[right] = truths[right]
    return list(masks.values())


def record(mask: np.ndarray, frame_idx: int) -> MaskRecord:
    state = State.VISIBLE if mask.any() else State.ABSENT
    return MaskRecord(1, frame_idx, Mask.from_array(mask), state, 1.0, Origin.MODEL, Direction.FORWARD)


def mean_j(masks: list[np.ndarray], truths: list[np.ndarray]) -> float:
    return float(np.mean([region_score(m, t) for m, t in zip(masks[1:], truths[1:], strict=True)]))


def ahead(folder: Path) -> str:
    """What reading and encoding ahead is worth."""
    frames, first = open_frames(folder / "images"), read_truths(folder / "masks")[0]
    with_it = track(frames, first, 1)[1]
    with nothing_ahead():
        without = track(frames, first, 1)[1]
    return (
        f"Reading and encoding one frame ahead in a thread, {folder.name}: {with_it * 1e3:.0f} ms a frame; "
        f"without {without * 1e3:.0f} ms ({without / with_it:.2f} times as long)."
    )


@contextmanager
def nothing_ahead() -> Iterator[None]:
    there = sweep.one_ahead
    sweep.one_ahead = lambda make, depth=1: make()
    try:
        yield
    finally:
        sweep.one_ahead = there


def read_truths(folder: Path) -> list[np.ndarray]:
    return [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) > 0 for path in sorted(folder.iterdir())]


def find_data() -> Path | None:
    for place in (os.environ.get("DWELL_TEST_DATA"), Path(__file__).parents[2] / "shared" / "data"):
        if place and (Path(place) / "davis16").is_dir():
            return Path(place) / "davis16"
    return None


if __name__ == "__main__":
    print(run("--quick" in sys.argv[1:]))
