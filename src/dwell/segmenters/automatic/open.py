"""Proposers by name, by the name of a backend, or by the folder of a model."""

from __future__ import annotations

import difflib
import inspect
from pathlib import Path
from typing import Any

from dwell.errors import BackendError, MissingBackend, ModelError
from dwell.models import PROPOSER_MODELS
from dwell.registry import BACKENDS, PROPOSERS, load
from dwell.segmenters.automatic.grid import GridProposer
from dwell.segmenters.checkpoints import libraries
from dwell.segmenters.checkpoints.checkpoint import open_folder
from dwell.segmenters.checkpoints.family import PROPOSING, TRACKING
from dwell.segmenters.checkpoints.weights import read_json
from dwell.segmenters.contract import Proposer
from dwell.segmenters.open import is_folder, open_backend

__all__ = ["open_proposer"]


def open_proposer(name: str | Path = "embedded", **options: Any) -> Proposer:
    """The finder of masks without prompts of this name, ready to use; a model that is not here is fetched.

    Args:
        name: one of ``dwell.registry.PROPOSERS``; or a backend's name or the folder of a model, which is then
            clicked all over the picture.
        options: what it takes: ``device``, ``offline`` and ``show`` of SAM 1, those of the backend otherwise.

    Raises:
        MissingBackend: no such name, or its extra is not installed (the message has the install line).
        BackendError: it has no such option.
        ModelError: the model cannot be used or fetched.
    """
    if name in PROPOSERS:
        return _registered(str(name), str(name), options)
    if name in BACKENDS:
        return GridProposer(open_backend(str(name), **options))
    if is_folder(name):
        return _from_folder(Path(name), options)
    raise MissingBackend(_unknown(str(name)))


def _registered(name: str, model: str | Path, options: dict[str, Any]) -> Proposer:
    """The proposer of this name; a learned one loads the model, which may be a folder."""
    learned = name in PROPOSER_MODELS
    if learned:
        libraries.need_libraries()
    kind = load(PROPOSERS, name)
    takes = [each for each in inspect.signature(kind).parameters if each not in ("model", "segmenter")]
    for option in options:
        if option not in takes:
            raise BackendError(
                f"The proposer {str(model)!r} has no option {option!r}; it takes: "
                f"{', '.join(takes) or 'none'}."
            )
    proposer: Proposer = kind(model, **options) if learned else kind(**options)
    return proposer


def _from_folder(folder: Path, options: dict[str, Any]) -> Proposer:
    config = folder.expanduser() / "config.json"
    if not config.is_file():
        raise _unusable(folder)
    kind = read_json(config).get("model_type")
    if kind in PROPOSING.architectures:
        return _registered(next(iter(PROPOSER_MODELS)), folder, options)
    if kind in TRACKING.architectures:
        return GridProposer(open_backend(folder, **options))
    known = ", ".join([*PROPOSING.architectures, *TRACKING.architectures])
    raise ModelError(
        f"{folder} holds a model of the architecture {kind!r}, which makes no masks; expected one of: "
        f"{known}.",
        path=folder,
    )


def _unusable(folder: Path) -> ModelError:
    try:
        open_folder(folder, PROPOSING)
    except ModelError as error:
        return error
    return ModelError(f"{folder} cannot be used; give a folder with config.json in it.", path=folder)


def _unknown(name: str) -> str:
    known = list(dict.fromkeys([*PROPOSERS, *BACKENDS]))
    close = difflib.get_close_matches(name, known, n=1)
    guess = f" Did you mean {close[0]!r}?" if close else ""
    return f"There is no proposer named {name!r}; choose one of: {', '.join(known)}.{guess}"
