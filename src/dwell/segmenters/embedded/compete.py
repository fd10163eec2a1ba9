"""Which object owns a pixel that several claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dwell.segmenters.embedded.memory import Memory
from dwell.segmenters.embedded.planes import Plane
from dwell.segmenters.embedded.solve import Solution

__all__ = ["Claim", "settle_claims"]

_NESTED = 0.3
"""Share of the smaller object: masks that overlapped more are meant to overlap (a label on a bottle)."""
_SURE = 8.0
"""Log-odds: evidence this strong keeps a pixel that an object tracked elsewhere also covers."""


@dataclass(frozen=True, eq=False)
class Claim:
    """What one object wants on one frame."""

    memory: Memory
    solution: Solution


def settle_claims(claims: Mapping[int, Claim], rivals: Mapping[int, Plane]) -> dict[int, Plane | None]:
    """By object_id: (h, w) bool on the object's grid, the pixels it loses; None where it loses nothing.

    The strongest evidence wins, object by object; a rival's pixel is lost unless the evidence is very strong.
    Objects whose masks overlapped before do not compete.

    Args:
        claims: by object_id.
        rivals: by object_id, (h, w) uint8 soft masks at working size of objects that keep their pixels.
    """
    lost: dict[int, Plane | None] = dict.fromkeys(claims)
    for object_id, claim in claims.items():
        parts = [
            _lost_to(claim, other)
            for other_id, other in claims.items()
            if other_id != object_id and not _nested(claim.memory, other.memory)
        ]
        parts += [_lost_to_rival(claim, mask) for rival_id, mask in rivals.items() if rival_id != object_id]
        found = [p for p in parts if p is not None]
        lost[object_id] = np.logical_or.reduce(found) if found else None
    return lost


def _nested(one: Memory, other: Memory) -> bool:
    """The masks overlapped by a good part of the smaller one on the frame before."""
    a, b = (m.mask.to_plane(m.work_hw) > 127 for m in (one, other))
    smaller = min(np.count_nonzero(a), np.count_nonzero(b))
    return bool(smaller and np.count_nonzero(a & b) > _NESTED * smaller)


def _lost_to(claim: Claim, other: Claim) -> Plane | None:
    mine, theirs = claim.solution, other.solution
    a, b = mine.window, theirs.window
    if a.x0 >= b.x1 or b.x0 >= a.x1 or a.y0 >= b.y1 or b.y0 >= a.y1:
        return None
    work_hw = claim.memory.work_hw
    strength = np.where(theirs.soft > 0.5, theirs.evidence, np.float32(-100)) + np.float32(100)
    against = a.crop(b.paste(strength, work_hw)) - 100
    lost: Plane = (mine.soft > 0.5) & (against > -20) & (against > mine.evidence)
    return lost if lost.any() else None


def _lost_to_rival(claim: Claim, rival: Plane) -> Plane | None:
    mine = claim.solution
    theirs = mine.window.crop(rival) > 127
    expected = mine.warped > 0.5
    smaller = min(np.count_nonzero(rival > 127), np.count_nonzero(expected) * mine.window.step**2)
    if np.count_nonzero(theirs & expected) * mine.window.step**2 > _NESTED * smaller:
        return None
    lost: Plane = theirs & (mine.soft > 0.5) & (mine.evidence < _SURE)
    return lost if lost.any() else None
