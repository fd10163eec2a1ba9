"""What did they look at? How much of it gaze-first finds without a click, and in what time.

On annotated clips somebody looks at the annotated thing in half of their fixations and elsewhere in the
other half (``simulated_gaze.py``); the tracker is off by 0, 0.5 or 1°, on the monitor of
``simulated_users.py``. Of the time that the eye really was on the thing, *found* is the share whose gaze
lies in the mask of one single AOI, one that is mostly on the thing; *false* is the share of the time
elsewhere that lies in it. *With the true masks* is the most that can be had with such gaze: where the
tracker is off, gaze misses even a perfect mask.

A simulation, not a study of people. Run: ``python -m benchmarks.gaze_first [--quick] [--clips a,b]
[--frames N]``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.everything_clips import DRAWN, Clip, clip_names, read_clip, write_clip
from benchmarks.simulated_gaze import SimulatedGaze, look_at
from benchmarks.simulated_users import Screen
from dwell.everything import Everything, GazeFirst
from dwell.gaze import MappingOptions, map_gaze
from dwell.masks import Mask, Masklet, MaskRecord
from dwell.project import Project
from dwell.segmenters.automatic.open import open_proposer
from dwell.tracking import TrackingSession
from dwell.types import AOI, BoolArray, Camera, Direction, Origin, State
from dwell.video import FrameClock

ERRORS_DEG = (0.0, 0.5, 1.0)
MARGINS_DEG = (0.0, 1.0)
MOSTLY = 0.5
"""Least share of an AOI's pixels, over its frames, that lie on the thing it is said to be."""
BACKEND = "embedded"
CLIPS = ("dog", "car-shadow", "horsejump-high", DRAWN)
FPS = 24
"""Of the annotated sequences; the drawn clip is played as fast."""


@dataclass(frozen=True)
class Outcome:
    """What one session gave."""

    found: tuple[float, ...]
    """Share of the true time on the thing, by margin."""
    false: tuple[float, ...]
    """Share of the true time elsewhere, by margin."""
    best_found: tuple[float, ...]
    best_false: tuple[float, ...]
    """The same with the true masks."""
    n_on_it: int
    """AOIs that are mostly on the thing."""
    n_aois: int
    seconds: float
    """Processor time."""


def main() -> None:
    options = parse()
    with tempfile.TemporaryDirectory() as name:
        print(run(options, Path(name)))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="the drawn clip only, one error")
    parser.add_argument("--clips", help=f"names, with commas between; {', '.join(CLIPS)}")
    parser.add_argument("--frames", type=int, default=50, help="the first so many of each clip; 50")
    options = parser.parse_args()
    if options.quick:
        options.clips, options.frames = options.clips or DRAWN, 24
    return options


def run(options: argparse.Namespace, folder: Path) -> str:
    """A Markdown table."""
    errors = (0.5,) if options.quick else ERRORS_DEG
    margins = " | ".join(
        f"found, margin {m:g}° (with the true masks) | false, margin {m:g}°" for m in MARGINS_DEG
    )
    lines = [
        f"The first {options.frames} frames of each clip, {BACKEND} backend; half of the looks on the thing.",
        "",
        f"| clip | thing | error | {margins} | AOIs on it | AOIs | processor time | … of everything-mode |",
        "|---|---|---|" + "---|" * (2 * len(MARGINS_DEG) + 4),
    ]
    totals: dict[float, list[Outcome]] = {error: [] for error in errors}
    there = [name for name in CLIPS if name in clip_names()]
    for name in options.clips.split(",") if options.clips else there:
        clip = read_clip(write_clip(name, folder / name, options.frames))
        whole_s = everything_s(clip)
        for thing, error, outcome in outcomes(clip, errors):
            totals[error].append(outcome)
            lines.append(row(f"{name} | {thing} | {error:g}°", outcome, f"{whole_s:.0f} s"))
            print(lines[-1], file=sys.stderr)
    lines += [row(f"**mean** | | {error:g}°", mean(found), "") for error, found in totals.items()]
    return "\n".join(lines)


def row(what: str, each: Outcome, whole: str) -> str:
    by_margin = [
        f"{each.found[i]:.0%} ({each.best_found[i]:.0%}) | {each.false[i]:.1%} ({each.best_false[i]:.1%})"
        for i in range(len(MARGINS_DEG))
    ]
    counts = f"{each.n_on_it} | {each.n_aois} | {each.seconds:.0f} s | {whole}"
    return f"| {what} | {' | '.join(by_margin)} | {counts} |"


