"""Pictures and masks to the square a network sees, and back.

No torchvision is needed; the tests compare with the official processors where it is installed.
Source: the published preprocessing of SAM 2, EdgeTAM and SAM 3, read from each checkpoint's own files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from dwell.errors import ModelError
from dwell.types import BoolArray, ByteArray

__all__ = ["PixelSpec", "image_tensor", "mask_of_logits", "mask_tensor", "read_pixel_spec"]

_FILES = ("processor_config.json", "preprocessor_config.json", "video_preprocessor_config.json")
_NEEDED = {"size", "image_mean", "image_std"}


@dataclass(frozen=True)
class PixelSpec:
    """How a network wants its pictures."""

    size: int
    """Side of the square, px. The aspect ratio is not kept."""
    mean: tuple[float, float, float]
    """Of RGB in 0 … 1."""
    std: tuple[float, float, float]


def read_pixel_spec(folder: Path) -> PixelSpec:
    """The spec a checkpoint's processor files give; the first that says anything of it counts.

    Older checkpoints have a processor_config.json that speaks of prompts only, and a preprocessor_config.json
    beside it.

    Raises:
        ModelError: no file says it, or one lacks the size, mean or standard deviation.
    """
    for path in (folder / name for name in _FILES):
        said = _read(path) if path.exists() else {}
        if not _NEEDED.isdisjoint(said):
            return _parsed(said, path)
    raise ModelError(
        f"{folder} says nowhere how pictures are to be prepared: expected {' or '.join(_FILES[:2])} beside "
        "config.json; copy the whole folder of the model.",
        path=folder,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for part in ("video_processor", "image_processor"):
            found = {**found, **found.get(part, {})}
    except (ValueError, TypeError, AttributeError) as error:
        raise _unreadable(path, error) from error
    return found


def _parsed(said: dict[str, Any], path: Path) -> PixelSpec:
    try:
        size = said["size"]["height"] if isinstance(said["size"], dict) else said["size"]
        mean, std = (tuple(float(v) for v in said[f"image_{what}"]) for what in ("mean", "std"))
        return PixelSpec(int(size), mean, std)  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> ModelError:
    return ModelError(
        f"{path} cannot be read: expected size, image_mean and image_std ({error!r}); fetch the model anew.",
        path=path,
    )


def image_tensor(image: ByteArray, spec: PixelSpec) -> torch.Tensor:
    """(1, 3, size, size) float32 of an (h, w, 3) uint8 RGB image.

    Resized as bytes with antialiasing, as the official processors do: floats would differ by up to 0.017.
    """
    x = torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None]
    x = F.interpolate(x, size=(spec.size, spec.size), mode="bilinear", antialias=True, align_corners=False)
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (spec.mean, spec.std))
    return (x.float() / 255 - mean) / std


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
