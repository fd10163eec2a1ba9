"""From the picture of a head-worn camera to the page, by the markers that the page shows.

The page is flat, so where its points are in a picture without lens distortion is a homography. It is fitted
per picture to the corners of the markers: page to scene, where the errors arise, by RANSAC and then least
squares over what fits; its inverse takes gaze to the page. Source: Hartley & Zisserman, Multiple View
Geometry, ch. 4.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from dwell.screen.lens import straightened
from dwell.screen.markers import marker_corners
from dwell.screen.sightings import Sightings, seen_markers
from dwell.screen.view import ShownMarker
from dwell.types import BoolArray, ByteArray, Camera, FloatArray

__all__ = ["OnPage", "SceneFit", "SceneMap", "SceneOptions", "fit_scene"]


@dataclass(frozen=True, slots=True)
class SceneOptions:
    """When a picture is good enough, and for how long."""

    min_markers: int = 2
    """Fewer do not count. One is enough to fit, but gaze far from it is off by degrees."""
    max_residual_px: float = 1.0
    """px of the scene camera by which corners may disagree (root mean square)."""
    max_residual_bent_px: float = 6.0
    """The same while the camera's distortion is not known."""
    max_age_ms: float = 100.0
    """How far in time a picture may be from the gaze it serves."""
    keep_s: float = 10.0
    """How long pictures' fits are remembered."""


@dataclass(frozen=True)
class SceneFit:
    """What one picture says of where the page is."""

    t_ns: int
    """ns UTC: when the picture was taken."""
    marker_ids: tuple[int, ...]
    """Markers that it rests on."""
    rejected_ids: tuple[int, ...]
    """Markers seen that it does not: not on the page, twice, turned over, half hidden, or at odds with the
    rest."""
    scene_to_page: FloatArray | None
    """(3, 3) from px of the scene without distortion to CSS px of the page; None = not known, see
    ``problem``."""
    residual_px: float = math.nan
    """CSS px of the page by which corners miss their places (root mean square); NaN with one marker, which
    always fits."""
    problem: str = ""
    """Why there is none, in words; else empty."""
    camera: Camera | None = None


@dataclass(frozen=True, slots=True)
class OnPage:
    """Gaze on the page."""

    x: float
    """CSS px of the page, also beside it; NaN = not known."""
    y: float
    age_ms: float = math.nan
    """How far the picture's time is from the gaze's; positive = the picture is older."""
    n_markers: int = 0
    """How many markers the picture's fit rests on."""
    residual_px: float = math.nan
    """As in ``SceneFit``."""


class SceneMap:
    """Where the page is for a head-worn camera, picture by picture."""

    def __init__(self, markers: Sequence[ShownMarker] = (), options: SceneOptions | None = None) -> None:
        self.markers = tuple(markers)
        self.options = options or SceneOptions()
        self._fits: list[SceneFit] = []
        self._last_ns: int | None = None

    def show(self, markers: Sequence[ShownMarker]) -> None:
        """From the next picture on the page shows these markers."""
        self.markers = tuple(markers)

    def update(self, picture_t_ns: int, rgb: ByteArray, camera: Camera | None = None) -> SceneFit:
        """Fit the next picture.

        Args:
            picture_t_ns: ns UTC, later than that of the picture before.
            rgb: (h, w, 3) uint8, as the camera gives it.
            camera: its intrinsics; None = not known. Gaze is then a little off where the lens bends lines.

        Raises:
            ValueError: the picture is older than the last one, or no picture.
        """
        if self._last_ns is not None and picture_t_ns <= self._last_ns:
            raise ValueError(
                f"Expected a picture after {self._last_ns} ns, got {picture_t_ns} ns; give them in order."
            )
        self._last_ns = picture_t_ns
        fit = fit_scene(picture_t_ns, rgb, self.markers, camera, self.options)
        if fit.scene_to_page is not None:
            self._fits.append(fit)
        self._forget(picture_t_ns)
        return fit

    def to_page(self, t_ns: int, x: float, y: float) -> OnPage:
        """Where gaze in the scene camera is on the page, by the nearest picture that shows the page.

        Args:
            t_ns: ns UTC: when the eye was seen.
            x: px of the raw scene picture; NaN = no gaze.
            y: px of the raw scene picture.

        Returns:
            NaN without gaze, and where no picture within ``max_age_ms`` shows enough markers.
        """
        fit = self._nearest(t_ns)
        if fit is None or fit.scene_to_page is None or not (math.isfinite(x) and math.isfinite(y)):
            return OnPage(math.nan, math.nan)
        age_ms = (t_ns - fit.t_ns) / 1e6
        page_x, page_y, ahead = fit.scene_to_page @ [*straightened(fit.camera, [[x, y]])[0], 1.0]
        if not ahead > 0:  # behind the page's horizon, or beyond the lens
            return OnPage(math.nan, math.nan, age_ms, len(fit.marker_ids), fit.residual_px)
        return OnPage(page_x / ahead, page_y / ahead, age_ms, len(fit.marker_ids), fit.residual_px)

    def _nearest(self, t_ns: int) -> SceneFit | None:
        after = bisect.bisect_left(self._fits, t_ns, key=lambda fit: fit.t_ns)
        near = self._fits[max(0, after - 1) : after + 1]
        best = min(near, key=lambda fit: abs(fit.t_ns - t_ns), default=None)
        if best is None or abs(best.t_ns - t_ns) > self.options.max_age_ms * 1e6:
            return None
        return best

    def _forget(self, now_ns: int) -> None:
        oldest = now_ns - round(self.options.keep_s * 1e9)
        del self._fits[: bisect.bisect_left(self._fits, oldest, key=lambda fit: fit.t_ns)]


