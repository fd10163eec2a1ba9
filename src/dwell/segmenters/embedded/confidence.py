"""How sure the tracker is that a mask is on its object."""

from __future__ import annotations

import numpy as np

from dwell.segmenters.embedded.learn import likeness
from dwell.segmenters.embedded.memory import Memory
from dwell.segmenters.embedded.planes import Plane
from dwell.segmenters.embedded.refind import mean_chance
from dwell.segmenters.embedded.solve import Solution

__all__ = ["Signs"]


class Signs:
    """The signs a mask gives away about its own quality; each is 0 … 1, 1 = good."""

    def __init__(self, solution: Solution, mask: Plane, memory: Memory, colours: Plane) -> None:
        n_mask = max(1, int(np.count_nonzero(mask)))
        step2 = solution.window.step**2
        n_shape = max(1, int(np.count_nonzero(solution.shape > 0.5)))
        warped = solution.warped > 0.5
        both = int(np.count_nonzero(warped & mask))
        either = max(1, int(np.count_nonzero(warped | mask)))
        self.area = n_mask * step2
        self.ratio = n_mask / n_shape
        self.chance = mean_chance(solution, mask)
        self.looks = min(1.0, self.chance / max(0.05, float(memory.reference[0])))
        self.whole = min(1.0, self.ratio / 0.8)
        self.growth = min(1.0, 1.6 * memory.phase.long_area / max(1.0, self.area))
        first, late = (likeness(colours, known) for known in memory.histograms)
        self.likeness = first
        self.colours = float(np.clip((late - 0.75) / 0.2, 0, 1) * np.clip((first - 0.3) / 0.6, 0, 1))
        self.steady = min(1.0, both / either / 0.8)

    @property
    def score(self) -> float:
        """0 … 1, all signs together."""
        return self.looks * self.whole * self.growth * self.steady * self.colours
