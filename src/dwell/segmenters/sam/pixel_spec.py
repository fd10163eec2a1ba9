"""How a network of the SAM 2 family wants its pictures, as its checkpoint says. Loads no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dwell.segmenters.checkpoints.processor import read_processor, unreadable

__all__ = ["PixelSpec", "read_pixel_spec"]


@dataclass(frozen=True)
class PixelSpec:
    """How a network wants its pictures."""

    size: int
    """Side of the square, px. The aspect ratio is not kept."""
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
        size = said["size"]["height"] if isinstance(said["size"], dict) else said["size"]
        mean, std = (tuple(float(v) for v in said[f"image_{what}"]) for what in ("mean", "std"))
        return PixelSpec(int(size), mean, std)  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError) as error:
        raise unreadable(path, error) from error
