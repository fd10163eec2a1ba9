"""Angles in the scene camera: pixels of the raw (distorted) video to rays, and back to degrees.

The lens model is OpenCV's: radial (rational, k1 … k6) and tangential (p1, p2). A ray is a unit vector (x
right, y down, z forward) in the camera's frame. Source: OpenCV documentation, "Camera Calibration and 3D
Reconstruction"; the inversion is ours: it is exact where OpenCV's default of five steps is off by several
pixels near the edges of a wide lens.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from dwell.types import BoolArray, Camera, FloatArray

__all__ = ["angle_between", "angle_of_rays", "azimuth_elevation", "px_per_degree", "unproject"]

_MAX_RADIUS = 10.0
"""tan of the widest angle from the axis that is looked at (84°)."""
_MAX_DISTORTED = 3.0
"""Focal lengths from the axis; no picture reaches farther."""
_STEPS = 8192
_MAX_STRETCH = 1.5
"""Radians per unit of distorted radius; 1 in the centre. Where a lens model needs more, it has been left
behind."""
_MAX_ROUNDS = 20
_TOLERANCE = 1e-6
"""Change of a normalised position (1e-3 px) at which the tangential part is solved; the next is tiny."""


def unproject(camera: Camera, points_xy: ArrayLike) -> FloatArray:
    """Rays of points in the raw scene video.

    Beyond the part of the picture where the lens model can be inverted (the very corners of a wide lens, and
    far outside the frame) angles go on growing evenly; they are only rough there.

    Args:
        camera: intrinsics.
        points_xy: (n, 2) px; NaN gives NaN.

    Returns:
        (n, 3) float64 unit vectors.

    Raises:
        ValueError: the camera has distortion terms beyond k6.
    """
    points = np.asarray(points_xy, np.float64).reshape(-1, 2)
    matrix = camera.matrix
    y = (points[:, 1] - matrix[1, 2]) / matrix[1, 1]
    x = (points[:, 0] - matrix[0, 2] - matrix[0, 1] * y) / matrix[0, 0]
    terms = _terms(camera)
    lens = _lens(tuple(terms.tolist()))
    shift_x, shift_y = np.zeros_like(x), np.zeros_like(y)
    for _ in range(_MAX_ROUNDS if terms[2:4].any() else 0):
        gain = lens.gain(np.hypot(x - shift_x, y - shift_y))
        new_x, new_y = _tangential((x - shift_x) * gain, (y - shift_y) * gain, terms)
        change = max(_largest(new_x - shift_x), _largest(new_y - shift_y))
        shift_x, shift_y = new_x, new_y
        if change < _TOLERANCE:
            break
    return lens.rays(x - shift_x, y - shift_y)


def angle_of_rays(rays_a: FloatArray, rays_b: FloatArray) -> FloatArray:
    """(n,) deg between unit vectors (n, 3), exact for tiny angles too."""
    half_chord = np.linalg.norm(np.asarray(rays_a) - np.asarray(rays_b), axis=-1) / 2
    angle: FloatArray = np.degrees(2 * np.arcsin(np.minimum(half_chord, 1)))
    return angle


def angle_between(camera: Camera, a_xy: ArrayLike, b_xy: ArrayLike) -> FloatArray:
    """(n,) deg between the rays of points a and b, both (n, 2) px of the raw scene video."""
    return angle_of_rays(unproject(camera, a_xy), unproject(camera, b_xy))


def px_per_degree(camera: Camera, points_xy: ArrayLike, *, most: bool = False) -> FloatArray:
    """(n,) px that one degree spans around points of the raw scene video.

    Args:
        camera: intrinsics.
        points_xy: (n, 2) px.
        most: in the direction where a degree spans most; else the geometric mean over directions.
    """
    points = np.asarray(points_xy, np.float64).reshape(-1, 2)
    steps = [unproject(camera, points + d) - unproject(camera, points - d) for d in ((0.5, 0.0), (0.0, 0.5))]
    gram = np.einsum("ank,bnk->nab", np.array(steps), np.array(steps))
    small, large = np.linalg.eigvalsh(gram).T ** 0.5  # radians per px, least and most
    rad_per_px = small if most else np.sqrt(small * large)
    result: FloatArray = np.radians(1) / rad_per_px
    return result


def azimuth_elevation(camera: Camera, points_xy: ArrayLike) -> FloatArray:
    """(n, 2) deg: azimuth (positive right) and elevation (positive up) of points of the raw scene video.

    Source: Pupil Labs' definition of the columns of ``gaze.csv``. Theirs uses OpenCV's inexact inversion, so
    it differs from ours by up to some tenths of a degree near the edges.
    """
    rays = unproject(camera, points_xy)
    azimuth = np.arctan2(rays[:, 0], rays[:, 2])
    elevation = -np.arcsin(rays[:, 1])
    degrees: FloatArray = np.degrees(np.stack([azimuth, elevation], axis=1))
    return degrees


def _terms(camera: Camera) -> FloatArray:
    terms = np.zeros(8)
    given = np.asarray(camera.distortion, np.float64).ravel()
    if given[8:].any():
        raise ValueError(
            f"Expected at most 8 distortion terms (k1, k2, p1, p2, k3, k4, k5, k6), got {len(given)}; "
            "thin-prism and tilt terms are not supported."
        )
    terms[: min(len(given), 8)] = given[:8]
    return terms


class _Lens:
    """The radial part of a lens model, inverted, as far as it can be trusted."""

    def __init__(self, distorted: FloatArray, angle: FloatArray) -> None:
        self.edge = float(distorted[-1])
        self.edge_angle = float(angle[-1])
        self.slope = float((angle[-1] - angle[-2]) / (distorted[-1] - distorted[-2]))
        nodes = np.linspace(0, self.edge, _STEPS)
        gains = np.tan(np.interp(nodes[1:], distorted, angle)) / nodes[1:]
        self._gains = np.concatenate((gains[:1], gains))
        self._rises = np.diff(self._gains, append=self._gains[-1])
        self._per_step = (_STEPS - 1) / self.edge

    @classmethod
    def of(cls, terms: tuple[float, ...]) -> _Lens:
        radius = np.tan(np.linspace(0, np.arctan(_MAX_RADIUS), 4 * _STEPS))
        k1, k2, _, _, k3, k4, k5, k6 = terms
        square = radius**2
        above = 1 + square * (k1 + square * (k2 + square * k3))
        below = 1 + square * (k4 + square * (k5 + square * k6))
        distorted, angle = radius * above / below, np.arctan(radius)
        good: BoolArray = (np.diff(distorted) * _MAX_STRETCH > np.diff(angle)) & (
            distorted[1:] < _MAX_DISTORTED
        )
        stop = len(radius) if good.all() else int(np.argmin(good)) + 1
        if stop < 2:
            raise ValueError(
                f"The distortion terms {terms} describe no lens; check the camera's calibration."
            )
        return cls(distorted[:stop], angle[:stop])

    def gain(self, distorted: FloatArray) -> FloatArray:
        """tan(angle from the axis) / distorted radius, at most that of the trusted edge."""
        position = np.fmin(distorted * self._per_step, _STEPS - 1)  # NaN: any place will do
        step = position.astype(np.int32)
        gain: FloatArray = self._gains[step] + (position - step) * self._rises[step]
        return gain

    def rays(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """(n, 3) unit vectors of distorted normalised positions."""
        distorted = np.hypot(x, y)
        gain = self.gain(distorted)
        rays = np.stack([x * gain, y * gain, np.ones_like(x)], axis=1)
        rays /= np.sqrt(np.einsum("ij,ij->i", rays, rays))[:, None]
        far = np.flatnonzero(distorted > self.edge)
        angle = np.minimum(self.edge_angle + (distorted[far] - self.edge) * self.slope, np.pi)
        sideways = np.sin(angle) / distorted[far]
        rays[far] = np.stack([x[far] * sideways, y[far] * sideways, np.cos(angle)], axis=1)
        return rays


@lru_cache(maxsize=16)
def _lens(terms: tuple[float, ...]) -> _Lens:
    return _Lens.of(terms)


def _largest(values: FloatArray) -> float:
    return float(np.nanmax(np.abs(values), initial=0.0))


def _tangential(x: FloatArray, y: FloatArray, terms: FloatArray) -> tuple[FloatArray, FloatArray]:
    _, _, p1, p2, *_ = terms
    square = x * x + y * y
    return 2 * p1 * x * y + p2 * (square + 2 * x * x), p1 * (square + 2 * y * y) + 2 * p2 * x * y
