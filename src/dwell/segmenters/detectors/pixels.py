"""Pictures as detectors want them, without torchvision: equal to what the official processors make of them.

Source: the preprocessing published with each model, read from its checkpoint's own files.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dwell.segmenters.checkpoints.processor import read_processor, unreadable
from dwell.types import ByteArray

__all__ = ["PixelSpec", "fitted", "fitted_hw", "padded_to_square", "read_pixel_spec"]

Pixels = NDArray[np.float32]
"""(3, h, w) float32, normalised."""


@dataclass(frozen=True)
class PixelSpec:
    """How a detector wants its pictures."""

    short: int
    """px: the shorter side; of a square, its side."""
    long: int
    """px: the longer side is at most this."""
    mean: tuple[float, float, float]
    """Of RGB in 0 … 1."""
    std: tuple[float, float, float]
    resample: int = Image.Resampling.BILINEAR
    """How Pillow resizes, in Pillow's numbers."""


def read_pixel_spec(folder: Path) -> PixelSpec:
    """The spec that a checkpoint's processor files give.

    Raises:
        ModelError: no file says it, or one lacks the size, mean or standard deviation.
    """
    said, path = read_processor(folder)
    try:
        short, long = _sides(said["size"])
        mean, std = (tuple(float(v) for v in said[f"image_{what}"]) for what in ("mean", "std"))
        resample = Image.Resampling(said.get("resample", PixelSpec.resample))
        return PixelSpec(short, long, mean, std, resample)  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError) as error:
        raise unreadable(path, error) from error


def _sides(size: Any) -> tuple[int, int]:
    if "shortest_edge" in size:
        return int(size["shortest_edge"]), int(size["longest_edge"])
    return int(size["height"]), int(size["width"])


# -------------------------------------------------------------------- Grounding DINO


def fitted(image: ByteArray, spec: PixelSpec) -> Pixels:
    """The picture at the size the network was trained for, keeping its aspect ratio (but for rounding)."""
    height, width = fitted_hw((image.shape[0], image.shape[1]), spec)
    resized = Image.fromarray(np.ascontiguousarray(image)).resize((width, height), spec.resample)
    return _normalised(np.asarray(resized, dtype=np.float32) / np.float32(255), spec)


def fitted_hw(image_hw: tuple[int, int], spec: PixelSpec) -> tuple[int, int]:
    """(h, w): the shorter side is ``spec.short``, or less where the longer would exceed ``spec.long``."""
    less, more = min(image_hw), max(image_hw)
    short: float = spec.short
    if more / less * short > spec.long:
        short = spec.long * less / more
    sides = round(short), int(short * more / less)
    if round(short) == less:
        sides = less, more
    return sides if image_hw[0] <= image_hw[1] else (sides[1], sides[0])


# -------------------------------------------------------------------- OWLv2


def padded_to_square(image: ByteArray, spec: PixelSpec) -> Pixels:
    """The picture in the upper left of a black square, smoothed and resized, in floating point throughout.

    Gaussian of half of what the factor exceeds 1 by, cut off at four sigmas, then linear interpolation.
    """
    side = max(image.shape[:2])
    square = np.zeros((side, side, 3), dtype=np.float32)
    square[: image.shape[0], : image.shape[1]] = image.astype(np.float32) / np.float32(255)
    sigma = max(0.0, (side / spec.short - 1) / 2)
    if radius := int(4 * sigma + 0.5):
        n = 2 * radius + 1
        square = cv2.GaussianBlur(square, (n, n), sigma, borderType=cv2.BORDER_REFLECT_101)
    for axis in (0, 1):
        square = _interpolated(square, spec.short, axis)
    return _normalised(square, spec)


def _interpolated(values: Pixels, n: int, axis: int) -> Pixels:
    """Linear interpolation at the centres of ``n`` pixels along an axis, mirrored at the borders."""
    last = values.shape[axis] - 1
    at = (np.arange(n) + 0.5) * ((last + 1) / n) - 0.5
    below = np.floor(at).astype(int)
    shape = [1] * values.ndim
    shape[axis] = n
    weight = (at - below).astype(np.float32).reshape(shape)
    low, high = (np.take(values, _mirrored(index, last), axis=axis) for index in (below, below + 1))
    return np.asarray(low * (1 - weight) + high * weight)


def _mirrored(index: NDArray[Any], last: int) -> NDArray[Any]:
    mirrored: NDArray[Any] = np.clip(last - np.abs(last - np.abs(index)), 0, last)
    return mirrored


def _normalised(rgb: Pixels, spec: PixelSpec) -> Pixels:
    """(h, w, 3) in 0 … 1 → (3, h, w)."""
    mean, std = (np.array(values, dtype=np.float32) for values in (spec.mean, spec.std))
    return np.ascontiguousarray(((rgb - mean) / std).transpose(2, 0, 1))