def mean(found: Sequence[Outcome]) -> Outcome:
    def middle(name: str) -> tuple[float, ...]:
        return tuple(float(v) for v in np.mean([getattr(each, name) for each in found], axis=0))

    shares = [middle(name) for name in ("found", "false", "best_found", "best_false")]
    n_on_it, n_aois = (round(float(np.mean([getattr(e, n) for e in found]))) for n in ("n_on_it", "n_aois"))
    return Outcome(*shares, n_on_it, n_aois, float(np.mean([each.seconds for each in found])))


def everything_s(clip: Clip) -> float:
    """Processor time that full everything-mode takes, s."""
    start = time.process_time()
    for _ in Everything(session_on(clip), open_proposer("embedded")).updates():
        pass
    return time.process_time() - start


# -------------------------------------------------------------------- one session


def outcomes(clip: Clip, errors: Sequence[float]) -> Iterator[tuple[str, float, Outcome]]:
    """(thing, error in deg, outcome) for each thing that is long enough in the picture."""
    clock = FrameClock(np.arange(len(clip.frames), dtype=np.int64) * 1_000_000_000 // FPS)
    for seed, (thing, masks) in enumerate(clip.truths.items()):
        truths = [masks[i].to_array() for i in range(len(clip.frames))]
        if np.mean([each.any() for each in truths]) < 0.5:
            continue
        for error in errors:
            px_per_deg = Screen(clip.frames.size_hw).px_per_deg
            seen = look_at(truths, clock, px_per_deg, error_deg=error, seed=seed)
            yield thing, error, outcome(clip, clock, masks, seen, camera_of(clip, px_per_deg))


def outcome(
    clip: Clip, clock: FrameClock, truth: dict[int, Mask], seen: SimulatedGaze, camera: Camera
) -> Outcome:
    session = session_on(clip)
    start = time.process_time()
    for _ in GazeFirst(session, seen.fixations, clock, camera, gaze=seen.gaze).updates():
        pass
    seconds = time.process_time() - start
    masklets = session.project.masklets()
    on_it = [each for each in masklets if share_on(each, truth) > MOSTLY]
    perfect = masklet_of(truth, clip.frames.size_hw)
    shares = [best_of(on_it, seen, clock, camera, margin) for margin in MARGINS_DEG]
    limits = [best_of([perfect], seen, clock, camera, margin) for margin in MARGINS_DEG]
    found, false = zip(*shares, strict=True)
    best_found, best_false = zip(*limits, strict=True)
    return Outcome(found, false, best_found, best_false, len(on_it), len(masklets), seconds)


def session_on(clip: Clip) -> TrackingSession:
    project = Project.in_memory(size_hw=clip.frames.size_hw, n_frames=len(clip.frames))
    return TrackingSession(project, clip.frames, BACKEND)


def camera_of(clip: Clip, px_per_deg: float) -> Camera:
    """A camera whose degree has so many px in the middle of the picture."""
    height, width = clip.frames.size_hw
    focal = px_per_deg / np.tan(np.radians(1))
    return Camera(np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]]))


def best_of(
    masklets: Sequence[Masklet], seen: SimulatedGaze, clock: FrameClock, camera: Camera, margin_deg: float
) -> tuple[float, float]:
    """(found, false) of the AOI that finds most; (0, 0) if there is none."""
    if not masklets:
        return 0.0, 0.0
    options = MappingOptions(margin_deg=margin_deg)
    inside = map_gaze(seen.gaze, clock, masklets, options, camera).inside == 1
    return max(time_shares(each, seen.on_thing) for each in inside)


def time_shares(inside: BoolArray, on_thing: BoolArray) -> tuple[float, float]:
    """Shares of the samples on the thing, and of those elsewhere, that lie in the mask."""
    return float(inside[on_thing].mean()), float(inside[~on_thing].mean())


def share_on(masklet: Masklet, truth: dict[int, Mask]) -> float:
    """Of an AOI's pixels, over all frames that show it, the share that lies on the thing."""
    on, all_of_it = 0, 0
    for frame_idx in masklet.frame_idx:
        mask: Any = masklet.mask(int(frame_idx))
        on += (mask & truth[int(frame_idx)]).area
        all_of_it += mask.area
    return on / all_of_it if all_of_it else 0.0


def masklet_of(truth: dict[int, Mask], size_hw: tuple[int, int], object_id: int = 1) -> Masklet:
    """The truth as an AOI."""

    def record(frame_idx: int, mask: Mask) -> MaskRecord:
        state = State.VISIBLE if mask else State.ABSENT
        return MaskRecord(object_id, frame_idx, mask, state, 1.0, Origin.MODEL, Direction.FORWARD)

    records = [record(frame_idx, mask) for frame_idx, mask in truth.items()]
    return Masklet.from_records(AOI(object_id, f"truth {object_id}", "#000000"), size_hw, records)


if __name__ == "__main__":
    main()
