"""What the files of a checkpoint say about preparing pictures. Loads no torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dwell.errors import ModelError

__all__ = ["PROCESSOR_FILES", "read_processor", "unreadable"]

PROCESSOR_FILES = ("processor_config.json", "preprocessor_config.json", "video_preprocessor_config.json")
"""Where it may stand, in the order in which they are looked at."""
_NEEDED = ("size", "image_mean", "image_std")


def read_processor(folder: Path) -> tuple[dict[str, Any], Path]:
    """What a checkpoint's processor files say of pictures, and which does; the first that says anything.

    Older checkpoints have a processor_config.json that speaks of prompts only, and a preprocessor_config.json
    beside it.

    Raises:
        ModelError: no file says it, or one lacks the size, mean or standard deviation.
    """
    for path in (folder / name for name in PROCESSOR_FILES):
        said = _read(path) if path.exists() else {}
        missing = [each for each in _NEEDED if each not in said]
        if len(missing) == len(_NEEDED):
            continue
        if missing:
            raise unreadable(path, KeyError(missing[0]))
        return said, path
    raise ModelError(
        f"{folder} says nowhere how pictures are to be prepared: expected "
        f"{' or '.join(PROCESSOR_FILES[:2])} beside config.json; copy the whole folder of the model.",
        path=folder,
    )


def unreadable(path: Path, error: Exception) -> ModelError:
    """The error for a file whose values will not do."""
    return ModelError(
        f"{path} cannot be read: expected {', '.join(_NEEDED[:2])} and {_NEEDED[2]} ({error!r}); fetch the "
        "model anew.",
        path=path,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for part in ("video_processor", "image_processor"):
            found = {**found, **found.get(part, {})}
    except (ValueError, TypeError, AttributeError) as error:
        raise unreadable(path, error) from error
    return found
