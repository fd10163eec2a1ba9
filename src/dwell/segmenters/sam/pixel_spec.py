"""How a network wants its pictures, as the files of its checkpoint say. Loads no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dwell.errors import ModelError

__all__ = ["PROCESSOR_FILES", "PixelSpec", "read_pixel_spec"]

PROCESSOR_FILES = ("processor_config.json", "preprocessor_config.json", "video_preprocessor_config.json")
"""Where it may stand, in the order in which they are looked at."""
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
    for path in (folder / name for name in PROCESSOR_FILES):
        said = _read(path) if path.exists() else {}
        if not _NEEDED.isdisjoint(said):
            return _parsed(said, path)
    raise ModelError(
        f"{folder} says nowhere how pictures are to be prepared: expected "
        f"{' or '.join(PROCESSOR_FILES[:2])} beside config.json; copy the whole folder of the model.",
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
