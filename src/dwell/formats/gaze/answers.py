"""What gaze was on: for each sample and each fixation, all AOIs it hit, or why there is no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dwell.formats.gaze.contract import GazeData
from dwell.gaze import INSIDE, UNKNOWN
from dwell.types import BoolArray, IntArray

__all__ = [
    "MISSING",
    "NOT_KNOWN",
    "ON_AOI",
    "OUTSIDE",
    "WORDS",
    "Answers",
    "fixation_answers",
    "sample_answers",
]

MISSING, NOT_KNOWN, OUTSIDE, ON_AOI = range(4)
WORDS = ("missing", "unknown", "outside", "aoi")
"""The answers as words, by code."""


@dataclass(frozen=True, eq=False)
class Answers:
    """n answers: on some AOIs, outside all of them, not known, or missing."""

    codes: NDArray[np.int8]
    """(n,) ``MISSING``: no valid gaze. ``NOT_KNOWN``: on no AOI for certain, but the place of some is not
    known. ``OUTSIDE``: on none. ``ON_AOI``: on one or more."""
    keys: IntArray
    """(n,) which of ``sets``."""
    sets: tuple[tuple[int, ...], ...]
    """Positions of the AOIs that were hit together, in the order of the AOIs; the first is empty."""

    @property
    def known(self) -> BoolArray:
        """(n,) the answer is an answer: on AOIs, or outside all."""
        known: BoolArray = self.codes >= OUTSIDE
        return known

    def count(self, code: int) -> int:
        """How many answers are this one."""
        return int(np.count_nonzero(self.codes == code))

    def texts(self, names: Sequence[str], between: str = "|") -> list[str]:
        """Of each of ``sets``, the names of its AOIs."""
        return [between.join(names[i] for i in each) for each in self.sets]


def sample_answers(data: GazeData) -> Answers:
    """Of each of ``data.samples``."""
    inside = data.gaze_map.inside[:, data.samples]
    return _answers(inside == INSIDE, (inside == UNKNOWN).any(axis=0), ~data.gaze_map.ok[data.samples])


def fixation_answers(data: GazeData) -> Answers:
    """Of each of ``data.fixations``; what a person has put by hand is known."""
    fixations = data.fixation_map
    if fixations is None:
        return _answers(np.zeros((0, 0), bool), np.zeros(0, bool), np.zeros(0, bool))
    here = data.fixations
    by_rule = ~fixations.by_hand[here]
    doubtful = fixations.undecided[:, here].any(axis=0) & by_rule
    return _answers(fixations.assigned[:, here], doubtful, (fixations.n_valid[here] == 0) & by_rule)


def _answers(hits: BoolArray, doubtful: BoolArray, missing: BoolArray) -> Answers:
    keys, sets = _sets(hits)
    codes = np.where(keys > 0, ON_AOI, np.where(doubtful, NOT_KNOWN, OUTSIDE))
    return Answers(np.where(missing, MISSING, codes).astype(np.int8), keys, sets)


def _sets(hits: BoolArray) -> tuple[IntArray, tuple[tuple[int, ...], ...]]:
    """(n,) which set of rows of hits (k, n) is True in each column, and the sets."""
    keys: IntArray = np.zeros(hits.shape[1], np.int64)
    sets: list[tuple[int, ...]] = [()]
    for i, row in enumerate(hits):
        here = np.flatnonzero(row)
        before = keys[here]
        for key in np.unique(before):
            keys[here[before == key]] = len(sets)
            sets.append((*sets[key], i))
    return keys, tuple(sets)
