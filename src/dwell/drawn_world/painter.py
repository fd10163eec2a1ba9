"""Draws the scene at any moment: backdrop, shadows, the things from far to near, the camera's flaws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.drawn_world import script
from dwell.drawn_world.backdrop import draw_backdrop
from dwell.drawn_world.ball import draw_ball
from dwell.drawn_world.book import draw_book
from dwell.drawn_world.cup import draw_cup
from dwell.drawn_world.hand import draw_hand
from dwell.drawn_world.layers import Float32, Layer, line_kernel
from dwell.drawn_world.view import Head, View
from dwell.types import ByteArray, FloatArray

_EXPOSURE_S = 0.010
_NOISE_LEVEL = 2.6
"""Grey values, standard deviation."""


@dataclass(frozen=True)
class Timeline:
    """When the script runs: the scene starts after the filler and repeats."""

    start_s: float
    """Seconds since the recording's start at which the script begins."""
    cycle_s: float
    """Seconds that one cycle of the script takes."""

    def script_time(self, time_s: Any) -> FloatArray:
        """Script seconds at these seconds since the recording's start."""
        return np.asarray((np.asarray(time_s, dtype=float) - self.start_s) * (script.PERIOD / self.cycle_s))


@dataclass(frozen=True, eq=False)
class _Thing:
    number: int
    """1 … in the order of ``script.NAMES``; 0 for what has no name."""
    ground_y: float
    layer: Layer
    smear_xy: FloatArray


