"""All that was seen so far of every thing, to recognise it by."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

import numpy as np

from dwell.everything.appearance import Appearance, least_colour, likeness
from dwell.types import FloatArray

__all__ = ["Album"]


class Album:
    """Appearances by object_id; comparing with all of them stays quick when there are thousands."""

    def __init__(self) -> None:
        self._of: dict[int, list[Appearance]] = {}
        self._roots_of: dict[int, FloatArray] = {}
        self._ids: list[int] = []
        self._all: list[Appearance] = []
        self._roots: FloatArray = np.zeros((0, 0))

    def add(self, object_id: int, appearance: Appearance) -> None:
        """One more picture of a thing."""
        self._of.setdefault(object_id, []).append(appearance)
        self._roots_of.pop(object_id, None)
        self._ids.append(object_id)
        self._all.append(appearance)

    def move(self, keep: int, others: Collection[int]) -> None:
        """What was known of the others is known of ``keep`` from now on."""
        for other in others:
            self._of.setdefault(keep, []).extend(self._of.pop(other, []))
        for each in (keep, *others):
            self._roots_of.pop(each, None)
        self._ids = [keep if each in others else each for each in self._ids]

    def of(self, object_id: int) -> list[Appearance]:
        """All pictures of a thing, oldest first."""
        return self._of.get(object_id, [])

    def most_alike(
        self, appearance: Appearance, floor: float, among: Collection[int]
    ) -> list[tuple[int, float]]:
        """(object_id, likeness) of the things that look like this, most alike first, down to ``floor``.

        A thing's likeness is that of the picture of it that is most alike; of equals the older comes first.
        """
        near = self._near(appearance, floor)
        best: dict[int, float] = {}
        for i in near:
            if self._ids[i] in among:
                found = likeness(appearance, self._all[i])
                best[self._ids[i]] = max(found, best.get(self._ids[i], 0.0))
        ranked = [(object_id, found) for object_id, found in best.items() if found >= floor]
        return sorted(ranked, key=lambda each: (-each[1], each[0]))

    def likeness_of(self, a: int, b: int, floor: float = 0.0) -> float:
        """How alike two things are: as much as their pictures have counterparts among the other's.

        Each picture of one has a most alike one of the other. The mean of those, of the thing for which it is
        lower: one lucky picture does not make two things one. 0 where it is surely below ``floor``.
        """
        of_a, of_b = self.of(a), self.of(b)
        if not of_a or not of_b:
            return 0.0
        if floor and float(_colours(self._rooted(a), self._rooted(b)).max()) < least_colour(floor) - _SLACK:
            return 0.0
        table = np.array([[likeness(x, y) for y in of_b] for x in of_a])
        return float(min(table.max(axis=0).mean(), table.max(axis=1).mean()))

    def _rooted(self, object_id: int) -> FloatArray:
        if object_id not in self._roots_of:
            self._roots_of[object_id] = _roots(self.of(object_id))
        return self._roots_of[object_id]

    def _near(self, appearance: Appearance, floor: float) -> Iterable[int]:
        """Those whose colours do not rule out a likeness of ``floor``."""
        if not self._all:
            return []
        if len(self._roots) < len(self._all):
            new = _roots(self._all[len(self._roots) :])
            self._roots = np.concatenate([self._roots, new]) if len(self._roots) else new
        colours = _colours(self._roots, _roots([appearance]))[:, 0]
        return np.flatnonzero(colours >= least_colour(floor) - _SLACK).tolist()


_SLACK = 1e-3
"""For rounding: it only decides what is looked at closely."""


def _roots(appearances: Iterable[Appearance]) -> FloatArray:
    """(n, 2 k) unit vectors of core and rim, so that the product of two is the mean of their affinities."""
    rows = []
    for each in appearances:
        halves = [np.asarray(half, np.float64) for half in (each.core, each.rim)]
        rows.append(np.concatenate([half / (np.linalg.norm(half) * math.sqrt(2) or 1) for half in halves]))
    return np.array(rows)


def _colours(a: FloatArray, b: FloatArray) -> FloatArray:
    product: FloatArray = a @ b.T
    return product
