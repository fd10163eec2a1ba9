"""The drawn hand with its sleeve: it covers things, but has no name of its own."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from dwell.drawn_world.layers import Float32, Layer, blend, rgb, smooth_step
from dwell.drawn_world.script import Pose
from dwell.drawn_world.textures import noise
from dwell.drawn_world.view import View
from dwell.types import ByteArray

_PER_UNIT = 720
"""Pixels of the stored picture per scene unit."""

_LEFT, _TOP, _RIGHT, _BOTTOM = -0.20, -0.17, 0.75, 0.27
"""Scene units around the middle knuckle: what the stored picture shows."""

# Chains of bones: (x, y, radius) … in scene units around the middle knuckle; drawn in this order.
_ARM = ((0.12, 0.045, 0.047), (0.27, 0.065, 0.048), (0.75, 0.13, 0.062))
_PALM = (
    ((0.115, 0.025, 0.050), (0.02, -0.025, 0.036)),
    ((0.115, 0.040, 0.052), (0.015, 0.010, 0.038)),
    ((0.120, 0.055, 0.048), (0.035, 0.050, 0.036)),
)
_FINGERS = (
    ((0.10, 0.085, 0.030), (0.045, 0.115, 0.024), (-0.015, 0.120, 0.0195), (-0.045, 0.108, 0.017)),
    ((0.03, 0.062, 0.024), (-0.035, 0.070, 0.0205), (-0.080, 0.062, 0.0175), (-0.098, 0.058, 0.016)),
    ((0.015, 0.030, 0.026), (-0.055, 0.030, 0.0215), (-0.112, 0.022, 0.0185), (-0.132, 0.018, 0.0165)),
    ((0.01, -0.005, 0.027), (-0.062, -0.012, 0.022), (-0.122, -0.020, 0.019), (-0.145, -0.022, 0.017)),
    ((0.015, -0.038, 0.026), (-0.050, -0.055, 0.0215), (-0.104, -0.066, 0.0185), (-0.126, -0.068, 0.0165)),
)
_LIGHT = np.array([-0.42, -0.62, 0.66], np.float32)
_SKIN, _RED, _CLOTH = (214.0, 158.0, 128.0), (196.0, 112.0, 92.0), (84.0, 98.0, 128.0)


def draw_hand(pose: Pose, view: View) -> Layer | None:
    """The hand's layer at one moment; None when it is out of the picture."""
    height, width = view.size_hw
    unit_px = float(view.scale * pose.scale)
    angle = float(view.angle + pose.angle)
    knuckle = view.to_px(pose.to_scene((0.0, 0.0)))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    box = np.array([(_LEFT, _TOP), (_RIGHT, _TOP), (_RIGHT, _BOTTOM), (_LEFT, _BOTTOM)])
    corners = box @ turn.T * unit_px + knuckle
    x0, y0 = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 2, -16)
    x1, y1 = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 2, (width + 16, height + 16))
    if x1 <= x0 or y1 <= y0:
        return None
    colour, cover = _stored()
    linear = turn * unit_px / _PER_UNIT
    start = knuckle + turn @ np.array([_LEFT, _TOP]) * unit_px + linear @ (0.5, 0.5) - 0.5 - (x0, y0)
    matrix = np.column_stack([linear, start])
    size = (int(x1 - x0), int(y1 - y0))
    moved = cv2.warpAffine(colour, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    moved_cover = cv2.warpAffine(cover, matrix, size, flags=cv2.INTER_LINEAR)
    return Layer(
        int(x0), int(y0), moved.astype(np.float32), moved_cover.astype(np.float32) * np.float32(1 / 255)
    )


@cache
def _stored() -> tuple[ByteArray, ByteArray]:
    """Colour and cover (0 … 255) of the whole hand, drawn once."""
    columns = np.arange(_LEFT, _RIGHT, 1 / _PER_UNIT, dtype=np.float32)[None, :]
    rows = np.arange(_TOP, _BOTTOM, 1 / _PER_UNIT, dtype=np.float32)[:, None]
    palm = np.stack([_chain_height(columns, rows, bones) for bones in (_ARM, *_PALM)]).max(axis=0)
    fingers = np.stack([_chain_height(columns, rows, bones) for bones in _FINGERS]).max(axis=0)
    palm = cv2.GaussianBlur(palm, (0, 0), 7)
    height = np.maximum(palm, np.where(fingers > 0, fingers + np.float32(0.006), np.float32(-1)))
    inside = _inside(columns, rows, (_ARM, *_PALM, *_FINGERS))
    flesh = _flesh(columns, rows, cv2.GaussianBlur(height, (0, 0), 1.2))
    sleeve = smooth_step(0.262, 0.268, columns + np.float32(0.25) * (rows - np.float32(0.06)))
    sleeve_edge = _inside(columns, rows, (((0.27, 0.065, 0.058), (0.75, 0.13, 0.075)),))
    colour = blend(flesh, _knit(columns, rows), np.minimum(sleeve, sleeve_edge))
    cover = np.maximum(inside, np.minimum(sleeve, sleeve_edge))
    return np.clip(colour, 0, 255).astype(np.uint8), np.round(cover * 255).astype(np.uint8)


def _chain_height(x: Float32, y: Float32, bones: tuple[tuple[float, float, float], ...]) -> Float32:
    """(h, w) how far a chain of round bones rises out of the picture; 0 outside."""
    heights = []
    for a, b in zip(bones[:-1], bones[1:], strict=True):
        gap, radius = _gap(x, y, a, b)
        heights.append(np.sqrt(np.maximum(radius * radius - gap * gap, 0)))
    return np.asarray(np.stack(heights).max(axis=0), dtype=np.float32)


def _inside(x: Float32, y: Float32, chains: tuple[tuple[tuple[float, float, float], ...], ...]) -> Float32:
    distance = np.full((y.shape[0], x.shape[1]), 1.0, np.float32)
    for bones in chains:
        for a, b in zip(bones[:-1], bones[1:], strict=True):
            gap, radius = _gap(x, y, a, b)
            distance = np.minimum(distance, gap - radius)
    return np.asarray(np.clip(0.5 - distance * _PER_UNIT / 1.5, 0, 1), dtype=np.float32)


def _gap(
    x: Float32, y: Float32, a: tuple[float, float, float], b: tuple[float, float, float]
) -> tuple[Float32, Float32]:
    """(h, w) distance to the bone's axis, and the bone's radius there."""
    along = np.array([b[0] - a[0], b[1] - a[1]], np.float32)
    t = np.clip(((x - a[0]) * along[0] + (y - a[1]) * along[1]) / (along @ along), 0, 1)
    gap = np.hypot(x - a[0] - t * along[0], y - a[1] - t * along[1])
    return np.asarray(gap, np.float32), np.asarray(a[2] + t * (b[2] - a[2]), np.float32)


def _flesh(x: Float32, y: Float32, height: Float32) -> Float32:
    down, right = np.gradient(height * np.float32(_PER_UNIT))
    normals = np.stack([-right, -down, np.full_like(height, 0.8)], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    light = normals @ _LIGHT
    level = 0.50 + 0.56 * np.clip(light, -0.2, 1)
    colour = np.broadcast_to(rgb(_SKIN), (*height.shape, 3))
    tips = np.zeros_like(height)
    for bones in _FINGERS:
        for bone, strength in ((bones[-1], 0.55), (bones[2], 0.25), (bones[1], 0.35), (bones[0], 0.25)):
            reach = np.hypot(x - bone[0], y - bone[1]) / bone[2]
            tips = np.maximum(tips, np.float32(strength) * np.exp(-(reach**2) * 1.6))
    colour = blend(colour, _RED, tips.astype(np.float32))
    mottle = noise(np.random.default_rng(3), (height.shape[0], height.shape[1]), (60, 120)) * 0.025
    colour = colour * (level + mottle)[..., None].astype(np.float32)
    return _with_nails(x, y, np.asarray(colour, dtype=np.float32))


def _with_nails(x: Float32, y: Float32, colour: Float32) -> Float32:
    for bones in _FINGERS:
        (ax, ay, _), (bx, by, radius) = bones[-2], bones[-1]
        along = np.array([bx - ax, by - ay]) / np.hypot(bx - ax, by - ay)
        cx, cy = bx + along[0] * 0.002, by + along[1] * 0.002 - 0.004
        u = (x - cx) * along[0] + (y - cy) * along[1]
        v = (y - cy) * along[0] - (x - cx) * along[1]
        nail = smooth_step(1.1, 0.85, np.hypot(u / (radius * 0.80), v / (radius * 0.55)))
        colour = blend(colour, (232.0, 190.0, 172.0), nail * np.float32(0.65))
    return colour


def _knit(x: Float32, y: Float32) -> Float32:
    slope = y - np.float32(0.065) - (x - np.float32(0.27)) * np.float32(0.135)
    rounding = (
        1.02 - 0.35 * np.clip(slope / np.float32(0.065), -1, 1) - 0.25 * (slope / np.float32(0.07)) ** 2
    )
    ribs = 1 + 0.09 * np.sin((x + slope * 0.3) * 430) + 0.05 * np.sin(slope * 900)
    level = np.asarray(rounding * ribs, np.float32)
    return np.asarray(rgb(_CLOTH) * level[..., None], dtype=np.float32)
