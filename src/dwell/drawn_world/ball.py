"""The drawn ball: yellow with blue spots and a white belt; it rolls, and is squashed when it bounces."""

from __future__ import annotations

import numpy as np

from dwell.drawn_world.layers import Float32, Layer, Patch, blend, ellipse_distance, rgb, smooth_step
from dwell.drawn_world.script import BALL_RADIUS, Ball
from dwell.drawn_world.view import View
from dwell.types import FloatArray

_YELLOW, _WHITE, _BLUE = (246.0, 190.0, 40.0), (246.0, 240.0, 226.0), (44.0, 84.0, 158.0)
_BELT = np.array([0.36, 0.48, 0.80], np.float32)
_LIGHT = np.array([-0.45, -0.66, 0.60], np.float32)


def draw_ball(ball: Ball, view: View) -> Layer:
    """The ball's layer at one moment."""
    pose = ball.pose
    centre = view.to_px(pose.to_scene((0.0, 0.0)))
    squash = float(ball.squash)
    patch = Patch.around(
        centre, (-1.3, -1.3, 1.3, 1.3), float(view.scale * pose.scale) * BALL_RADIUS, float(view.angle)
    )
    wide, high = 1 + 0.6 * squash, 1 - squash
    cover = patch.cover(ellipse_distance(patch.x, patch.y, wide, high))
    nx, ny = patch.x * np.float32(1 / wide), patch.y * np.float32(1 / high)
    nz = np.sqrt(np.maximum(1 - nx * nx - ny * ny, 0))
    normals = np.stack([nx, ny, nz], axis=-1)
    colour = _shade(_pattern(normals @ _turned(ball)), normals)
    return patch.layer(colour, cover)


def _turned(ball: Ball) -> Float32:
    """(3, 3) from picture axes to the ball's own axes."""
    right, near = float(ball.roll_xz[0]), float(ball.roll_xz[1])
    about_z = np.array([[np.cos(right), -np.sin(right), 0], [np.sin(right), np.cos(right), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, np.cos(near), -np.sin(near)], [0, np.sin(near), np.cos(near)]])
    tip = np.array([[0.82, 0.0, 0.57], [0.0, 1.0, 0.0], [-0.57, 0.0, 0.82]])
    return np.asarray(about_x @ about_z @ tip, dtype=np.float32)


def _icosahedron() -> Float32:
    golden = (1 + 5**0.5) / 2
    corners: list[FloatArray] = []
    for a in (-1.0, 1.0):
        for b in (-golden, golden):
            corners += [np.array([0, a, b]), np.array([a, b, 0]), np.array([b, 0, a])]
    return np.asarray(corners / np.sqrt(1 + golden**2), dtype=np.float32)


_SPOTS = _icosahedron()


def _pattern(own: Float32) -> Float32:
    spots = (own @ _SPOTS.T).max(axis=-1)
    colour = np.broadcast_to(rgb(_YELLOW), own.shape)
    colour = blend(colour, _BLUE, smooth_step(0.915, 0.945, spots))
    return blend(colour, _WHITE, smooth_step(0.17, 0.13, np.abs(own @ _BELT)))


def _shade(colour: Float32, normals: Float32) -> Float32:
    light = normals @ _LIGHT
    level = (
        0.46
        + 0.60 * np.maximum(light, 0)
        + 0.12 * np.minimum(light, 0)
        - 0.10 * np.maximum(normals[..., 1], 0)
    )
    shaded = colour * level[..., None].astype(np.float32)
    shine = smooth_step(0.93, 1.0, light) * np.float32(0.55)
    return blend(shaded, (255.0, 252.0, 240.0), shine)
