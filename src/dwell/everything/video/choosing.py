"""Which things are worth tracking: importance, and a budget. Source: ours.

Importance = score × area^¼ × persistence × gaze: the proposer's belief that it is a thing, how much of the
picture it takes (so little that a wall does not outweigh a hundred cups), and for how much of the video it is
seen. Of two as important the one that lies alone is chosen first; see ``queue``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from dwell.everything.options import Budget, EverythingOptions
from dwell.everything.video.chains import Chain
from dwell.everything.video.lives import in_view
from dwell.everything.video.motion import carried
from dwell.everything.video.overlap import same
from dwell.everything.video.queue import Queue
from dwell.everything.video.sightings import KeyFrame, Sighting
from dwell.everything.video.spending import Costs, Spending, Wanted
from dwell.types import BoolArray, FloatArray

__all__ = ["Choice", "choose"]

REACH = 4
"""Key frames that a thing is carried on from where it was found, to see what it will explain."""
ROUGHLY = 0.7
"""Share of ``iou_thresh`` that is asked of masks carried by a rough motion."""
AT_EDGE = 0.8
"""Worth of a mask cut by the picture's edge as a place to start tracking from."""


@dataclass(frozen=True)
class Choice:
    """What is tracked, and what is not."""

    wanted: tuple[Wanted, ...]
    """In the order of choice, the most important first where nothing overlaps."""
    coverage: float
    """0 … 1: share of the importance of all that was found that is to be tracked."""
    n_chains: int
    """Things that were found."""
    n_explained: int
    """Of those, the ones that are nearly another one."""
    importance: float
    """Of all that was found."""
    explained: float
    """Importance of what is nearly another one."""
    stopped_by: str
    """``minutes``, ``masks``, ``coverage``, or ``nothing``: all that was found is tracked."""


def choose(
    key_frames: Sequence[KeyFrame],
    chains: Sequence[Chain],
    options: EverythingOptions,
    budget: Budget,
    *,
    n_frames: int,
    costs: Costs | None = None,
    seconds: float | None = None,
    gaze: Mapping[tuple[int, int], float] | None = None,
) -> Choice:
    """The things to track, until the budget is used up.

    Args:
        key_frames: with what was found on them.
        chains: what on them is one thing.
        options: thresholds.
        budget: when to stop.
        n_frames: of the video.
        costs: what tracking costs; needed where ``seconds`` is given.
        seconds: time for tracking.
        gaze: (key frame's number, sighting's number) → share of the gaze around there that is on it.
    """
    chooser = _Chooser(key_frames, chains, options, n_frames, gaze or {})
    return chooser.choose(budget, costs, seconds)


