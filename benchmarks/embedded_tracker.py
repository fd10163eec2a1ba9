"""How well and how fast the embedded tracker follows real objects, beside two simple baselines.

Run ``python benchmarks/embedded_tracker.py [--data DIR] [--sequences a,b] [--frames N] [--out FILE.md]``.
The data are looked for in ``--data``, in ``DWELL_TEST_DATA`` and in ``../shared/data``; without them it says
so and stops.

Measured: J and F from the true first mask, first and last frame left out (DAVIS 2016 protocol), backwards
with ``--backward``; CPU time per frame of one thread; frames per second at 1280 × 720 when the next frame is
encoded in a second thread; CPU time of each further object.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))
from dwell.segmenters.embedded import EmbeddedBackend
from segmentation_scores import area_under_roc, boundary_score, region_score

BoolArray = NDArray[np.bool_]
ByteArray = NDArray[np.uint8]
Method = Callable[[list[ByteArray], BoolArray], Iterator[tuple[BoolArray, float]]]


@dataclass
class Sequence:
    """Images and the masks that are known, by frame."""

    name: str
    images: list[ByteArray]
    truths: dict[int, BoolArray]


@dataclass
class Result:
    """Scores of one method on one sequence."""

    region: list[float] = field(default_factory=list)
    boundary: list[float] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    cpu_ms: float = 0.0


def main() -> None:
    options = _options()
    data = _find_data(options.data)
    if data is None:
        print(
            "No data: give --data, or set DWELL_TEST_DATA to a folder that holds davis16/. Nothing measured."
        )
        return
    cv2.setNumThreads(1)
    lines = [_quality(data, options), _annotated(data, options), _speed(data)]
    report = "\n\n".join(line for line in lines if line)
    print(report)
    if options.out:
        Path(options.out).write_text(report + "\n", encoding="utf-8")


# ------------------------------------------------------------------ what is compared


def dwell_tracker(images: list[ByteArray], first: BoolArray) -> Iterator[tuple[BoolArray, float]]:
    """The embedded backend."""
    backend = EmbeddedBackend()
    encoding = backend.encode(images[0])
    memory = backend.start(encoding, first)
    for image in images[1:]:
        encoding = backend.encode(image, encoding)
        tracked, memory = backend.step(encoding, {1: memory})[1]
        yield tracked.mask, tracked.score


def flow_only(images: list[ByteArray], first: BoolArray) -> Iterator[tuple[BoolArray, float]]:
    """The mask carried along by dense flow and nothing else."""
    soft = first.astype(np.float32)
    for before, after in zip(images, images[1:], strict=False):
        soft = _warp(soft, before, after)
        yield soft > 0.5, 1.0


def flow_and_grabcut(images: list[ByteArray], first: BoolArray) -> Iterator[tuple[BoolArray, float]]:
    """The carried mask, its rim decided by GrabCut in a window around it."""
    mask = first
    for before, after in zip(images, images[1:], strict=False):
        mask = _grabcut(after, _warp(mask.astype(np.float32), before, after) > 0.5)
        yield mask, 1.0


METHODS: dict[str, Method] = {"dwell": dwell_tracker, "flow": flow_only, "flow + GrabCut": flow_and_grabcut}


def _warp(soft: NDArray[np.float32], before: ByteArray, after: ByteArray) -> NDArray[np.float32]:
    size = (before.shape[1] // 2, before.shape[0] // 2)
    small = [
        cv2.resize(cv2.cvtColor(i, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA)
        for i in (before, after)
    ]
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(small[1], small[0], None)
    flow = 2 * cv2.resize(flow, soft.shape[::-1], interpolation=cv2.INTER_LINEAR)
    xs = np.arange(soft.shape[1], dtype=np.float32)
    ys = np.arange(soft.shape[0], dtype=np.float32)[:, None]
    return cv2.remap(soft, flow[:, :, 0] + xs, flow[:, :, 1] + ys, cv2.INTER_LINEAR)


def _grabcut(image: ByteArray, carried: BoolArray) -> BoolArray:
    x, y, w, h = cv2.boundingRect(carried.view(np.uint8))
    if np.count_nonzero(carried) < 50:
        return carried
    margin = int(0.35 * (w * h) ** 0.5 + 16)
    box = (slice(max(0, y - margin), y + h + margin), slice(max(0, x - margin), x + w + margin))
    body = carried[box].view(np.uint8)
    rim = max(3, int(0.05 * np.count_nonzero(body) ** 0.5))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim + 1, 2 * rim + 1))
    labels = np.where(body > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[cv2.erode(body, disc) > 0] = cv2.GC_FGD
    labels[cv2.dilate(body, disc) == 0] = cv2.GC_BGD
    if not (labels == cv2.GC_BGD).any():
        return carried
    models = np.zeros((2, 1, 65))
    cv2.setRNGSeed(1)
    cv2.grabCut(
        np.ascontiguousarray(image[box]), labels, None, models[0], models[1], 2, cv2.GC_INIT_WITH_MASK
    )
    out = np.zeros_like(carried)
    out[box] = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    return out


# ------------------------------------------------------------------ quality


def _quality(data: Path, options: argparse.Namespace) -> str:
    names = options.sequences.split(",") if options.sequences else _folders(data / "davis16")
    rows, results = [], {method: [] for method in METHODS}
    for name in names:
        cells = [name]
        for method, run in METHODS.items():
            sequence = _read(data / "davis16" / name, options.frames, options.backward)
            result = _measure(sequence, run)
            results[method].append(result)
            cells += [f"{np.mean(result.region):.3f}", f"{np.mean(result.boundary):.3f}"]
        rows.append([*cells, f"{results['dwell'][-1].cpu_ms:.0f}"])
        print("  ".join(rows[-1]), file=sys.stderr)
    if not rows:
        return ""
    means = ["**mean**"]
    for found in results.values():
        means += [
            f"**{np.mean([np.mean(r.region) for r in found]):.3f}**",
            f"{np.mean([np.mean(r.boundary) for r in found]):.3f}",
        ]
    rows.append([*means, f"{np.mean([r.cpu_ms for r in results['dwell']]):.0f}"])
    head = ["sequence", *(f"{method} {score}" for method in METHODS for score in "JF"), "CPU ms / frame"]
    regions = np.concatenate([r.region for r in results["dwell"]])
    scores = np.concatenate([r.score for r in results["dwell"]])
    roc = area_under_roc(scores, regions > 0.5)
    recall = np.mean(regions > 0.5)
    told = f"Frames with J > 0.5: {recall:.3f}. The score tells them from the others with AUROC {roc:.3f}."
    return f"{_table(head, rows)}\n\n{told}"


def _annotated(data: Path, options: argparse.Namespace) -> str:
    """The hand-annotated clips: J at their annotated frames."""
    if options.sequences:
        return ""
    rows = []
    for name in _folders(data / "hand-annotated"):
        sequence = _read(data / "hand-annotated" / name, options.frames, False)
        found = _measure(sequence, dwell_tracker, keep_last=True)
        rows.append(
            [name, ", ".join(f"{j:.3f}" for j in found.region), f"{np.mean(found.region or [np.nan]):.3f}"]
        )
    return _table(["hand-annotated clip", "J at annotated frames", "mean"], rows) if rows else ""


def _measure(sequence: Sequence, run: Method, keep_last: bool = False) -> Result:
    result = Result()
    last = len(sequence.images) - 1
    start = time.process_time()
    masks = list(run(sequence.images, sequence.truths[0]))
    result.cpu_ms = (time.process_time() - start) / max(1, last) * 1000
    for i, (mask, score) in enumerate(masks, start=1):
        if i not in sequence.truths or (i == last and not keep_last):
            continue
        result.region.append(region_score(mask, sequence.truths[i]))
        result.boundary.append(boundary_score(mask, sequence.truths[i]))
        result.score.append(score)
    return result


# ------------------------------------------------------------------ speed


def _speed(data: Path, n_frames: int = 40) -> str:
    """Frames per second and CPU time at 1280 × 720, from a sequence enlarged to that size."""
    folders = _folders(data / "davis16")
    if not folders:
        return ""
    name = "dog" if "dog" in folders else folders[0]
    sequence = _read(data / "davis16" / name, n_frames, False)
    images = [cv2.resize(i, (1280, 720), interpolation=cv2.INTER_CUBIC) for i in sequence.images]
    mask = cv2.resize(sequence.truths[0].astype(np.uint8), (1280, 720), interpolation=cv2.INTER_NEAREST) > 0
    encode_ms, one_ms = _cpu(images, mask, 1)
    more = (_cpu(images, mask, 3)[1] - one_ms) / 2
    fps = _pipelined(images, mask)
    return _table(
        [f"{name} at 1280 × 720", "value"],
        [
            ["CPU ms / frame, encode", f"{encode_ms:.1f}"],
            ["CPU ms / frame, step, one object", f"{one_ms:.1f}"],
            ["CPU ms / frame, each further object", f"{more:.1f}"],
            ["frames / s, encode in a second thread", f"{fps:.1f}"],
            ["load of this machine, CPUs", f"{os.getloadavg()[0]:.1f} of {os.cpu_count()}"],
        ],
    )


def _cpu(images: list[ByteArray], mask: BoolArray, n_objects: int) -> tuple[float, float]:
    backend = EmbeddedBackend()
    encoding = backend.encode(images[0])
    memories = {i: backend.start(encoding, np.roll(mask, 40 * i, axis=1)) for i in range(1, n_objects)}
    memories[0] = backend.start(encoding, mask)
    spent = np.zeros(2)
    for image in images[1:]:
        t0 = time.process_time()
        encoding = backend.encode(image, encoding)
        t1 = time.process_time()
        memories = {i: memory for i, (_, memory) in backend.step(encoding, memories).items()}
        spent += [t1 - t0, time.process_time() - t1]
    encode_ms, step_ms = spent / (len(images) - 1) * 1000
    return float(encode_ms), float(step_ms)


def _pipelined(images: list[ByteArray], mask: BoolArray) -> float:
    backend = EmbeddedBackend()
    encoding = backend.encode(images[0])
    memory = backend.start(encoding, mask)
    with ThreadPoolExecutor(1) as pool:
        start = time.perf_counter()
        coming = pool.submit(backend.encode, images[1], encoding)
        for i in range(1, len(images)):
            encoding = coming.result()
            if i + 1 < len(images):
                coming = pool.submit(backend.encode, images[i + 1], encoding)
            _, memory = backend.step(encoding, {1: memory})[1]
        return (len(images) - 1) / (time.perf_counter() - start)


# ------------------------------------------------------------------ files and tables


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="folder that holds davis16/ and hand-annotated/")
    parser.add_argument("--sequences", help="names, with commas between; all of davis16/ by default")
    parser.add_argument("--frames", type=int, help="only the first N frames of each")
    parser.add_argument("--backward", action="store_true", help="start on the last frame")
    parser.add_argument("--out", help="also write the tables to this Markdown file")
    return parser.parse_args()


def _find_data(given: str | None) -> Path | None:
    here = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    for folder in (given, os.environ.get("DWELL_TEST_DATA"), here):
        if folder is not None and (Path(folder) / "davis16").is_dir():
            return Path(folder)
    return None


def _folders(path: Path) -> list[str]:
    return sorted(p.name for p in path.iterdir() if p.is_dir()) if path.is_dir() else []


def _read(folder: Path, n_frames: int | None, backward: bool) -> Sequence:
    paths = sorted((folder / "images").glob("*.jpg"))[:n_frames]
    paths = paths[::-1] if backward else paths
    images = [cv2.cvtColor(cv2.imread(str(p)), cv2.COLOR_BGR2RGB) for p in paths]
    truths = {}
    for i, path in enumerate(paths):
        mask = folder / "masks" / f"{path.stem}.png"
        if mask.exists():
            truths[i] = cv2.imread(str(mask), cv2.IMREAD_GRAYSCALE) > 127
    return Sequence(folder.name, images, truths)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
