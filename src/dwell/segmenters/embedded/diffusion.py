"""How closely superpixels hang together when evidence flows between them and outlines hold it back.

Source: random walks as in Grady 2006 (doi:10.1109/TPAMI.2006.233), eigenvectors of the same graph as in Shi &
Malik 2000 (doi:10.1109/34.868688); that inner likeness comes from one matrix for all is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dwell.segmenters.embedded.boundaries import Borders
from dwell.segmenters.embedded.plan import PromptPlan, spread_matrix

__all__ = ["Diffusion", "diffuse", "slow_modes"]

Matrix = NDArray[Any]

_DECAY = 3.0
_MODES = 8
_ROUNDS = 12


@dataclass(frozen=True, eq=False)
class Diffusion:
    """The flow of evidence on one image."""

    spread: Matrix
    """(n, n) float32: inverse of (Laplacian + fidelity · size)."""
    fidelity: Matrix
    """(n,) float32: weight of each superpixel's own evidence."""

    def smooth(self, members: Matrix) -> Matrix:
        """(n, m) float32 0 … 1: sets of superpixels after a while of flowing."""
        soft: Matrix = self.spread @ (self.fidelity[:, None] * members)
        return soft

    @property
    def bonds(self) -> Matrix:
        """(n, n) float32: how much of column j's evidence arrives at i, against what i keeps of its own."""
        bonds: Matrix = self.spread / np.sqrt(np.diag(self.spread))[:, None]
        return bonds


def diffuse(plan: PromptPlan, borders: Borders) -> Diffusion:
    """The flow that a plan's borders let through."""
    return Diffusion(spread_matrix(plan, (1.001 - borders.chance) ** _DECAY), plan.fidelity)


def slow_modes(plan: PromptPlan, diffusion: Diffusion) -> Matrix:
    """(n, k) float32: in which of the picture's loosely joined parts each superpixel lies; k at most 8.

    The slowest modes of the flow, the slowest but the constant one with variance 1, faster ones with less.
    """
    mass = np.sqrt(plan.patches.sizes.astype(np.float32))
    flow = diffusion.spread * mass[:, None] * mass
    k = min(_MODES, plan.patches.n - 1)
    modes = np.random.default_rng(0).standard_normal((plan.patches.n, k + 1)).astype(np.float32)
    modes[:, 0] = mass
    for _ in range(_ROUNDS):
        modes = np.linalg.qr(flow @ modes)[0]
    values, turn = np.linalg.eigh(modes.T @ flow @ modes)
    order = np.argsort(-values)[1:]
    pull = float(diffusion.fidelity.sum()) / plan.patches.labels.size
    rates = np.maximum(1 / values[order] - pull, 1e-7)
    shapes = (modes @ turn)[:, order] / mass[:, None] * np.sqrt((mass**2).sum())
    scaled: Matrix = (shapes * np.sqrt(rates[:1] / rates)).astype(np.float32)
    return scaled
