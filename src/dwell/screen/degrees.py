"""Degrees of visual angle on a flat screen, exactly.

The eye is in front of the screen's middle, ``distance_mm`` away. A point ``r`` mm from the middle is seen
``atan(r / distance)`` from straight ahead. Small steps there are smaller angles than in the middle, so a
degree spans more mm: across, ``2 · sqrt(distance² + r²) · tan(0.5°)``; outwards,
``distance · (tan(θ + 0.5°) − tan(θ − 0.5°))``. Source: Holmqvist et al. (2011), Eye Tracking, p. 24, for the
middle; the rest is trigonometry.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dwell.screen.mapping import desktop_to_page, page_to_desktop
from dwell.screen.view import Monitor, View
from dwell.types import FloatArray

__all__ = ["DegreeSize", "Viewing", "degrees_between", "deviations", "page_rays", "px_per_deg", "shifted"]

_HALF_RAD = math.radians(0.5)
_MOST_RAD = math.radians(89)


@dataclass(frozen=True, slots=True)
class Viewing:
    """How a person sits before the monitor."""

    screen_width_mm: float
    """Of the picture on the monitor, without the frame; 531 for 24 inch at 16 : 9."""
    distance_mm: float
    """From the eyes to the middle of the screen."""

    def __post_init__(self) -> None:
        for name in ("screen_width_mm", "distance_mm"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"Expected {name} above 0, got {value}; measure it with a ruler.")


@dataclass(frozen=True, slots=True)
class DegreeSize:
    """How much one degree spans somewhere."""

    mm: float
    """On the screen."""
    css_px: float
    """Of the page."""
    image_px: float
    """Of the image, as it is zoomed now."""


def px_per_deg(
    view: View, monitor: Monitor, viewing: Viewing, at_page_xy: tuple[float, float] | None = None
) -> DegreeSize:
    """How much one degree spans on the page and in the image.

    Args:
        view: the page's report.
        monitor: the one that is looked at.
        viewing: its width and how far away it is.
        at_page_xy: CSS px of the page; there the geometric mean of outwards and across is given. None = in
            the middle of the screen, where all directions are the same.
    """
    mm_per_css = _mm_per_css(view, monitor, viewing)
    x, y = (
        (0.0, 0.0) if at_page_xy is None else _page_to_mm(view, monitor, viewing, np.array([at_page_xy]))[0]
    )
    mm = _degree_mm(viewing.distance_mm, math.hypot(x, y))
    return DegreeSize(mm, mm / mm_per_css, mm / mm_per_css / view.scale)


def page_rays(view: View, monitor: Monitor, viewing: Viewing, page_xy: ArrayLike) -> FloatArray:
    """(n, 3) unit vectors from the eye to points (n, 2) of the page in CSS px: x right, y down, z ahead."""
    points = np.asarray(page_xy, np.float64).reshape(-1, 2)
    mm = _page_to_mm(view, monitor, viewing, points)
    rays = np.column_stack([mm, np.full(len(mm), viewing.distance_mm)])
    unit: FloatArray = rays / np.linalg.norm(rays, axis=1, keepdims=True)
    return unit


def degrees_between(
    view: View, monitor: Monitor, viewing: Viewing, a_page_xy: ArrayLike, b_page_xy: ArrayLike
) -> FloatArray:
    """(n,) deg between points a and b of the page, (n, 2) CSS px each."""
    a, b = (page_rays(view, monitor, viewing, xy) for xy in (a_page_xy, b_page_xy))
    angle: FloatArray = np.degrees(2 * np.arcsin(np.minimum(np.linalg.norm(a - b, axis=1) / 2, 1)))
    return angle


def deviations(
    view: View, monitor: Monitor, viewing: Viewing, page_xy: ArrayLike, target_xy: tuple[float, float]
) -> FloatArray:
    """(n, 2) deg right of and below a target: as far from it, and in the direction, as the points are seen.

    Args:
        view: the page's report.
        monitor: the one that is looked at.
        viewing: its width and how far away it is.
        page_xy: (n, 2) CSS px of the page; NaN gives NaN.
        target_xy: CSS px of the page.
    """
    ahead = page_rays(view, monitor, viewing, [target_xy])[0]
    right = np.array([ahead[2], 0, -ahead[0]]) / math.hypot(ahead[0], ahead[2])
    rays = page_rays(view, monitor, viewing, page_xy)
    x, y, z = rays @ right, rays @ np.cross(ahead, right), rays @ ahead
    aside = np.hypot(x, y)
    stretch = np.degrees(np.arctan2(aside, z)) / np.where(aside > 0, aside, 1)
    return np.column_stack([x * stretch, y * stretch])


def shifted(
    view: View,
    monitor: Monitor,
    viewing: Viewing,
    page_xy: tuple[float, float],
    right_deg: float,
    down_deg: float,
) -> tuple[float, float]:
    """CSS px of the point that is seen so many degrees right of and below another: undoes ``deviations``."""
    ahead = page_rays(view, monitor, viewing, [page_xy])[0]
    right = np.array([ahead[2], 0, -ahead[0]]) / math.hypot(ahead[0], ahead[2])
    angle = math.radians(math.hypot(right_deg, down_deg))
    aside = 0.0 if angle == 0 else math.sin(angle) / math.hypot(right_deg, down_deg)
    ray = math.cos(angle) * ahead + aside * (right_deg * right + down_deg * np.cross(ahead, right))
    mm = ray[:2] / ray[2] * viewing.distance_mm
    unit = monitor.width / viewing.screen_width_mm
    middle = monitor.rect.centre
    return desktop_to_page(view, middle[0] + mm[0] * unit, middle[1] + mm[1] * unit)


def _mm_per_css(view: View, monitor: Monitor, viewing: Viewing) -> float:
    return viewing.screen_width_mm / monitor.width * view.zoom * view.pinch


def _page_to_mm(view: View, monitor: Monitor, viewing: Viewing, points: FloatArray) -> FloatArray:
    """(n, 2) mm right of and below the screen's middle."""
    origin_xy = np.array(page_to_desktop(view, 0.0, 0.0))
    desktop = origin_xy + points * (view.zoom * view.pinch)
    mm: FloatArray = (desktop - np.array(monitor.rect.centre)) * (viewing.screen_width_mm / monitor.width)
    return mm


def _degree_mm(distance_mm: float, aside_mm: float) -> float:
    across = 2 * math.hypot(distance_mm, aside_mm) * math.tan(_HALF_RAD)
    angle = math.atan2(aside_mm, distance_mm)
    if angle > _MOST_RAD:
        raise ValueError("Expected a point on the screen, got one that is seen 89° or more from its middle.")
    outwards = distance_mm * (math.tan(angle + _HALF_RAD) - math.tan(angle - _HALF_RAD))
    return math.sqrt(across * outwards)
