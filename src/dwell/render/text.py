"""Text as stencils, in a font that has most of the world's letters."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dwell.types import ByteArray

__all__ = ["text_stencil"]


@lru_cache(maxsize=512)
def text_stencil(text: str, height_px: int) -> ByteArray:
    """(h, w) uint8 opacity of one line of text, letters about ``height_px`` high."""
    font = _font(height_px)
    left, top, right, bottom = font.getbbox(text)
    size = (max(1, int(np.ceil(right - left))), max(1, int(np.ceil(bottom - top))))
    image = Image.new("L", size)
    ImageDraw.Draw(image).text((-left, -top), text, fill=255, font=font)
    return np.asarray(image)


@lru_cache(maxsize=16)
def _font(height_px: int) -> ImageFont.FreeTypeFont:
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans-Bold.ttf"
    return ImageFont.truetype(str(path), max(6, height_px))
