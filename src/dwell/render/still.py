"""One frame with its masks and their names, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from dwell.errors import OutputError
from dwell.files import replacing
from dwell.masks import Mask
from dwell.render.canvas import Canvas, picture_of
from dwell.render.enriched import RenderOptions, paint_masks
from dwell.types import AOI, ByteArray
from dwell.video.colour import to_rgb

__all__ = ["render_still"]


def render_still(
    image: ByteArray,
    masks: Sequence[tuple[AOI, Mask]],
    out: str | Path,
    options: RenderOptions | None = None,
) -> Path:
    """The path of the PNG: masks in their AOIs' colours, in this order, with outlines and names.

    Args:
        image: (h, w, 3) uint8 RGB.
        masks: of the image's size.
        out: the file to write; its name ends in ``.png``.
        options: what is shown; gaze and time are not.

    Raises:
        OutputError: the file cannot be written, or has another ending.
        ValueError: a mask has another size.
    """
    out = Path(out)
    if out.suffix.lower() != ".png":
        raise OutputError(f"{out.name}: expected a name ending in .png.", path=out)
    height, width = image.shape[:2]
    for aoi, mask in masks:
        if mask.size_hw != (height, width):
            raise ValueError(
                f"The mask of {aoi.name!r} is {mask.size_hw} (h, w) px, the image {(height, width)}."
            )
    picture = picture_of(image)
    paint_masks(Canvas(picture), masks, options or RenderOptions())
    with replacing(out) as temporary:
        Image.fromarray(to_rgb(picture)[:height, :width]).save(temporary, "PNG")
    return out
