"""From where a tracker says somebody looks to the px of the image on the page, and back.

::

    display 0 … 1 ──monitor──▶ desktop px ──page_origin, zoom──▶ page ──canvas──▶ stage ──scale, x, y──▶ image
    px

The steps are plain linear maps without limits; ``to_image`` is the way through them that says where a gaze
leaves what is shown. Nothing is clipped: a gaze beside the image has no place in it. Source: ours; the units
are explained in ``dwell.screen.view``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from dwell.screen.correction import Correction
from dwell.screen.view import Monitor, View
from dwell.types import Space

__all__ = [
    "Outside",
    "Placed",
    "cautions",
    "desktop_to_display",
    "desktop_to_page",
    "display_to_desktop",
    "display_to_page",
    "image_to_page",
    "page_to_desktop",
    "page_to_display",
    "page_to_image",
    "to_image",
]

_TOUCHING_PX = 1.0
"""Desktop px that a page may hang over a monitor's edge, from rounding."""


class Outside(StrEnum):
    """Why a gaze has no place in the image."""

    NO_GAZE = "no_gaze"
    """The sample has no position."""
    OFF_SCREEN = "off_screen"
    """Beside the monitor that the tracker is on."""
    OFF_PAGE = "off_page"
    """Beside the page, or the page is not to be seen."""
    OFF_CANVAS = "off_canvas"
    """On another part of the page."""
    OFF_IMAGE = "off_image"
    """On the canvas, beside the image."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a gaze is."""

    x: float
    """px of the image; NaN where it is outside."""
    y: float
    outside: Outside | None
    """None = it is on the image."""
    page_x: float
    """CSS px of the page, which it may lie beside; NaN = not known (no gaze, off screen, a log's image
    px)."""
    page_y: float


def to_image(
    view: View,
    space: Space,
    x: float,
    y: float,
    *,
    monitor: Monitor | None = None,
    correction: Correction | None = None,
) -> Placed:
    """Where a gaze is in the image.

    Args:
        view: the page's report that held when the gaze was seen.
        space: what x and y are measured in. ``SCENE`` is brought to ``PAGE`` by ``SceneMap.to_page`` first.
        x: position; NaN = no gaze.
        y: position.
        monitor: the one that the tracker is on; needed for ``DISPLAY`` and for a correction.
        correction: of the tracker's error, from a check. An image position of a log is not corrected.

    Raises:
        ValueError: the space is ``SCENE``, or the monitor is missing.
    """
    if not (math.isfinite(x) and math.isfinite(y)):
        return _nowhere(Outside.NO_GAZE)
    if space is Space.IMAGE:
        return _on_image(view, x, y, math.nan, math.nan)
    if space is Space.SCENE:
        raise ValueError(
            "Expected gaze on a display, page or image, got gaze in the scene camera; "
            "bring it to the page with SceneMap.to_page first."
        )
    if space is Space.DISPLAY:
        monitor = _given(monitor, "gaze on a display")
        if not (0 <= x <= 1 and 0 <= y <= 1):
            return _nowhere(Outside.OFF_SCREEN)
        x, y = display_to_page(view, monitor, x, y)
    if correction is not None:
        monitor = _given(monitor, "a correction")
        x, y = display_to_page(view, monitor, *correction.apply(*page_to_display(view, monitor, x, y)))
    return _on_page(view, x, y)


def cautions(view: View, monitor: Monitor | None = None) -> list[str]:
    """What makes the place of gaze on this page less sure, in words for a person; empty = nothing.

    Args:
        view: the page's report.
        monitor: the one that the tracker is on, if it is a screen tracker.
    """
    found = []
    if view.chrome is None:
        found.append(
            "Where the page begins in its window is reckoned, not measured: "
            "move the mouse over the page once; close sidebars and developer tools."
        )
    if monitor is None:
        return found
    page, there = view.page, monitor.rect
    if _beyond(page.left, page.width, there.left, there.width) or _beyond(
        page.top, page.height, there.top, there.height
    ):
        found.append("Part of the page is not on the tracker's monitor: move the window there as a whole.")
        home = view.home()
        scale = math.nan if home is None else view.monitors[home].scale
        if math.isfinite(scale) and math.isfinite(monitor.scale) and scale != monitor.scale:
            found.append(
                f"The window is drawn for a monitor with scale {scale:g}, the tracker's has "
                f"{monitor.scale:g}: gaze on the part that hangs over is off."
            )
    return found


