"""Markers on the page by which a head-worn camera knows where the page is.

They are AprilTags of the family 36h11 (Olson 2011, "AprilTag: A robust and flexible visual fiducial system"),
drawn by OpenCV: 8 × 8 modules, the outer ones black, with one white module around them here. Any two differ
in at least 11 of 36 bits, turned as they may be, so one is not taken for another, and a mirrored one is none.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from dwell.screen.view import Rect, ShownMarker
from dwell.types import BoolArray, ByteArray, FloatArray

__all__ = [
    "MARKER_IDS",
    "MODULES",
    "marker_corners",
    "marker_image",
    "marker_modules",
    "marker_places",
    "marker_png",
    "marker_svg",
]

MARKER_IDS = tuple(range(8))
"""Clockwise from the upper left: corners and the middles of the edges."""
MODULES = 10
"""Modules along an edge, with the white border."""
_N_IDS = 587


@lru_cache(maxsize=32)
def marker_modules(marker_id: int) -> BoolArray:
    """(10, 10) bool: which modules of a marker are white, with its border.

    Raises:
        ValueError: the family has no such marker.
    """
    if not 0 <= marker_id < _N_IDS:
        raise ValueError(f"Expected a marker of the family 36h11 (0 … {_N_IDS - 1}), got {marker_id}.")
    family = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    inner = cv2.aruco.generateImageMarker(family, marker_id, MODULES - 2, borderBits=1)
    white: BoolArray = np.pad(inner > 127, 1, constant_values=True)
    white.flags.writeable = False
    return white


def marker_image(marker_id: int, px_per_module: int) -> ByteArray:
    """(10 · px_per_module, the same) uint8, black on white."""
    if px_per_module < 1:
        raise ValueError(f"Expected at least 1 px per module, got {px_per_module}.")
    modules = marker_modules(marker_id).astype(np.uint8) * 255
    return modules.repeat(px_per_module, axis=0).repeat(px_per_module, axis=1)


def marker_png(marker_id: int, px_per_module: int = 16) -> bytes:
    """A PNG of a marker with its white border, for printing or for other programs."""
    _, data = cv2.imencode(".png", marker_image(marker_id, px_per_module))
    return data.tobytes()


def marker_svg(marker_id: int) -> str:
    """An SVG of a marker with its white border: a white square and a rectangle per black run of a row."""
    rects = [f'<rect width="{MODULES}" height="{MODULES}" fill="#fff"/>']
    for row, black in enumerate(~marker_modules(marker_id)):
        edges = np.flatnonzero(np.diff(black.astype(np.int8), prepend=0, append=0))
        for start, stop in edges.reshape(-1, 2).tolist():
            rects.append(f'<rect x="{start}" y="{row}" width="{stop - start}" height="1"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {MODULES} {MODULES}" '
    return head + 'shape-rendering="crispEdges">' + "".join(rects) + "</svg>"


def marker_places(width: float, height: float, size: float) -> tuple[ShownMarker, ...]:
    """Where markers go on a page: its corners and the middles of its edges, clockwise from the upper left.

    Six where the page is too low for one in the middle of its sides. ``core/screen.js`` places them alike.

    Args:
        width: CSS px of the page.
        height: CSS px of the page.
        size: CSS px along an edge, with the white border.

    Raises:
        ValueError: they do not fit on the page.
    """
    if not 0 < size <= min(width / 3, height / 2):
        raise ValueError(
            f"Expected markers that fit into a page of {width:g} × {height:g} px, three in a row and two in "
            f"a column, got {size:g} px each."
        )
    right, bottom, middle, half = width - size, height - size, (width - size) / 2, (height - size) / 2
    corners = [
        (0, 0),
        (middle, 0),
        (right, 0),
        (right, half),
        (right, bottom),
        (middle, bottom),
        (0, bottom),
        (0, half),
    ]
    fits = height >= 3 * size
    return tuple(
        ShownMarker(marker_id, Rect(left, top, size, size))
        for marker_id, (left, top) in zip(MARKER_IDS, corners, strict=True)
        if fits or top != half
    )


def marker_corners(marker: ShownMarker) -> FloatArray:
    """(4, 2) CSS px of the page: corners of the black square, clockwise from the marker's upper left."""
    rect = marker.rect
    border_x, border_y = rect.width / MODULES, rect.height / MODULES
    left, top = rect.left + border_x, rect.top + border_y
    right, bottom = rect.left + rect.width - border_x, rect.top + rect.height - border_y
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)
