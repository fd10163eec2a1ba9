"""Mask pictures, made and read without Dwell."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

PREFIX = "data:image/png;base64,"


def pixels_of(url: str) -> np.ndarray:
    """(h, w, 4) uint8 of a data URL."""
    assert url.startswith(PREFIX)
    with Image.open(io.BytesIO(base64.b64decode(url.removeprefix(PREFIX)))) as image:
        assert (image.format, image.mode) == ("PNG", "RGBA")
        return np.asarray(image)


def url_of(pixels: np.ndarray) -> str:
    """The data URL of (h, w, 4) uint8."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return PREFIX + base64.b64encode(out.getvalue()).decode()


def shrunk(url: str, width: int) -> str:
    """The picture at another width, as a server might keep it."""
    image = Image.fromarray(pixels_of(url))
    return url_of(np.asarray(image.resize((width, round(image.height * width / image.width)), Image.NEAREST)))


def box_url(width: int, height: int, x0: int, y0: int, x1: int, y1: int) -> str:
    """A white box on nothing."""
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[y0:y1, x0:x1] = 255
    return url_of(pixels)