class _Chooser:
    def __init__(
        self,
        key_frames: Sequence[KeyFrame],
        chains: Sequence[Chain],
        options: EverythingOptions,
        n_frames: int,
        gaze: Mapping[tuple[int, int], float],
    ) -> None:
        self._keys = key_frames
        self._chains = chains
        self._options = options
        self._n_frames = max(n_frames, 1)
        self._gaze = gaze
        self._chosen_at: dict[int, list[Sighting]] = {}
        self._carried_at: dict[int, list[BoolArray]] = {}
        """Where chosen things should be on key frames on which they were not found."""
        self._weights = _weights(key_frames, n_frames)
        self._load = np.zeros(len(key_frames), np.int64)
        """Chosen things in view on each key frame."""

    def choose(self, budget: Budget, costs: Costs | None, seconds: float | None) -> Choice:
        values = [self._importance(chain) for chain in self._chains]
        total = sum(values)
        wanted: list[Wanted] = []
        explained, n_tracked, covered, explained_worth = 0, 0, 0.0, 0.0
        stopped_by = "nothing"
        stride = self._options.stride
        spending = None if costs is None else Spending(self._keys, self._n_frames, costs, stride)
        queue = Queue(self._chains, values)
        for at in queue:
            if budget.coverage is not None and covered >= budget.coverage * total:
                stopped_by = "coverage"
                break
            if self._is_explained(self._chains[at]):
                explained, covered = explained + 1, covered + values[at]
                explained_worth += values[at]
                continue
            if self._is_spare(self._chains[at]):
                wanted.append(replace(self._wanted(at, values[at]), spare=True))
                covered += values[at]
                continue
            if budget.masks is not None and n_tracked >= budget.masks:
                stopped_by = "masks"
                break
            each = self._wanted(at, values[at])
            if self._is_crowded(each):
                continue
            if spending is not None and seconds is not None:
                if spending.with_one(each) > seconds:
                    stopped_by = "minutes"  # something that costs less may fit yet
                    continue
                spending.take(each)
            self._take(each)
            queue.choose(self._chains[at])
            wanted.append(each)
            n_tracked += 1
            covered += values[at]
        counts = (len(values), explained, total, explained_worth)
        return Choice(tuple(wanted), covered / total if total else 1.0, *counts, stopped_by)

    def _importance(self, chain: Chain) -> float:
        found = list(chain.sightings.values())
        score = float(np.mean([each.score for each in found]))
        size = float(np.mean([each.area**0.25 for each in found]))
        looked = 1.0
        if self._options.gaze_weight:
            shares = [self._gaze.get((key, each.number), 0.0) for key, each in chain.sightings.items()]
            looked += self._options.gaze_weight * float(np.mean(shares))
        return score * size * self._persistence(chain) * looked

    def _persistence(self, chain: Chain) -> float:
        """0 … 1: share of the video on whose key frames it was found."""
        return float(self._weights[list(chain.sightings)].sum())

    def _is_explained(self, chain: Chain) -> bool:
        """Where it was found, something chosen is nearly the same, more often than not."""
        n_same = 0
        for key, each in chain.sightings.items():
            there = [other.small for other in self._chosen_at.get(key, [])]
            n_same += bool(same([each.small], there, self._options.iou_thresh).any())
        return 2 * n_same > len(chain.sightings)

    def _is_spare(self, chain: Chain) -> bool:
        """Where it was found something chosen should be, more often than not."""
        n_same = 0
        for key, each in chain.sightings.items():
            there = self._carried_at.get(key, [])
            n_same += bool(same([each.small], there, ROUGHLY * self._options.iou_thresh).any())
        return 2 * n_same > len(chain.sightings)

    def _wanted(self, at: int, importance: float) -> Wanted:
        chain = self._chains[at]
        places = tuple(sorted((key, each.number) for key, each in chain.sightings.items()))
        anchor = max(range(len(places)), key=lambda i: (_worth(chain, places[i][0]), -i))
        life = self._life(chain)
        start = self._keys[life[0]].frame_idx
        stop = self._keys[life[1] + 1].frame_idx if life[1] + 1 < len(self._keys) else self._n_frames
        area = float(np.mean([each.area for each in chain.sightings.values()]))
        return Wanted(at, places, anchor, importance, life, max(stop - start, 1), area)

    def _life(self, chain: Chain) -> tuple[int, int]:
        first, last = chain.first, chain.last
        before = in_view(self._keys, first, chain.sightings[first].small, -1)
        after = in_view(self._keys, last, chain.sightings[last].small, 1)
        return before, after

    def _is_crowded(self, each: Wanted) -> bool:
        """Nowhere where it was found is room for one more."""
        limit = self._options.max_masks_per_frame
        return all(self._load[key] >= limit for key, _ in each.places)

    def _take(self, each: Wanted) -> None:
        self._load[each.life[0] : each.life[1] + 1] += 1
        for key, sighting in self._chains[each.chain].sightings.items():
            self._chosen_at.setdefault(key, []).append(sighting)
        self._carry(self._chains[each.chain], each.life)

    def _carry(self, chain: Chain, life: tuple[int, int]) -> None:
        """Note where it should be on the key frames around those on which it was found."""
        found = sorted(chain.sightings)
        for here, after in zip(found, [*found[1:], life[1] + 1], strict=True):
            self._note(chain, here, range(here + 1, min(after, here + 1 + REACH)))
        self._note(chain, found[0], range(found[0] - 1, max(life[0] - 1, found[0] - 1 - REACH), -1))

    def _note(self, chain: Chain, start: int, way: range) -> None:
        small = chain.sightings[start].small
        for number in way:
            key = self._keys[number if way.step > 0 else number + 1]
            small = carried(small, key.back() if way.step > 0 else key.ahead())
            self._carried_at.setdefault(number, []).append(small)


def _worth(chain: Chain, key: int) -> float:
    """How good a sighting is as a place to start tracking from."""
    each = chain.sightings[key]
    usual = float(np.median([other.area for other in chain.sightings.values()]))
    whole = min(each.area / usual, usual / each.area) if each.area and usual else 0.0
    return each.score * whole * (AT_EDGE if each.at_edge else 1.0)


def _weights(keys: Sequence[KeyFrame], n_frames: int) -> FloatArray:
    """(n,) share of the video that each key frame stands for: its shot's frames that lie nearest to it."""
    inner = [
        float(key.frame_idx) if key.first else (before.frame_idx + key.frame_idx) / 2
        for before, key in pairwise(keys)
    ]
    end = float(max([n_frames, *(key.frame_idx + 1 for key in keys)]))
    shares: FloatArray = np.diff([0.0, *inner, end])[: len(keys)] / end
    return shares
