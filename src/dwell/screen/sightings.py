"""Which of the page's markers one picture of a head-worn camera shows, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from dwell.screen.edges import refined_corners
from dwell.types import ByteArray, FloatArray

__all__ = ["Sightings", "is_mirrored", "seen_markers"]

_ENOUGH = 4
"""Markers that half the resolution has to show, in a fifth of the time; else the whole picture is searched.
Corners are refined in the whole picture either way."""
_HALVED_FROM_PX = 1000


@dataclass(frozen=True)
class Sightings:
    """Markers in one picture."""

    corners: dict[int, FloatArray]
    """By marker id: (4, 2) px, clockwise from the marker's own upper left; (0, 0) is the picture's corner."""
    rejected: tuple[int, ...]
    """Markers that the page does not show now, that are seen twice or turned over, or whose edges are
    hidden."""


def seen_markers(rgb: ByteArray, wanted: Collection[int]) -> Sightings:
    """Markers of a picture.

    Args:
        rgb: (h, w, 3) uint8 RGB, or (h, w) uint8 grey.
        wanted: ids that the page shows now.
    """
    grey = _grey(rgb)
    if max(grey.shape) >= _HALVED_FROM_PX:
        half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        ids, corners = _detected(np.asarray(half, np.uint8))
        quick = _sorted(grey, ids, (corners + 0.5) * 2 - 0.5, wanted)
        if len(quick.corners) >= min(_ENOUGH, len(wanted)):
            return quick
    return _sorted(grey, *_detected(grey), wanted)


def is_mirrored(rgb: ByteArray, wanted: Collection[int]) -> bool:
    """Whether a picture has markers only once it is mirrored: the camera shows it the wrong way round."""
    grey = _grey(rgb)
    if _detected(grey)[0]:
        return False
    return bool(set(_detected(np.ascontiguousarray(grey[:, ::-1]))[0]) & set(wanted))


def _sorted(grey: ByteArray, ids: list[int], rough: FloatArray, wanted: Collection[int]) -> Sightings:
    exact = refined_corners(grey, rough) if len(ids) else rough
    times = Counter(ids)
    kept, rejected = {}, []
    for marker_id, corners in zip(ids, exact, strict=True):
        if marker_id in wanted and times[marker_id] == 1 and _clockwise(corners):
            kept[marker_id] = corners + 0.5  # OpenCV's origin is the middle of the first pixel
        else:
            rejected.append(marker_id)
    return Sightings(kept, tuple(sorted(rejected)))


def _detected(grey: ByteArray) -> tuple[list[int], FloatArray]:
    corners, ids, _ = _detector().detectMarkers(grey)
    if ids is None or not len(ids):
        return [], np.zeros((0, 4, 2))
    return [int(each) for each in ids.ravel()], np.array([each.reshape(4, 2) for each in corners], np.float64)


@lru_cache(maxsize=1)
def _detector() -> cv2.aruco.ArucoDetector:
    family = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    return cv2.aruco.ArucoDetector(family, cv2.aruco.DetectorParameters())


def _grey(rgb: ByteArray) -> ByteArray:
    if rgb.dtype != np.uint8 or rgb.ndim not in (2, 3):
        raise ValueError(f"Expected a picture (h, w, 3) of uint8, got {rgb.shape} of {rgb.dtype}.")
    return rgb if rgb.ndim == 2 else np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def _clockwise(corners: FloatArray) -> bool:
    """Whether corners go round as on the page; NaN: no."""
    x, y = corners[:, 0], corners[:, 1]
    return bool(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) > 0)
