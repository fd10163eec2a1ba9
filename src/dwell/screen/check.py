"""The five-point check: how far gaze is from where somebody was asked to look.

Targets are shown one after another, in the middle and near the corners of the canvas. What the tracker says
while a target is shown – after the eye had time to get there – gives accuracy, precision and data loss per
point. Measures: ``dwell.screen.quality``. The limits of good and fair are ours: 1° is about what makers of
trackers promise, or 1 cm at 60 cm; from 2° on things side by side are mistaken for each other. Latency of
saccades is mostly below 300 ms (Holmqvist et al. 2011, Eye Tracking).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dwell.screen.correction import Correction
from dwell.screen.degrees import Viewing, deviations
from dwell.screen.mapping import display_to_page, page_to_display
from dwell.screen.quality import PointQuality, point_quality
from dwell.screen.view import Monitor, Rect, View
from dwell.types import BoolArray, FloatArray, IntArray

__all__ = [
    "CheckOptions",
    "CheckPlan",
    "CheckResult",
    "PageGaze",
    "PointResult",
    "Shown",
    "Target",
    "Verdict",
    "evaluate_check",
]

_NAMES = ("centre", "upper left", "upper right", "lower right", "lower left")


class Verdict(StrEnum):
    """What the mean error means."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    UNKNOWN = "unknown"
    """Too few points with enough gaze."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How a check is judged."""

    settle_ms: float = 400.0
    """After a target appears gaze does not count for so long: the eye is on its way."""
    min_samples: int = 10
    """Valid samples that a point needs."""
    max_loss: float = 0.5
    """Part of samples that may be lost at a point that counts."""
    good_deg: float = 1.0
    """Mean error below it is good."""
    fair_deg: float = 2.0
    """Mean error below it is fair, else poor."""


@dataclass(frozen=True, slots=True)
class Target:
    """A place to look at."""

    name: str
    x: float
    """CSS px of the page."""
    y: float


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """Where targets are shown, in this order."""

    targets: tuple[Target, ...]

    @classmethod
    def five_points(cls, canvas: Rect, inset: float = 0.1) -> CheckPlan:
        """The middle of a canvas, then near its corners clockwise from the upper left.

        ``core/screen.js`` places them alike.

        Args:
            canvas: CSS px of the page.
            inset: how far from the edges, as a part of the canvas.
        """
        if not 0 <= inset < 0.5:
            raise ValueError(f"Expected an inset of 0 … 0.5 of the canvas, got {inset}.")
        near, far = inset, 1 - inset
        shares = [(0.5, 0.5), (near, near), (far, near), (far, far), (near, far)]
        places = [(canvas.left + canvas.width * x, canvas.top + canvas.height * y) for x, y in shares]
        return cls(tuple(Target(name, x, y) for name, (x, y) in zip(_NAMES, places, strict=True)))


@dataclass(frozen=True, slots=True)
class Shown:
    """When one target of the plan was on the page."""

    target: int
    """Its place in the plan."""
    start_ns: int
    """ns UTC."""
    end_ns: int


@dataclass(frozen=True)
class PageGaze:
    """Gaze during a check, not corrected."""

    t_ns: IntArray
    """(n,) int64 ns UTC, ascending."""
    xy: FloatArray
    """(n, 2) CSS px of the page, also beside it; NaN = no gaze."""
    valid: BoolArray
    """(n,) bool."""
    rate_hz: float = math.nan
    """What the tracker promises; NaN = not known. Samples that never came count as lost then."""

    def __post_init__(self) -> None:
        n = len(self.t_ns)
        if self.xy.shape != (n, 2) or self.valid.shape != (n,):
            raise ValueError(
                f"Expected gaze as ({n},) times, ({n}, 2) positions and ({n},) flags, "
                f"got positions {self.xy.shape} and flags {self.valid.shape}."
            )
        if n and (np.diff(self.t_ns) < 0).any():
            raise ValueError("Expected gaze in time order; sort it by t_ns.")


@dataclass(frozen=True, slots=True)
class PointResult:
    """What was found at one target."""

    target: Target
    quality: PointQuality
    mean_x: float
    """CSS px of the page: mean gaze; NaN = none."""
    mean_y: float
    enough: bool
    """Whether there is gaze enough for it to count."""