def display_to_desktop(monitor: Monitor, x: float, y: float) -> tuple[float, float]:
    """Desktop px of a position 0 … 1 on a monitor."""
    return monitor.left + x * monitor.width, monitor.top + y * monitor.height


def desktop_to_display(monitor: Monitor, x: float, y: float) -> tuple[float, float]:
    """0 … 1 on a monitor of desktop px; beyond that beside it."""
    return (x - monitor.left) / monitor.width, (y - monitor.top) / monitor.height


def desktop_to_page(view: View, x: float, y: float) -> tuple[float, float]:
    """CSS px of the page of desktop px."""
    left, top = view.page_origin
    unit = view.zoom * view.pinch
    return (x - left) / unit + view.pinch_x, (y - top) / unit + view.pinch_y


def page_to_desktop(view: View, x: float, y: float) -> tuple[float, float]:
    """Desktop px of CSS px of the page."""
    left, top = view.page_origin
    unit = view.zoom * view.pinch
    return left + (x - view.pinch_x) * unit, top + (y - view.pinch_y) * unit


def display_to_page(view: View, monitor: Monitor, x: float, y: float) -> tuple[float, float]:
    """CSS px of the page of a position 0 … 1 on a monitor."""
    return desktop_to_page(view, *display_to_desktop(monitor, x, y))


def page_to_display(view: View, monitor: Monitor, x: float, y: float) -> tuple[float, float]:
    """0 … 1 on a monitor of CSS px of the page."""
    return desktop_to_display(monitor, *page_to_desktop(view, x, y))


def page_to_image(view: View, x: float, y: float) -> tuple[float, float]:
    """Px of the image of CSS px of the page."""
    return (x - view.canvas.left - view.x) / view.scale, (y - view.canvas.top - view.y) / view.scale


def image_to_page(view: View, x: float, y: float) -> tuple[float, float]:
    """CSS px of the page of px of the image: undoes ``page_to_image``; round trips are tested with it."""
    return x * view.scale + view.x + view.canvas.left, y * view.scale + view.y + view.canvas.top


def _on_page(view: View, x: float, y: float) -> Placed:
    window_x, window_y = (x - view.pinch_x) * view.pinch, (y - view.pinch_y) * view.pinch
    if not (view.visible and 0 <= window_x < view.inner_width and 0 <= window_y < view.inner_height):
        return _nowhere(Outside.OFF_PAGE, x, y)
    if not view.canvas.contains(x, y):
        return _nowhere(Outside.OFF_CANVAS, x, y)
    return _on_image(view, *page_to_image(view, x, y), x, y)


def _on_image(view: View, x: float, y: float, page_x: float, page_y: float) -> Placed:
    if not (0 <= x < view.image_width and 0 <= y < view.image_height):
        return _nowhere(Outside.OFF_IMAGE, page_x, page_y)
    return Placed(x, y, None, page_x, page_y)


def _nowhere(outside: Outside, page_x: float = math.nan, page_y: float = math.nan) -> Placed:
    return Placed(math.nan, math.nan, outside, page_x, page_y)


def _given(monitor: Monitor | None, what: str) -> Monitor:
    if monitor is None:
        raise ValueError(f"Expected the monitor that the tracker is on: {what} needs it.")
    return monitor


def _beyond(start: float, length: float, limit: float, limit_length: float) -> bool:
    return start < limit - _TOUCHING_PX or start + length > limit + limit_length + _TOUCHING_PX
