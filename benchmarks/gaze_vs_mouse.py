"""Gaze and mouse as prompts, by simulated users: time and prompts until a mask is good, and IoU under noise.

Run ``python -m benchmarks.gaze_vs_mouse [--quick]``. **A simulation**: people are modelled as in
``simulated_users.py``, from published figures of hand and eye; only the engine, the segmenter and the
pictures are real. Pictures: DAVIS frames and hand-annotated frames if there are any (see
``embedded_prompts.py``), and slices of a drawn CT.

Beside it, in the same run, the published recipe (Wang et al. 2023, GazeSAM): the last raw gaze sample is the
only prompt, the segmenter's best mask is the answer.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.simulated_users import (
    RATE_HZ,
    Attempt,
    GazeUser,
    MouseUser,
    Screen,
    deepest,
    iou,
)
from dwell.drawn_world.phantom import PHANTOM_PARTS, draw_phantom, phantom_affine
from dwell.errors import PromptError
from dwell.live.noise import GazeNoise
from dwell.looking import Action, Looked, Looker, LookOptions, Pressed, Turned, Zoomed
from dwell.looking.aiming import AimPoint
from dwell.looking.answering import Segment, answer_to
from dwell.looking.events import Proposed
from dwell.looking.simulating import simulate
from dwell.looking.weighing import levels_of, weigh
from dwell.masks import Mask
from dwell.prompts import Point, Prompt
from dwell.segmenters.contract import Candidate
from dwell.segmenters.open import open_backend
from dwell.types import BoolArray, ByteArray
from dwell.volumes import Slices

GOALS = (0.8, 0.9)
ERRORS_DEG = (0.0, 0.5, 1.0, 1.5, 2.0)
SEEDS = 2

Tries = defaultdict[tuple[str, str], list[Attempt]]
"""(group of pictures, user) → attempts."""
Curve = defaultdict[tuple[str, float], list[float]]
"""(recipe, degrees that gaze is off) → IoUs."""


@dataclass
class Case:
    """A picture and the thing that is to be segmented in it."""

    group: str
    image: ByteArray
    truth: BoolArray

    def segment(self) -> Segment:
        """The embedded segmenter on this picture, encoded once."""
        backend = open_backend("embedded")
        encoding = backend.encode(self.image)
        backend.prepare(encoding)
        known: dict[tuple[tuple[Prompt, ...], int], list[Candidate]] = {}

        def segment(frame_idx: int, prompts: Sequence[Prompt], limit: int) -> list[Candidate]:
            key = (tuple(prompts), limit)
            if key not in known:
                known[key] = backend.segment(encoding, prompts, limit)
            return known[key]

        return segment


def main() -> None:
    quick = _parse().quick
    cases = list(_cases())
    if quick:
        cases = cases[:1] + cases[-1:]
    seeds = range(1 if quick else SEEDS)
    errors = ERRORS_DEG[::2] if quick else ERRORS_DEG
    tries: Tries = defaultdict(list)
    curve: Curve = defaultdict(list)
    began = time.monotonic()
    # By the simulated clock no time of here counts.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        for number, (some_tries, some_curve) in enumerate(
            pool.map(_try_case, cases, repeat(seeds), repeat(errors)), start=1
        ):
            _add(tries, some_tries)
            _add(curve, some_curve)
            spent_s = time.monotonic() - began
            print(f"{number} of {len(cases)} pictures, {spent_s:.0f} s", file=sys.stderr, flush=True)
    groups = sorted({case.group for case in cases})
    print(
        "**A simulation, not a study of people**; see `simulated_users.py` for the models of hand and eye.\n"
    )
    _report_tries(tries, groups, errors)
    _report_curve(curve, errors)


def _try_case(case: Case, seeds: Sequence[int], errors: Sequence[float]) -> tuple[Tries, Curve]:
    """All users and recipes on one picture."""
    cv2.setNumThreads(1)
    tries: Tries = defaultdict(list)
    curve: Curve = defaultdict(list)
    segment = case.segment()
    for seed in seeds:
        _try_users(case, segment, seed, errors, tries)
        for error_deg in errors:
            for recipe, value in _recipes(case, segment, seed, error_deg).items():
                curve[recipe, error_deg].append(value)
    return tries, curve


def _add(whole: defaultdict[Any, list[Any]], part: defaultdict[Any, list[Any]]) -> None:
    for key, values in part.items():
        whole[key].extend(values)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two pictures, one try each")
    return parser.parse_args()


# ------------------------------------------------------------------ pictures


def _cases() -> Iterator[Case]:
    data = Path(os.environ.get("DWELL_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data")
    places = [*sorted(data.glob("davis16/*")), *sorted(data.glob("hand-annotated/*"))]
    if not places:
        print("No annotated pictures: drawn ones only.", file=sys.stderr)
    for place in places:
        mask_file = sorted((place / "masks").glob("*.png"))[0]
        image_file = next((place / "images").glob(f"{mask_file.stem}.*"))
        image = cv2.cvtColor(cv2.imread(str(image_file)), cv2.COLOR_BGR2RGB)
        truth = cv2.imread(str(mask_file), cv2.IMREAD_GRAYSCALE) > 127
        yield Case("video frames", image, truth)
    yield from _slices()


def _slices() -> Iterator[Case]:
    """The slices of the drawn CT on which each part is largest."""
    shape = (300, 220, 44)
    phantom = draw_phantom(shape, phantom_affine(shape, (1.0, 1.0, 4.0)))
    slices = Slices(phantom.volume, plane="axial", window="soft tissue")
    for part in PHANTOM_PARTS:
        masks = slices.view.oriented(phantom.mask(part))
        best = max(range(len(slices)), key=lambda number: int(masks[number].sum()))
        yield Case("drawn CT", slices.read(best), slices.view.mask_to_picture(masks[best]))


# ------------------------------------------------------------------ users


def _try_users(case: Case, segment: Segment, seed: int, errors: Sequence[float], tries: Tries) -> None:
    screen = Screen(case.truth.shape)
    mouse = MouseUser(screen, seed)
    tries[case.group, "mouse"].append(mouse.segment(case.truth, segment, GOALS[-1]))
    for error_deg in errors:
        noise = _noise(error_deg, seed, screen)
        options = LookOptions(error_deg=max(error_deg, 0.3))
        user = GazeUser(screen, noise, options, seed)
        tries[case.group, f"gaze {error_deg:g}°"].append(user.segment(case.truth, segment, GOALS[-1]))


def _noise(error_deg: float, seed: int, screen: Screen) -> GazeNoise:
    return GazeNoise(
        accuracy_deg=error_deg,
        precision_deg=0.2,
        drift_deg_per_min=0.1,
        blink_rate_hz=0.25,
        latency_ms=0,
        seed=seed,
        px_per_deg=screen.px_per_deg,
    )


# ------------------------------------------------------------------ one look, one mask


def _recipes(case: Case, segment: Segment, seed: int, error_deg: float) -> dict[str, float]:
    """IoU of the mask after two seconds of looking at a thing, by recipe."""
    screen = Screen(case.truth.shape)
    samples = _two_seconds(case, screen, _noise(error_deg, seed, screen), seed)
    options = LookOptions(error_deg=max(error_deg, 0.3))
    looker = Looker(options)
    first = [Zoomed(0, screen.px_per_deg), Turned(0, 0), Pressed(0, Action.START)]
    for _ in simulate(looker, [*first, *samples], lambda ask: answer_to(ask, segment), 300):
        pass
    last = next((each for each in reversed(samples) if each.valid), None)
    raw = [] if last is None else _candidates(segment, last)
    sigma_px = options.error_deg * screen.px_per_deg / math.sqrt(math.pi / 2)
    weighed = weigh(
        [Proposed(Mask.from_array(each.mask), each.score) for each in raw],
        [] if last is None else [AimPoint(last.x, last.y, 1.0)],
        sigma_px,
    )
    levels = looker._proposal.levels
    return {
        "published: last raw sample, best mask": iou(raw[0].mask, case.truth) if raw else 0.0,
        "last raw sample, weighed by gaze": iou(weighed[0].mask.to_array(), case.truth) if weighed else 0.0,
        "Dwell": iou(looker.state.mask.to_array(), case.truth) if looker.state.mask else 0.0,
        "Dwell, best of three levels": max((iou(e.mask.to_array(), case.truth) for e in levels), default=0.0),
        "last raw sample, best of three levels": max(
            (iou(e.mask.to_array(), case.truth) for e in levels_of(weighed)), default=0.0
        ),
    }


def _candidates(segment: Segment, at: Looked) -> list[Candidate]:
    try:
        return list(segment(0, [Point(at.x, at.y)], 8))
    except PromptError:
        return []


def _two_seconds(case: Case, screen: Screen, noise: GazeNoise, seed: int) -> list[Looked]:
    """The middle of the thing first, then two places in it."""
    rng = np.random.default_rng(seed)
    x, y, depth = deepest(case.truth)
    padded = np.pad(case.truth, 1).astype(np.uint8)
    ys, xs = np.nonzero(cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1] >= 0.4 * depth)
    picks = rng.integers(len(xs), size=2)
    places = np.array([(x, y), *((xs[i], ys[i]) for i in picks)], np.float64)
    times_ns = (np.arange(2 * RATE_HZ) * 1e9 / RATE_HZ).astype(np.int64)
    xy, seen = noise.apply(times_ns, np.repeat(places, [RATE_HZ * 2 // 3] * 3, axis=0))
    height, width = case.truth.shape
    on = seen & (xy >= 0).all(axis=1) & (xy[:, 0] < width) & (xy[:, 1] < height)
    return [
        Looked(int(t), float(x), float(y), True) if ok else Looked(int(t), math.nan, math.nan, False)
        for t, (x, y), ok in zip(times_ns, xy, on, strict=True)
    ]


# ------------------------------------------------------------------ reports


def _report_tries(tries: Tries, groups: Sequence[str], errors: Sequence[float]) -> None:
    print("### Time and prompts until a mask is good (median of the tries that got there)\n")
    print(
        "| user | pictures | " + " | ".join(f"IoU ≥ {goal}: reached | s | prompts" for goal in GOALS) + " |"
    )
    print("|---|---|" + "---|---|---|" * len(GOALS))
    for user in ("mouse", *(f"gaze {error:g}°" for error in errors)):
        for group in groups:
            cells = [_cells(tries[group, user], goal) for goal in GOALS]
            print(f"| {user} | {group} | " + " | ".join(cells) + " |")
    print()


def _cells(attempts: Sequence[Attempt], goal: float) -> str:
    reached = [found for each in attempts if (found := each.until(goal)) is not None]
    if not reached:
        return f"0 of {len(attempts)} | – | –"
    seconds, prompts = (statistics.median(each[i] for each in reached) for i in (0, 1))
    return f"{len(reached)} of {len(attempts)} | {seconds:.1f} | {prompts:g}"


def _report_curve(curve: Curve, errors: Sequence[float]) -> None:
    print("### IoU of one mask after two seconds of looking, by how much gaze is off\n")
    print("| recipe | " + " | ".join(f"{error:g}°" for error in errors) + " |")
    print("|---|" + "---|" * len(errors))
    for recipe in dict.fromkeys(recipe for recipe, _ in curve):
        print(f"| {recipe} | " + " | ".join(f"{np.mean(curve[recipe, e]):.3f}" for e in errors) + " |")


if __name__ == "__main__":
    main()
