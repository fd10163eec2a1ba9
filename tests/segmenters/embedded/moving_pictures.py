"""Small textured worlds for the tracker's tests, drawn with NumPy and OpenCV; every mask is known exactly."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

HEIGHT, WIDTH = 240, 320

Colour = tuple[int, int, int]


def texture(
    seed: int, size_hw: tuple[int, int], colour: Colour, contrast: float = 30.0
) -> NDArray[np.float32]:
    """(h, w, 3) float32: smooth noise at two scales around a colour."""
    rng = np.random.default_rng(seed)
    out = np.full((*size_hw, 3), colour, dtype=np.float32)
    for cell, share in ((12, 0.6), (4, 0.4)):
        coarse = rng.normal(0, contrast * share * 2, (size_hw[0] // cell + 2, size_hw[1] // cell + 2, 3))
        out += cv2.resize(coarse.astype(np.float32), size_hw[::-1], interpolation=cv2.INTER_CUBIC)
    return out


def blob(
    centre_xy: tuple[float, float], radii_xy: tuple[float, float], wobble: float = 0.0
) -> NDArray[np.bool_]:
    """(h, w) bool: an ellipse whose outline wobbles by this share of its radius."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    dx, dy = (xs - centre_xy[0]) / radii_xy[0], (ys - centre_xy[1]) / radii_xy[1]
    inside: NDArray[np.bool_] = np.hypot(dx, dy) < 1 + wobble * np.sin(3 * np.arctan2(dy, dx))
    return inside


class Stage:
    """A still textured background on which textured objects are put, the later over the earlier."""

    def __init__(self, seed: int = 0, colour: Colour = (110, 120, 100)) -> None:
        self.background = texture(seed, (HEIGHT, WIDTH), colour)
        self.coats: dict[str, NDArray[np.float32]] = {}

    def coat(self, name: str, seed: int, colour: Colour) -> None:
        """Give the object ``name`` a texture of its own that moves with it."""
        self.coats[name] = texture(seed, (3 * HEIGHT, 3 * WIDTH), colour)

    def draw(
        self, objects: list[tuple[str, NDArray[np.bool_], tuple[float, float]]]
    ) -> tuple[NDArray[np.uint8], dict[str, NDArray[np.bool_]]]:
        """The picture, and each object's visible mask.

        Args:
            objects: (name, mask, (x, y) the texture is moved by), back to front.
        """
        picture = self.background.copy()
        masks: dict[str, NDArray[np.bool_]] = {}
        for name, mask, (x, y) in objects:
            shift = np.array([[1.0, 0, x - WIDTH], [0, 1, y - HEIGHT]])
            coat = cv2.warpAffine(self.coats[name], shift, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
            picture[mask] = coat[mask]
            masks = {other: seen & ~mask for other, seen in masks.items()}
            masks[name] = mask
        noise = np.random.default_rng(1).normal(0, 2, picture.shape)
        return np.clip(cv2.GaussianBlur(picture, (3, 3), 0.7) + noise, 0, 255).astype(np.uint8), masks


def iou(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    """Intersection over union; 1 if both are empty."""
    union = np.count_nonzero(a | b)
    return np.count_nonzero(a & b) / union if union else 1.0