class Painter:
    """Draws pictures (``picture``) and who owns which pixel (``owner``); the same call gives the same."""

    def __init__(self, seed: int, size_hw: tuple[int, int], head: Head, timeline: Timeline) -> None:
        self._seed, self._size_hw = seed, size_hw
        self._head, self._timeline = head, timeline
        self._things = lru_cache(maxsize=4)(self._draw_things)

    def view(self, time_s: Any) -> View:
        """Where the head points at these seconds."""
        return self._head.view(time_s, self._timeline.script_time(time_s))

    def owner(self, time_s: float) -> ByteArray:
        """(h, w) uint8: 1, 2, 3 where cup, book, ball are seen, 0 elsewhere."""
        owner = np.zeros(self._size_hw, np.uint8)
        for thing in self._things(time_s):
            thing.layer.mark(owner, thing.number)
        return owner

    def picture(self, time_s: float, grain: int) -> ByteArray:
        """(h, w, 3) uint8 RGB at this moment; ``grain`` picks the camera's noise."""
        picture = self._backdrop_at(time_s)
        self._shade_table(picture, time_s)
        for thing in self._things(time_s):
            thing.layer.paint(picture, thing.smear_xy)
        return self._through_the_lens(picture, grain)

    def _draw_things(self, time_s: float) -> list[_Thing]:
        t = self._timeline.script_time(time_s)
        view = self.view(time_s)
        cup, book, ball = script.cup_at(t), script.book_at(t), script.ball_at(t)
        things = [
            self._thing("cup", draw_cup(cup, view), time_s),
            self._thing("book", draw_book(book, view, self._seed), time_s),
            self._thing("ball", draw_ball(ball, view), time_s),
        ]
        for pose in (script.hand_at(t), script.pushing_hand_at(t)):
            hand = draw_hand(pose, view)
            if hand is not None:
                things.append(_Thing(0, float(pose.ground_y), hand, np.zeros(2)))
        return sorted(things, key=lambda thing: thing.ground_y)

    def _thing(self, name: str, layer: Layer, time_s: float) -> _Thing:
        ends = time_s + np.array([-0.5, 0.5]) * _EXPOSURE_S
        before, after = self.thing_px(name, (0.0, 0.0), ends)
        ground = script.POSES[name](self._timeline.script_time(time_s)).ground_y
        return _Thing(script.NAMES.index(name) + 1, float(ground), layer, after - before)

    def thing_px(
        self, name: str, local_xy: FloatArray | tuple[float, float], times_s: FloatArray
    ) -> FloatArray:
        """(n, 2) px of a point of a thing at these seconds; it moves with the thing."""
        pose = script.POSES[name](self._timeline.script_time(times_s))
        return self.view(times_s).to_px(pose.to_scene(local_xy))

    def thing_point(self, name: str, px_xy: FloatArray, time_s: float) -> FloatArray:
        """(2,) the point of a thing that is seen at this pixel: what ``thing_px`` needs."""
        pose = script.POSES[name](self._timeline.script_time(time_s))
        return pose.to_local(self.view(time_s).to_scene(px_xy))

    # ------------------------------------------------------------------ backdrop and shadows

    @cached_property
    def _backdrop(self) -> tuple[ByteArray, FloatArray]:
        return draw_backdrop(self._seed, self._size_hw)

    def _backdrop_at(self, time_s: float) -> Float32:
        image, from_px = self._backdrop
        view = self.view(time_s)
        matrix = view.matrix() @ np.vstack([from_px, [0, 0, 1]])
        matrix[:, 2] -= 0.5
        size = self._size_hw[::-1]
        seen = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        ends = self.view(time_s + np.array([-0.5, 0.5]) * _EXPOSURE_S)
        before, after = ends.to_px(np.zeros(2))
        if np.hypot(*(after - before)) > 1.2:
            seen = cv2.filter2D(seen, -1, line_kernel(after - before))
        return seen.astype(np.float32)

    def _shade_table(self, picture: Float32, time_s: float) -> None:
        t = self._timeline.script_time(time_s)
        view = self.view(time_s)
        cup, book, ball = script.cup_at(t), script.book_at(t), script.ball_at(t)
        spread = float(np.sin(book.opening))
        lift = float(ball.pose.ground_y - ball.pose.y) - script.BALL_RADIUS
        high = max(float(cup.pose.ground_y - cup.pose.y), 0.0)
        soft = 1 / (1 + 6 * max(lift, 0.0))
        _shadow(picture, view, float(book.pose.x) + 0.03, 0.075, 0.24 * spread + 0.03, 0.060, 0.55)
        _shadow(picture, view, float(cup.pose.x) + 0.035, 0.245, 0.135, 0.050, 0.55 / (1 + 8 * high))
        _shadow(
            picture, view, float(ball.pose.x) + 0.022, float(ball.pose.ground_y), 0.105, 0.040, 0.60 * soft
        )

    # ------------------------------------------------------------------ camera

    @cached_property
    def _lens(self) -> ByteArray:
        """(h, w, 3) uint8: darker towards the corners."""
        height, width = self._size_hw
        x = (np.arange(width) + 0.5 - width / 2) / height
        y = (np.arange(height) + 0.5 - height / 2) / height
        level = 1.0 - 0.26 * (x[None, :] ** 2 + y[:, None] ** 2)
        return np.repeat(np.round(250 * level)[..., None], 3, axis=2).astype(np.uint8)

    @cached_property
    def _grain(self) -> NDArray[np.int16]:
        rng = np.random.default_rng([self._seed, 4])
        shape = (self._size_hw[0] + 64, self._size_hw[1] + 64)
        grey = rng.normal(0, _NOISE_LEVEL, shape)[..., None]
        return np.asarray(np.round(grey + rng.normal(0, _NOISE_LEVEL * 0.4, (*shape, 3))), dtype=np.int16)

    def _through_the_lens(self, picture: Float32, grain: int) -> ByteArray:
        height, width = self._size_hw
        image = cv2.GaussianBlur(cv2.convertScaleAbs(picture), (3, 3), 0.55)
        image = cv2.multiply(image, self._lens, scale=1 / 250)
        y, x = np.random.default_rng([self._seed, 5, grain]).integers(0, 64, 2)
        noise = np.ascontiguousarray(self._grain[y : y + height, x : x + width])
        return np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), dtype=np.uint8)


def _shadow(
    picture: Float32, view: View, x: float, y: float, half_x: float, half_y: float, strength: float
) -> None:
    """Darken the table around a point (scene units), in place."""
    centre, unit = view.to_px((x, y)), float(view.scale)
    reach = np.array([half_x, half_y]) * unit * 1.9
    x0, y0 = np.maximum(np.floor(centre - reach).astype(int), 0)
    x1, y1 = np.minimum(np.ceil(centre + reach).astype(int), (picture.shape[1], picture.shape[0]))
    if x1 <= x0 or y1 <= y0:
        return
    u = ((np.arange(x0, x1) + 0.5 - centre[0]) / (half_x * unit)).astype(np.float32)
    v = ((np.arange(y0, y1) + 0.5 - centre[1]) / (half_y * unit)).astype(np.float32)
    dark = np.exp(-(u * u))[None, :] * np.exp(-(v * v))[:, None] * np.float32(strength)
    picture[y0:y1, x0:x1] *= (1 - np.maximum(dark - np.float32(0.013), 0))[..., None]
