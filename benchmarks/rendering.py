"""Enriched video: frames per second against decoding and encoding alone, with the same libraries in the same run.

The video is 1600 × 1200 px with sound: a drawn picture that sways as if a head moved, with camera noise. Five AOIs,
3 to 11 % of the picture each, drift over it with wavy outlines; 200 Hz gaze goes from one to the next. Their masks are
stored as a project stores them. Bare and enriched runs take turns; the median of each counts.

Run: ``python -m benchmarks.rendering``.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from dwell.drawn_world import DrawnWorld
from dwell.gaze import map_gaze
from dwell.masks import Mask, Masklet
from dwell.render import Looks, Scene, render_video
from dwell.render.canvas import Canvas
from dwell.render.enriched import RenderOptions, paint_frame
from dwell.render.feed import masks_by_frame
from dwell.types import AOI
from dwell.video import FrameClock, VideoReader, VideoWriter

SIZE_HW = (1200, 1600)
SHARES = (0.03, 0.05, 0.07, 0.09, 0.11)
COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2")
STEP_NS = 33_333_333


def run(quick: bool = False) -> str:
    """A Markdown table."""
    n_frames, n_turns = (60, 1) if quick else (240, 3)
    with tempfile.TemporaryDirectory() as folder:
        path = write_video(Path(folder) / "scene.mp4", n_frames)
        scene = make_scene(n_frames)
        bare, enriched, bare_mb, enriched_mb = [], [], 0.0, 0.0
        for _ in range(n_turns):
            bare.append(n_frames / seconds(lambda: copy(path, Path(folder) / "bare.mp4")))
            enriched.append(n_frames / seconds(lambda: enrich(path, scene, Path(folder) / "enriched.mp4")))
        bare_mb, enriched_mb = ((Path(folder) / f"{name}.mp4").stat().st_size / 1e6 for name in ("bare", "enriched"))
        painting_ms = 1000 * paint_only(path, scene, min(n_frames, 60))
    ratio = np.median(enriched) / np.median(bare)
    return "\n".join(
        [
            f"1600 × 1200 px, {n_frames} frames, {len(SHARES)} masks, gaze with trail, labels, clock, sound copied.",
            "",
            "| what | frames/s (median) | each run | size |",
            "|---|---|---|---|",
            f"| decode and encode alone | {np.median(bare):.1f} | {listed(bare)} | {bare_mb:.1f} MB |",
            f"| enriched video | {np.median(enriched):.1f} | {listed(enriched)} | {enriched_mb:.1f} MB |",
            f"| ratio (goal: at least 0.8) | {ratio:.2f} | | |",
            f"| painting alone | {painting_ms:.1f} ms a frame | | |",
        ]
    )


# -------------------------------------------------------------------- what is measured


def copy(path: Path, out: Path) -> None:
    """Decode and encode every frame; copy the sound."""
    with (
        VideoReader(path) as frames,
        VideoWriter(out, frames.size_hw, time_base=frames.time_base, audio_from=frames.audio()) as writer,
    ):
        for frame_idx, picture in frames.planes(0, len(frames)):
            writer.write(picture, int(frames.pts[frame_idx]))


def enrich(path: Path, scene: Scene, out: Path) -> None:
    with VideoReader(path) as frames:
        render_video(frames, scene, out)


def paint_only(path: Path, scene: Scene, n_frames: int) -> float:
    """Seconds a frame in the thread that paints."""
    options = RenderOptions()
    used = 0.0
    with VideoReader(path) as frames:
        masks = masks_by_frame(scene.masklets, 0, n_frames)
        for frame_idx, picture in frames.planes(0, n_frames):
            start = time.thread_time()
            paint_frame(Canvas(picture), scene, frame_idx, next(masks), options)
            used += time.thread_time() - start
    return used / n_frames


def seconds(job: Callable[[], None]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def listed(values: list[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in values)


# -------------------------------------------------------------------- what it is measured on


def write_video(path: Path, n_frames: int) -> Path:
    rng = np.random.default_rng(3)
    still = cv2.copyMakeBorder(DrawnWorld(size_hw=SIZE_HW, duration_s=6).frame(90), 48, 48, 48, 48, cv2.BORDER_REFLECT)
    noise = [rng.normal(0, 3, (*SIZE_HW, 1)).astype(np.int16) for _ in range(6)]
    sound = (0.1 * np.sin(np.arange(48_000 * n_frames // 30) / 20)).astype(np.float32), 48_000
    with VideoWriter(path, SIZE_HW, time_base=Fraction(1, 90_000), audio=sound, crf=20) as writer:
        for i in range(n_frames):
            x, y = round(48 + 40 * np.sin(i / 19)), round(48 + 40 * np.sin(i / 13))
            view = still[y : y + SIZE_HW[0], x : x + SIZE_HW[1]] + noise[i % len(noise)]
            writer.write(np.clip(view, 0, 255).astype(np.uint8), pts_ns=i * STEP_NS)
    return path


def make_scene(n_frames: int) -> Scene:
    clock = FrameClock(np.arange(n_frames, dtype=np.int64) * STEP_NS)
    masklets = [make_masklet(i, n_frames) for i in range(len(SHARES))]
    times = np.arange(0, clock.end_ns, 5_000_000, dtype=np.int64)
    target = times // 600_000_000 % (len(SHARES) + 1)  # the last one is a place without an AOI
    frame = np.maximum(clock.frame_at(times), 0)
    xy = np.array([centre_xy(t, f) if t < len(SHARES) else (60.0, 60.0) for t, f in zip(target, frame, strict=True)])
    xy = xy + np.random.default_rng(5).normal(0, 4, xy.shape)
    gaze = pd.DataFrame({"timestamp [ns]": times, "gaze x [px]": xy[:, 0], "gaze y [px]": xy[:, 1]})
    return Scene(masklets, Looks(map_gaze(gaze, clock, masklets)), clock.times_ns)


def centre_xy(i: int, frame_idx: int) -> tuple[float, float]:
    phase = 2 * np.pi * i / len(SHARES)
    return 800 + 480 * np.sin(frame_idx / 45 + phase), 600 + 300 * np.cos(frame_idx / 31 + phase)


def make_masklet(i: int, n_frames: int) -> Masklet:
    masks = [draw_mask(i, frame_idx) for frame_idx in range(n_frames)]
    strings = [mask.to_bytes() for mask in masks]
    return Masklet.from_rows(
        AOI(i + 1, f"thing {i + 1}", COLOURS[i]),
        SIZE_HW,
        load_counts=lambda rows: [strings[row] for row in rows.tolist()],
        frame_idx=np.arange(n_frames),
        state=np.zeros(n_frames),
        score=np.ones(n_frames),
        area=[mask.area for mask in masks],
        boxes_xyxy=[mask.box_xyxy or (0, 0, 0, 0) for mask in masks],
        approved=np.zeros(n_frames),
        check=np.zeros(n_frames),
        origin=np.ones(n_frames),
        direction=np.zeros(n_frames),
    )


def draw_mask(i: int, frame_idx: int) -> Mask:
    radius = np.sqrt(SHARES[i] * SIZE_HW[0] * SIZE_HW[1] / np.pi)
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    outline = radius * (1 + 0.08 * np.sin(5 * angle + frame_idx / 9) + 0.02 * np.sin(23 * angle - frame_idx / 4))
    points = np.stack([outline * np.cos(angle), outline * np.sin(angle)], axis=1) + centre_xy(i, frame_idx)
    return Mask.from_polygon(points, SIZE_HW)


if __name__ == "__main__":
    print(run())
