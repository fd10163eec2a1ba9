"""What the page says of itself: where its window, its canvas and its picture lie at one moment.

Three lengths meet here, and none can be told from its name in JavaScript:

- **desktop px** are what the browser counts the screen in: ``window.screenX``, ``outerWidth``,
  ``screen.width``, ``MouseEvent.screenX``. They follow the scale of the operating system, and not the zoom of
  the page.
- **CSS px** are what the page counts in: ``innerWidth``, ``clientX``, ``getBoundingClientRect``. They grow
  with the zoom of the page, so ``innerWidth`` shrinks.
- **device px** are what the monitor has: ``devicePixelRatio`` of them per CSS px.

So ``desktop = origin of the page + CSS px · zoom`` and ``devicePixelRatio = scale of the system · zoom``
(Safari leaves the zoom out of ``devicePixelRatio``). Source: Chromium's design document "Blink Coordinate
Spaces"; the W3C's uievents issue 150 and csswg-drafts issues 399 and 3538, where browsers were compared.
Chromium is tried in tests/browser/test_screen_units.py. Firefox has counted ``screen.width`` in CSS px (issue
399), so a monitor's size is to be trusted there at a zoom of 100 % only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Chrome", "Monitor", "Rect", "ShownMarker", "View"]


@dataclass(frozen=True, slots=True)
class Rect:
    """An upright rectangle; its unit is said where it is used."""

    left: float
    top: float
    width: float
    height: float

    def __post_init__(self) -> None:
        _finite(self, "left", "top", "width", "height")
        if self.width < 0 or self.height < 0:
            raise ValueError(
                f"Expected a rectangle that is not inside out, got {self.width} × {self.height}."
            )

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) of its middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies in it, the right and the lower edge left out. NaN lies nowhere."""
        return self.left <= x < self.left + self.width and self.top <= y < self.top + self.height


@dataclass(frozen=True, slots=True)
class Monitor:
    """One monitor as the browser counts it."""

    left: float
    """Desktop px from the origin of the desktop; negative left of the main monitor."""
    top: float
    width: float
    """Desktop px."""
    height: float
    scale: float = math.nan
    """Device px per desktop px: the system's scale, 1.25 for 125 %. NaN = the browser does not say."""
    name: str = ""
    """As the system calls it, or empty."""

    def __post_init__(self) -> None:
        _finite(self, "left", "top", "width", "height")
        _positive(self, "width", "height")

    @property
    def rect(self) -> Rect:
        """Desktop px."""
        return Rect(self.left, self.top, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Chrome:
    """What of the window lies left of and above the page, as a mouse event has shown it."""

    left: float
    """Desktop px from ``screenX`` of the window to the page's left edge."""
    top: float
    """Desktop px from ``screenY`` of the window to the page's upper edge."""

    def __post_init__(self) -> None:
        _finite(self, "left", "top")


@dataclass(frozen=True, slots=True)
class ShownMarker:
    """A marker that the page shows."""

    marker_id: int
    rect: Rect
    """CSS px of the page; with its white border."""


@dataclass(frozen=True)
class View:
    """One report of the page; it holds until the next one."""

    t_ns: int
    """ns UTC on this computer's clock."""
    screen_x: float
    """Desktop px: the window's left edge, ``window.screenX``."""
    screen_y: float
    outer_width: float
    """Desktop px: the whole window."""
    outer_height: float
    inner_width: float
    """CSS px: the page."""
    inner_height: float
    canvas: Rect
    """CSS px of the page: where the stage is."""
    scale: float
    """CSS px of the stage per px of the image."""
    x: float
    """CSS px of the stage: where the image's origin is."""
    y: float
    image_width: float
    """px of the image."""
    image_height: float
    frame_idx: int
    """Which frame is shown."""
    zoom: float = 1.0
    """Desktop px per CSS px: 1.1 where the page is zoomed to 110 %."""
    device_pixel_ratio: float = 1.0
    """Device px per CSS px."""
    pinch: float = 1.0
    """How much two fingers have enlarged the page; ``visualViewport.scale``."""
    pinch_x: float = 0.0
    """CSS px of the page at the window's left edge then; ``visualViewport.offsetLeft``."""
    pinch_y: float = 0.0
    chrome: Chrome | None = None
    """As measured with the mouse; None = to be reckoned from the sizes of window and page."""
    visible: bool = True
    """False while another tab is in front or the window is minimised."""
    monitors: tuple[Monitor, ...] = ()
    """At least the one the window is on."""
    markers: tuple[ShownMarker, ...] = ()
    """Markers that the page shows."""

    def __post_init__(self) -> None:
        _finite(self, "screen_x", "screen_y", "x", "y", "pinch_x", "pinch_y")
        _positive(self, "outer_width", "outer_height", "inner_width", "inner_height", "image_width")
        _positive(self, "image_height", "scale", "zoom", "device_pixel_ratio", "pinch")

    @property
    def page_origin(self) -> tuple[float, float]:
        """Desktop px of the page's upper left corner.

        Measured where a mouse event has shown it. Else the window is taken to have the same border left,
        right and below, and the rest above: right for the usual window, wrong with a sidebar or docked
        developer tools.
        """
        if self.chrome is not None:
            return self.screen_x + self.chrome.left, self.screen_y + self.chrome.top
        border = max(0.0, (self.outer_width - self.inner_width * self.zoom) / 2)
        above = max(0.0, self.outer_height - self.inner_height * self.zoom - border)
        return self.screen_x + border, self.screen_y + above

    @property
    def page(self) -> Rect:
        """Desktop px: the page."""
        left, top = self.page_origin
        return Rect(left, top, self.inner_width * self.zoom, self.inner_height * self.zoom)

    def home(self) -> int | None:
        """Which monitor shows most of the window: its place in ``monitors``; None = none of them."""
        window = Rect(self.screen_x, self.screen_y, self.outer_width, self.outer_height)
        shares = [_overlap(window, monitor.rect) for monitor in self.monitors]
        return shares.index(max(shares)) if shares and max(shares) > 0 else None


def _overlap(a: Rect, b: Rect) -> float:
    width = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    height = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    return max(0.0, width) * max(0.0, height)


def _finite(thing: object, *names: str) -> None:
    for name in names:
        value = getattr(thing, name)
        if not math.isfinite(value):
            raise ValueError(f"Expected a finite {name} of {type(thing).__name__}, got {value}.")


def _positive(thing: object, *names: str) -> None:
    for name in names:
        value = getattr(thing, name)
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"Expected a {name} of {type(thing).__name__} above 0, got {value}.")
