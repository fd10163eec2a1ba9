"""What stands still: a wooden table with small things on it, and a wall out of focus behind it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.drawn_world.layers import Float32, rgb, smooth_step
from dwell.drawn_world.textures import noise, wood
from dwell.drawn_world.view import MARGIN
from dwell.types import ByteArray, FloatArray

TABLE_EDGE = -0.20
"""Scene units: y of the table's far edge."""

Outline = tuple[tuple[float, float], ...]
Colour = tuple[float, float, float]


def draw_backdrop(seed: int, size_hw: tuple[int, int]) -> tuple[ByteArray, FloatArray]:
    """The whole backdrop (h, w, 3) uint8, and the (2, 3) matrix from its pixels to scene units."""
    unit = size_hw[0]
    half_w, half_h = size_hw[1] / unit / 2 + MARGIN, 0.5 + MARGIN
    shape = (round(2 * half_h * unit), round(2 * half_w * unit))
    rng = np.random.default_rng([seed, 3])
    to_px = np.array([[unit, 0, half_w * unit], [0, unit, half_h * unit]], float)
    picture = _wall(rng, shape, to_px)
    edge = round((TABLE_EDGE + half_h) * unit)
    picture[edge:] = _table(rng, shape, to_px)[edge:]
    picture[edge : edge + max(unit // 120, 2)] *= np.float32(1.18)
    shadows = _shadows(picture.shape[:2], to_px)
    picture = np.clip(picture * (1 - shadows[..., None]), 0, 255).astype(np.uint8)
    _still_life(picture, to_px)
    from_px = np.array([[1 / unit, 0, 0.5 / unit - half_w], [0, 1 / unit, 0.5 / unit - half_h]], float)
    return picture, from_px


def _at(to_px: FloatArray, *points: tuple[float, float]) -> NDArray[np.int32]:
    return np.round(np.array(points) @ to_px[:, :2].T + to_px[:, 2]).astype(np.int32)


def _wall(rng: np.random.Generator, shape: tuple[int, int], to_px: FloatArray) -> Float32:
    height, width = shape
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    light = 1.05 - 0.22 * x - 0.16 * y + 0.03 * noise(rng, shape, (6, 8))
    wall = np.asarray(light[..., None] * rgb((176, 190, 188)), dtype=np.float32)
    for corners, colour in _wall_things():
        cv2.fillPoly(wall, [_at(to_px, *corners)], colour)
    for k in range(26):
        turn = -2.6 + 2.1 * k / 25 + rng.normal(0, 0.05)
        root, length = (0.60, -0.16), rng.uniform(0.16, 0.34)
        tip = (root[0] + length * np.cos(turn), root[1] + length * np.sin(turn))
        green = (58.0 + rng.uniform(-15, 25), 116.0 + rng.uniform(-20, 30), 70.0)
        start, end = _at(to_px, root, tip).tolist()
        cv2.line(wall, start, end, green, max(height // 60, 2), cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(wall, (0, 0), height / 130), dtype=np.float32)


def _wall_things() -> list[tuple[Outline, Colour]]:
    def box(x0: float, y0: float, x1: float, y1: float) -> Outline:
        return (x0, y0), (x1, y0), (x1, y1), (x0, y1)

    return [
        (box(-0.98, -0.80, -0.52, -0.24), (246.0, 246.0, 238.0)),
        (box(-0.76, -0.80, -0.74, -0.24), (196.0, 196.0, 190.0)),
        (box(-0.98, -0.50, -0.52, -0.48), (196.0, 196.0, 190.0)),
        (box(0.10, -0.74, 0.42, -0.34), (108.0, 84.0, 66.0)),
        (box(0.13, -0.71, 0.39, -0.37), (222.0, 208.0, 180.0)),
        (box(0.16, -0.55, 0.36, -0.40), (120.0, 146.0, 150.0)),
        (box(0.22, -0.62, 0.29, -0.55), (222.0, 150.0, 74.0)),
        (((0.53, -0.28), (0.67, -0.28), (0.65, -0.16), (0.55, -0.16)), (176.0, 96.0, 70.0)),
    ]


def _table(rng: np.random.Generator, shape: tuple[int, int], to_px: FloatArray) -> Float32:
    boards = wood(rng, (900, 1200), planks=9)
    corners = np.array([(0, 0), (1200, 0), (1200, 900), (0, 900)], np.float32)
    seen = _at(to_px, (-1.15, TABLE_EDGE), (1.15, TABLE_EDGE), (2.1, 0.85), (-2.1, 0.85)).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    table = cv2.warpPerspective(
        boards, matrix, shape[::-1], flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT
    )
    y = (np.arange(shape[0], dtype=np.float32) - to_px[1, 2]) / to_px[1, 1]
    x = (np.arange(shape[1], dtype=np.float32) - to_px[0, 2]) / to_px[0, 0]
    light = 0.90 + 0.16 * smooth_step(0.5, -0.2, y)[:, None] - 0.10 * smooth_step(-0.3, 0.9, x)[None, :]
    return np.asarray(table * light[..., None], dtype=np.float32)


_SHEET = ((-0.62, 0.24), (-0.22, 0.27), (-0.30, 0.47), (-0.74, 0.43))
_PENCIL = ((-0.44, 0.275), (-0.43, 0.262), (-0.17, 0.372), (-0.18, 0.386))
_RUBBER = ((0.00, 0.395), (0.055, 0.39), (0.062, 0.42), (0.006, 0.427))


def _still_life(picture: ByteArray, to_px: FloatArray) -> None:
    """A sheet of paper, a pencil, a rubber, a coaster; they have colours of the moving things on purpose."""
    _fill(picture, to_px, _SHEET, (236.0, 234.0, 226.0))
    top, bottom = np.array([(-0.60, 0.26), (-0.25, 0.284)]), np.array([(-0.70, 0.42), (-0.33, 0.452)])
    for k in range(7):
        left, right = top + (bottom - top) * k / 6
        right = left + (right - left) * (0.55 if k == 6 else 1.0)
        start, end = _at(to_px, tuple(left), tuple(right)).tolist()
        cv2.line(picture, start, end, (132.0, 138.0, 160.0), 1, cv2.LINE_AA)
    _shade(picture, to_px, _PENCIL)
    _fill(picture, to_px, _PENCIL, (222.0, 172.0, 52.0))
    _fill(picture, to_px, ((-0.18, 0.386), (-0.17, 0.372), (-0.145, 0.390)), (226.0, 196.0, 150.0))
    _fill(picture, to_px, ((-0.154, 0.389), (-0.151, 0.385), (-0.145, 0.390)), (50.0, 48.0, 52.0))
    _fill(picture, to_px, _RUBBER, (186.0, 74.0, 76.0))
    for size, colour in ((1.0, (112.0, 78.0, 54.0)), (0.93, (150.0, 108.0, 74.0))):
        ring = np.linspace(0, 2 * np.pi, 90)
        outline = np.column_stack([0.27 + 0.15 * size * np.cos(ring), 0.235 + 0.062 * size * np.sin(ring)])
        _fill(picture, to_px, tuple(map(tuple, outline)), colour)


def _fill(picture: ByteArray, to_px: FloatArray, outline: Outline, colour: Colour) -> None:
    points = np.round((np.array(outline) @ to_px[:, :2].T + to_px[:, 2] - 0.5) * 256).astype(np.int32)
    cv2.fillPoly(picture, [points], colour, cv2.LINE_AA, 8)


def _shade(picture: ByteArray, to_px: FloatArray, outline: Outline) -> None:
    dark = _shadow(picture.shape[:2], to_px, outline, 0.010)
    picture[:] = picture * (1 - dark[..., None])


def _shadows(shape: tuple[int, ...], to_px: FloatArray) -> Float32:
    return np.maximum(_shadow(shape, to_px, _SHEET, 0.012), _shadow(shape, to_px, _RUBBER, 0.016))


def _shadow(shape: tuple[int, ...], to_px: FloatArray, outline: Outline, reach: float) -> Float32:
    dark = np.zeros(shape, np.uint8)
    _fill(dark, to_px, tuple((x + reach * 0.8, y + reach * 0.7) for x, y in outline), (255.0, 255.0, 255.0))
    soft = cv2.GaussianBlur(dark, (0, 0), to_px[0, 0] * reach * 0.5)
    return soft.astype(np.float32) * np.float32(0.38 / 255)
