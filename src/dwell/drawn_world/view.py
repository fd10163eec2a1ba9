"""From scene units to pixels: where the wearer's head points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dwell.drawn_world.curves import Curve
from dwell.drawn_world.script import PERIOD
from dwell.types import FloatArray

MARGIN = 0.3
"""Scene units: how far beyond the resting picture the head may make us look."""

_TURN_X = Curve(
    PERIOD, (0.0, 0.0), (2.0, 0.06), (3.6, -0.02), (4.8, -0.13), (5.8, -0.10), (7.4, 0.03), (9.0, 0.02)
)
_TURN_Y = Curve(PERIOD, (0.0, 0.0), (3.0, 0.02), (5.2, 0.05), (7.6, -0.04), (9.4, -0.02))


@dataclass(frozen=True)
class View:
    """The wearer's view: arrays of one length, or scalars."""

    size_hw: tuple[int, int]
    """px"""
    dx: FloatArray
    """Scene units the picture's content is moved right."""
    dy: FloatArray
    """Scene units the picture's content is moved down."""
    angle: FloatArray
    """Radians the picture's content is turned clockwise."""
    zoom: FloatArray
    """1 = at rest."""

    @property
    def scale(self) -> FloatArray:
        """Size of a scene unit, px."""
        return np.asarray(self.zoom * self.size_hw[0])

    def to_px(self, scene_xy: ArrayLike) -> FloatArray:
        """(…, 2) px of points in scene units."""
        xy = np.asarray(scene_xy, dtype=float)
        cos, sin = np.cos(self.angle) * self.scale, np.sin(self.angle) * self.scale
        height, width = self.size_hw
        x = width / 2 + height * self.dx + cos * xy[..., 0] - sin * xy[..., 1]
        y = height / 2 + height * self.dy + sin * xy[..., 0] + cos * xy[..., 1]
        return np.stack([x, y], axis=-1)

    def to_scene(self, px_xy: ArrayLike) -> FloatArray:
        """(…, 2) scene units of points in px."""
        xy = np.asarray(px_xy, dtype=float)
        height, width = self.size_hw
        u = (xy[..., 0] - width / 2 - height * self.dx) / self.scale
        v = (xy[..., 1] - height / 2 - height * self.dy) / self.scale
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return np.stack([cos * u + sin * v, -sin * u + cos * v], axis=-1)

    def matrix(self) -> FloatArray:
        """(2, 3) float64: scene units → px; for a scalar view."""
        origin, right, down = self.to_px([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        return np.column_stack([right - origin, down - origin, origin])


class Head:
    """How the wearer's head moves: slow sway, a little shake, and a turn after the cup."""

    def __init__(self, seed: int, size_hw: tuple[int, int], amount: float) -> None:
        rng = np.random.default_rng([seed, 1])
        self._size_hw = size_hw
        self._amount = amount
        self._phases = rng.uniform(0, 2 * np.pi, (4, 4))
        self._rates = rng.uniform(0.9, 1.1, (4, 4)) * np.array([0.21, 0.47, 1.9, 4.3])

    def view(self, time_s: ArrayLike, script_time: ArrayLike) -> View:
        """The view at these seconds since the start, with the script at ``script_time``."""
        t, script = np.asarray(time_s, dtype=float), np.asarray(script_time, dtype=float)
        sway = [self._sway(t, axis) * self._amount for axis in range(4)]
        return View(
            self._size_hw,
            dx=self._amount * _TURN_X(script) + 0.030 * sway[0],
            dy=self._amount * _TURN_Y(script) + 0.022 * sway[1],
            angle=0.028 * sway[2],
            zoom=1.0 + 0.025 * sway[3],
        )

    def _sway(self, t: FloatArray, axis: int) -> FloatArray:
        weights = np.array([0.6, 0.4, 0.07, 0.03])
        waves = np.sin(2 * np.pi * self._rates[axis] * t[..., None] + self._phases[axis])
        return np.asarray(waves @ weights)
