"""What is known of an AOI on some frames, with its masks read a few hundred at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dwell.editing.report import Tally, Why
from dwell.masks import ORIGINS, STATES, Mask, Masklet
from dwell.project import Project
from dwell.types import AOI, BoolArray, IntArray, Origin, State

__all__ = ["BATCH", "Rows", "Shown", "batches", "masks_of"]

BATCH = 512
"""Frames whose masks are in memory at a time."""
_VISIBLE, _USER = STATES.index(State.VISIBLE), ORIGINS.index(Origin.USER)


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of an AOI's masklet on frames (start, stop)."""

    masklet: Masklet
    rows: IntArray
    """(n,) ascending."""
    stale: BoolArray
    """(n,)"""

    @classmethod
    def read(cls, project: Project, aoi: AOI, span: tuple[int, int]) -> Rows:
        """As they are now."""
        masklet, stale = project.masklet(aoi.object_id), project.coverage(aoi.object_id).stale
        rows = np.flatnonzero((masklet.frame_idx >= span[0]) & (masklet.frame_idx < span[1]))
        return cls(masklet, rows, stale[rows])

    @property
    def frame_idx(self) -> IntArray:
        """(n,) ascending."""
        return self.masklet.frame_idx[self.rows]

    @property
    def approved(self) -> BoolArray:
        """(n,) bool."""
        return self.masklet.approved[self.rows]

    @property
    def user_made(self) -> BoolArray:
        """(n,) bool."""
        return np.asarray(self.masklet.origin[self.rows] == _USER)

    @property
    def visible(self) -> BoolArray:
        """(n,) with a mask, out of date or not."""
        return np.asarray(self.masklet.state[self.rows] == _VISIBLE)

    def chosen(self, which: BoolArray) -> Rows:
        """Some of them."""
        return Rows(self.masklet, self.rows[which], self.stale[which])

    def to_change(self, tally: Tally, *, approved: bool) -> Rows:
        """Those with a mask that a tool may change; the tally hears of the others."""
        shown = self.chosen(self.visible)
        object_id, locked = self.masklet.aoi.object_id, shown.approved & (not approved)
        tally.leave(object_id, Why.STALE, shown.frame_idx[shown.stale])
        tally.leave(object_id, Why.APPROVED, shown.frame_idx[locked & ~shown.stale])
        return shown.chosen(~shown.stale & ~locked)

    def count(self, tally: Tally, frames: IntArray) -> None:
        """Tell the tally whose masks on some of the frames are changed."""
        changed = np.isin(self.frame_idx, frames)
        tally.n_user_made += int((self.user_made & changed).sum())
        tally.n_approved += int((self.approved & changed).sum())

    def masks(self) -> Iterator[list[tuple[int, Mask]]]:
        """Frame and mask of each row, up to ``BATCH`` at a time."""
        for rows in batches(self.rows):
            yield list(zip(self.masklet.frame_idx[rows].tolist(), masks_of(self.masklet, rows), strict=True))


class Shown:
    """The masks of an AOI that is looked at, not changed, read as they are asked for in ascending order."""

    def __init__(self, project: Project, aoi: AOI) -> None:
        self._masklet = project.masklet(aoi.object_id, include_stale=False)
        self._read: dict[int, Mask] = {}

    def mask(self, frame_idx: int) -> Mask | None:
        """Its mask; empty if it is absent, None if nobody knows."""
        row = int(self._masklet.rows_at(frame_idx))
        if row < 0 or STATES[self._masklet.state[row]] is State.LOST:
            return None
        if row not in self._read:
            rows = np.arange(row, min(row + BATCH, len(self._masklet)))
            self._read = dict(zip(rows.tolist(), masks_of(self._masklet, rows), strict=True))
        return self._read[row]


def batches(rows: IntArray) -> Iterator[IntArray]:
    """Up to ``BATCH`` at a time."""
    for first in range(0, len(rows), BATCH):
        yield rows[first : first + BATCH]


def masks_of(masklet: Masklet, rows: IntArray) -> list[Mask]:
    """The masks of some rows."""
    runs = masklet.runs(rows)
    return [Mask.from_boundaries(runs.of(i), masklet.size_hw) for i in range(len(rows))]
