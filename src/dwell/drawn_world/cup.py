"""The drawn cup: teal glaze with cream bands and dots; its handle swings round as it is turned."""

from __future__ import annotations

import numpy as np

from dwell.drawn_world.layers import Float32, Layer, Patch, blend, ellipse_distance, rgb, smooth_step
from dwell.drawn_world.script import Cup
from dwell.drawn_world.view import View

HEIGHT, TOP_HALF, FOOT_HALF = 0.25, 0.098, 0.080
"""Scene units at scale 1: foot to rim, and half widths."""

_GLAZE, _CREAM, _INSIDE, _COFFEE = (
    (36.0, 128.0, 132.0),
    (240.0, 228.0, 200.0),
    (206.0, 214.0, 204.0),
    (70.0, 40.0, 24.0),
)


def draw_cup(cup: Cup, view: View) -> Layer:
    """The cup's layer at one moment."""
    pose = cup.pose
    origin = view.to_px(pose.to_scene((0.0, 0.0)))
    angle = float(view.angle + pose.angle)
    patch = Patch.around(origin, (-0.2, -0.31, 0.2, 0.06), float(view.scale * pose.scale), angle)
    mouth = float(cup.mouth)
    colour, cover = _handle(patch, float(cup.turn))
    body, body_cover = _body(patch, mouth, float(cup.turn))
    colour, cover = blend(colour, body, body_cover), np.maximum(cover, body_cover)
    rows, top = patch.rows(-HEIGHT - TOP_HALF * mouth - 0.01, -HEIGHT + TOP_HALF * mouth + 0.01)
    rim, rim_cover = _rim(top, mouth)
    colour[rows], cover[rows] = blend(colour[rows], rim, rim_cover), np.maximum(cover[rows], rim_cover)
    return patch.layer(colour, cover)


def _handle(patch: Patch, turn: float) -> tuple[Float32, Float32]:
    side = np.sin(turn)
    away = max(abs(side), 0.05)
    x, y = patch.x - np.float32(0.088 * side), patch.y + np.float32(0.54 * HEIGHT)
    offset = ellipse_distance(x, y, 0.062 * away + 0.004, 0.068)
    distance = np.abs(offset) - np.float32(0.0135)
    round_light = 1 - np.clip(np.abs(offset + np.float32(0.004)) / np.float32(0.0135), 0, 1) ** 2
    level = 0.62 + 0.42 * round_light - 0.12 * smooth_step(-0.1, 0.1, y)
    return np.asarray(rgb(_GLAZE) * level[..., None], dtype=np.float32), patch.cover(distance)


def _body(patch: Patch, mouth: float, turn: float) -> tuple[Float32, Float32]:
    up = np.clip(-patch.y * np.float32(1 / HEIGHT), 0, 1)
    belly = np.float32(0.006) * np.sin(np.float32(np.pi) * up)
    half = np.float32(FOOT_HALF) + np.float32(TOP_HALF - FOOT_HALF) * up + belly
    across = patch.x / half
    bowl = ellipse_distance(patch.x, patch.y, FOOT_HALF, FOOT_HALF * mouth * 0.8)
    wall = np.maximum(np.abs(patch.x) - half, np.maximum(patch.y, -patch.y - np.float32(HEIGHT)))
    cover = patch.cover(np.minimum(wall, bowl))
    bent = np.clip(across, -1, 1)
    height_on_wall = up + np.float32(0.10) * (np.sqrt(1 - bent * bent) - 1) * np.float32(mouth)
    colour = _glaze(np.arcsin(bent) + np.float32(turn), height_on_wall)
    level = 0.50 + 0.55 * np.maximum(np.sqrt(1 - bent * bent) * 0.72 - bent * 0.55, 0) + 0.10 * (up - 0.5)
    shine = (
        smooth_step(0.17, 0.0, np.abs(bent + np.float32(0.47)))
        * np.float32(0.30)
        * smooth_step(0.05, 0.2, up)
    )
    return blend(colour * level[..., None].astype(np.float32), (255.0, 255.0, 250.0), shine), cover


def _glaze(around: Float32, up: Float32) -> Float32:
    """Colours at an angle around the cup and a height 0 … 1 on its wall."""
    colour = np.broadcast_to(rgb(_GLAZE), (*around.shape, 3))
    bands = smooth_step(0.030, 0.018, np.abs(up - np.float32(0.80))) + smooth_step(
        0.030, 0.018, np.abs(up - np.float32(0.16))
    )
    column = np.mod(around, np.float32(np.pi / 4)) - np.float32(np.pi / 8)
    dots = smooth_step(0.245, 0.215, np.hypot(column, (up - np.float32(0.48)) * np.float32(2.3)))
    hearts = smooth_step(0.125, 0.100, np.hypot(column, (up - np.float32(0.48)) * np.float32(2.3)))
    colour = blend(colour, _CREAM, np.clip(bands + dots, 0, 1))
    return blend(colour, (206.0, 92.0, 62.0), hearts)


def _rim(patch: Patch, mouth: float) -> tuple[Float32, Float32]:
    y = patch.y + np.float32(HEIGHT)
    outer = ellipse_distance(patch.x, y, TOP_HALF, TOP_HALF * mouth)
    inner = ellipse_distance(patch.x, y, TOP_HALF * 0.90, TOP_HALF * mouth * 0.88)
    coffee = ellipse_distance(
        patch.x, y - np.float32(0.026 * mouth / 0.34), TOP_HALF * 0.86, TOP_HALF * mouth * 0.86
    )
    depth = y * np.float32(1 / (TOP_HALF * mouth))
    edge = rgb(_CREAM) * (0.92 + 0.10 * smooth_step(0.1, -0.1, patch.x))[..., None]
    wall = rgb(_INSIDE) * (0.78 + 0.22 * depth + 1.4 * patch.x)[..., None]
    brown = rgb(_COFFEE) * (1.05 - 0.25 * depth - 1.2 * patch.x)[..., None]
    colour = blend(edge.astype(np.float32), wall.astype(np.float32), patch.cover(inner))
    colour = blend(colour, brown.astype(np.float32), np.minimum(patch.cover(inner), patch.cover(coffee)))
    return colour, patch.cover(outer)
