"""Where on the picture a gaze sample is, by the report of the page that held when the eye was seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from dwell.app.messages import LookMonitor, LookScreen, LookSettings
from dwell.errors import LiveError
from dwell.live import GazeSample
from dwell.screen import (
    Correction,
    DegreeSize,
    Monitor,
    Outside,
    Placed,
    SceneMap,
    View,
    Viewing,
    cautions,
    display_to_page,
    px_per_deg,
    read_view,
    to_image,
)
from dwell.types import Space

__all__ = ["NOWHERE", "Placing", "WORDS"]

NOWHERE = Placed(math.nan, math.nan, Outside.NO_GAZE, math.nan, math.nan)

WORDS = {
    Outside.NO_GAZE: "No gaze comes: the tracker does not see the eyes.",
    Outside.OFF_SCREEN: "Gaze is beside the monitor.",
    Outside.OFF_PAGE: "Gaze is beside the page.",
    Outside.OFF_CANVAS: "Gaze is beside the picture.",
    Outside.OFF_IMAGE: "Gaze is beside the picture.",
}
"""For a person."""

_KEPT_NS = 3_000_000_000
"""Reports of the page are kept for so long; no tracker is later than that (ours)."""
_SET_BACK_NS = 1_000_000_000
"""A sample that came so long before the newest report tells of a clock that was set back since."""


class Placing:
    """Knows the page's reports of the last seconds, the monitor and how the viewer sits."""

    def __init__(self, settings: LookSettings) -> None:
        self.view: View | None = None
        """The newest; None before the page has reported."""
        self.turned_ns = 0
        """ns UTC: since when the present picture is shown. Who looked somewhere before did not look at it."""
        self.space: Space | None = None
        """Of the source's positions; None before it is connected."""
        self.scene = SceneMap()
        """Where the page is for the camera of glasses."""
        self.correction: Correction | None = None
        self._views: list[tuple[int, View]] = []  # since when each holds, ascending
        self.tune(settings)

    def tune(self, settings: LookSettings) -> None:
        """Take over what the viewer has set."""
        self._chosen = None if settings.monitor is None else _monitor(settings.monitor)
        self.viewing = Viewing(settings.screen_width_mm, settings.distance_mm)

    def report(self, screen: LookScreen, t_ns: int) -> View:
        """Take over the page's report.

        Args:
            screen: what the page says.
            t_ns: since when it holds, ns UTC on this computer's clock.

        Raises:
            ValueError: it cannot be used, and says why.
            LiveError: it names no monitor, and none was chosen.
        """
        view = read_view(screen.model_dump(exclude={"object_id"}))
        if self._chosen is None and not view.monitors:
            raise LiveError("The page does not say which monitor it is on; choose the monitor by hand.")
        self.scene.show(view.markers)
        self.view = view
        earlier = [each for each in self._views if each[0] < t_ns]
        n_old = sum(since_ns <= t_ns - _KEPT_NS for since_ns, _ in earlier)
        self._views = [*earlier[max(n_old - 1, 0) :], (t_ns, view)]  # one of the old still held later
        return view

    @property
    def monitor(self) -> Monitor | None:
        """The one that is looked at: as chosen, or the one with most of the window on it."""
        return self._chosen if self.view is None else self._monitor_of(self.view)

    @property
    def degree(self) -> DegreeSize | None:
        """How much one degree spans in the middle of the screen; None before the page has reported."""
        if self.view is None or self.monitor is None:
            return None
        return px_per_deg(self.view, self.monitor, self.viewing)

    def place(self, sample: GazeSample) -> Placed:
        """Where a sample is on the picture."""
        view = self._held(sample)
        if view is None or self.space is None or not sample.valid:
            return NOWHERE
        space, x, y = self.space, sample.x, sample.y
        if space is Space.SCENE:
            space, (x, y) = Space.PAGE, self.on_page(sample)
        monitor = self._monitor_of(view)
        placed = to_image(view, space, x, y, monitor=monitor, correction=self.correction)
        if placed.outside is None and self._seen_ns(sample) < self.turned_ns:
            return replace(placed, x=math.nan, y=math.nan, outside=Outside.OFF_IMAGE)
        return placed

    def on_page(self, sample: GazeSample) -> tuple[float, float]:
        """CSS px of the page of a sample, not corrected; NaN = not known."""
        view = self._held(sample)
        if view is None or not sample.valid:
            return math.nan, math.nan
        if self.space is Space.PAGE:
            return sample.x, sample.y
        if self.space is Space.DISPLAY:
            return display_to_page(view, self._monitor_of(view), sample.x, sample.y)
        if self.space is Space.SCENE:
            found = self.scene.to_page(sample.t_ns, sample.x, sample.y)
            return found.x, found.y
        return math.nan, math.nan

    def cautions(self) -> Sequence[str]:
        """What makes the place of gaze less sure, in words for a person."""
        if self.view is None or self.space is not Space.DISPLAY:
            return ()
        return cautions(self.view, self.monitor)

    # ---------------------------------------------------------------- helpers

    def _held(self, sample: GazeSample) -> View | None:
        """The report that held when the eye was seen; None = there was none yet."""
        seen_ns = self._seen_ns(sample)
        return next((view for since_ns, view in reversed(self._views) if since_ns <= seen_ns), None)

    def _seen_ns(self, sample: GazeSample) -> int:
        """When the eye was seen, on the clock that reports have; now, if that was set back meanwhile."""
        newest_ns = max(self._views[-1][0] if self._views else 0, self.turned_ns)
        set_back = 0 < sample.received_ns < newest_ns - _SET_BACK_NS
        return newest_ns if set_back else sample.t_ns

    def _monitor_of(self, view: View) -> Monitor:
        """The one that is looked at while this report holds."""
        if self._chosen is not None:
            return self._chosen
        home = view.home()
        return view.monitors[0 if home is None else home]


def _monitor(chosen: LookMonitor) -> Monitor:
    scale = math.nan if chosen.scale is None else chosen.scale
    return Monitor(chosen.left, chosen.top, chosen.width, chosen.height, scale, chosen.name)
