"""Exporting masks to COCO, beside the obvious way with pycocotools and json.dump.

Run: ``python -m benchmarks.label_export [--masks 100000] [--quick]``

Ten drawn AOIs with wobbly outlines, their run lengths stored as a project stores them. The obvious way
decodes each mask to an array, encodes it with pycocotools, asks that for area and box, collects a list, and
dumps it.
Each way runs in a process of its own, which reports its time and how far its memory grew; afterwards the two
files are compared mask by mask.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pycocotools.mask as coco_mask

from dwell.formats.coco import Coco
from dwell.formats.contract import Labels
from dwell.masks import Mask, Masklet
from dwell.types import AOI

SIZE_HW = (360, 640)
"""Small for a scene video: larger pictures make the obvious way slower still."""
N_AOIS = 10
N_SHAPES = 200


def main() -> None:
    options = parse()
    if options.way:
        print(json.dumps(run(options.way, options.masks, options.out)))
        return
    with TemporaryDirectory() as folder:
        rows = {way: in_a_process(way, options.masks, Path(folder)) for way in WAYS}
        same = compare(Path(folder))
    report(rows, options.masks, same)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the export of masks to COCO.")
    parser.add_argument("--masks", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true", help="2,000 masks")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.masks = 2_000 if options.quick else options.masks
    return options


def report(rows: dict[str, dict[str, float]], n_masks: int, same: int) -> None:
    print(
        f"{n_masks:,} masks of {N_AOIS} AOIs on {SIZE_HW[1]}×{SIZE_HW[0]} px; {same:,} equal in both files.\n"
    )
    print("| way | time [s] | of it on the processor [s] | masks per s | memory grew by [MB] |")
    print("|---|---:|---:|---:|---:|")
    for way, row in rows.items():
        rate = f"{n_masks / row['seconds']:,.0f}"
        print(f"| {way} | {row['seconds']:.1f} | {row['cpu_seconds']:.1f} | {rate} | {row['grown_mb']:.0f} |")
    dwell, obvious = rows.values()
    times, on_cpu = (obvious[key] / dwell[key] for key in ("seconds", "cpu_seconds"))
    print(
        f"\nDwell is {times:.0f} times as fast; {on_cpu:.0f} times by the processor's clock. Goal: 5 times."
    )


# ------------------------------------------------------------------ the two ways


def run(way: str, n_masks: int, out: Path) -> dict[str, float]:
    labels = drawn_labels(n_masks)
    before, started, cpu = peak_mb(), time.perf_counter(), time.process_time()
    WAYS[way](labels, out)
    return {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - cpu,
        "grown_mb": peak_mb() - before,
    }


def by_dwell(labels: Labels, out: Path) -> None:
    Coco().write([labels], out)


def by_the_obvious_way(labels: Labels, out: Path) -> None:
    annotations: list[dict[str, Any]] = []
    for frame_idx in labels.frames:
        for aoi, mask in labels.visible_at(frame_idx):
            rle = coco_mask.encode(np.asfortranarray(mask.to_array().view(np.uint8)))
            annotation = {
                "id": len(annotations) + 1,
                "image_id": frame_idx + 1,
                "category_id": aoi.object_id,
                "track_id": aoi.object_id,
                "bbox": [int(value) for value in coco_mask.toBbox(rle)],
                "area": int(coco_mask.area(rle)),
                "iscrowd": 0,
                "segmentation": {"size": rle["size"], "counts": rle["counts"].decode("ascii")},
            }
            annotations.append(annotation)
    height, width = labels.size_hw
    size = {"height": height, "width": width}
    images = [{"id": i + 1, "file_name": f"{name}.jpg", **size} for i, name in enumerate(labels.names)]
    categories = [{"id": aoi.object_id, "name": aoi.name} for aoi in labels.aois]
    with (out / "annotations.json").open("w", encoding="utf-8") as file:
        json.dump({"images": images, "categories": categories, "annotations": annotations}, file)


WAYS = {"dwell": by_dwell, "pycocotools and json.dump": by_the_obvious_way}


# ------------------------------------------------------------------ what they write


def drawn_labels(n_masks: int) -> Labels:
    n_frames = n_masks // N_AOIS
    rng = np.random.default_rng(0)
    shapes = [wobbly(rng) for _ in range(N_SHAPES)]
    masklets = [stored(i, shapes, rng.integers(N_SHAPES, size=n_frames)) for i in range(1, N_AOIS + 1)]
    return Labels(masklets, SIZE_HW, [f"{i:05d}" for i in range(n_frames)], "drawn")


def wobbly(rng: np.random.Generator) -> Mask:
    """A blot of 20 … 80 px radius, somewhere in the picture."""
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    waves = sum(np.sin(k * angle + rng.uniform(0, 7)) / k for k in (2, 3, 5, 9, 17))
    radius = rng.uniform(20, 80) * (1 + 0.2 * waves)
    x, y = rng.uniform(90, SIZE_HW[1] - 90), rng.uniform(90, SIZE_HW[0] - 90)
    return Mask.from_polygon(
        np.column_stack((x + radius * np.cos(angle), y + radius * np.sin(angle))), SIZE_HW
    )


def stored(object_id: int, shapes: list[Mask], which: Any) -> Masklet:
    """A masklet as a project gives it: columns at hand, strings when they are asked for."""
    strings = [shape.to_bytes() for shape in shapes]
    n = len(which)
    return Masklet.from_rows(
        AOI(object_id, f"aoi {object_id}", "#e69f00"),
        SIZE_HW,
        load_counts=lambda rows: [strings[i] for i in which[rows].tolist()],
        frame_idx=np.arange(n),
        state=np.zeros(n),
        score=np.ones(n),
        area=np.array([shape.area for shape in shapes])[which],
        boxes_xyxy=np.array([shape.box_xyxy for shape in shapes])[which],
        approved=np.zeros(n),
        check=np.zeros(n),
        origin=np.ones(n),
        direction=np.zeros(n),
    )


# ------------------------------------------------------------------ measuring


def in_a_process(way: str, n_masks: int, folder: Path) -> dict[str, float]:
    out = folder / way.partition(" ")[0]
    out.mkdir()
    command = [sys.executable, "-m", "benchmarks.label_export", "--way", way, "--out", str(out)]
    done = subprocess.run([*command, "--masks", str(n_masks)], check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def compare(folder: Path) -> int:
    """How many masks are the same in both files: run lengths, box and area."""
    ours, theirs = (masks_in(folder / way.partition(" ")[0] / "annotations.json") for way in WAYS)
    if ours != theirs:
        raise SystemExit("The two ways did not write the same masks.")
    return len(ours)


def masks_in(path: Path) -> dict[tuple[int, int], tuple[Any, ...]]:
    content = json.loads(path.read_text(encoding="utf-8"))
    return {
        (each["image_id"], each["track_id"]): (each["segmentation"]["counts"], each["bbox"], each["area"])
        for each in content["annotations"]
    }


if __name__ == "__main__":
    main()
