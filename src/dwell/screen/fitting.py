"""A correction from a check, if it proves itself on points that it was not fitted to.

With five points there is little to learn from, and a correction that follows their noise makes gaze worse in
between. So each kind of correction is fitted to all points but one and tried on that one, in turn (leave one
out); a correction is offered if gaze at points left out gets better by it. Source: ours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dwell.screen.check import CheckResult, PointResult
from dwell.screen.correction import Correction, CorrectionKind
from dwell.screen.degrees import degrees_between
from dwell.screen.mapping import display_to_page, page_to_display
from dwell.types import FloatArray

__all__ = ["CorrectionOffer", "offer_correction"]

_FOR_AFFINE = 4


@dataclass(frozen=True, slots=True)
class CorrectionOffer:
    """A correction, or why there is none."""

    correction: Correction | None
    before_deg: float
    """Mean error of the points without a correction; NaN = no point counts."""
    loo_deg: dict[CorrectionKind, float]
    """Mean error at points left out, per kind that could be tried."""
    words: str
    """For a person."""


def offer_correction(result: CheckResult) -> CorrectionOffer:
    """The kind of correction that helps most at points left out, if one does.

    A translation is tried from two points on, an affine map from four. One point cannot be left out.

    Raises:
        ValueError: the check was made with a correction; fit to the tracker's own gaze.
    """
    if result.correction is not None:
        raise ValueError(
            "Expected a check of gaze without a correction; evaluate_check with correction=None first."
        )
    points = result.counting
    before = result.accuracy_deg
    kinds = [CorrectionKind.TRANSLATION] if len(points) >= 2 else []
    kinds += [CorrectionKind.AFFINE] if len(points) >= _FOR_AFFINE else []
    loo = {kind: _left_out_deg(result, points, kind) for kind in kinds}
    if not loo:
        return CorrectionOffer(
            None, before, loo, f"A correction needs two points with gaze, there is {len(points)}."
        )
    kind = min(loo, key=loo.__getitem__)
    if not loo[kind] < before:
        return CorrectionOffer(
            None, before, loo,
            f"No correction helps: gaze is off by {before:.2f}°, and would be by {loo[kind]:.2f}° at points "
            "left out.",
        )  # fmt: skip
    rows = _rows(*_positions(result, points), kind)
    found = Correction(_row(rows[0]), _row(rows[1]), kind, result.t_ns, len(points), before, loo[kind])
    return CorrectionOffer(
        found,
        before,
        loo,
        f"By a correction ({kind}) gaze would be off by {loo[kind]:.2f}° instead of {before:.2f}°.",
    )


def _left_out_deg(result: CheckResult, points: tuple[PointResult, ...], kind: CorrectionKind) -> float:
    measured, wanted = _positions(result, points)
    seen = np.empty_like(measured)
    for i in range(len(points)):
        others = np.arange(len(points)) != i
        rows = _rows(measured[others], wanted[others], kind)
        seen[i] = display_to_page(result.view, result.monitor, *(rows @ [*measured[i], 1.0]))
    targets = [(point.target.x, point.target.y) for point in points]
    return float(degrees_between(result.view, result.monitor, result.viewing, seen, targets).mean())


def _positions(result: CheckResult, points: tuple[PointResult, ...]) -> tuple[FloatArray, FloatArray]:
    """(n, 2) of measured gaze and of targets, 0 … 1 on the monitor."""
    measured = [page_to_display(result.view, result.monitor, point.mean_x, point.mean_y) for point in points]
    wanted = [
        page_to_display(result.view, result.monitor, point.target.x, point.target.y) for point in points
    ]
    return np.array(measured), np.array(wanted)


def _rows(measured: FloatArray, wanted: FloatArray, kind: CorrectionKind) -> FloatArray:
    """(2, 3) least squares from measured to wanted."""
    if kind is CorrectionKind.TRANSLATION:
        shift = (wanted - measured).mean(axis=0)
        return np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float64)
    found, _, rank, _ = np.linalg.lstsq(
        np.column_stack([measured, np.ones(len(measured))]), wanted, rcond=None
    )
    return np.asarray(found.T, np.float64) if rank == 3 else np.full((2, 3), math.nan)


def _row(values: FloatArray) -> tuple[float, float, float]:
    a, b, c = values.tolist()
    return a, b, c
