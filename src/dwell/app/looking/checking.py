"""The check of gaze with five points, as it goes: targets, gaze on them, what was found, drift since."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from dwell.app.looking.placing import Placing
from dwell.app.messages import CheckPlan as PlanMessage
from dwell.app.messages import CheckResult as ResultMessage
from dwell.app.messages import CheckTargetResult
from dwell.errors import LiveError
from dwell.live import GazeSample
from dwell.screen import (
    CheckOptions,
    CheckPlan,
    CheckResult,
    Correction,
    CorrectionOffer,
    DriftWatch,
    Monitor,
    PageGaze,
    PointResult,
    Shown,
    View,
    Viewing,
    evaluate_check,
    offer_correction,
    remedies,
)
from dwell.types import Space

__all__ = ["Checked", "Checking", "drift_words"]

COLLECT_MS = 1200.0
"""Gaze on a target for so long is enough for its mean, and short enough for the eye to stay (ours)."""
_SUMMARIES = {
    "good": "Gaze is good: off by {off:.1f}° on average.",
    "fair": "Gaze is fair: off by {off:.1f}° on average; small things are mistaken for each other.",
    "poor": "Gaze is poor: off by {off:.1f}° on average.",
    "unknown": "Too little gaze came to say how good it is.",
}


_HARMS = (
    "The correction in use makes gaze worse: off by {used:.1f}° with it, by {raw:.1f}° without. Drop "
    "it{other}."
)


@dataclass(frozen=True)
class Checked:
    """What a check has found, and what would make gaze better."""

    result: CheckResult
    """Of the tracker's own gaze."""
    used: CheckResult
    """Of gaze as it was followed: with the correction that was in use then, if there was one."""
    offer: CorrectionOffer
    judged: Callable[[Correction | None], CheckResult]
    """The same gaze as corrected by another."""

    @property
    def correction(self) -> Correction | None:
        """That would make gaze better."""
        return self.offer.correction

    @property
    def harmed(self) -> bool:
        """Whether gaze is worse by the correction in use."""
        return self.used.correction is not None and self.used.accuracy_deg > self.result.accuracy_deg

    def error_deg(self, corrected: bool) -> float:
        """By how much gaze is off, on average, with the correction or without; NaN = not known."""
        if corrected and self.correction is not None:
            return self.correction.loo_deg
        return self.result.accuracy_deg

    @property
    def message(self) -> ResultMessage:
        """For the page."""
        result, correction = self.used, self.correction
        return ResultMessage(
            accuracy_deg=_number(result.accuracy_deg),
            precision_deg=_number(result.rms_s2s_deg),
            loss=result.data_loss,
            verdict=result.verdict.value,
            summary=self._summary,
            remedies=self._remedies,
            targets=[_target(point) for point in result.points],
            correctable=correction is not None,
            corrected_deg=None if correction is None else _number(correction.loo_deg),
            in_use=result.correction is not None,
            plain_deg=_number(self.result.accuracy_deg),
        )

    @property
    def _summary(self) -> str:
        words = _SUMMARIES[self.used.verdict.value].format(off=self.used.accuracy_deg)
        return words if self.used.correction is None else f"{words} That is with the correction in use."

    @property
    def _remedies(self) -> list[str]:
        other = "" if self.correction is None else ", or take the one found now"
        harms = _HARMS.format(used=self.used.accuracy_deg, raw=self.result.accuracy_deg, other=other)
        return [
            *([harms] if self.harmed else []),
            *remedies(self.used, self.offer),
            *([self.offer.words] if self.correction is not None else []),
        ]


