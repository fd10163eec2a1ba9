"""The files that a model is: found by name or folder, fetched if need be, checked before they are loaded."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from dwell.errors import IncompleteModel, MissingModel, ModelError
from dwell.models import Model
from dwell.segmenters.checkpoints.cache import how_offline, is_offline, snapshots
from dwell.segmenters.checkpoints.family import FAMILIES, TRACKING, Family, family_of
from dwell.segmenters.checkpoints.processor import PROCESSOR_FILES, read_processor
from dwell.segmenters.checkpoints.tokeniser import tokeniser_files
from dwell.segmenters.checkpoints.weights import dangling, read_json, weight_files
from dwell.types import ProgressFn

__all__ = ["Checkpoint", "cached_checkpoint", "find_checkpoint", "is_here", "open_folder"]


@dataclass(frozen=True)
class Checkpoint:
    """A model's files, all there."""

    name: str
    """As in ``dwell.models``, or the folder's own name."""
    source: str
    """The repository it was fetched from, or the folder as an absolute path."""
    folder: Path
    """Holds config.json and the weights, as ``from_pretrained`` wants it."""
    model_type: str
    """The architecture that config.json names; one of its family's."""
    revision: str
    """The commit on the hub; for a folder, ``sha256:`` and 12 hex digits of its configs and weights."""
    config: dict[str, Any] = field(repr=False, compare=False, default_factory=dict)
    """What config.json says."""


def find_checkpoint(
    model: str | Path,
    family: Family = TRACKING,
    *,
    offline: bool = False,
    show: ProgressFn | None = None,
) -> Checkpoint:
    """The files of a model, fetched from the hub when they are not on this computer.

    A version that is here already is used as it is; nobody is asked for a newer one.

    Args:
        model: one of the family's names, or a folder with config.json and weights.
        family: models that do what is wanted of it.
        offline: never fetch.
        show: called with (bytes done, bytes in all) while fetching; may raise ``Cancelled``.

    Raises:
        ModelError: it is unknown, incomplete, of another architecture, or cannot be fetched; the leaf and
            the message say which, and what to do.
        StorageFull: no room for it.
    """
    if isinstance(model, Path) or model not in family.models:
        return open_folder(model, family)
    known = family.models[model]
    try:
        return cached_checkpoint(known)
    except (MissingModel, IncompleteModel) as error:
        if offline or is_offline():
            raise type(error)(f"{error} {how_offline(known)}", path=error.path) from error
    from dwell.segmenters.checkpoints.fetch import fetch

    fetch(known, show)
    return cached_checkpoint(known)


def cached_checkpoint(model: Model) -> Checkpoint:
    """The files of a model that was fetched before.

    Raises:
        MissingModel: it never was.
        IncompleteModel: the download did not end, or something is damaged.
    """
    problems: list[IncompleteModel] = []
    for folder in snapshots(model.repo):
        try:
            config = _checked(folder, family_of(model))
            _check_processor(folder)
        except IncompleteModel as error:
            problems.append(error)
            continue
        return Checkpoint(model.name, model.repo, folder, str(config["model_type"]), folder.name, config)
    if problems:
        raise IncompleteModel(
            f"The download of {model.name} is not complete: {problems[0]}", path=problems[0].path
        )
    raise MissingModel(f"The model {model.name} ({model.repo}) is not on this computer.")


def is_here(model: Model) -> bool:
    """Whether a model was fetched before, all of it."""
    try:
        cached_checkpoint(model)
    except (MissingModel, IncompleteModel):
        return False
    return True


def open_folder(folder: str | Path, family: Family = TRACKING) -> Checkpoint:
    """The model in a folder.

    Its revision is a digest of all of config, processor's config, tokeniser and weights, so that two of them
    are never taken for one another; that reads the files once, about half a second per GB.

    Raises:
        ModelError: there is none, or none that Dwell can use.
    """
    path = Path(folder).expanduser()
    if not path.is_dir():
        raise _no_folder(str(folder), path, family)
    config = _checked(path, family)
    path = path.resolve()
    said = [path / name for name in PROCESSOR_FILES if (path / name).exists()]
    words = tokeniser_files(path) if family.reads_words else []
    revision = _digest(_states([path / "config.json", *said, *words, *weight_files(path)]))
    return Checkpoint(path.name, str(path), path, str(config["model_type"]), revision, config)


def _checked(folder: Path, family: Family) -> dict[str, Any]:
    if not (folder / "config.json").exists():
        raise _no_config(folder)
    config = read_json(folder / "config.json")
    kind = config.get("model_type")
    if kind not in family.architectures:
        other = next((each for each in FAMILIES if kind in each.architectures), None)
        advice = f" This one can be given to {other.option}." if other else ""
        raise ModelError(
            f"{folder} holds a model of the architecture {kind!r}; expected one of: "
            f"{', '.join(family.architectures)}. Choose a transformers checkpoint {family.what}.{advice}",
            path=folder,
        )
    weight_files(folder)
    if family.reads_words:
        tokeniser_files(folder)
    return config


def _check_processor(folder: Path) -> None:
    try:
        read_processor(folder)
    except ModelError as error:
        raise IncompleteModel(
            f"{folder} has no usable {PROCESSOR_FILES[0]}; fetch the model again.", path=folder
        ) from error


def _no_config(folder: Path) -> ModelError:
    if (folder / "config.json").is_symlink():
        raise dangling(folder / "config.json")
    if folder.parent.name == "snapshots":
        return IncompleteModel(f"{folder} has no config.json; fetch the model again.", path=folder)
    return ModelError(
        f"{folder} is not a checkpoint: it has no config.json. Give the folder that has config.json and "
        "model.safetensors in it.",
        path=folder,
    )


def _no_folder(given: str, path: Path, family: Family) -> ModelError:
    by_repo = {model.repo: name for name, model in family.models.items()}
    if given in by_repo:
        return MissingModel(
            f"There is no folder {given}; for the model of that name on the hub say {by_repo[given]!r}."
        )
    if path.exists():
        return ModelError(
            f"{path} is a file; give the folder that has config.json and model.safetensors in it.", path=path
        )
    if path.is_absolute() or path.name != given:
        return MissingModel(
            f"There is no folder {given}; say where the model is now ({family.option} FOLDER) or name "
            "another one.",
            path=path,
        )
    close = difflib.get_close_matches(given, list(family.models), n=1)
    guess = f" Did you mean {close[0]!r}?" if close else f" Models with a name: {', '.join(family.models)}."
    return MissingModel(f"There is no model and no folder {given}.{guess}", path=path)


def _states(paths: list[Path]) -> tuple[tuple[Path, int, int], ...]:
    return tuple((path, path.stat().st_size, path.stat().st_mtime_ns) for path in paths)


@lru_cache(maxsize=8)
def _digest(files: tuple[tuple[Path, int, int], ...]) -> str:
    """Of the files' contents; size and time are there so that a changed file is read again."""
    digest = hashlib.sha256()
    for path, size, _ in files:
        with path.open("rb") as file:
            digest.update(f"{path.name}:{size}:".encode())
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"sha256:{digest.hexdigest()[:12]}"
