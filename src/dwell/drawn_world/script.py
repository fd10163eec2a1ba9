"""The script of the drawn world: where everything is at any time, in scene units.

Scene units: the height of the picture is 1, its middle (with the head at rest) is the origin, x to the right,
y down. A thing stands on the table at its base point. The lower it stands, the nearer it is: it is larger,
and it hides what is behind it. One cycle lasts ``PERIOD`` script seconds and ends as it began.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dwell.drawn_world.curves import Curve
from dwell.types import FloatArray

PERIOD = 11.0
"""Script seconds of one cycle."""

NAMES = ("cup", "book", "ball")

BALL_RADIUS = 0.085
"""Scene units, at scale 1."""


@dataclass(frozen=True)
class Pose:
    """Where a thing is: arrays of one length, or scalars."""

    x: FloatArray
    """Scene units."""
    y: FloatArray
    """Scene units."""
    scale: FloatArray
    """1 = as defined."""
    angle: FloatArray
    """Radians, clockwise in the picture."""
    ground_y: FloatArray
    """Scene units: where its shadow is; larger = nearer = in front."""

    def to_scene(self, local_xy: ArrayLike) -> FloatArray:
        """(n, 2) scene units of a point (x, y) of the thing itself."""
        u, v = np.asarray(local_xy, dtype=float)
        cos, sin = np.cos(self.angle) * self.scale, np.sin(self.angle) * self.scale
        return np.stack([self.x + cos * u - sin * v, self.y + sin * u + cos * v], axis=-1)

    def to_local(self, scene_xy: FloatArray) -> FloatArray:
        """(2,) point of the thing itself that is at this scene point; for a scalar pose."""
        dx, dy = scene_xy[0] - self.x, scene_xy[1] - self.y
        cos, sin = np.cos(self.angle) / self.scale, np.sin(self.angle) / self.scale
        return np.array([cos * dx + sin * dy, -sin * dx + cos * dy])


def _curve(*keys: tuple[float, float]) -> Curve:
    return Curve(PERIOD, *keys)


# The ball rolls behind the book, rests there unseen, comes round the cup and bounces back in front of all.
_BALL_X = _curve((0, -0.56), (1.6, -0.20), (3.1, -0.19), (4.4, 0.14), (6.0, 0.52), (7.2, 0.42), (9.6, -0.36))
_BALL_Y = _curve((0, 0.14), (1.3, -0.075), (3.2, -0.075), (4.6, 0.02), (6.2, 0.17), (7.4, 0.40), (9.4, 0.41))
_BALL_BOUNCE = _curve((6.9, 0.0), (7.3, 1.0), (9.2, 0.8), (9.8, 0.0))
# The cup is turned on the table, then carried out of the view and put back.
_CUP_X = _curve((3.5, 0.27), (5.0, 1.25), (6.0, 1.25), (7.1, 0.25), (10.5, 0.27))
_CUP_Y = _curve((3.5, 0.23), (4.3, 0.12), (6.5, 0.12), (7.1, 0.25), (10.5, 0.23))
_CUP_TILT = _curve((3.5, 0.0), (4.1, -0.24), (5.0, 0.2), (6.2, -0.1), (7.1, 0.0))
_CUP_TURN = _curve((0.0, 1.45), (1.8, 1.45), (3.2, 1.75), (7.2, 2.0), (8.4, 4.3), (9.6, 4.3), (10.9, 1.45))
_CUP_MOUTH = _curve((3.4, 0.34), (4.2, 0.46), (6.5, 0.22), (7.2, 0.34))
# The book stands half open like a tent, is opened and closed, and is pushed along.
_BOOK_X = _curve((0.0, -0.20), (5.3, -0.20), (6.4, -0.13), (9.0, -0.13), (10.6, -0.20))
_BOOK_OPEN = _curve((0.0, 0.95), (1.0, 1.12), (3.3, 1.12), (4.6, 0.70), (5.6, 0.86), (7.4, 0.60), (9.2, 0.80))
_BOOK_LEAN = _curve((0.0, 0.0), (4.8, 0.02), (5.8, -0.07), (6.8, 0.04), (8.0, -0.03), (9.5, 0.0))
# A hand takes the cup away, brings it back, and later opens the book.
_HAND_X = _curve(
    (0.2, 1.15),
    (1.6, 1.05),
    (3.2, 0.36),
    (3.5, 0.36),
    (5.0, 1.34),
    (6.0, 1.34),
    (7.1, 0.34),
    (7.5, 0.37),
    (8.4, 1.05),
)
_HAND_Y = _curve(
    (0.2, 0.55), (1.6, 0.45), (3.2, 0.11), (3.5, 0.11), (4.3, 0.0), (6.5, 0.0), (7.1, 0.13), (8.4, 0.40)
)
_HAND_ANGLE = _curve((0.2, 0.5), (3.2, 0.1), (4.3, -0.05), (6.5, 0.0), (8.4, 0.3))
_PUSH_X = _curve((8.0, 0.65), (9.2, 0.05), (9.8, 0.0), (10.5, 0.55))
_PUSH_Y = _curve((8.0, 0.95), (9.2, 0.16), (9.8, 0.13), (10.5, 0.90))


@dataclass(frozen=True)
class Ball:
    """A soft ball at one moment, or at many."""

    pose: Pose
    """Of its centre."""
    squash: FloatArray
    """0 round … 0.3 pressed flat; negative: stretched."""
    roll_xz: tuple[FloatArray, FloatArray]
    """Radians rolled to the right, and towards us."""


@dataclass(frozen=True)
class Book:
    """A standing, half-open book at one moment, or at many."""

    pose: Pose
    """Of the foot of its spine."""
    opening: FloatArray
    """Radians between each cover and the line of sight."""


@dataclass(frozen=True)
class Cup:
    """A cup at one moment, or at many."""

    pose: Pose
    """Of the middle of its foot."""
    turn: FloatArray
    """Radians: where the handle is; π/2 right, π behind, 3π/2 left."""
    mouth: FloatArray
    """Height : width of the rim as we see it."""


def ball_at(time: ArrayLike) -> Ball:
    """The ball at these script seconds."""
    t = np.asarray(time, dtype=float)
    x, y, bounce = _BALL_X(t), _BALL_Y(t), _BALL_BOUNCE(t)
    hop = np.abs(np.sin(np.pi * (t - 6.9) * 1.55))
    lift = 0.16 * bounce * hop
    squash = bounce * (0.26 * np.exp(-((hop / 0.28) ** 2)) - 0.07 * hop) + 0.03 * np.sin(
        2 * np.pi * t / PERIOD
    )
    scale = depth_scale(y)
    centre_y = y - (BALL_RADIUS * (1 - squash)) * scale - lift
    pose = Pose(x, centre_y, scale, np.zeros_like(x), y)
    return Ball(pose, squash, (x / BALL_RADIUS / 1.1, y / BALL_RADIUS / 1.1))


def book_at(time: ArrayLike) -> Book:
    """The book at these script seconds."""
    t = np.asarray(time, dtype=float)
    x, y = _BOOK_X(t), np.full_like(t, 0.10)
    return Book(Pose(x, y, depth_scale(y), _BOOK_LEAN(t), y), _BOOK_OPEN(t))


def cup_at(time: ArrayLike) -> Cup:
    """The cup at these script seconds."""
    t = np.asarray(time, dtype=float)
    x, y = _CUP_X(t), _CUP_Y(t)
    ground = np.full_like(t, 0.24)
    return Cup(Pose(x, y, depth_scale(ground), _CUP_TILT(t), ground), _CUP_TURN(t), _CUP_MOUTH(t))


def hand_at(time: ArrayLike) -> Pose:
    """The hand that carries the cup: pose of its middle finger's knuckle."""
    t = np.asarray(time, dtype=float)
    one = np.ones_like(t)
    return Pose(_HAND_X(t), _HAND_Y(t), one, _HAND_ANGLE(t), 0.3 * one)


def pushing_hand_at(time: ArrayLike) -> Pose:
    """The hand that opens the book: pose of its middle finger's knuckle."""
    t = np.asarray(time, dtype=float)
    one = np.ones_like(t)
    return Pose(_PUSH_X(t), _PUSH_Y(t), one, 0.85 * one, 0.25 * one)


POSES: dict[str, Callable[[ArrayLike], Pose]] = {
    "cup": lambda t: cup_at(t).pose,
    "book": lambda t: book_at(t).pose,
    "ball": lambda t: ball_at(t).pose,
}
"""The pose of each named thing over script seconds."""


def depth_scale(ground_y: ArrayLike) -> FloatArray:
    """How large a thing is drawn that stands at this height of the picture; 1 in the middle of the table."""
    return 1.0 + 0.55 * (np.asarray(ground_y, dtype=float) - 0.15)
