"""Peak memory of tracking, rendering and mapping: a 20-minute recording against a 2-minute one.

The recording is small (320 × 240 px, 15 frames/s, 200 Hz gaze, two AOIs), so that its length counts and its
pictures do not. Each stage runs in a process of its own, through the same calls as the command line; its peak
is the largest resident set that the system saw. The backend is ``colour``, which costs nothing and keeps
nothing: what is measured is the reader, the session, the project, the renderer and the mapping.

Run: ``python -m benchmarks.memory``.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np
import pandas as pd

SIZE_HW = (240, 320)
FPS = 15
LOOP_S = 30
STAGES = {
    "track": "track (colour)",
    "render": "render, with gaze",
    "render-masks": "render, masks only",
    "map": "map gaze, write tables",
    "export": "export labels (COCO)",
}


def run(quick: bool = False) -> str:
    """A Markdown table."""
    short, long = (1, 5) if quick else (2, 20)
    peaks: dict[str, list[tuple[float, float]]] = {stage: [] for stage in STAGES}
    with tempfile.TemporaryDirectory() as name:
        for minutes in (short, long):
            folder = make_recording(Path(name) / f"{minutes} min", minutes)
            for stage in STAGES:
                peaks[stage].append(measure(stage, folder))
    rows = [
        f"| {label} | {peaks[stage][0][0]:.0f} MiB | {peaks[stage][1][0]:.0f} MiB "
        f"| {peaks[stage][1][0] / peaks[stage][0][0] - 1:+.0%} | {peaks[stage][1][1]:.0f} s |"
        for stage, label in STAGES.items()
    ]
    return "\n".join(
        [
            f"320 × 240 px, {FPS} frames/s, 200 Hz gaze, two AOIs. Goal: at most +10 %.",
            "",
            f"| stage | peak, {short} min | peak, {long} min | growth | time, {long} min |",
            "|---|---|---|---|---|",
            *rows,
        ]
    )


def measure(stage: str, folder: Path) -> tuple[float, float]:
    """(peak MiB, s) of one stage in a process of its own."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.memory", stage, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{stage} failed:\n{done.stderr}")
    return float(done.stdout.split()[-1]), time.perf_counter() - start


# -------------------------------------------------------------------- one stage, in its own process


def work(stage: str, folder: Path) -> None:
    from dwell.analysis import open_analysis
    from dwell.prompts import Point

    project = folder.parent / f"{folder.name}.dwell"
    with open_analysis(folder, project, backend="colour", video_start_ns=0) as analysis:
        if stage == "track":
            analysis.prompt("card", Point(60.5, 60.5), frame_idx=0)
            analysis.prompt("disc", Point(160.5, 180.5), frame_idx=0)
            analysis.track()
        elif stage == "render":
            analysis.render(folder.parent / "out.mp4")
        elif stage == "render-masks":
            render_masks(analysis, folder.parent / "out.mp4")
        elif stage == "map":
            analysis.map().write(folder.parent / f"{folder.name} results")
        elif stage == "export":
            analysis.export("coco", folder.parent / f"{folder.name} labels")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))


def render_masks(analysis, out: Path) -> None:
    from dwell.render import Scene, render_video

    scene = Scene(analysis.project.masklets(), None, analysis.recording.clock.times_ns)
    render_video(analysis.frames, scene, out)


# -------------------------------------------------------------------- the recording


def make_recording(folder: Path, minutes: int) -> Path:
    folder.mkdir()
    repeat(draw_loop(folder.parent / "loop.mp4"), folder / "scene.mp4", minutes * 60 // LOOP_S)
    times = np.arange(0, minutes * 60 * 200, dtype=np.int64) * 5_000_000
    fixation = times // 300_000_000
    on_card = fixation % 2 == 0
    gaze = pd.DataFrame(
        {
            "timestamp [ns]": times,
            "gaze x [px]": np.where(on_card, 60.5, 300.5),
            "gaze y [px]": np.where(on_card, 60.5, 20.5),
            "fixation id": fixation + 1,
        }
    )
    gaze.to_csv(folder / "gaze.csv", index=False)
    ids = np.unique(fixation)
    spans = {"fixation id": ids + 1, "start timestamp [ns]": ids * 300_000_000}
    spans["end timestamp [ns]"] = spans["start timestamp [ns]"] + 295_000_000
    pd.DataFrame(spans).to_csv(folder / "fixations.csv", index=False)
    return folder


def draw_loop(path: Path) -> Path:
    """Flat colours, coded without loss, so that the colour backend finds them."""
    from dwell.drawn_world import Disc, Rect, ShapesWorld

    n = LOOP_S * FPS

    def orbit(frame_idx: int) -> tuple[float, float]:
        angle = 2 * np.pi * frame_idx / n
        return 160 + 100 * np.sin(angle), 130 + 50 * np.cos(angle)

    shapes = [Rect("card", (200, 40, 40), (80, 80), (60, 60)), Disc("disc", (40, 60, 200), 30, orbit)]
    step_ns = round(1e9 / FPS)
    return ShapesWorld(n, SIZE_HW, shapes, step_ns=step_ns).write_video(path, crf=0, preset="ultrafast")


def repeat(loop: Path, out: Path, times: int) -> None:
    """The same packets again and again: a long video without the work of coding one."""
    with av.open(str(out), "w") as target:
        stream, offset = None, 0
        for _ in range(times):
            with av.open(str(loop)) as source:
                video = source.streams.video[0]
                stream = stream or target.add_stream_from_template(video)
                length = round(LOOP_S / video.time_base)
                for packet in source.demux(video):
                    if packet.size:
                        packet.pts, packet.dts = packet.pts + offset, packet.dts + offset
                        packet.stream = stream
                        target.mux(packet)
                offset += length


if __name__ == "__main__":
    if len(sys.argv) == 3:
        work(sys.argv[1], Path(sys.argv[2]))
    else:
        print(run(quick="--quick" in sys.argv))
