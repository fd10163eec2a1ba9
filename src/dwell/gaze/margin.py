"""From pixels to degrees at an AOI's border, and the margin around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dwell.gaze.camera import angle_between, px_per_degree
from dwell.gaze.options import MappingOptions
from dwell.types import BoolArray, Camera, FloatArray, IntArray

__all__ = ["Scale"]

_GRID = 33
"""Points along each side of the picture at which the scale is looked up."""
_ROUNDS = 3
"""First the picture alone, then with the surroundings that gaze may come from."""


@dataclass(frozen=True, eq=False)
class Scale:
    """How many degrees lie between pixels of one scene video, and how far from a border is too far."""

    camera: Camera | None
    px_per_degree: float | None
    limit_px: float
    """px: no border farther than this is within ``limit_deg``."""
    limit_deg: float

    @classmethod
    def of(cls, options: MappingOptions, camera: Camera | None, size_hw: tuple[int, int]) -> Scale:
        """Scale of a scene video: exact with a camera, else from ``px_per_degree``, else none.

        Raises:
            ValueError: a margin is asked for but degrees are not known.
        """
        if camera is not None:
            limit_px = _limit_px(camera, size_hw, options.distance_limit_deg)
            return cls(camera, None, limit_px, options.distance_limit_deg)
        if options.px_per_degree is not None:
            limit_px = options.distance_limit_deg * options.px_per_degree
            return cls(None, options.px_per_degree, limit_px, options.distance_limit_deg)
        if options.margin_deg != 0:
            raise ValueError(
                f"A margin of {options.margin_deg}° needs degrees, but the recording has no camera "
                "intrinsics; give px_per_degree, or leave the margin at 0."
            )
        return cls(None, None, options.distance_limit_px, np.inf)

    def same_as(self, other: Scale) -> bool:
        """Whether every distance is the same by either; of cameras, only if they are one object."""
        mine, theirs = ((each.px_per_degree, each.limit_px, each.limit_deg) for each in (self, other))
        return self.camera is other.camera and mine == theirs

    def degrees(self, pixels_xy: IntArray, nearest_xy: IntArray, distance_px: FloatArray) -> FloatArray:
        """(n,) deg from pixels to the nearest ones across the border, with the sign of ``distance_px``.

        Args:
            pixels_xy: (n, 2) top left corners of the gaze's pixels.
            nearest_xy: (n, 2) top left corners of the nearest pixels.
            distance_px: (n,) signed px, ±inf = too far.
        """
        if self.px_per_degree is not None:
            return distance_px / self.px_per_degree
        result = np.full(len(distance_px), np.nan)
        if self.camera is not None:
            near = np.isfinite(distance_px)
            angle = angle_between(self.camera, pixels_xy[near] + 0.5, nearest_xy[near] + 0.5)
            result[near] = np.copysign(angle, distance_px[near])
            result[np.isinf(distance_px)] = distance_px[np.isinf(distance_px)]
        return result

    def too_far(self, distance_deg: FloatArray) -> BoolArray:
        """(n,) the distances beyond the limit in degrees."""
        too_far: BoolArray = np.abs(distance_deg) > self.limit_deg
        return too_far


def _limit_px(camera: Camera, size_hw: tuple[int, int], limit_deg: float) -> float:
    """How many px an angle spans at most in the picture, and around it as far as that reaches."""
    height, width = size_hw
    limit = 0.0
    for _ in range(_ROUNDS):
        x, y = np.meshgrid(
            np.linspace(-limit, width + limit, _GRID), np.linspace(-limit, height + limit, _GRID)
        )
        scale = px_per_degree(camera, np.stack([x.ravel(), y.ravel()], axis=1), most=True)
        limit = limit_deg * float(scale.max())
    return limit
