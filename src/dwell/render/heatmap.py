"""A gaze density as a picture: in colours that are evenly spaced to the eye, alone or over a frame.

Matplotlib, slow to import, is imported only when a picture is drawn.
"""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from dwell.errors import OutputError
from dwell.files import replacing
from dwell.metrics.density import Density
from dwell.types import ByteArray

__all__ = ["COLOUR_MAP", "heatmap_png", "heatmap_rgba", "render_heatmap"]

COLOUR_MAP = "viridis"
"""Equal steps of density are equal steps to the eye, with any colour vision. Source: matplotlib's, by van der
Walt and Smith, https://bids.github.io/colormap/"""
_OPACITY = 0.85
"""Where density is highest …"""
_FAINT = 0.02
"""… and up to this share of the highest, nothing is painted."""


def heatmap_rgba(density: Density, width_px: int | None = None) -> ByteArray:
    """(h, w, 4) uint8: colour and opacity of each pixel; transparent where there was hardly any gaze.

    Args:
        density: what to paint; 1 in the colour map is its highest value.
        width_px: of the picture, the height follows; None = as the scene video.

    Raises:
        ValueError: a width below 1.
    """
    import matplotlib

    height, width = density.size_hw
    if width_px is not None:
        if width_px < 1:
            raise ValueError(f"width_px: expected at least 1, got {width_px}.")
        height, width = max(1, round(height * width_px / width)), int(width_px)
    share = _resized(density, (height, width))
    highest = float(share.max(initial=0.0))
    share = np.clip(share / highest, 0, 1) if highest > 0 else np.zeros_like(share)
    table = matplotlib.colormaps[COLOUR_MAP](np.linspace(0, 1, 256))[:, :3]
    colours = np.round(255 * table).astype(np.uint8)[np.round(255 * share).astype(np.uint8)]
    opacity = np.where(share > _FAINT, _OPACITY * np.sqrt(share), 0)
    alpha = np.round(255 * opacity).astype(np.uint8)
    return np.asarray(np.dstack([colours, alpha]), np.uint8)


def heatmap_png(density: Density, width_px: int | None = None) -> bytes:
    """``heatmap_rgba`` as the bytes of a PNG, quickly made rather than small."""
    file = io.BytesIO()
    Image.fromarray(heatmap_rgba(density, width_px)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def render_heatmap(density: Density, out: str | Path, frame: ByteArray | None = None) -> Path:
    """The path of the PNG: the density over a frame of the video, or with alpha if there is no frame.

    Args:
        density: what to paint.
        out: the file to write; its name ends in ``.png``.
        frame: (h, w, 3) uint8 RGB of the density's size.

    Raises:
        OutputError: the file cannot be written, or has another ending.
        ValueError: the frame has another size.
    """
    out = Path(out)
    if out.suffix.lower() != ".png":
        raise OutputError(f"{out.name}: expected a name ending in .png.", path=out)
    picture = heatmap_rgba(density)
    if frame is not None:
        if frame.shape != (*density.size_hw, 3):
            raise ValueError(f"Expected a frame of {density.size_hw} (h, w) px in RGB, got {frame.shape}.")
        alpha = picture[..., 3:].astype(np.float32) / 255
        picture = np.round(frame * (1 - alpha) + picture[..., :3] * alpha).astype(np.uint8)
    with replacing(out) as temporary:
        Image.fromarray(picture).save(temporary, "PNG")
    return out


def _resized(density: Density, size_hw: tuple[int, int]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """(h, w) the density at the pixels' centres, between those of the cells."""
    height, width = size_hw
    per_cell_x = density.cell_px * width / density.size_hw[1]
    per_cell_y = density.cell_px * height / density.size_hw[0]
    x = ((np.arange(width) + 0.5) / per_cell_x - 0.5).astype(np.float32)
    y = ((np.arange(height) + 0.5) / per_cell_y - 0.5).astype(np.float32)
    grid_x, grid_y = np.meshgrid(x, y)
    found = cv2.remap(density.ms_hw, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)
