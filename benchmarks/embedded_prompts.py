"""How good the built-in segmenter's masks are from clicks, boxes and lassos, on DAVIS and drawn scenes.

Run ``python benchmarks/embedded_prompts.py [DAVIS_FOLDER]``. The folder has one sub-folder per sequence with
``images/00000.jpg …`` and ``masks/00000.png …``; without it, ``$DWELL_TEST_DATA/davis16`` or
``../shared/data/davis16`` is used, and skipped with a line if absent. Prompts are made from the true mask:

* click: the deepest point inside; each further click in the middle of the largest wrong region, + or −;
* box: the bounding box, each side moved by up to 4 px;
* lasso, rough: 12 corners on the closed outline of the mask grown by 6 % of its size, each moved by
  about 2 %;
* lasso, tight: 32 corners on the outline grown by about 1 %.

GrabCut from a disc at the click and from the box are the plain OpenCV baselines. IoU with the truth at the
image's size; milliseconds of process time (set OMP_NUM_THREADS=1 for one core), preparation apart.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from dwell.prompts import Box, Point, Polygon, Prompt
from dwell.segmenters.embedded.frame import Frame, encode_frame
from dwell.segmenters.embedded.plan import prepare
from dwell.segmenters.embedded.prompting import segment
from dwell.types import BoolArray, ByteArray

Scores = dict[str, dict[str, list[float]]]


def main() -> None:
    cv2.setNumThreads(1)
    scores: Scores = defaultdict(lambda: defaultdict(list))
    times: dict[str, list[float]] = defaultdict(list)
    for group, image, truth in chain(davis_frames(), tabletop_frames(), drawn_frames()):
        frame = timed(times, "encode", lambda image=image: encode_frame(image))
        timed(times, "prepare", lambda frame=frame: prepare(frame))
        for name, value in measure(frame, image, truth, times).items():
            scores[group][name].append(value)
    report(scores, times)


def measure(
    frame: Frame, image: ByteArray, truth: BoolArray, times: dict[str, list[float]]
) -> dict[str, float]:
    """IoU by kind of prompt on one image."""
    click = Point(*deepest(truth))
    box = box_around(truth)
    kinds: dict[str, list[Prompt]] = {
        "box": [box],
        "lasso rough": [lasso_around(truth, 12, 0.06, 0.02)],
        "lasso tight": [lasso_around(truth, 32, 0.012, 0.008)],
    }
    first = timed(times, "1 click", lambda: segment(frame, [click]))
    ladder = timed(times, "1 click, limit 12", lambda: segment(frame, [click], 12))
    out = {
        "GrabCut disc": iou(timed(times, "GrabCut disc", lambda: grabcut_disc(image, click)), truth),
        "1 click": iou(first[0].mask, truth),
        "best of 3": max(iou(c.mask, truth) for c in first),
        "best of 12": max(iou(c.mask, truth) for c in ladder),
        **further_clicks(frame, truth, first[0].mask, times),
        "GrabCut box": iou(timed(times, "GrabCut box", lambda: grabcut_box(image, box)), truth),
    }
    for name, prompts in kinds.items():
        if isinstance(prompts[0], Polygon):
            out[f"{name} raw"] = iou(polygon_pixels(prompts[0], truth.shape), truth)
        out[name] = iou(timed(times, name, lambda prompts=prompts: segment(frame, prompts))[0].mask, truth)
    return out


def further_clicks(
    frame: Frame, truth: BoolArray, mask: BoolArray, times: dict[str, list[float]]
) -> dict[str, float]:
    """IoU after 2 … 5 clicks, each at the middle of the largest wrong region."""
    prompts: list[Prompt] = [Point(*deepest(truth))]
    out = {}
    for count in range(2, 6):
        prompts.append(correction(mask, truth))
        mask = timed(times, "next click", lambda: segment(frame, prompts))[0].mask
        out[f"{count} clicks"] = iou(mask, truth)
    return out


def timed(times: dict[str, list[float]], name: str, job: Callable[[], Any]) -> Any:
    start = time.process_time()
    answer = job()
    times[name].append(1e3 * (time.process_time() - start))
    return answer


# ------------------------------------------------------------------ simulated prompts


def deepest(mask: BoolArray) -> tuple[int, int]:
    depth = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, col = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(col), int(row)


def correction(mask: BoolArray, truth: BoolArray) -> Point:
    best, place, positive = 0, deepest(truth), True
    for wrong, sign in ((truth & ~mask, True), (mask & ~truth, False)):
        n, labels, stats, _ = cv2.connectedComponentsWithStats(wrong.astype(np.uint8), connectivity=4)
        if n > 1 and stats[1:, cv2.CC_STAT_AREA].max() > best:
            part = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
            best, place, positive = stats[part, cv2.CC_STAT_AREA], deepest(labels == part), sign
    return Point(*place, positive=positive)


def box_around(mask: BoolArray, jitter: int = 4) -> Box:
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    move = np.random.default_rng(int(mask.sum())).integers(-jitter, jitter + 1, 4)
    height, width = mask.shape
    x0, y0 = max(0, cols[0] + move[0]), max(0, rows[0] + move[1])
    return Box(x0, y0, min(width, cols[-1] + 1 + move[2]), min(height, rows[-1] + 1 + move[3]))


def lasso_around(mask: BoolArray, corners: int, grow: float, jitter: float) -> Polygon:
    size = float(np.sqrt(mask.sum()))
    radius = max(1, int(grow * size))
    pad = 3 * radius + 2
    wide = np.pad(mask, pad).astype(np.uint8)
    wide = cv2.dilate(wide, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2))
    if grow > 0.05:
        wide = cv2.morphologyEx(
            wide, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (4 * radius + 1,) * 2)
        )
    outlines, _ = cv2.findContours(wide, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=len)[:, 0] - pad + 0.5
    places = outline[np.linspace(0, len(outline), corners, endpoint=False).astype(int)]
    places = places + np.random.default_rng(int(mask.sum())).normal(0, jitter * size, places.shape)
    return Polygon(tuple((float(x), float(y)) for x, y in places))


def polygon_pixels(polygon: Polygon, size_hw: tuple[int, ...]) -> BoolArray:
    picture = np.zeros(size_hw, np.uint8)
    cv2.fillPoly(picture, [np.floor(polygon.points).astype(np.int32)], 1)
    return picture > 0


# ------------------------------------------------------------------ baselines


def grabcut_box(image: ByteArray, box: Box) -> BoolArray:
    hint = np.full(image.shape[:2], cv2.GC_BGD, np.uint8)
    hint[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)] = cv2.GC_PR_FGD
    return _grabcut(image, hint)


def grabcut_disc(image: ByteArray, click: Point) -> BoolArray:
    hint = np.full(image.shape[:2], cv2.GC_PR_BGD, np.uint8)
    place = (int(click.x), int(click.y))
    cv2.circle(hint, place, int(0.12 * image.shape[0]), cv2.GC_PR_FGD, -1)
    cv2.circle(hint, place, int(0.02 * image.shape[0]), cv2.GC_FGD, -1)
    return _grabcut(image, hint)


def _grabcut(image: ByteArray, hint: ByteArray) -> BoolArray:
    cv2.setRNGSeed(0)
    cv2.grabCut(image, hint, None, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)
    return (hint & 1).astype(bool)


# ------------------------------------------------------------------ pictures


def davis_folder() -> Path | None:
    data = Path(os.environ.get("DWELL_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else data / "davis16"
    return root if root.is_dir() else None


def davis_frames() -> Iterator[tuple[str, ByteArray, BoolArray]]:
    """The first and middle frame of each sequence."""
    root = davis_folder()
    if root is None:
        print("No DAVIS frames; give a folder or set DWELL_TEST_DATA. Only drawn scenes follow.")
        return
    for sequence in sorted(p for p in root.iterdir() if p.is_dir()):
        n_images = len(list((sequence / "images").glob("*.jpg")))
        for number in (0, n_images // 2):
            yield "DAVIS", *davis_frame(sequence, number)


def davis_frame(sequence: Path, number: int) -> tuple[ByteArray, BoolArray]:
    image = cv2.imread(str(sequence / "images" / f"{number:05d}.jpg"))
    truth = cv2.imread(str(sequence / "masks" / f"{number:05d}.png"), cv2.IMREAD_GRAYSCALE)
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB), truth > 127


def tabletop_frames() -> Iterator[tuple[str, ByteArray, BoolArray]]:
    """Frames of two clips with masks drawn by hand, ``hand-annotated`` beside the DAVIS folder."""
    root = davis_folder()
    for path in sorted(root.parent.glob("hand-annotated/*/masks/*.png")) if root else []:
        image, truth = davis_frame(path.parents[1], int(path.stem))
        if truth.any():
            yield "tabletop", image, truth


def drawn_frames(count: int = 10) -> Iterator[tuple[str, ByteArray, BoolArray]]:
    for seed in range(count):
        yield "drawn", *drawn_frame(seed)


def drawn_frame(seed: int) -> tuple[ByteArray, BoolArray]:
    """Blobs with their own texture on a textured ground; the uppermost one is the object; 1600×1200 px."""
    rng = np.random.default_rng(seed)
    image, truth = texture(rng), np.zeros((1200, 1600), bool)
    for _ in range(6):
        truth = blob(rng)
        image[truth] = texture(rng)[truth]
    image = cv2.GaussianBlur(image, (0, 0), 1.2) + rng.normal(0, 0.02, image.shape)
    return (np.clip(image, 0, 1) * 255).astype(np.uint8), truth


def texture(rng: np.random.Generator) -> np.ndarray:
    """(1200, 1600, 3) 0 … 1: two like colours mixed by smooth noise of some grain."""
    base = rng.uniform(0.1, 0.9, 3)
    grain = int(rng.choice([4, 10, 30, 80]))
    noise = rng.random((1200 // grain + 2, 1600 // grain + 2)).astype(np.float32)
    noise = cv2.resize(noise, (1600, 1200), interpolation=cv2.INTER_CUBIC)[..., None]
    return np.clip(base + (noise - 0.5) * rng.uniform(0.05, 0.4, 3), 0, 1)


def blob(rng: np.random.Generator) -> BoolArray:
    angle = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    radius = rng.uniform(80, 220) * (
        1 + sum(rng.uniform(0, 0.25) / k * np.cos(k * angle + rng.uniform(0, 6)) for k in (1, 2, 3))
    )
    centre = rng.uniform((350, 300), (1250, 900))
    stretch = rng.uniform(0.6, 1.5)
    points = centre + np.stack([np.cos(angle) * radius * stretch, np.sin(angle) * radius], axis=1)
    picture = np.zeros((1200, 1600), np.uint8)
    cv2.fillPoly(picture, [points.astype(np.int32)], 1)
    return picture > 0


# ------------------------------------------------------------------ report


def iou(one: BoolArray, other: BoolArray) -> float:
    either = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / either if either else 1.0


def report(scores: Scores, times: dict[str, list[float]]) -> None:
    groups = list(scores)
    heads = [f"{g} (n={len(scores[g]['1 click'])})" for g in groups]
    print("| mean IoU |", *(f"{head} |" for head in heads))
    print("|---|" + "---|" * len(heads))
    for name in scores[groups[0]]:
        print(f"| {name} |", *(f"{np.mean(scores[g][name]):.3f} |" for g in groups))
    print("\n| step | processor time, mean |\n|---|---|")
    for name, values in times.items():
        print(f"| {name} | {np.mean(values):.0f} ms |")


if __name__ == "__main__":
    main()
