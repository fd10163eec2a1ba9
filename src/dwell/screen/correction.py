"""A correction of a tracker's error on the screen, as a check has found it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Correction", "CorrectionKind"]


class CorrectionKind(StrEnum):
    """How much a correction may change."""

    TRANSLATION = "translation"
    """Every gaze is moved by the same."""
    AFFINE = "affine"
    """Moved, stretched and sheared."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Moves gaze to where it belongs.

    It is kept in parts of the monitor (0 … 1), where the error arises, so it still holds after the window was
    moved or zoomed.
    """

    x_row: tuple[float, float, float]
    """New x = x_row · (x, y, 1)."""
    y_row: tuple[float, float, float]
    """New y = y_row · (x, y, 1)."""
    kind: CorrectionKind
    t_ns: int
    """ns UTC: when the check ended from which it comes."""
    n_points: int
    """How many points of the check it is fitted to."""
    before_deg: float
    """Mean error of the points without it."""
    loo_deg: float
    """Mean error of points that it was not fitted to (leave one out)."""

    def apply(self, x: float, y: float) -> tuple[float, float]:
        """Corrected position on the monitor, 0 … 1, of a measured one."""
        (a, b, c), (d, e, f) = self.x_row, self.y_row
        return a * x + b * y + c, d * x + e * y + f
