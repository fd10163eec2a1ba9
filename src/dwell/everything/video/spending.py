"""What tracking costs: each thing from its anchor both ways, as long as it should be in view; ours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dwell.everything.video.sightings import KeyFrame
from dwell.types import Direction, FloatArray

__all__ = ["Costs", "Spending", "Wanted"]

FORWARD, BACKWARD = Direction.FORWARD, Direction.BACKWARD


@dataclass(frozen=True)
class Costs:
    """Seconds that tracking takes on this computer."""

    encode_s: float
    """To encode a frame."""
    start_s: float
    """To begin with an object."""
    step_s: float
    """To track one object by one frame …"""
    step_s_by_side: float
    """… and as much again × √(its share of the picture)."""

    def step(self, area: float) -> float:
        """Seconds per frame of an object that takes this share of the picture."""
        return self.step_s + self.step_s_by_side * math.sqrt(area)


@dataclass(frozen=True)
class Wanted:
    """One thing to be tracked."""

    chain: int
    """Its place in the list of chains."""
    places: tuple[tuple[int, int], ...]
    """(key frame's number, sighting's number) of all its sightings, in order."""
    anchor: int
    """Place in ``places`` to start tracking from."""
    importance: float
    life: tuple[int, int]
    """Numbers of the first and last key frame on which it should be in view."""
    n_frames: int
    """Frames it will be tracked on, about."""
    area: float
    """Mean share of the picture."""
    spare: bool = False
    """Something chosen should be here, carried by the picture's motion: needed only if that is lost."""


class Spending:
    """Seconds of tracking by stretch between key frames: forward to the next one, backward to the one before.

    Frames are encoded once a direction, however many things are tracked on them.
    """

    def __init__(self, key_frames: Sequence[KeyFrame], n_frames: int, costs: Costs, stride: int = 1) -> None:
        edges = [each.frame_idx for each in key_frames] + [max(n_frames, 1)]
        ahead = np.maximum(np.diff(edges), 0).astype(np.float64) / stride
        self._costs = costs
        self._n_frames = {FORWARD: ahead, BACKWARD: np.concatenate([[0.0], ahead[:-1]])[: len(ahead)]}
        self.seconds: dict[Direction, FloatArray] = {way: np.zeros(len(ahead)) for way in (FORWARD, BACKWARD)}
        """(number of key frames,) each."""
        self._busy = {way: np.zeros(len(ahead), bool) for way in (FORWARD, BACKWARD)}

    @property
    def total(self) -> float:
        """Seconds, both directions."""
        return float(sum(each.sum() for each in self.seconds.values()))

    def with_one(self, each: Wanted) -> float:
        """The total if this one is taken, too."""
        return self.total + float(sum(self._extra(each, way, None).sum() for way in (FORWARD, BACKWARD)))

    def take(
        self,
        each: Wanted,
        ways: Sequence[Direction] = (FORWARD, BACKWARD),
        *,
        since: int | None = None,
        chance: float = 1.0,
    ) -> None:
        """Track this one, too.

        Args:
            each: what to track.
            ways: in these directions only.
            since: number of the key frame from which it is tracked on, where it has begun already.
            chance: 0 … 1 that it will be tracked at all.
        """
        for way in ways:
            self.seconds[way] += chance * self._extra(each, way, since)
            self._busy[way][self._stretches(each, way, since)] = True

    def _extra(self, each: Wanted, way: Direction, since: int | None) -> FloatArray:
        extra: FloatArray = np.zeros(len(self._busy[way]))
        stretches = self._stretches(each, way, since)
        frame_s = self._costs.step(each.area) + self._costs.encode_s * ~self._busy[way][stretches]
        extra[stretches] = frame_s * self._n_frames[way][stretches]
        anchor = each.places[each.anchor][0]
        if since is None and (way is FORWARD or anchor > each.life[0]):
            extra[anchor] += self._costs.start_s
        return extra

    def _stretches(self, each: Wanted, way: Direction, since: int | None) -> slice:
        """What has begun is tracked up to the next key frame at least, even if it was to be gone by then."""
        at = each.places[each.anchor][0] if since is None else since
        beyond = since is not None
        if way is FORWARD:
            return slice(at, max(each.life[1] + 1, at + beyond))
        return slice(min(each.life[0] + 1, at + (not beyond)), at + 1)
