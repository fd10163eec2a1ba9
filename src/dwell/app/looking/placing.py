"""Where on the picture a gaze sample is, by the newest report of the page."""

from __future__ import annotations

import math
from collections.abc import Sequence

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


class Placing:
    """Knows the page's newest report, the monitor and how the viewer sits."""

    def __init__(self, settings: LookSettings) -> None:
        self.view: View | None = None
        """None before the page has reported."""
        self.space: Space | None = None
        """Of the source's positions; None before it is connected."""
        self.scene = SceneMap()
        """Where the page is for the camera of glasses."""
        self.correction: Correction | None = None
        self.tune(settings)

    def tune(self, settings: LookSettings) -> None:
        """Take over what the viewer has set."""
        self._chosen = None if settings.monitor is None else _monitor(settings.monitor)
        self.viewing = Viewing(settings.screen_width_mm, settings.distance_mm)

    def report(self, screen: LookScreen) -> View:
        """Take over the page's report.

        Raises:
            ValueError: it cannot be used, and says why.
            LiveError: it names no monitor, and none was chosen.
        """
        view = read_view(screen.model_dump(exclude={"object_id"}))
        if self._chosen is None and not view.monitors:
            raise LiveError("The page does not say which monitor it is on; choose the monitor by hand.")
        self.scene.show(view.markers)
        self.view = view
        return view

    @property
    def monitor(self) -> Monitor | None:
        """The one that is looked at: as chosen, or the one with most of the window on it."""
        if self._chosen is not None or self.view is None:
            return self._chosen
        home = self.view.home()
        return self.view.monitors[0 if home is None else home]

    @property
    def degree(self) -> DegreeSize | None:
        """How much one degree spans in the middle of the screen; None before the page has reported."""
        if self.view is None or self.monitor is None:
            return None
        return px_per_deg(self.view, self.monitor, self.viewing)

    def place(self, sample: GazeSample) -> Placed:
        """Where a sample is on the picture."""
        if self.view is None or self.space is None or not sample.valid:
            return NOWHERE
        space, x, y = self.space, sample.x, sample.y
        if space is Space.SCENE:
            space, (x, y) = Space.PAGE, self.on_page(sample)
        return to_image(self.view, space, x, y, monitor=self.monitor, correction=self.correction)

    def on_page(self, sample: GazeSample) -> tuple[float, float]:
        """CSS px of the page of a sample, not corrected; NaN = not known."""
        if self.view is None or self.monitor is None or not sample.valid:
            return math.nan, math.nan
        if self.space is Space.PAGE:
            return sample.x, sample.y
        if self.space is Space.DISPLAY:
            return display_to_page(self.view, self.monitor, sample.x, sample.y)
        if self.space is Space.SCENE:
            found = self.scene.to_page(sample.t_ns, sample.x, sample.y)
            return found.x, found.y
        return math.nan, math.nan

    def cautions(self) -> Sequence[str]:
        """What makes the place of gaze less sure, in words for a person."""
        if self.view is None or self.space is not Space.DISPLAY:
            return ()
        return cautions(self.view, self.monitor)


def _monitor(chosen: LookMonitor) -> Monitor:
    scale = math.nan if chosen.scale is None else chosen.scale
    return Monitor(chosen.left, chosen.top, chosen.width, chosen.height, scale, chosen.name)