def fit_scene(
    t_ns: int,
    rgb: ByteArray,
    markers: Sequence[ShownMarker],
    camera: Camera | None = None,
    options: SceneOptions | None = None,
) -> SceneFit:
    """Where the page is in one picture.

    Args:
        t_ns: ns UTC: when it was taken.
        rgb: (h, w, 3) uint8.
        markers: that the page shows.
        camera: intrinsics; None = not known.
        options: what is good enough.
    """
    options = options or SceneOptions()
    places = {marker.marker_id: marker_corners(marker) for marker in markers}
    seen = seen_markers(rgb, places.keys())
    usable = {i: straightened(camera, corners) for i, corners in seen.corners.items()}
    usable = {i: corners for i, corners in sorted(usable.items()) if np.isfinite(corners).all()}
    if len(usable) < max(1, options.min_markers):
        return _nothing(t_ns, seen, _too_few(len(usable), options))
    page = np.array([places[i] for i in usable])
    scene = np.array(list(usable.values()))
    limit = options.max_residual_px if camera is not None else options.max_residual_bent_px
    fitted = _page_to_scene(page, scene, limit)
    if fitted is None or fitted[1].sum() < max(1, options.min_markers):
        return _nothing(
            t_ns, seen, "The markers seen do not lie as they do on the page; is it another screen?"
        )
    homography, good = fitted
    return _fit(t_ns, seen, [i for i, ok in zip(usable, good, strict=True) if ok], homography, page[good],
                scene[good], camera)  # fmt: skip


def _page_to_scene(
    page: FloatArray, scene: FloatArray, limit_px: float
) -> tuple[FloatArray, BoolArray] | None:
    """The homography of markers (n, 4, 2), and (n,) which it fits; None = it fits none or is turned over."""
    first, mask = cv2.findHomography(page.reshape(-1, 2), scene.reshape(-1, 2), cv2.RANSAC, 3 * limit_px)
    if first is None:
        return None
    good: BoolArray = np.all(mask.reshape(-1, 4) > 0, axis=1)
    if not good.any():
        return None
    found, _ = cv2.findHomography(page[good].reshape(-1, 2), scene[good].reshape(-1, 2), 0)
    if found is None:
        return None
    homography = np.asarray(found, np.float64)
    if not _upright(homography, page[good]):
        return None
    off = _mapped(homography, page[good]) - scene[good].reshape(-1, 2)
    return None if _rms(off) > limit_px else (homography, good)


def _upright(homography: FloatArray, page: FloatArray) -> bool:
    """Whether the page is seen from its front: on one side of the horizon, and not mirrored."""
    ahead = np.column_stack([page.reshape(-1, 2), np.ones(page.size // 2)]) @ homography[2]
    return bool((ahead > 0).all() and np.linalg.det(homography) > 0)


def _fit(
    t_ns: int, seen: Sightings, ids: list[int], homography: FloatArray, page: FloatArray, scene: FloatArray,
    camera: Camera | None,
) -> SceneFit:  # fmt: skip
    back = np.asarray(np.linalg.inv(homography), np.float64)
    back /= np.sign((back @ [*scene.reshape(-1, 2).mean(axis=0), 1.0])[2])
    residual = _rms(_mapped(back, scene) - page.reshape(-1, 2)) if len(ids) > 1 else math.nan
    at_odds = tuple(sorted(set(seen.corners) - set(ids)))
    return SceneFit(t_ns, tuple(ids), tuple(sorted(seen.rejected + at_odds)), back, residual, camera=camera)


def _mapped(homography: FloatArray, points: FloatArray) -> FloatArray:
    return np.asarray(cv2.perspectiveTransform(points.reshape(-1, 1, 2), homography)[:, 0], np.float64)


def _rms(off: FloatArray) -> float:
    return float(np.sqrt((off**2).sum(axis=1).mean()))


def _nothing(t_ns: int, seen: Sightings, problem: str) -> SceneFit:
    return SceneFit(t_ns, (), tuple(sorted((*seen.rejected, *seen.corners))), None, problem=problem)


def _too_few(found: int, options: SceneOptions) -> str:
    return (
        f"Expected at least {max(1, options.min_markers)} of the page's markers in the scene camera, "
        f"found {found}; look at the screen, make markers larger or the screen brighter."
    )
