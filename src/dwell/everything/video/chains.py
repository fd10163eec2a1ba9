"""One thing on several key frames: masks that the picture's motion carries onto each other. Source: ours.

The small masks of a key frame are carried to the next one by the motion measured between them, and matched
with what was found there, the best IoU first. A thing that is not found again is carried on for a while.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dwell.everything.appearance import Appearance, likeness
from dwell.everything.video.motion import carried
from dwell.everything.video.overlap import ious
from dwell.everything.video.sightings import KeyFrame, Sighting
from dwell.types import BoolArray

__all__ = ["Chain", "link"]

ALIKE = 0.4
"""Least IoU of a carried mask with the one that continues it; motion at a small size is rough."""
SAME_LOOK = 0.35
"""Least likeness of their appearances."""
MISSING = 2
"""Key frames in a row on which a thing may be overlooked."""


@dataclass(eq=False)
class Chain:
    """What seems to be one thing: key frame's number → what was found there."""

    sightings: dict[int, Sighting] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """Number of the first key frame."""
        return min(self.sightings)

    @property
    def last(self) -> int:
        """Number of the last key frame."""
        return max(self.sightings)


@dataclass(eq=False)
class _Alive:
    chain: Chain
    small: BoolArray
    """Its mask as it should lie on the key frame at hand."""
    looks: Appearance
    missing: int = 0


def link(key_frames: Sequence[KeyFrame]) -> list[Chain]:
    """Chains of sightings, by first key frame and number; none goes on beyond its shot."""
    chains: list[Chain] = []
    alive: list[_Alive] = []
    for number, key in enumerate(key_frames):
        alive = [] if key.first else _carried_on(alive, key)
        looks = key.looks()
        taken = _match(alive, key, looks)
        for at, each in enumerate(alive):
            each.missing = 0 if at in taken else each.missing + 1
        for at, found in taken.items():
            _extend(alive[at], number, found, looks[found.number])
        alive = [each for each in alive if each.missing <= MISSING]
        continued = {found.number for found in taken.values()}
        for found in key.sightings:
            if found.number not in continued:
                chains.append(Chain({number: found}))
                alive.append(_Alive(chains[-1], found.small, looks[found.number]))
    return chains


def _carried_on(alive: Sequence[_Alive], key: KeyFrame) -> list[_Alive]:
    back = key.back()
    for each in alive:
        each.small = carried(each.small, back)
    return [each for each in alive if each.small.any()]


def _match(alive: Sequence[_Alive], key: KeyFrame, looks: Sequence[Appearance]) -> dict[int, Sighting]:
    """Place in ``alive`` → what continues it; the best IoU first, each used once."""
    values = ious([each.small for each in alive], [found.small for found in key.sightings])
    taken: dict[int, Sighting] = {}
    used: set[int] = set()
    for flat in np.argsort(-values, axis=None, kind="stable").tolist():
        at, number = divmod(flat, values.shape[1])
        if values[at, number] < ALIKE:
            break
        found = key.sightings[number]
        if at in taken or number in used or likeness(alive[at].looks, looks[number]) < SAME_LOOK:
            continue
        taken[at] = found
        used.add(number)
    return taken


def _extend(each: _Alive, number: int, found: Sighting, looks: Appearance) -> None:
    each.chain.sightings[number] = found
    each.small, each.looks = found.small, looks
