"""A white page in RGB on which boxes, pictures and words are put."""

from __future__ import annotations

import numpy as np

from dwell.render.canvas import rgb_of
from dwell.render.text import text_stencil
from dwell.types import ByteArray

__all__ = ["Sheet"]

_BADGE, _BADGE_INK = "#151515", "#ffffff"


class Sheet:
    """Positions are px of the page, colours ``#rrggbb``."""

    def __init__(self, size_hw: tuple[int, int]) -> None:
        self.pixels: ByteArray = np.full((*size_hw, 3), 255, np.uint8)
        """(h, w, 3) uint8 RGB."""

    def fill(self, box_xyxy: tuple[int, int, int, int], colour: str) -> None:
        """Paint a box."""
        x0, y0, x1, y1 = box_xyxy
        self.pixels[y0:y1, x0:x1] = rgb_of(colour)

    def put(self, picture: ByteArray, xy: tuple[int, int]) -> None:
        """Put an (h, w, 3) uint8 RGB picture's top left corner here."""
        x, y = xy
        self.pixels[y : y + picture.shape[0], x : x + picture.shape[1]] = picture

    def write(self, text: str, xy: tuple[int, int], height_px: int, colour: str, width_px: int) -> None:
        """Write a line with its top left corner here; what is wider is cut, and ends in an ellipsis."""
        if text:
            self._stencil(_fitted(text, height_px, width_px), xy, colour)

    def badge(self, text: str, xy: tuple[int, int], height_px: int) -> None:
        """Write on a dark plate whose top left corner is here."""
        letters = text_stencil(text, height_px)
        pad = height_px // 3
        x, y = xy
        self.fill((x, y, x + letters.shape[1] + 2 * pad, y + letters.shape[0]), _BADGE)
        self._stencil(letters, (x + pad, y), _BADGE_INK)

    def _stencil(self, opacity: ByteArray, xy: tuple[int, int], colour: str) -> None:
        x, y = xy
        part = self.pixels[y : y + opacity.shape[0], x : x + opacity.shape[1]]
        strength = opacity[: part.shape[0], : part.shape[1], None] / 255
        part[:] = (part * (1 - strength) + np.array(rgb_of(colour)) * strength).round().astype(np.uint8)


def _fitted(text: str, height_px: int, width_px: int) -> ByteArray:
    """The stencil of as much of a text as is at most so wide."""
    letters = text_stencil(text, height_px)
    while letters.shape[1] > width_px and len(text) > 1:
        n_kept = max(1, min(len(text) - 1, int(len(text) * width_px / letters.shape[1])))
        text = text[:n_kept].rstrip(" …")
        letters = text_stencil(f"{text}…", height_px)
    return letters[:, :width_px]
