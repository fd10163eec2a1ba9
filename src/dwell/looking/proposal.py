"""The mask that is proposed, its granularities, and what keeps it from flickering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dwell.looking.aiming import AimPoint
from dwell.looking.events import Proposed
from dwell.looking.weighing import Weighed, levels_of, same_mask, weigh
from dwell.masks import Mask

__all__ = ["Proposal"]


@dataclass(frozen=True)
class Proposal:
    """At most three granularities of one mask, by size, of which one is shown."""

    levels: tuple[Weighed, ...] = ()
    level: int = 0
    chosen: bool = False
    """The viewer has asked for another granularity: it stays until the eye leaves all of them."""

    @property
    def shown(self) -> Weighed | None:
        """The one that is shown."""
        return self.levels[self.level] if self.levels else None

    @property
    def mask(self) -> Mask | None:
        """The mask that is shown."""
        return None if self.shown is None else self.shown.mask

    def cycled(self) -> Proposal:
        """The next granularity, larger ones first, then from the smallest."""
        if not self.levels:
            return self
        return Proposal(self.levels, (self.level + 1) % len(self.levels), chosen=True)

    def followed(
        self, found: Sequence[Proposed], points: Sequence[AimPoint], sigma_px: float, steady: float
    ) -> Proposal:
        """What to show after an answer, while the mask follows the eye.

        The mask that is shown stays unless another is more likely by ``steady``, in logarithms.
        """
        shown = self.shown
        known = () if shown is None else (Proposed(shown.mask, shown.score),)
        weighed = weigh((*found, *known), points, sigma_px)
        if not weighed:
            return self
        if shown is None:
            return _with(weighed, 0)
        place = next(i for i, each in enumerate(weighed) if same_mask(each.mask, shown.mask))
        if weighed[0].weight - weighed[place].weight <= steady:
            return _with(weighed, place)
        return _with(weighed, 0)

    def told(self, found: Sequence[Proposed]) -> Proposal:
        """What to show after an answer to what the viewer said: the segmenter's best, whatever was shown."""
        weighed = weigh(found, (), 0)
        return _with(weighed, 0) if weighed else Proposal()


def _with(weighed: Sequence[Weighed], best: int) -> Proposal:
    levels = levels_of(weighed, best)
    return Proposal(levels, levels.index(weighed[best]))
