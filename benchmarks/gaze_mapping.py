"""Gaze mapping: one hour of 200 Hz gaze on 10 moving AOIs, against decoding every mask.

The AOIs are blobs with holes and wavy outlines, 100 to 400 px wide, that drift over a 1600 × 1200 px scene video of
108 000 frames with uneven frame times; gaze rests on one of them most of the time. Their masks come from a bank of
600 per AOI, played back and forth, so that memory holds them; nothing is remembered between frames.

Run: ``python -m benchmarks.gaze_mapping [minutes]``. One thread. Prints rows for a Markdown table.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import resource
import sys
import time

import cv2
import numpy as np
import pandas as pd

from dwell.gaze import MappingOptions, map_fixations, map_gaze
from dwell.masks import Mask, Masklet, Runs
from dwell.types import AOI, Camera
from dwell.video.clock import FrameClock

SIZE_HW = (1200, 1600)
N_AOIS = 10
N_BANK = 600
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
        self.centre_xy = np.stack([800 + 550 * np.sin(t + phase[0]), 600 + 380 * np.sin(1.3 * t + phase[1])], axis=1)
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
        back_and_forth = np.concatenate([np.arange(N_BANK), np.arange(N_BANK)[::-1]])
        return np.resize(back_and_forth, n_frames)

    def columns(self, n_frames: int) -> dict:
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
        slots = self.slots(n_frames)
        return Masklet(self.aoi, SIZE_HW, lambda rows: self.runs.take(slots[rows]), **self.columns(n_frames))

    def stored(self, n_frames: int) -> Masklet:
        slots = self.slots(n_frames)

        def load(rows: np.ndarray) -> list[bytes]:
            return [self.strings[slot] for slot in slots[rows].tolist()]

        return Masklet.from_rows(self.aoi, SIZE_HW, load_counts=load, **self.columns(n_frames))


def make_clock(n_frames: int, rng: np.random.Generator) -> FrameClock:
    steps = 33_333_333 + rng.integers(-3_000_000, 3_000_000, n_frames)
    return FrameClock(1_760_000_000_000_000_000 + np.cumsum(steps))


def make_gaze(banks: list[Bank], clock: FrameClock, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
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
    gaze = pd.DataFrame({"timestamp [ns]": times, "gaze x [px]": xy[:, 0], "gaze y [px]": xy[:, 1], "worn": True})
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


def baseline_s(masklets: list[Masklet], gaze: pd.DataFrame, clock: FrameClock, n_frames: int) -> float:
    """Seconds for ``n_frames`` if every mask is decoded and, for distances, transformed (cv2, the fast way)."""
    frames = clock.frame_at(gaze["timestamp [ns]"].to_numpy())
    xy = gaze[["gaze x [px]", "gaze y [px]"]].to_numpy()
    start = time.process_time()
    for frame_idx in range(n_frames):
        points = xy[frames == frame_idx] if frame_idx % 50 == 0 else xy[:6]
        points = points[np.isfinite(points).all(axis=1)].astype(int)
        points = points[(points >= 0).all(axis=1) & (points < SIZE_HW[::-1]).all(axis=1)]
        for masklet in masklets:
            mask = masklet.mask(frame_idx)
            assert mask is not None
            array = mask.to_array()
            array[points[:, 1], points[:, 0]].tolist()
            for side in (array, ~array):
                distance = cv2.distanceTransform(side.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
                distance[points[:, 1], points[:, 0]].tolist()
    return time.process_time() - start


def timed(label: str, masklets: list[Masklet], gaze: pd.DataFrame, clock: FrameClock, **options) -> float:
    start = time.process_time()
    gaze_map = map_gaze(gaze, clock, masklets, MappingOptions(**options), camera=CAMERA)
    used = time.process_time() - start
    near = int(np.isfinite(gaze_map.distance_px).sum())
    share = (gaze_map.inside == 1).any(axis=0).mean()
    print(f"| {label} | {used:.1f} s | {near:,} distances | {share:.0%} of samples on an AOI |", flush=True)
    return used


def main() -> None:
    cv2.setNumThreads(1)
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    n_frames = int(minutes * 60 * 30)
    rng = np.random.default_rng(7)
    banks = [Bank(i, rng) for i in range(N_AOIS)]
    clock = make_clock(n_frames, rng)
    gaze, fixations = make_gaze(banks, clock, rng)
    in_memory = [bank.in_memory(n_frames) for bank in banks]
    stored = [bank.stored(n_frames) for bank in banks]
    per_mask = np.mean([np.diff(bank.runs.offsets).mean() for bank in banks])
    print(f"{minutes:g} min, {len(gaze):,} samples × {N_AOIS} AOIs, {n_frames:,} frames, {per_mask:.0f} boundaries per mask")
    memory_s = timed("masks in memory, distances to 5°", in_memory, gaze, clock)
    stored_s = timed("stored masks, distances to 5°", stored, gaze, clock)
    timed("stored masks, distances to 1°, margin 0.5°", stored, gaze, clock, distance_limit_deg=1.0, margin_deg=0.5)
    sample = min(n_frames, 40)
    decoding_s = baseline_s(stored, gaze, clock, sample) / sample * n_frames
    print(f"| decode every mask, distance transform ({sample} frames, extrapolated) | {decoding_s:.0f} s | | |")
    print(f"times faster: {decoding_s / memory_s:.0f} (memory), {decoding_s / stored_s:.0f} (stored)")
    gaze_map = map_gaze(gaze, clock, in_memory, MappingOptions(distance_limit_deg=0.0), camera=CAMERA)
    start = time.process_time()
    map_fixations(gaze_map, fixations)
    print(f"| {len(fixations):,} fixations | {time.process_time() - start:.2f} s | | |")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
