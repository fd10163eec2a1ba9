"""The demo: a recording is drawn, and becomes AOI masks, hits, tables, pictures and an enriched video.

Since we drew the recording we know the truth, so the demo also says how well it went.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dwell.analysis import Analysis, open_analysis
from dwell.drawn_world import DrawnWorld
from dwell.errors import OutputError
from dwell.gaze import GazeMap, map_gaze
from dwell.masks import Mask, Masklet, MaskRecord
from dwell.metrics import cohen_kappa
from dwell.project import Project
from dwell.prompts import Box, Point
from dwell.types import AOI, Origin, ProgressFn, State

__all__ = ["Agreement", "DemoReport", "Watch", "run_demo"]

_MARK = ".dwell-demo"
"""A file that says: what is in this folder was made by the demo, and may be replaced by another."""

Watch = Callable[[str], AbstractContextManager[ProgressFn]]
"""Given what is going on, a context that gives a progress function."""


@dataclass(frozen=True)
class Agreement:
    """One AOI of the demo beside the truth."""

    name: str
    mask_j: float
    """Mean IoU of tracked and true masks over the frames where either has any pixel."""
    hit_kappa: float
    """Cohen's κ between hits on tracked and on true masks, per valid gaze sample."""
    dwell_s: float
    """s of gaze on the tracked masks."""
    true_dwell_s: float
    """s of gaze on the true masks."""


@dataclass
class DemoReport:
    """What the demo did."""

    out: Path
    aois: list[Agreement] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    """What each file shows → where it is."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Step → how long it took."""


def run_demo(
    out: str | Path, *, seed: int = 0, duration_s: float = 12.0, watch: Watch | None = None
) -> DemoReport:
    """Draw a recording, prompt its AOIs, track, map, render; all below the folder ``out``.

    Args:
        out: made if need be; an earlier demo there is replaced.
        seed: another seed draws another recording.
        duration_s: s; at least 4.
        watch: shows progress.

    Raises:
        OutputError: the folder holds something else.
    """
    report = DemoReport(Path(out))
    _make_room(report.out)
    world = DrawnWorld(seed=seed, duration_s=duration_s)
    with _step(report, "Drawing a recording", watch):
        recording = world.write_cloud_export(report.out / "recording")
        report.files["recording, as from Pupil Cloud"] = recording
    with open_analysis(recording, report.out / "demo.dwell") as analysis:
        with _step(report, "Clicking and boxing AOIs", watch):
            prompt_aois(analysis, world)
        with _step(report, "Tracking", watch) as show:
            analysis.track(progress=show)
        with _step(report, "Mapping gaze", watch) as show:
            results = analysis.map(progress=show)
            results.write(report.out / "tables")
        with _step(report, "Drawing pictures", watch):
            report.files["timeline"] = analysis.render_timeline(report.out / "timeline.png", results)
        with _step(report, "Rendering the video", watch) as show:
            report.files["enriched video"] = analysis.render(report.out / "looked-at.mp4", progress=show)
        with _step(report, "Comparing with the truth", watch) as show:
            report.aois = compare(world, analysis.project, results.gaze_map, show)
    report.files["project"] = report.out / "demo.dwell"
    report.files["tables"] = report.out / "tables"
    return report


def prompt_aois(analysis: Analysis, world: DrawnWorld) -> None:
    """A click on the plain cup; a box around each of the others, whose patterns a click would follow."""
    for name in world.names:
        frame_idx = best_frame(world, name)
        prompt = Point(*world.click(name, frame_idx)) if name == "cup" else Box(*world.box(name, frame_idx))
        analysis.prompt(name, prompt, frame_idx=frame_idx)


def best_frame(world: DrawnWorld, name: str, every: int = 10) -> int:
    """The frame, of every tenth, that shows most of a thing."""
    frames = np.flatnonzero(world.valid)[::every]
    areas = [np.count_nonzero(world.truth(int(frame_idx))[name]) for frame_idx in frames]
    return int(frames[int(np.argmax(areas))])


def compare(
    world: DrawnWorld, project: Project, gaze_map: GazeMap, progress: ProgressFn | None = None
) -> list[Agreement]:
    """How the project's masks and the hits on them agree with the truth, per AOI."""
    true = true_masklets(world, [project.aoi(name) for name in world.names], progress)
    truth_map = map_gaze(world.gaze, gaze_map.clock, true, gaze_map.options, world.camera)
    by_id = {aoi.object_id: row for row, aoi in enumerate(gaze_map.aois)}
    agreements = []
    for row, masklet in enumerate(true):
        tracked = project.masklet(masklet.aoi.object_id, include_stale=False)
        ours, theirs = gaze_map.inside[by_id[masklet.aoi.object_id]] == 1, truth_map.inside[row] == 1
        valid = truth_map.ok
        agreements.append(
            Agreement(
                masklet.aoi.name,
                _mean_j(tracked, masklet),
                cohen_kappa(ours[valid], theirs[valid]),
                float(gaze_map.durations_ns[ours].sum() / 1e9),
                float(truth_map.durations_ns[theirs].sum() / 1e9),
            )
        )
    return agreements


def true_masklets(world: DrawnWorld, aois: list[AOI], progress: ProgressFn | None = None) -> list[Masklet]:
    """The truth of every real frame as masklets."""
    rows: dict[str, list[MaskRecord]] = {aoi.name: [] for aoi in aois}
    for frame_idx in np.flatnonzero(world.valid).tolist():
        truth = world.truth(frame_idx)
        for aoi in aois:
            mask = Mask.from_array(truth[aoi.name])
            state = State.VISIBLE if mask else State.ABSENT
            rows[aoi.name].append(MaskRecord(aoi.object_id, frame_idx, mask, state, 1.0, Origin.MODEL, None))
        if progress is not None:
            progress(frame_idx + 1, world.n_frames)
    return [Masklet.from_records(aoi, world.size_hw, rows[aoi.name]) for aoi in aois]


def _mean_j(tracked: Masklet, true: Masklet) -> float:
    scores = []
    for frame_idx in true.frame_idx.tolist():
        ours, theirs = tracked.mask(frame_idx), true.mask(frame_idx)
        if theirs is not None and (theirs or ours):
            scores.append(0.0 if ours is None else ours.iou(theirs))
    return float(np.mean(scores)) if scores else float("nan")


def _make_room(out: Path) -> None:
    known = {_MARK, "recording", "demo.dwell", "tables", "timeline.png", "looked-at.mp4"}
    there = {path.name for path in out.iterdir()} if out.is_dir() else set()
    if there - known or (there and not there & {_MARK, "demo.dwell"}) or (out.exists() and not out.is_dir()):
        raise OutputError(f"{out} holds other files; choose a new or empty folder with --out.", path=out)
    for name in there:
        path = out / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    out.mkdir(parents=True, exist_ok=True)
    (out / _MARK).touch()


@contextmanager
def _step(report: DemoReport, what: str, watch: Watch | None) -> Any:
    began = time.monotonic()
    if watch is None:
        yield None
    else:
        with watch(what) as show:
            yield show
    report.seconds[what] = time.monotonic() - began