@dataclass
class Checking:
    """One check under way.

    Raises:
        LiveError: the page has not reported yet, or gaze comes from a log.
    """

    placing: Placing
    options: CheckOptions = field(default_factory=CheckOptions)
    _shown: list[Shown] = field(default_factory=list)
    _open: tuple[int, int] | None = None
    """Target that is shown, and since when."""
    _gaze: list[tuple[int, float, float, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.placing.view is None or self.placing.monitor is None:
            raise LiveError("The page has not said yet where its picture is; wait a second and check again.")
        if self.placing.space is Space.IMAGE:
            raise LiveError("Gaze in px of the picture, as of a log, cannot be checked on the screen.")
        self._at: tuple[View, Monitor, Viewing] = (
            self.placing.view,
            self.placing.monitor,
            self.placing.viewing,
        )
        self._plan = CheckPlan.five_points(self._at[0].canvas)

    @property
    def plan(self) -> PlanMessage:
        """For the page."""
        return PlanMessage(
            targets=[(each.x, each.y) for each in self._plan.targets],
            names=[each.name for each in self._plan.targets],
            settle_ms=self.options.settle_ms,
            collect_ms=COLLECT_MS,
        )

    def take(self, sample: GazeSample) -> None:
        """One gaze sample."""
        if self._open is not None:
            x, y = self.placing.on_page(sample)
            self._gaze.append((sample.t_ns, x, y, sample.valid))

    def show(self, index: int, now_ns: int) -> None:
        """This target is shown from now on.

        Raises:
            LiveError: the plan has no such target.
        """
        if index >= len(self._plan.targets):
            raise LiveError(f"A check has targets 0 to {len(self._plan.targets) - 1}, not {index}.")
        self._end(now_ns)
        self._open = (index, now_ns)

    def finish(self, now_ns: int, rate_hz: float) -> Checked:
        """The last target is over.

        Args:
            now_ns: ns UTC.
            rate_hz: what the source promises; NaN = not known.

        Raises:
            LiveError: no target was shown, or the window was moved meanwhile.
        """
        self._end(now_ns)
        if not self._shown:
            raise LiveError("No target was shown in this check; begin it again.")
        view, monitor, viewing = self._at
        if self.placing.view is None or _place(self.placing.view) != _place(view):
            raise LiveError("The window was moved or zoomed during the check; begin it again.")
        gaze = _page_gaze(self._gaze, rate_hz)

        def judged(correction: Correction | None) -> CheckResult:
            return evaluate_check(
                self._plan, self._shown, gaze, view, monitor, viewing,
                options=self.options, correction=correction,
            )  # fmt: skip

        result = judged(None)
        return Checked(result, judged(self.placing.correction), offer_correction(result), judged)

    def _end(self, now_ns: int) -> None:
        if self._open is not None:
            self._shown.append(Shown(*self._open, now_ns))
            self._open = None


def drift_words(base: CheckResult, later: CheckResult | None, now_ns: int) -> str:
    """For a person, whether gaze is still as it was when it was checked; empty = yes, as far as known.

    A check that seems to be from before the other, as the clock was set back, cannot be compared.
    """
    if later is not None and later.t_ns < base.t_ns:
        later = None
    return " ".join(DriftWatch().judge(base, later, now_ns).words)


def _page_gaze(samples: list[tuple[int, float, float, bool]], rate_hz: float) -> PageGaze:
    samples = sorted(samples, key=lambda each: each[0])  # a clock that was set back meanwhile
    t_ns = np.array([each[0] for each in samples], np.int64)
    xy = np.array([each[1:3] for each in samples], np.float64).reshape(-1, 2)
    return PageGaze(t_ns, xy, np.array([each[3] for each in samples], bool), rate_hz)


def _place(view: View) -> tuple[object, ...]:
    """What of a view says where a point of the page is on the screen."""
    return view.page, view.canvas, view.zoom, view.pinch, view.pinch_x, view.pinch_y


def _target(point: PointResult) -> CheckTargetResult:
    quality = point.quality
    return CheckTargetResult(
        x=point.target.x,
        y=point.target.y,
        accuracy_deg=_number(quality.offset_deg) if point.enough else None,
        precision_deg=_number(quality.rms_s2s_deg) if point.enough else None,
        loss=quality.data_loss,
        right_deg=_number(quality.offset_x_deg) if point.enough else None,
        down_deg=_number(quality.offset_y_deg) if point.enough else None,
    )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
