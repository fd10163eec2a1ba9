"""Masks as Pupil Cloud takes them: an RGBA PNG in a data URL, opaque inside and see-through outside.

Source: https://github.com/pupil-labs/aois_module, which sends such pictures.
"""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from dwell.errors import CloudError
from dwell.masks import Mask

__all__ = ["image_of", "mask_of", "picture_hw"]

_PREFIX = "data:image/png;base64,"


def image_of(mask: Mask, colour: str) -> str:
    """The data URL of a mask, as large as its frame.

    Args:
        mask: the AOI.
        colour: ``#rrggbb``; its red, green and blue fill the mask, in this order.
    """
    picture = np.zeros((*mask.size_hw, 4), np.uint8)
    picture[mask.to_array()] = (*bytes.fromhex(colour.removeprefix("#")), 255)
    png = io.BytesIO()
    Image.fromarray(picture, "RGBA").save(png, "PNG")
    return _PREFIX + base64.b64encode(png.getvalue()).decode()


def mask_of(image: str | None) -> Mask | None:
    """The mask in a data URL: where the picture is more opaque than not; None if it cannot be read.

    A picture without transparency is mask where it is not black.
    """
    if not image or not image.startswith("data:image/"):
        return None
    try:
        with Image.open(io.BytesIO(base64.b64decode(image.partition(",")[2]))) as picture:
            see_through = "A" in picture.getbands() or "transparency" in picture.info
            values = np.asarray(picture.convert("RGBA"))
    except (OSError, ValueError, SyntaxError):  # as Pillow calls a damaged PNG
        return None
    inside = values[..., 3] > 127 if see_through else np.any(values[..., :3], axis=2)
    return Mask.from_array(np.asarray(inside))


def picture_hw(path: Path) -> tuple[int, int]:
    """(height, width) of a picture in a file, px, upright as it is seen.

    Raises:
        CloudError: it cannot be read.
    """
    try:
        with Image.open(path) as picture:
            upright = ImageOps.exif_transpose(picture)
            return upright.height, upright.width
    except OSError as error:
        raise CloudError(
            f"{path} is no picture that can be read ({type(error).__name__}).", path=path
        ) from error
