"""Volumes: opening, slices, and how far one prompt goes through the stack: ``python -m benchmarks.volumes``.

A drawn CT (``dwell.drawn_world.phantom``), whose labels are known. Each part is boxed on its middle slice,
4 px too wide on each side, and tracked both ways. The peer is what published gaze tools do: every slice for
itself, with the same prompt. Dice is over the whole volume; the embedded segmenter and tracker.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import nibabel
import numpy as np

import dwell
from dwell.drawn_world.phantom import PHANTOM_PARTS, Phantom, draw_phantom, phantom_affine, write_volume
from dwell.formats.volumes.voxels import mask_of_aoi
from dwell.prompts import Box
from dwell.recordings import open_recording
from dwell.segmenters.open import open_backend
from dwell.types import BoolArray
from dwell.volumes import Slices


def main() -> None:
    cv2.setNumThreads(1)
    quick = "--quick" in sys.argv
    with tempfile.TemporaryDirectory() as name:
        _report_opening(Path(name), (128, 128, 40) if quick else (512, 512, 300))
        _report_propagation(Path(name), (150, 110, 24) if quick else (150, 110, 44))


# ------------------------------------------------------------------ opening


def _report_opening(folder: Path, shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(0)
    voxels = (rng.normal(0, 20, shape) + np.linspace(-900, 900, shape[2])).astype(np.int16)
    path = write_volume(folder / "big.nii.gz", voxels, phantom_affine(shape, (0.7, 0.7, 1.0)))
    bare = _seconds(lambda: np.asarray(nibabel.load(path).dataobj))
    ours = _seconds(lambda: open_recording(path).scene)
    slices = open_recording(path).scene
    assert isinstance(slices, Slices)
    print(f"{' × '.join(map(str, shape))} int16, {path.stat().st_size / 1e6:.0f} MB as .nii.gz\n")
    print("| what | time | ratio |\n|---|---|---|")
    print(f"| nibabel alone | {bare:.2f} s | 1 |")
    print(f"| open, check and choose a window | {ours:.2f} s | {ours / bare:.2f} |")
    for plane in ("axial", "coronal", "sagittal"):
        view = Slices(slices.volume, plane)
        times = [_seconds(lambda k=k, view=view: view.read(k)) for k in range(0, len(view), len(view) // 15)]
        print(f"| a slice, {plane} (median) | {1e3 * float(np.median(times)):.1f} ms | – |")
    print()


def _seconds(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


# ------------------------------------------------------------------ propagation


def _report_propagation(folder: Path, shape: tuple[int, int, int]) -> None:
    phantom = draw_phantom(shape, path=folder / "phantom.nii.gz")
    write_volume(folder / "phantom.nii.gz", phantom.volume.voxels, phantom.volume.affine)
    print(
        "| part | slices | Dice, both ways from one slice | Dice, each slice for itself |\n|---|---|---|---|"
    )
    with dwell.open_analysis(folder / "phantom.nii.gz", folder / "p.dwell") as analysis:
        slices = analysis.frames
        assert isinstance(slices, Slices)
        boxes = {part: _middle_box(slices, phantom, part) for part in PHANTOM_PARTS}
        for part, (frame_idx, box, _) in boxes.items():
            analysis.prompt(part, box, frame_idx=frame_idx)
        seconds = _seconds(analysis.track)
        for part, (_, box, n_slices) in boxes.items():
            masklet = analysis.project.masklet(analysis.project.aoi(part).object_id)
            truth = phantom.mask(part)
            tracked = _dice(mask_of_aoi(masklet, slices), truth)
            alone = _dice(_each_for_itself(slices, box, truth), truth)
            print(f"| {part} | {n_slices} | {tracked:.3f} | {alone:.3f} |")
    print(f"\nTracking four parts through {len(slices)} slices: {seconds:.1f} s.")


def _middle_box(slices: Slices, phantom: Phantom, part: str) -> tuple[int, Box, int]:
    """The slice on which the part is largest, a box around it there, and on how many slices it is."""
    masks = slices.view.oriented(phantom.mask(part))
    areas = masks.reshape(len(masks), -1).sum(axis=1)
    frame_idx = int(areas.argmax())
    ys, xs = np.nonzero(slices.view.mask_to_picture(masks[frame_idx]))
    box = Box(float(xs.min()) - 4, float(ys.min()) - 4, float(xs.max()) + 5, float(ys.max()) + 5)
    return frame_idx, box, int(np.count_nonzero(areas))


def _each_for_itself(slices: Slices, box: Box, truth: BoolArray) -> BoolArray:
    """The same box on every slice that the part is on, as if somebody had known which those are."""
    backend = open_backend("embedded")
    found = np.zeros(truth.shape, bool)
    slabs, true_slabs = slices.view.oriented(found), slices.view.oriented(truth)
    for frame_idx in range(len(slices)):
        if true_slabs[frame_idx].any():
            candidates = backend.segment(backend.encode(slices.read(frame_idx)), [box], 1)
            if candidates:
                slabs[frame_idx] = slices.view.mask_to_voxels(candidates[0].mask)
    return found


def _dice(a: BoolArray, b: BoolArray) -> float:
    whole = np.count_nonzero(a) + np.count_nonzero(b)
    return 2 * float(np.count_nonzero(a & b)) / whole if whole else 1.0


if __name__ == "__main__":
    main()
