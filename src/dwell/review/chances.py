"""The chance that a gaze sample is mapped wrongly, for one AOI."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dwell.gaze import INSIDE, Section
from dwell.metrics.visits import in_section
from dwell.review.doubting import ABSENT, VISIBLE, Doubt, doubt_of
from dwell.review.subject import Subject
from dwell.types import BoolArray, FloatArray, IntArray

__all__ = ["Chances", "chances_of"]


@dataclass(frozen=True, eq=False)
class Chances:
    """The s valid samples in the section, for one AOI, in the order of time."""

    doubt: Doubt
    """Of the AOI, frame by frame."""
    samples: IntArray
    """(s,) their numbers in the gaze map."""
    frames: IntArray
    """(s,) their frames, ascending."""
    inside: BoolArray
    """(s,) in the AOI."""
    chance: FloatArray
    """(s,) 0 … 1: that inside or outside is wrong, or that an unknown sample is a hit."""
    edge: FloatArray
    """(s,) 0 … 1: that it is on the wrong side of a border that is drawn a little off."""
    distance: FloatArray
    """(s,) signed, to the border; NaN where there is no mask."""


def chances_of(subject: Subject, section: Section, stale: IntArray) -> Chances:
    """The chances of error of one AOI.

    In a frame with a model's mask that nobody has approved: doubt × nearness, which is 1 at the border and
    falls off with the distance. Where the mask is in grave doubt, the AOI may also be where it was last
    known. Where it is *absent* by a model, or nobody knows where it is: by the nearness of gaze to where it
    was last, or is next, known. What a person made or approved is right.

    Besides, the border of a sound mask is a little off; that chance is kept apart, as no visit hangs on it.

    Args:
        subject: the AOI.
        section: samples outside it do not count.
        stale: frames with a mask that is out of date.
    """
    gaze_map, options = subject.gaze_map, subject.options
    samples = np.flatnonzero(gaze_map.ok & in_section(gaze_map, section))
    frames = gaze_map.frame_idx[samples]
    distance = subject.units.to_border(subject.slot, samples)
    near_gaze = np.zeros(len(gaze_map.clock), bool)
    near_gaze[frames[np.isfinite(distance) | (distance < 0)]] = True
    doubt = doubt_of(subject.masklet, gaze_map.clock.times_ns, near_gaze, stale, options)
    inside = gaze_map.inside[subject.slot, samples] == INSIDE
    nearness = np.exp(-np.abs(distance) / subject.units.near)
    nearness = np.where(inside, np.maximum(nearness, options.deep), nearness)
    chance = np.where(np.isnan(distance), 0.0, doubt.doubt[frames] * nearness)
    _raise_elsewhere(chance, subject, doubt, samples, frames)
    edge = np.nan_to_num(options.edge * np.exp(-np.abs(distance) / subject.units.edge))
    settled = doubt.anchor[frames]
    chance[settled | (chance < options.least)] = 0.0
    edge[settled | (edge < options.likely)] = 0.0
    return Chances(doubt, samples, frames, inside, chance, edge, distance)


def _raise_elsewhere(
    chance: FloatArray, subject: Subject, doubt: Doubt, samples: IntArray, frames: IntArray
) -> None:
    """Raise the chances where the AOI may be somewhere else than the mask, if there is one, says."""
    masklet, options = subject.masklet, subject.options
    code, level = doubt.code[frames], doubt.doubt[frames]
    unknown = doubt.unknown[frames]
    astray = (code == VISIBLE) & (level >= options.suspicious)
    some = np.flatnonzero(unknown | astray | ((code == ABSENT) & (level > 0)))
    trusted = (masklet.state == VISIBLE) & (doubt.doubt[masklet.frame_idx] < options.suspicious)
    nearness = subject.units.to_last_known(masklet, trusted, samples[some], frames[some])
    hidden = level[some] * nearness * np.where(astray[some], options.elsewhere, 1.0)
    lost = options.unknown_far + (options.unknown_near - options.unknown_far) * nearness
    chance[some] = np.maximum(chance[some], np.where(unknown[some], lost, hidden))
