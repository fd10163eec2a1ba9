"""Gaze of somebody who looks now at one thing in a video and now elsewhere, and what a tracker makes of it.

Fixations last 200 – 400 ms, with 30 ms of saccade between them. One on the thing keeps to a place on it
while the thing moves; one elsewhere rests on a place at least 2° from it. What the tracker says is off by a
constant angle, in a direction drawn for the session, and trembles (``dwell.live.noise``, RMS-S2S 0.1°).
Known of each sample: whether the eye, not the tracker, was on the thing. Nothing here is measured on
people.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd

from dwell.live.noise import GazeNoise
from dwell.types import BoolArray, FloatArray, IntArray
from dwell.video import FrameClock

__all__ = ["SimulatedGaze", "look_at"]

RATE_HZ = 200
FIXATION_S = (0.2, 0.4)
SACCADE_S = 0.03
ELSEWHERE_DEG = 2.0
JITTER_DEG = 0.1
CORE = 0.4
"""People look at the inner part of things (Nuthmann & Henderson 2010): so deep, of the deepest place."""


@dataclass(frozen=True, eq=False)
class SimulatedGaze:
    """One session."""

    gaze: pd.DataFrame
    """Columns of ``dwell.tables.GAZE``; what the tracker says."""
    fixations: pd.DataFrame
    """Columns of ``dwell.tables.FIXATIONS``; positions are means of what the tracker says."""
    on_thing: BoolArray
    """(n,) bool, a sample each: the eye was on the thing."""
    eye_xy: FloatArray
    """(n, 2) px: where it really was."""


@dataclass(frozen=True)
class _Fixation:
    start_ns: int
    end_ns: int
    on_thing: bool


def look_at(
    truths: Sequence[BoolArray],
    clock: FrameClock,
    px_per_deg: float,
    *,
    error_deg: float,
    share: float = 0.5,
    seed: int = 0,
) -> SimulatedGaze:
    """Somebody who is on the thing in this share of the fixations, as evenly as may be, while it is seen.

    Args:
        truths: (h, w) bool of every frame: what is seen of the thing.
        clock: of the frames.
        px_per_deg: everywhere in the picture.
        error_deg: how far the tracker is off.
        share: 0 … 1.
        seed: of everything random.
    """
    rng = np.random.default_rng(seed)
    plan = _plan(truths, clock, share, rng)
    times = np.concatenate([_samples(each) for each in plan])
    owner = np.concatenate([np.full(len(_samples(each)), i) for i, each in enumerate(plan)])
    frame_idx = clock.frame_at(times)
    eye = np.concatenate(
        [_path(each, truths, frame_idx[owner == i], px_per_deg, rng) for i, each in enumerate(plan)]
    )
    xs, ys = eye.astype(int).T
    on_thing = np.array([truths[f][y, x] for f, x, y in zip(frame_idx, xs, ys, strict=True)])
    said = eye + _error(times, eye, px_per_deg, error_deg, rng)
    gaze = pd.DataFrame({"timestamp [ns]": times, "gaze x [px]": said[:, 0], "gaze y [px]": said[:, 1]})
    gaze["fixation id"] = pd.array(owner + 1, "Int64")
    return SimulatedGaze(gaze, _table(plan, gaze), on_thing, eye)


def _plan(
    truths: Sequence[BoolArray], clock: FrameClock, share: float, rng: np.random.Generator
) -> list[_Fixation]:
    plan: list[_Fixation] = []
    due = rng.random()
    start_ns = int(clock.times_ns[0])
    stop_ns = int(clock.times_ns[-1])
    while start_ns + FIXATION_S[1] * 1e9 < stop_ns:
        end_ns = start_ns + round(rng.uniform(*FIXATION_S) * 1e9)
        shown = range(*(int(clock.frame_at(np.array([ns]))[0]) for ns in (start_ns, end_ns)))
        due += share
        on_thing = due >= 1.0 and all(truths[i].any() for i in (*shown, shown.stop))
        due = min(due - on_thing, 1.0)
        plan.append(_Fixation(start_ns, end_ns, on_thing))
        start_ns = end_ns + round(SACCADE_S * 1e9)
    return plan


def _samples(fixation: _Fixation) -> IntArray:
    return np.arange(fixation.start_ns, fixation.end_ns, round(1e9 / RATE_HZ), dtype=np.int64)


def _path(
    fixation: _Fixation,
    truths: Sequence[BoolArray],
    frame_idx: IntArray,
    px_per_deg: float,
    rng: np.random.Generator,
) -> FloatArray:
    """(n, 2) px: the middles of pixels that the eye is on."""
    first = truths[frame_idx[0]]
    if not fixation.on_thing:
        return np.tile(_pick(_far_from(first, ELSEWHERE_DEG * px_per_deg), rng), (len(frame_idx), 1))
    offset = _pick(_core(first), rng) - _middle(first)
    places = {int(i): _nearest(_core(truths[i]), _middle(truths[i]) + offset) for i in np.unique(frame_idx)}
    return np.array([places[int(i)] for i in frame_idx])


def _error(
    times: IntArray, eye: FloatArray, px_per_deg: float, error_deg: float, rng: np.random.Generator
) -> FloatArray:
    angle = rng.uniform(0, 2 * math.pi)
    off = error_deg * px_per_deg * np.array([math.cos(angle), math.sin(angle)])
    noise = GazeNoise(0, JITTER_DEG, 0, 0, 0, seed=int(rng.integers(1 << 31)), px_per_deg=px_per_deg)
    said, _ = noise.apply(times, eye)
    return said - eye + off


def _table(plan: Sequence[_Fixation], gaze: pd.DataFrame) -> pd.DataFrame:
    means = gaze.groupby("fixation id")[["gaze x [px]", "gaze y [px]"]].mean().to_numpy()
    starts = np.array([each.start_ns for each in plan], np.int64)
    ends = np.array([each.end_ns for each in plan], np.int64)
    return pd.DataFrame(
        {
            "fixation id": pd.array(np.arange(1, len(plan) + 1), "Int64"),
            "start timestamp [ns]": starts,
            "end timestamp [ns]": ends,
            "duration [ms]": (ends - starts) / 1e6,
            "fixation x [px]": means[:, 0],
            "fixation y [px]": means[:, 1],
        }
    )


# -------------------------------------------------------------------- places in a mask


def _core(mask: BoolArray) -> BoolArray:
    depth = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    core: BoolArray = depth >= CORE * depth.max()
    return core


def _far_from(mask: BoolArray, px: float) -> BoolArray:
    """Where it is so far from the mask; if it is nowhere, the farthest place."""
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    far: BoolArray = distance >= min(px, float(distance.max())) if mask.any() else np.ones_like(mask)
    return far


def _middle(mask: BoolArray) -> FloatArray:
    rows, columns = np.nonzero(mask)
    return np.array([columns.mean() + 0.5, rows.mean() + 0.5])


def _pick(places: BoolArray, rng: np.random.Generator) -> FloatArray:
    rows, columns = np.nonzero(places)
    i = int(rng.integers(len(rows)))
    return np.array([columns[i] + 0.5, rows[i] + 0.5])


def _nearest(places: BoolArray, xy: FloatArray) -> FloatArray:
    rows, columns = np.nonzero(places)
    i = int(np.hypot(columns + 0.5 - xy[0], rows + 0.5 - xy[1]).argmin())
    return np.array([columns[i] + 0.5, rows[i] + 0.5])
