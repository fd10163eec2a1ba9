"""Textures made of numbers: noise, wood, cloth, book covers."""

from __future__ import annotations

import cv2
import numpy as np

from dwell.drawn_world.layers import Float32, rgb
from dwell.types import ByteArray

Colour = tuple[float, float, float]


def noise(rng: np.random.Generator, size_hw: tuple[int, int], cells_hw: tuple[int, int]) -> Float32:
    """(h, w) smooth noise, about -1 … 1, with this many bumps down and across."""
    coarse = rng.uniform(-1, 1, cells_hw).astype(np.float32)
    return np.asarray(cv2.resize(coarse, size_hw[::-1], interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def wood(rng: np.random.Generator, size_hw: tuple[int, int], planks: int) -> Float32:
    """(h, w, 3) planks that run from top to bottom, seen from above."""
    height, width = size_hw
    across = np.linspace(0, planks, width, endpoint=False, dtype=np.float32)
    plank = np.floor(across).astype(int)
    tone = rng.uniform(-1, 1, planks).astype(np.float32)[plank]
    shift = rng.uniform(0, 50, planks).astype(np.float32)[plank]
    warp = noise(rng, size_hw, (5, planks * 3)) * 1.1
    rings = np.sin((across * 9 + shift) * 2.2 + warp * 3.4 + noise(rng, size_hw, (3, planks * 14)) * 1.2)
    fibre = noise(rng, size_hw, (height // 30, width // 2))
    level = 1.0 + 0.075 * tone + 0.07 * rings + 0.05 * fibre
    seam = np.minimum(across - plank, plank + 1 - across) * (width / planks)
    level = level * (1 - 0.42 * np.exp(-((seam / 1.6) ** 2)))
    warm = np.stack([level * 196, level * 150 + tone * 2, level * 104 - tone * 5], axis=-1)
    return np.asarray(warm, dtype=np.float32)


def book_cover(rng: np.random.Generator, front: bool) -> ByteArray:
    """(340, 250, 3) uint8: a red cloth cover with gold print."""
    size_hw = (340, 250)
    weave = noise(rng, size_hw, (170, 125)) * 0.05 + noise(rng, size_hw, (8, 6)) * 0.07
    cloth = (rgb((158, 40, 44)) * (1 + weave)[..., None]).astype(np.uint8)
    for inset, width in ((14, 3), (22, 1)):
        cv2.rectangle(cloth, (inset, inset), (250 - inset, 340 - inset), _GOLD, width, cv2.LINE_AA)
    if front:
        _title(cloth)
    else:
        _spots(cloth)
    return np.asarray(cv2.GaussianBlur(cloth, (0, 0), 0.8), dtype=np.uint8)


_GOLD = (226.0, 182.0, 92.0)


def _title(cloth: ByteArray) -> None:
    cv2.putText(cloth, "DWELL", (42, 84), cv2.FONT_HERSHEY_DUPLEX, 1.75, _GOLD, 4, cv2.LINE_AA)
    cv2.line(cloth, (70, 108), (180, 108), _GOLD, 3, cv2.LINE_AA)
    centre = (125, 205)
    cv2.circle(cloth, centre, 54, _GOLD, 3, cv2.LINE_AA)
    for k in range(12):
        turn = 2 * np.pi * k / 12
        end = (int(125 + 48 * np.cos(turn)), int(205 + 48 * np.sin(turn)))
        cv2.line(cloth, centre, end, _GOLD, 2, cv2.LINE_AA)
    cv2.circle(cloth, centre, 22, (242.0, 232.0, 210.0), -1, cv2.LINE_AA)
    cv2.circle(cloth, centre, 10, (40.0, 46.0, 70.0), -1, cv2.LINE_AA)
    cv2.line(cloth, (85, 290), (165, 290), _GOLD, 4, cv2.LINE_AA)


def _spots(cloth: ByteArray) -> None:
    for row in range(8):
        for column in range(6):
            x, y = 40 + column * 34 + (row % 2) * 17, 44 + row * 36
            if x < 218:
                cv2.circle(cloth, (x, y), 5, _GOLD, -1, cv2.LINE_AA)
