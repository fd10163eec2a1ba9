"""Pictures and masks to the padded square that SAM 1 sees, and back.

The aspect ratio is kept: the longer side fills the square, the rest is nothing. No torchvision is needed.
Source: the preprocessing published with SAM 1 and SAM-HQ, read from each checkpoint's own files.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from dwell.segmenters.checkpoints.processor import read_processor, unreadable
from dwell.types import BoolArray, ByteArray

__all__ = ["PixelSpec", "fitted_hw", "image_tensor", "mask_of_logits", "mask_tensor", "read_pixel_spec"]


@dataclass(frozen=True)
class PixelSpec:
    """How a network wants its pictures."""

    long: int
    """px of the longer side."""
    side: int
    """px of the square."""
    mean: tuple[float, float, float]
    """Of RGB in 0 … 1."""
    std: tuple[float, float, float]


def read_pixel_spec(folder: Path) -> PixelSpec:
    """The spec that a checkpoint's processor files give.

    Raises:
        ModelError: no file says it, or one lacks the size, mean or standard deviation.
    """
    said, path = read_processor(folder)
    try:
        long = int(said["size"]["longest_edge"])
        side = int(_height(said.get("pad_size", long)))
        mean, std = (tuple(float(v) for v in said[f"image_{what}"]) for what in ("mean", "std"))
        spec = PixelSpec(long, side, mean, std)  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError) as error:
        raise unreadable(path, error) from error
    if not 0 < long <= side:
        raise unreadable(path, ValueError(f"a longer side of {long} px in a square of {side} px"))
    return spec


def fitted_hw(image_hw: tuple[int, int], long: int) -> tuple[int, int]:
    """(h, w) of a picture whose longer side is made ``long`` px; halves are rounded up."""
    scale = long / max(image_hw)
    return int(image_hw[0] * scale + 0.5), int(image_hw[1] * scale + 0.5)


def image_tensor(image: ByteArray, spec: PixelSpec, device: torch.device | str = "cpu") -> torch.Tensor:
    """(1, 3, side, side) float32 of an (h, w, 3) uint8 RGB image: upper left, normalised, then zeros."""
    height, width = fitted_hw((image.shape[0], image.shape[1]), spec.long)
    resized = Image.fromarray(np.ascontiguousarray(image)).resize((width, height), Image.Resampling.BILINEAR)
    x = torch.from_numpy(np.array(resized)).to(device).permute(2, 0, 1)[None].float() / 255
    mean, std = (torch.tensor(values, device=device).view(1, 3, 1, 1) for values in (spec.mean, spec.std))
    return F.pad((x - mean) / std, (0, spec.side - width, 0, spec.side - height))


def mask_tensor(mask: BoolArray, spec: PixelSpec, side: int) -> torch.Tensor:
    """(1, 1, side, side) float32 of 0 … 1: a mask of the picture where a square of ``side`` px shows it."""
    height, width = fitted_hw((mask.shape[0], mask.shape[1]), max(1, round(spec.long * side / spec.side)))
    x = torch.from_numpy(np.ascontiguousarray(mask)).float()[None, None]
    x = F.interpolate(x, (height, width), mode="bilinear", antialias=True, align_corners=False)
    return F.pad(x, (0, side - width, 0, side - height))


def mask_of_logits(logits: torch.Tensor, image_hw: tuple[int, int], spec: PixelSpec) -> BoolArray:
    """(h, w) bool where (low_h, low_w) logits, resized without the padding, are above 0."""
    height, width = fitted_hw(image_hw, spec.long)
    square = (spec.side, spec.side)
    x = F.interpolate(logits.float()[None, None], square, mode="bilinear", align_corners=False)
    x = F.interpolate(x[..., :height, :width], image_hw, mode="bilinear", align_corners=False)
    found: BoolArray = (x[0, 0] > 0).cpu().numpy()
    return found


def _height(size: Any) -> Any:
    return size["height"] if isinstance(size, dict) else size
