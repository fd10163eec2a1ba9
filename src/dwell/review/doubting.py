"""How doubtful an AOI is in each frame, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dwell.masks import DIRECTIONS, ORIGINS, SIGNALS, STATES, UNKNOWN, Masklet, doubts
from dwell.masks.signals import jumps
from dwell.review.options import ReviewOptions
from dwell.types import BoolArray, Direction, FloatArray, IntArray, Origin, State

__all__ = ["ABSENT", "LOST", "VISIBLE", "Doubt", "doubt_of"]

VISIBLE, ABSENT, LOST = (STATES.index(each) for each in (State.VISIBLE, State.ABSENT, State.LOST))
_JUMP = 0.5
"""``dwell.masks.jumps`` at which a person should look."""
_FOUND_FRAMES = 25
"""An AOI is just found again if it was not visible this many frames before (or after, tracked backward)."""
_FAR_BELOW = 1e6
"""More than any logarithm of a doubt plus its decay over a recording."""


@dataclass(frozen=True, eq=False)
class Doubt:
    """One AOI in the f frames of a scene video."""

    code: IntArray
    """(f,) position in ``STATES``, or ``UNKNOWN``."""
    doubt: FloatArray
    """(f,) 0 … 1 about a model's *visible* or *absent*; 0 where a person made or approved it, a file of
    labels says so, or there is none."""
    anchor: BoolArray
    """(f,) a person made or approved it, or a file of labels says so."""
    jumped: BoolArray
    """(f,) its mask has jumped, just then or shortly before in the order of tracking."""
    found: BoolArray
    """(f,) it was just found again."""
    stale: BoolArray
    """(f,) there is a mask, but a correction has made it out of date."""

    @cached_property
    def unknown(self) -> BoolArray:
        """(f,) nobody knows where it is."""
        unknown: BoolArray = (self.code == UNKNOWN) | (self.code == LOST)
        return unknown


def doubt_of(
    masklet: Masklet,
    times_ns: IntArray,
    near_gaze: BoolArray,
    stale_frames: IntArray,
    options: ReviewOptions,
) -> Doubt:
    """The doubt about an AOI in every frame.

    Signals, which are slow to read, are read only where they may matter: where gaze is near the mask, where
    it is to be checked, and where its score is low.

    Args:
        masklet: of the AOI, without masks that are out of date.
        times_ns: (f,) of the frames.
        near_gaze: (f,) bool: some gaze is near the mask.
        stale_frames: frames with a mask that is out of date.
        options: what counts how much.
    """
    frames, n = masklet.frame_idx, len(times_ns)
    imported = (masklet.origin == ORIGINS.index(Origin.IMPORTED)) & (masklet.state != LOST)
    anchor = masklet.approved | (masklet.origin == ORIGINS.index(Origin.USER)) | imported
    own, jumping = _own(masklet, anchor, near_gaze[frames], options)
    given = anchor | (masklet.origin == ORIGINS.index(Origin.PROPOSED))
    carried = _carried(masklet, times_ns[frames] / 1e6, given, jumping, options)
    code = _in_frames(masklet.state.astype(np.int64), frames, n, UNKNOWN)
    jumped = (jumping > 0) | ((carried > own) & (carried >= _JUMP / 2))
    check = masklet.check & ~anchor & (masklet.state == VISIBLE) & ~jumped
    stale = np.zeros(n, bool)
    stale[stale_frames[stale_frames < n]] = True
    return Doubt(
        code=code,
        doubt=_in_frames(np.maximum(own, carried), frames, n, 0.0),
        anchor=_in_frames(anchor, frames, n, False),
        jumped=_in_frames(jumped, frames, n, False),
        found=_in_frames(check, frames, n, False) & _close_to(code != VISIBLE),
        stale=stale & (code == UNKNOWN),
    )


def _own(
    masklet: Masklet, anchor: BoolArray, near_gaze: BoolArray, options: ReviewOptions
) -> tuple[FloatArray, FloatArray]:
    """Of each row the doubt about it alone, and how far its mask has jumped if that is much, else 0."""
    score = masklet.score.astype(np.float64)
    by_model = ~anchor & (masklet.state != LOST)
    visible = by_model & (masklet.state == VISIBLE)
    low = np.nan_to_num(1 - score, nan=1.0) >= options.suspicious
    doubt = np.where(visible, np.nan_to_num(1 - score, nan=options.nothing_known), 0.0)
    jumping = np.zeros(len(score))
    rows = np.flatnonzero(by_model & (near_gaze | masklet.check | low | (masklet.state == ABSENT)))
    signals = masklet.signals(rows)
    there = np.nan_to_num(signals[:, SIGNALS.index("object_score")], nan=options.absent)
    said = np.nan_to_num(doubts(signals, score[rows]), nan=options.nothing_known)
    doubt[rows] = np.where(masklet.state[rows] == ABSENT, there, said)
    doubt[visible & masklet.check] = np.fmax(doubt[visible & masklet.check], options.to_check)
    found = np.where(visible[rows], np.nan_to_num(jumps(signals)), 0.0)
    jumping[rows] = np.where(found >= _JUMP, found, 0.0)
    return doubt, jumping


def _carried(
    masklet: Masklet, times_ms: FloatArray, anchor: BoolArray, jumping: FloatArray, options: ReviewOptions
) -> FloatArray:
    """(n,) doubt left of a jump in the rows tracked after it, up to the next anchor, proposed ones too.

    Where a mask was tracked from both sides, their agreement says more; nothing is carried there.
    """
    carried = np.zeros(len(jumping))
    visible = ~anchor & (masklet.state == VISIBLE)
    for direction, step in ((Direction.FORWARD, 1), (Direction.BACKWARD, -1)):
        mine = visible & (masklet.direction == DIRECTIONS.index(direction))
        sources = np.where(mine, jumping, 0.0)[::step]
        if sources.any():
            left = _fading(sources, np.abs(times_ms - times_ms[0])[::step] * step, anchor[::step], options)
            carried = np.maximum(carried, np.where(mine, left[::step], 0.0))
    return carried


def _fading(
    sources: FloatArray, times_ms: FloatArray, anchor: BoolArray, options: ReviewOptions
) -> FloatArray:
    """(n,) for each row the largest source up to it since the last anchor, faded by the time between."""
    rate = math.log(2) / options.jump_half_life_ms
    with np.errstate(divide="ignore"):
        levels = np.log(sources) + rate * times_ms
    base = np.cumsum(anchor) * _FAR_BELOW  # so that nothing before an anchor reaches beyond it
    highest = np.maximum.accumulate(levels + base) - base
    return np.asarray(np.exp(np.minimum(highest - rate * times_ms, 0.0)))


def _close_to(flags: BoolArray) -> BoolArray:
    """(f,) some flag is set in the ``_FOUND_FRAMES`` around a frame."""
    sums = np.concatenate(([0], np.cumsum(flags)))
    places = np.arange(len(flags))
    first = np.maximum(places - _FOUND_FRAMES, 0)
    last = np.minimum(places + _FOUND_FRAMES + 1, len(flags))
    close: BoolArray = sums[last] > sums[first]
    return close


def _in_frames(values: NDArray[Any], frames: IntArray, n: int, missing: Any) -> NDArray[Any]:
    """(n,) the values of rows at their frames."""
    result = np.full(n, missing, values.dtype)
    result[frames] = values
    return result
