"""Gaze mapping: one hour of 200 Hz gaze on 10 moving AOIs, against decoding every mask.

The AOIs are blobs with holes and wavy outlines, 100 to 400 px wide, that drift over a 1600 × 1200 px scene
video of 108 000 frames with uneven frame times; gaze rests on one of them most of the time. Their masks
come from a bank of 600 per AOI, played back and forth; nothing computed is kept from one frame to the next.
A real project, which takes long to fill, is measured on its first minutes.

Run: ``python -m benchmarks.gaze_mapping [minutes] [minutes in a project]``. One thread, processor time.
Prints a Markdown table.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from dwell.gaze import GazeMap, MappingOptions, Section, map_fixations, map_gaze
from dwell.masks import Mask, Masklet, MaskRecord, Runs
from dwell.metrics import compute_aoi_dwell, write_frames, write_gaze_on_aoi
from dwell.project import Project, Source
from dwell.types import AOI, Camera, Direction, Origin, State
from dwell.video import FrameClock

SIZE_HW = (1200, 1600)
N_AOIS = 10
N_BANK = 600
N_DECODED = 40
CAMERA = Camera(
    np.array([[888.4, 0.0, 805.1], [0.0, 888.4, 618.6], [0.0, 0.0, 1.0]]),
    np.array([-0.1302, 0.1085, 7.66e-05, -1.986e-04, 3.54e-05, 0.1697, 0.0522, 0.0249]),
)
"""About that of a Neon."""


class Bank:
    """Masks of one AOI on its path, and where its centre is."""

    def __init__(self, i: int, rng: np.random.Generator) -> None:
        self.radius = rng.uniform(50, 200)
        self.waves = rng.uniform(0, 0.08, 24) * np.cos(rng.uniform(0, 7, 24))
        phase = rng.uniform(0, 2 * np.pi, 2)
        t = np.linspace(0, 4, N_BANK)
        x, y = 800 + 550 * np.sin(t + phase[0]), 600 + 380 * np.sin(1.3 * t + phase[1])
        self.centre_xy = np.stack([x, y], axis=1)
        self.masks = [Mask.from_array(self._draw(xy)) for xy in self.centre_xy]
        self.runs = Runs.from_masks([mask.boundaries for mask in self.masks])
        self.strings = [mask.to_bytes() for mask in self.masks]
        self.boxes = np.array([mask.box_xyxy or (0, 0, 0, 0) for mask in self.masks])
        self.areas = np.array([mask.area for mask in self.masks])
        self.aoi = AOI(i + 1, f"thing {i + 1}", "#e69f00")

    def _draw(self, centre_xy: np.ndarray) -> np.ndarray:
        angle = np.linspace(0, 2 * np.pi, 360, endpoint=False)
        outline = self.radius * (1 + sum(w * np.sin((k + 2) * angle) for k, w in enumerate(self.waves)))
        points = centre_xy + np.stack([outline * np.cos(angle), outline * np.sin(angle)], axis=1)
        canvas = np.zeros(SIZE_HW, np.uint8)
        cv2.fillPoly(canvas, [points.astype(np.int32)], 1)
        cv2.circle(canvas, tuple(int(v) for v in centre_xy), int(self.radius / 5), 0, -1)
        return canvas

    def slots(self, n_frames: int) -> np.ndarray:
        """Which mask of the bank each frame shows."""
        back_and_forth = np.concatenate([np.arange(N_BANK), np.arange(N_BANK)[::-1]])
        return np.resize(back_and_forth, n_frames)

    def columns(self, n_frames: int) -> dict:
        """The columns of a masklet."""
        slots = self.slots(n_frames)
        return {
            "frame_idx": np.arange(n_frames),
            "state": np.zeros(n_frames, np.int8),
            "score": np.ones(n_frames, np.float32),
            "area": self.areas[slots],
            "boxes_xyxy": self.boxes[slots],
            "approved": np.zeros(n_frames, bool),
            "check": np.zeros(n_frames, bool),
            "origin": np.ones(n_frames, np.int8),
            "direction": np.zeros(n_frames, np.int8),
        }

    def in_memory(self, n_frames: int) -> Masklet:
        """A masklet whose runs lie in memory."""
        slots = self.slots(n_frames)
        return Masklet(self.aoi, SIZE_HW, lambda rows: self.runs.take(slots[rows]), **self.columns(n_frames))

    def stored(self, n_frames: int) -> Masklet:
        """A masklet whose masks are stored strings, decoded when asked for."""
        slots = self.slots(n_frames)

        def load(rows: np.ndarray) -> list[bytes]:
            return [self.strings[slot] for slot in slots[rows].tolist()]

        return Masklet.from_rows(self.aoi, SIZE_HW, load_counts=load, **self.columns(n_frames))


def make_clock(n_frames: int, rng: np.random.Generator) -> FrameClock:
    steps = 33_333_333 + rng.integers(-3_000_000, 3_000_000, n_frames)
    return FrameClock(1_760_000_000_000_000_000 + np.cumsum(steps))


def make_gaze(
    banks: list[Bank], clock: FrameClock, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """200 Hz gaze in fixations of 150 … 600 ms, four of five on an AOI; 1 % of the samples have no gaze."""
    n_frames = len(clock)
    times = np.arange(clock.times_ns[0], clock.end_ns, 5_000_000)
    lengths = rng.integers(30, 120, len(times) // 30)
    lengths = lengths[: int(np.searchsorted(np.cumsum(lengths), len(times)))]
    fixation = np.repeat(np.arange(len(lengths)), lengths)[: len(times)]
    times = times[: len(fixation)]
    target = rng.integers(0, N_AOIS + 2, len(lengths))
    frames = np.maximum(clock.frame_at(times), 0)
    paths = np.array([bank.centre_xy[bank.slots(n_frames)] for bank in banks])
    radii = np.array([bank.radius for bank in banks])
    elsewhere = rng.uniform((0, 0), (1600, 1200), (len(lengths), 2))
    on = target < N_AOIS
    offset = rng.normal(0, 0.5, (len(lengths), 2)) * radii[np.where(on, target, 0)][:, None]
    chosen = np.where(on, target, 0)[fixation]
    xy = np.where(on[fixation][:, None], paths[chosen, frames] + offset[fixation], elsewhere[fixation])
    xy = xy + rng.normal(0, 6, xy.shape)
    xy[rng.random(len(xy)) < 0.01] = np.nan
    gaze = pd.DataFrame(
        {"timestamp [ns]": times, "gaze x [px]": xy[:, 0], "gaze y [px]": xy[:, 1], "worn": True}
    )
    ends = np.cumsum(lengths)
    starts = ends - lengths
    fixations = pd.DataFrame(
        {
            "fixation id": pd.array(np.arange(1, len(lengths) + 1), "Int64"),
            "start timestamp [ns]": times[starts],
            "end timestamp [ns]": times[ends - 1],
        }
    )
    return gaze, fixations


def decoding_s(masklets: list[Masklet], gaze: pd.DataFrame, clock: FrameClock, *, distances: bool) -> float:
    """Seconds a frame if every mask is decoded, and transformed for distances (by OpenCV)."""
    frames = clock.frame_at(gaze["timestamp [ns]"].to_numpy())
    xy = np.nan_to_num(gaze[["gaze x [px]", "gaze y [px]"]].to_numpy())
    xy = np.clip(xy, 0, (SIZE_HW[1] - 1, SIZE_HW[0] - 1)).astype(int)
    points = [xy[frames == frame_idx] for frame_idx in range(N_DECODED)]
    start = time.process_time()
    for frame_idx in range(N_DECODED):
        x, y = points[frame_idx].T
        for masklet in masklets:
            mask = masklet.mask(frame_idx)
            assert mask is not None
            array = mask.to_array()
            array[y, x].tolist()
            for side in (array, ~array) if distances else ():
                away = cv2.distanceTransform(side.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
                away[y, x].tolist()
    return (time.process_time() - start) / N_DECODED


def timed(label: str, job: Callable[[], object]) -> float:
    start = time.process_time()
    done = job()
    used = time.process_time() - start
    note = ""
    if isinstance(done, GazeMap):
        near, on = np.isfinite(done.distance_px).sum(), (done.inside == 1).any(axis=0).mean()
        note = f"{near:,} distances, {on:.0%} of samples on an AOI"
    print(f"| {label} | {used:.2f} s | {note} |", flush=True)
    return used


def in_project(banks: list[Bank], n_frames: int, folder: str) -> list[Masklet]:
    source = Source("", "csv", "", "", SIZE_HW, n_frames, "")
    project = Project.create(Path(folder) / "bench.dwell", source)
    for bank in banks:
        object_id = project.add_aoi(bank.aoi.name).object_id
        records = (
            MaskRecord(object_id, i, bank.masks[slot], State.VISIBLE, 0.9, Origin.MODEL, Direction.FORWARD)
            for i, slot in enumerate(bank.slots(n_frames).tolist())
        )
        project.write_masks(records)
    return project.masklets()


def main() -> None:
    cv2.setNumThreads(1)
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    project_minutes = float(sys.argv[2]) if len(sys.argv) > 2 else min(minutes, 5.0)
    n_frames = int(minutes * 60 * 30)
    rng = np.random.default_rng(7)
    banks = [Bank(i, rng) for i in range(N_AOIS)]
    clock = make_clock(n_frames, rng)
    gaze, fixations = make_gaze(banks, clock, rng)
    memory, stored = ([f(bank, n_frames) for bank in banks] for f in (Bank.in_memory, Bank.stored))
    per_mask = np.mean([np.diff(bank.runs.offsets).mean() for bank in banks])
    print(f"{minutes:g} min, {len(gaze):,} samples × {N_AOIS} AOIs, {n_frames:,} frames, ", end="")
    print(f"{per_mask:.0f} boundaries per mask")
    print("\n| what | processor time | |\n|---|---|---|")
    measure(gaze, clock, memory, stored, n_frames)
    measure_rest(gaze, fixations, clock, memory)
    measure_project(gaze, clock, banks, project_minutes)
    print(f"| peak memory | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB | |")


def measure(
    gaze: pd.DataFrame, clock: FrameClock, memory: list[Masklet], stored: list[Masklet], n_frames: int
) -> None:
    inside = MappingOptions(distance_limit_deg=0.0)
    margin = MappingOptions(distance_limit_deg=1.0, margin_deg=0.5)
    near_s = timed("runs in memory, distances to 5°", lambda: map_gaze(gaze, clock, memory, None, CAMERA))
    stored_s = timed("stored strings, distances to 5°", lambda: map_gaze(gaze, clock, stored, None, CAMERA))
    timed("stored strings, margin 0.5°", lambda: map_gaze(gaze, clock, stored, margin, CAMERA))
    inside_s = timed("stored strings, inside only", lambda: map_gaze(gaze, clock, stored, inside, CAMERA))
    for distances, ours in ((False, inside_s), (True, stored_s)):
        slow_s = decoding_s(stored, gaze, clock, distances=distances) * n_frames
        what = "and transform it for distances" if distances else "inside only"
        times = f"{slow_s / ours:.0f} × ours from stored strings" + (
            f", {slow_s / near_s:.0f} × ours from memory" if distances else ""
        )
        print(f"| decode every mask, {what} ({N_DECODED} frames, scaled) | {slow_s:.0f} s | {times} |")


def measure_rest(
    gaze: pd.DataFrame, fixations: pd.DataFrame, clock: FrameClock, memory: list[Masklet]
) -> None:
    mapped = map_gaze(gaze, clock, memory, None, CAMERA)
    section = Section("b0b5a9c2-0b6f-4d5e-8a35-4c8f4e8f8c11", "bench", int(clock.times_ns[0]))
    found = map_fixations(mapped, fixations)
    timed(f"map {len(fixations):,} fixations", lambda: map_fixations(mapped, fixations))
    timed("dwell table", lambda: compute_aoi_dwell(mapped, section, found))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gaze_on_aoi.csv"
        timed("write gaze_on_aoi.csv", lambda: write_gaze_on_aoi(path, mapped, section))
        print(f"| its size, rows | {path.stat().st_size / 2**20:.0f} MiB | {len(gaze) * N_AOIS:,} |")
        timed("write frames.csv", lambda: write_frames(Path(folder) / "frames.csv", mapped, section))


def measure_project(gaze: pd.DataFrame, clock: FrameClock, banks: list[Bank], minutes: float) -> None:
    n_frames = int(minutes * 60 * 30)
    part = gaze[gaze["timestamp [ns]"] < clock.times_ns[n_frames - 1]]
    with tempfile.TemporaryDirectory() as folder:
        masklets = in_project(banks, n_frames, folder)
        used = timed(
            f"first {minutes:g} min, from a project on disk",
            lambda: map_gaze(part, clock, masklets, None, CAMERA),
        )
    print(f"| … scaled to the whole | {used * len(clock) / n_frames:.1f} s | |")


if __name__ == "__main__":
    main()
