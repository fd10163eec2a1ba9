"""Pictures and masks to the square a network sees, and back.

No torchvision is needed; the tests compare with the official processors where it is installed.
Source: the published preprocessing of SAM 2, EdgeTAM and SAM 3, read from each checkpoint's own files.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from dwell.segmenters.sam.pixel_spec import PixelSpec
from dwell.types import BoolArray, ByteArray

__all__ = ["image_tensor", "mask_of_logits", "mask_tensor"]


def image_tensor(image: ByteArray, spec: PixelSpec, device: torch.device | str = "cpu") -> torch.Tensor:
    """(1, 3, size, size) float32 of an (h, w, 3) uint8 RGB image, on a device.

    Resized as bytes with antialiasing, as the official processors do: floats would differ by up to 0.017.
    Bytes travel to the device, a quarter of the floats, and become floats there.
    """
    x = torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None]
    x = F.interpolate(x, size=(spec.size, spec.size), mode="bilinear", antialias=True, align_corners=False)
    mean, std = (torch.tensor(values, device=device).view(1, 3, 1, 1) for values in (spec.mean, spec.std))
    white = torch.tensor(255.0, device=device)  # by a plain number, a GPU divides less exactly
    return (x.to(device).float() / white - mean) / std


def mask_tensor(mask: BoolArray, size: int) -> torch.Tensor:
    """(1, 1, size, size) float32 of zeros and ones: a prompt mask, resized as the official processors do.

    Where those would lose a mask that is too thin, every pixel that it touches counts.
    """
    x = torch.from_numpy(np.ascontiguousarray(mask)).float()[None, None]
    if x.shape[-2:] != (size, size):
        resized = F.interpolate(x, (size, size), mode="bilinear", antialias=True, align_corners=False)
        kept = resized >= 0.5
        x = (kept if kept.any() else resized > 0).float()
    return x


def mask_of_logits(logits: torch.Tensor, image_hw: tuple[int, int]) -> BoolArray:
    """(h, w) bool where (low_h, low_w) logits, resized, are above 0; as the official processors do."""
    x = F.interpolate(logits.float()[None, None], image_hw, mode="bilinear", align_corners=False)
    found: BoolArray = (x[0, 0] > 0).cpu().numpy()
    return found
