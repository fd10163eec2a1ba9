"""The drawn book: it stands half open with its back to us, and its covers swing."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from dwell.drawn_world.layers import Float32, Layer, blend
from dwell.drawn_world.script import Book
from dwell.drawn_world.textures import book_cover
from dwell.drawn_world.view import View
from dwell.types import ByteArray, FloatArray

HEIGHT, WIDTH, SPINE_HALF = 0.36, 0.25, 0.019
"""Scene units at scale 1: cover height and width, half the width of the spine."""

_PERSPECTIVE, _RISE, _THICK = 0.45, 0.42, 0.020
"""Shrinking per unit of depth; picture height per unit of depth; thickness of the pages."""


@cache
def _covers(seed: int) -> tuple[ByteArray, ByteArray, ByteArray]:
    rng = np.random.default_rng([seed, 2])
    back, front = book_cover(rng, front=False), book_cover(rng, front=True)
    spine = np.ascontiguousarray(back[:, 98:138])
    spine[26:314] = (150, 38, 42)
    for y in (40, 62, 268, 290):
        spine[y : y + 5] = (226, 182, 92)
    return back, front, spine


def draw_book(book: Book, view: View, seed: int) -> Layer:
    """The book's layer at one moment."""
    faces = _faces(float(book.opening))
    quads_px = [view.to_px(book.pose.to_scene(quad.T)) for quad in faces]
    everything = np.concatenate(quads_px)
    x0, y0 = np.floor(everything.min(axis=0)).astype(int) - 2
    w, h = np.ceil(everything.max(axis=0)).astype(int) + 2 - (x0, y0)
    colour, cover = np.zeros((h, w, 3), np.float32), np.zeros((h, w), np.float32)
    back, front, spine = _covers(seed)
    paper = np.full((8, 8, 3), (232, 222, 198), np.uint8)
    textures = (paper, paper, back, front, spine)
    opening = float(book.opening)
    lights = (0.98, 0.90, 0.74 + 0.42 * np.sin(opening), 0.42 + 0.40 * np.sin(opening), 0.98)
    for quad, texture, light in zip(quads_px, textures, lights, strict=True):
        face, face_cover = _face(texture, quad - (x0, y0), (h, w))
        cover = np.maximum(cover, face_cover)
        share = np.asarray(face_cover / np.maximum(cover, 1e-3), dtype=np.float32)
        colour = blend(colour, face * np.float32(light), share)
    return Layer(int(x0), int(y0), colour, cover)


def _faces(opening: float) -> list[FloatArray]:
    """Quads, (4, 2) book units, clockwise from the top left, in drawing order."""
    right, depth = WIDTH * np.sin(opening), WIDTH * np.cos(opening)
    pages_left = _quad(-right * 0.97, depth, -SPINE_HALF, 0.0, top=HEIGHT + _THICK, bottom=HEIGHT * 0.5)
    pages_right = _quad(SPINE_HALF, 0.0, right * 0.97, depth, top=HEIGHT + _THICK, bottom=HEIGHT * 0.5)
    left_cover = _quad(-right - SPINE_HALF, depth, -SPINE_HALF * 0.9, 0.0)
    right_cover = _quad(SPINE_HALF * 0.9, 0.0, right + SPINE_HALF, depth)
    spine = _quad(-SPINE_HALF, 0.0, SPINE_HALF, 0.0)
    return [pages_left, pages_right, left_cover, right_cover, spine]


def _quad(
    left: float, left_depth: float, right: float, right_depth: float, top: float = HEIGHT, bottom: float = 0.0
) -> FloatArray:
    def seen(x: float, up: float, depth: float) -> tuple[float, float]:
        shrink = 1 / (1 + _PERSPECTIVE * depth)
        return x * shrink, -up * shrink - depth * _RISE * shrink

    return np.array(
        [
            seen(left, top, left_depth),
            seen(right, top, right_depth),
            seen(right, bottom, right_depth),
            seen(left, bottom, left_depth),
        ]
    )


def _face(texture: ByteArray, quad: FloatArray, size_hw: tuple[int, int]) -> tuple[Float32, Float32]:
    h, w = texture.shape[:2]
    corners = np.array([(-0.5, -0.5), (w - 0.5, -0.5), (w - 0.5, h - 0.5), (-0.5, h - 0.5)], np.float32)
    on_grid = (quad - 0.5).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, on_grid)
    face = cv2.warpPerspective(
        texture, matrix, size_hw[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    cover = np.zeros(size_hw, np.uint8)
    cv2.fillConvexPoly(cover, np.round(on_grid * 256).astype(np.int32), 255, cv2.LINE_AA, 8)
    return face.astype(np.float32), cover.astype(np.float32) * np.float32(1 / 255)
