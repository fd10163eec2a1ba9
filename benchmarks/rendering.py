"""Enriched video: frames per second against decoding and encoding alone, in the same run.

The video is 1600 × 1200 px with sound: a drawn picture that sways as if a head moved, with camera noise.
Five AOIs, 3 to 11 % of the picture each, stay on it (one is carried about); their outlines are wavy and
jitter by 1 px (standard deviation) from frame to frame, as a tracker's do. 200 Hz gaze goes from one to the
next. The masks are stored as a project stores them. Bare and enriched runs take turns; the median counts.

On a computer that does other work, wall time says little: the processor time of all threads is given, too.

Run: ``python -m benchmarks.rendering``.
"""

from __future__ import annotations

import sys
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
LABELS = {
    "bare": "decode and encode alone",
    "enriched": "enriched video",
    "again": "decode and encode the enriched video: what its content costs",
}
STEP_NS = 33_333_333
N_JITTER = 60
"""Places on an outline that move on their own."""


def run(quick: bool = False) -> str:
    """A Markdown table."""
    n_frames, n_turns = (60, 1) if quick else (180, 3)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write_video(folder / "scene.mp4", n_frames)
        scene = make_scene(n_frames)
        jobs = {"bare": lambda out: copy(path, out), "enriched": lambda out: enrich(path, scene, out)}
        for kind, job in jobs.items():
            job(folder / f"{kind}.mp4")  # fonts are loaded, files are cached
        jobs["again"] = lambda out: copy(folder / "enriched.mp4", out)
        spent: dict[str, list[tuple[float, float]]] = {kind: [] for kind in jobs}
        for _ in range(n_turns):
            for kind, job in jobs.items():
                spent[kind].append(measure(job, folder / f"{kind}.mp4", n_frames))
        sizes = {kind: (folder / f"{kind}.mp4").stat().st_size / 1e6 for kind in jobs}
        painting_ms = 1000 * paint_only(path, scene, min(n_frames, 60))
    return report(n_frames, spent, sizes, painting_ms)


def report(n_frames: int, spent: dict, sizes: dict, painting_ms: float) -> str:
    rows = []
    for kind, label in LABELS.items():
        rates = [rate for rate, _ in spent[kind]]
        cpu_ms = np.median([ms for _, ms in spent[kind]])
        each = ", ".join(f"{rate:.1f}" for rate in rates)
        rows.append(f"| {label} | {np.median(rates):.1f} | {each} | {cpu_ms:.1f} ms | {sizes[kind]:.1f} MB |")
    wall, cpu = (
        [np.median([values[i] for values in spent[kind]]) for kind in ("bare", "enriched")] for i in (0, 1)
    )
    return "\n".join(
        [
            f"1600 × 1200 px, {n_frames} frames, {len(SHARES)} masks, gaze with trail, labels, clock, sound.",
            "",
            "| what | frames/s (median) | each run | processor time a frame | size |",
            "|---|---|---|---|---|",
            *rows,
            f"| enriched : alone (goal: 0.8 or more) | {wall[1] / wall[0]:.2f} | | {cpu[0] / cpu[1]:.2f} | |",
            f"| of it painting, in one thread | | | {painting_ms:.1f} ms | |",
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


def measure(job: Callable[[Path], None], out: Path, n_frames: int) -> tuple[float, float]:
    """Frames a second, and ms of processor time a frame."""
    start, used = time.perf_counter(), time.process_time()
    job(out)
    return n_frames / (time.perf_counter() - start), 1000 * (time.process_time() - used) / n_frames


# -------------------------------------------------------------------- what it is measured on


def write_video(path: Path, n_frames: int) -> Path:
    rng = np.random.default_rng(3)
    still = cv2.copyMakeBorder(
        DrawnWorld(size_hw=SIZE_HW, duration_s=6).frame(90), 48, 48, 48, 48, cv2.BORDER_REFLECT
    )
    noise = [rng.normal(0, 3, (*SIZE_HW, 1)).astype(np.int16) for _ in range(6)]
    sound = (0.1 * np.sin(np.arange(48_000 * n_frames // 30) / 20)).astype(np.float32), 48_000
    with VideoWriter(path, SIZE_HW, time_base=Fraction(1, 90_000), audio=sound, crf=20) as writer:
        for i in range(n_frames):
            x, y = (round(48 + sway) for sway in sway_xy(i))
            view = still[y : y + SIZE_HW[0], x : x + SIZE_HW[1]] + noise[i % len(noise)]
            writer.write(np.clip(view, 0, 255).astype(np.uint8), pts_ns=i * STEP_NS)
    return path


def make_scene(n_frames: int) -> Scene:
    clock = FrameClock(np.arange(n_frames, dtype=np.int64) * STEP_NS)
    masklets = [make_masklet(i, n_frames) for i in range(len(SHARES))]
    times = np.arange(0, clock.end_ns, 5_000_000, dtype=np.int64)
    target = times // 600_000_000 % (len(SHARES) + 1)  # the last one is a place without an AOI
    frame = np.maximum(clock.frame_at(times), 0)
    xy = np.array(
        [centre_xy(t, f) if t < len(SHARES) else (60.0, 60.0) for t, f in zip(target, frame, strict=True)]
    )
    xy = xy + np.random.default_rng(5).normal(0, 4, xy.shape)
    gaze = pd.DataFrame({"timestamp [ns]": times, "gaze x [px]": xy[:, 0], "gaze y [px]": xy[:, 1]})
    return Scene(masklets, Looks(map_gaze(gaze, clock, masklets)), clock.times_ns)


def sway_xy(frame_idx: int) -> tuple[float, float]:
    """px: how far the picture has moved."""
    return 40 * np.sin(frame_idx / 19), 40 * np.sin(frame_idx / 13)


def centre_xy(i: int, frame_idx: int) -> tuple[float, float]:
    """The things rest on the table, but the last one is carried about."""
    x, y = sway_xy(frame_idx)
    angle = 2 * np.pi * (i / len(SHARES) + (frame_idx / 400 if i == len(SHARES) - 1 else 0))
    return 800 + 480 * np.sin(angle) - x, 600 + 300 * np.cos(angle) - y


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
    jitter = np.random.default_rng(frame_idx).normal(0, 1, N_JITTER)
    outline = radius * (1 + 0.08 * np.sin(5 * angle) + 0.02 * np.sin(23 * angle))
    outline += np.interp(angle, np.linspace(0, 2 * np.pi, N_JITTER), jitter)
    points = np.stack([outline * np.cos(angle), outline * np.sin(angle)], axis=1) + centre_xy(i, frame_idx)
    return Mask.from_polygon(points, SIZE_HW)


if __name__ == "__main__":
    print(run(quick="--quick" in sys.argv))