@dataclass(frozen=True)
class CheckResult:
    """What a check has found."""

    t_ns: int
    """ns UTC: when it ended."""
    points: tuple[PointResult, ...]
    """One per target of the plan, in its order."""
    accuracy_deg: float
    """Mean of the offsets of points that count; NaN = none does."""
    rms_s2s_deg: float
    """Mean over points that count."""
    sd_deg: float
    """Mean over points that count."""
    data_loss: float
    """0 … 1, over all points."""
    verdict: Verdict
    view: View
    monitor: Monitor
    viewing: Viewing
    correction: Correction | None = None
    """That was applied to gaze before; None = none."""

    @property
    def counting(self) -> tuple[PointResult, ...]:
        """Points that count."""
        return tuple(point for point in self.points if point.enough)


def evaluate_check(
    plan: CheckPlan,
    shown: Sequence[Shown],
    gaze: PageGaze,
    view: View,
    monitor: Monitor,
    viewing: Viewing,
    *,
    options: CheckOptions | None = None,
    correction: Correction | None = None,
) -> CheckResult:
    """How good gaze was at each target, and altogether.

    Args:
        plan: the targets.
        shown: when each was shown, in time order; a target shown twice counts as last shown.
        gaze: without correction.
        view: the page's report during the check; the window must not be moved meanwhile.
        monitor: the one that is looked at.
        viewing: its width and how far away it is.
        options: what counts and what is good.
        correction: judge gaze as corrected by it.

    Raises:
        ValueError: nothing was shown, or a target that the plan does not have.
    """
    options = options or CheckOptions()
    last = _last_shown(plan, shown)
    moved = gaze.xy if correction is None else _corrected(gaze.xy, view, monitor, correction)
    points = tuple(
        _point(target, last.get(i), gaze, moved, (view, monitor, viewing), options)
        for i, target in enumerate(plan.targets)
    )
    counting = [point.quality for point in points if point.enough]
    accuracy = _mean([quality.offset_deg for quality in counting])
    return CheckResult(
        max(each.end_ns for each in shown),
        points,
        accuracy,
        _mean([quality.rms_s2s_deg for quality in counting]),
        _mean([quality.sd_deg for quality in counting]),
        _mean([point.quality.data_loss for point in points]),
        _verdict(accuracy, len(counting), len(points), options),
        view, monitor, viewing, correction,
    )  # fmt: skip


def _last_shown(plan: CheckPlan, shown: Sequence[Shown]) -> dict[int, Shown]:
    if not shown:
        raise ValueError("Expected at least one target to have been shown, got none.")
    for each in shown:
        if not 0 <= each.target < len(plan.targets):
            raise ValueError(f"Expected targets 0 … {len(plan.targets) - 1} of the plan, got {each.target}.")
    return {each.target: each for each in shown}


def _point(
    target: Target, shown: Shown | None, gaze: PageGaze, xy: FloatArray,
    seen_from: tuple[View, Monitor, Viewing], options: CheckOptions,
) -> PointResult:  # fmt: skip
    start, end = (0, 0) if shown is None else (shown.start_ns + round(options.settle_ms * 1e6), shown.end_ns)
    meant = slice(*np.searchsorted(gaze.t_ns, [start, max(start, end)]))
    valid = gaze.valid[meant] & np.isfinite(xy[meant]).all(axis=1)
    expected = max(0, end - start) / 1e9 * gaze.rate_hz
    quality = point_quality(deviations(*seen_from, xy[meant], (target.x, target.y)), valid, expected)
    mean = xy[meant][valid].mean(axis=0) if valid.any() else np.full(2, np.nan)
    enough = quality.n >= options.min_samples and quality.data_loss <= options.max_loss
    return PointResult(target, quality, float(mean[0]), float(mean[1]), enough)


def _corrected(xy: FloatArray, view: View, monitor: Monitor, correction: Correction) -> FloatArray:
    moved = [
        display_to_page(view, monitor, *correction.apply(*page_to_display(view, monitor, x, y)))
        for x, y in xy.tolist()
    ]
    return np.array(moved, np.float64).reshape(-1, 2)


def _verdict(accuracy: float, n_counting: int, n_points: int, options: CheckOptions) -> Verdict:
    if n_counting * 2 <= n_points:
        return Verdict.UNKNOWN
    if accuracy < options.good_deg:
        return Verdict.GOOD
    return Verdict.FAIR if accuracy < options.fair_deg else Verdict.POOR


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan
