"""Whether a folder holds all of a model's weights, found out without reading them.

Source of the format: https://huggingface.co/docs/safetensors/index#format – 8 bytes with the length of a JSON
header, the header, the numbers.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dwell.errors import IncompleteModel, ModelError

__all__ = ["dangling", "read_json", "weight_files"]

_ONE, _INDEX = "model.safetensors", "model.safetensors.index.json"
_HEADER_LIMIT = 100_000_000
_OTHER_FORMATS = ("*.bin", "*.pt", "*.pth", "*.h5", "*.msgpack", "*.onnx")


def weight_files(folder: Path) -> list[Path]:
    """The files with the weights, each there and as long as its header says.

    Raises:
        IncompleteModel: a file is missing, cut short or damaged.
        ModelError: there are no weights, or only in another format.
    """
    if (folder / _ONE).exists() or (folder / _ONE).is_symlink():
        names = [_ONE]
    elif (folder / _INDEX).exists():
        names = _shards(folder / _INDEX)
    else:
        raise _no_weights(folder)
    for name in names:
        if not (folder / name).exists():
            raise dangling(folder / name)
        _check_length(folder / name)
    return [folder / name for name in names]


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file.

    Raises:
        IncompleteModel: the file is damaged, or cannot be read.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(value, dict):
        raise _damaged(path, "it holds no JSON object")
    return value


def dangling(path: Path) -> IncompleteModel:
    """The error for a link to a file that is not there."""
    return IncompleteModel(
        f"{path} is a link to a file that is not there. Copy the files themselves, not links: cp -rL.",
        path=path,
    )


def _shards(index: Path) -> list[str]:
    parts = read_json(index).get("weight_map")
    if not isinstance(parts, dict) or not parts:
        raise _damaged(index, "it has no weight_map")
    names = sorted({str(name) for name in parts.values()})
    if missing := [name for name in names if not (index.parent / name).exists()]:
        raise IncompleteModel(
            f"{index.parent} has {len(names) - len(missing)} of {len(names)} files with weights; "
            f"{', '.join(missing)} is missing. Copy or fetch the model again.",
            path=index.parent,
        )
    return names


def _check_length(path: Path) -> None:
    found, expected = path.stat().st_size, _length(path)
    if found < expected:
        raise IncompleteModel(
            f"{path} is cut short: it has {_mb(found)} of {_mb(expected)}. Copy or fetch the model again.",
            path=path,
        )
    if found > expected:
        raise _damaged(path, f"it has {found - expected} bytes too many")


def _length(path: Path) -> int:
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith(b"version"):
            raise IncompleteModel(
                f"{path} is a git-lfs pointer, not the file itself; run `git lfs pull` there.", path=path
            )
        n_header = int.from_bytes(start, "little")
        if len(start) < 8 or n_header > _HEADER_LIMIT:
            raise _damaged(path, "it does not begin like a safetensors file")
        text = file.read(n_header)
    if len(text) < n_header:
        raise IncompleteModel(
            f"{path} is cut short: it ends within its header. Copy or fetch the model again.", path=path
        )
    try:
        header = json.loads(text)
        ends = [int(each["data_offsets"][1]) for name, each in header.items() if name != "__metadata__"]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise _damaged(path, "its header is no safetensors header") from error
    return 8 + n_header + max(ends, default=0)


def _no_weights(folder: Path) -> ModelError:
    others = sorted(path.name for pattern in _OTHER_FORMATS for path in folder.glob(pattern))
    if others:
        return ModelError(
            f"{folder} has its weights as {others[0]}; Dwell reads them as {_ONE} only, which cannot run "
            "code. Load them with transformers and write them with save_pretrained().",
            path=folder,
        )
    return IncompleteModel(
        f"{folder} has a config.json but no weights ({_ONE}). Copy or fetch the model again.", path=folder
    )


def _damaged(path: Path, why: str) -> IncompleteModel:
    return IncompleteModel(f"{path} is damaged: {why}. Copy or fetch the model again.", path=path)


def _mb(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.1f} MB"
