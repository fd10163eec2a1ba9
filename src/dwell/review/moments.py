"""Moments: stretches of frames of one AOI, made of what hangs on their samples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dwell.gaze import FixationMap
from dwell.review.chances import Chances
from dwell.review.doubting import LOST, VISIBLE, Doubt
from dwell.review.moment import Moment, Reason
from dwell.review.options import ReviewOptions
from dwell.review.stakes import Stakes
from dwell.review.subject import Subject
from dwell.review.words import why
from dwell.types import BoolArray, FloatArray, IntArray

__all__ = ["Found", "moments_of"]


@dataclass(frozen=True, eq=False)
class Found:
    """A moment before it is compared with the others."""

    moment: Moment
    """Its ``weight`` and ``cumulative`` are 0."""
    weight_ns: float
    """ns of gaze time that may be wrong."""
    seconds: float
    """About how long a person needs for it."""


@dataclass(frozen=True, eq=False)
class _Frames:
    """The frames of one AOI on which something hangs; arrays (n,)."""

    frame_idx: IntArray
    weight_ns: FloatArray
    chance: FloatArray
    """The greatest in the frame."""
    distance: FloatArray
    """The least to the border, unsigned; NaN without a mask."""

    def part(self, start: int, stop: int) -> _Frames:
        """Those from start to before stop."""
        those = slice(start, stop)
        return _Frames(self.frame_idx[those], self.weight_ns[those], self.chance[those], self.distance[those])


def moments_of(
    subject: Subject, chances: Chances, stakes: Stakes, fixation_map: FixationMap | None
) -> list[Found]:
    """The moments of one AOI, in the order of time."""
    some = np.flatnonzero(stakes.weight_ns > 0)
    if not len(some):
        return []
    per_frame = _per_frame(chances, stakes, some)
    number = _number(per_frame, chances.doubt, subject.gaze_map.clock.times_ns, subject.options)
    first = np.flatnonzero(np.diff(number, prepend=-1))
    of_sample = number[np.searchsorted(per_frame.frame_idx, chances.frames[some])]
    affected_ns = _affected_ns(stakes, some, of_sample, len(first))
    found = []
    for m, (start, stop) in enumerate(zip(first, [*first[1:], len(number)], strict=True)):
        part = per_frame.part(int(start), int(stop))
        if part.weight_ns.sum() < subject.options.least_ms * 1e6:
            continue
        moment = _moment(subject, part, chances.doubt, float(affected_ns[m]) / 1e6)
        sentence = why(moment, subject.aoi.name, _n_fixations(fixation_map, moment), subject.units.sign)
        seconds = _seconds(moment, float(part.chance.max()), subject.options)
        found.append(Found(replace(moment, why=sentence), float(part.weight_ns.sum()), seconds))
    return found


# -------------------------------------------------------------------- frames to moments


def _per_frame(chances: Chances, stakes: Stakes, some: IntArray) -> _Frames:
    frames = chances.frames[some]
    first = np.flatnonzero(np.diff(frames, prepend=-1))
    return _Frames(
        frames[first],
        np.add.reduceat(stakes.weight_ns[some], first),
        np.maximum.reduceat(np.maximum(chances.chance, chances.edge)[some], first),
        np.fmin.reduceat(np.abs(chances.distance[some]), first),
    )


def _number(per_frame: _Frames, doubt: Doubt, times_ns: IntArray, options: ReviewOptions) -> IntArray:
    """(n,) which moment each frame belongs to: 0, 1, … in the order of time.

    A new one begins after a gap, after an anchor, where the kind of trouble changes (never tracked and out of
    date are settled by tracking), and around frames where error is likely.
    """
    frames = per_frame.frame_idx
    kind = np.where(doubt.unknown[frames] & (doubt.code[frames] != LOST), 1 + doubt.stale[frames], 0)
    anchors = np.cumsum(doubt.anchor)[frames]
    cut = np.diff(times_ns[frames], prepend=times_ns[frames[0]]) > options.merge_gap_ms * 1e6
    cut |= (np.diff(kind, prepend=kind[0]) != 0) | (np.diff(anchors, prepend=anchors[0]) != 0)
    part = np.cumsum(cut)
    serious = _serious(per_frame.chance >= options.likely, part, times_ns[frames], options.merge_gap_ms * 1e6)
    return np.cumsum(cut | (np.diff(serious, prepend=serious[0]) != 0))


def _serious(likely: BoolArray, part: NDArray[Any], times_ns: IntArray, gap_ns: float) -> NDArray[np.int8]:
    """(n,) 1 for the stretches where error is likely, 0 before, between and after them.

    Stretches in one part that are close to each other are one, with the frames between them.
    """
    serious = likely.astype(np.int8)
    at = np.flatnonzero(likely)
    close = (np.diff(times_ns[at]) <= gap_ns) & (np.diff(part[at]) == 0) & (np.diff(at) > 1)
    for j in np.flatnonzero(close):
        serious[at[j] : at[j + 1]] = 1
    return serious


def _affected_ns(stakes: Stakes, some: IntArray, of_sample: IntArray, n_moments: int) -> FloatArray:
    """(m,) gaze time of the stays, each counted once, and of the samples in none."""
    stay = stakes.stay[some]
    alone = stay < 0
    own = np.bincount(of_sample[alone], stakes.durations_ns[some][alone], n_moments)
    pairs = np.unique(np.stack([of_sample[~alone], stay[~alone]], axis=1), axis=0)
    return np.asarray(own + np.bincount(pairs[:, 0], stakes.stay_ns[pairs[:, 1]], n_moments))


# -------------------------------------------------------------------- a moment and its words


def _moment(subject: Subject, part: _Frames, doubt: Doubt, affected_ms: float) -> Moment:
    """The moment of some frames, not yet put in words."""
    clock, worst = subject.gaze_map.clock, int(np.argmax(part.weight_ns))
    frame_idx, distance = int(part.frame_idx[worst]), float(part.distance[worst])
    first, last = int(part.frame_idx[0]), int(part.frame_idx[-1])
    return Moment(
        object_id=subject.aoi.object_id,
        first_frame=first,
        stop_frame=last + 1,
        frame_idx=frame_idx,
        start_ns=int(clock.times_ns[first]),
        end_ns=int(clock.ends_ns[last]),
        weight=0.0,
        cumulative=0.0,
        doubt=1.0 if doubt.unknown[frame_idx] else float(doubt.doubt[frame_idx]),
        border_deg=distance if np.isfinite(distance) else None,
        affected_ms=affected_ms,
        reason=_reason(subject, doubt, frame_idx, distance),
        why="",
    )


def _reason(subject: Subject, doubt: Doubt, frame_idx: int, distance: float) -> Reason:
    if doubt.code[frame_idx] == LOST:
        return "lost"
    if doubt.unknown[frame_idx]:
        return "stale" if doubt.stale[frame_idx] else "untracked"
    if doubt.jumped[frame_idx]:
        return "jump"
    if doubt.found[frame_idx]:
        return "just found"
    sound = doubt.code[frame_idx] == VISIBLE and doubt.doubt[frame_idx] < subject.options.suspicious
    return "border" if sound and distance <= subject.units.near else "doubtful"


def _n_fixations(fixation_map: FixationMap | None, moment: Moment) -> int | None:
    """Fixations during the moment that a person has not put by hand; None without any in the recording."""
    if fixation_map is None:
        return None
    during = (fixation_map.starts_ns < moment.end_ns) & (fixation_map.ends_ns > moment.start_ns)
    return int((during & ~fixation_map.by_hand).sum())


def _seconds(moment: Moment, chance: float, options: ReviewOptions) -> float:
    length_s = (moment.end_ns - moment.start_ns) / 1e9
    return options.look_s + min(length_s, options.watch_s) + chance * options.correct_s
