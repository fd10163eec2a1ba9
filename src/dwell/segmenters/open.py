"""Backends by name, or by the folder of a model."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dwell.errors import BackendError, MissingBackend
from dwell.models import MODELS, PROPOSER_MODELS
from dwell.registry import BACKENDS, load
from dwell.segmenters.checkpoints import libraries
from dwell.segmenters.contract import Backend

__all__ = ["backend_class", "is_folder", "is_model", "open_backend"]


_REMEMBERED = ("resolution", "remember", "reacquire")
"""Options of a backend that hold for the next time as well."""


def open_backend(name: str | Path = "embedded", **options: Any) -> Backend:
    """The segmenter and tracker of this name, ready to use.

    Args:
        name: one of ``dwell.registry.BACKENDS``, or the folder of a model of the SAM 2 family.
        options: what the backend takes, such as ``resolution=512``.

    Raises:
        MissingBackend: no such name, or its extra is not installed (the message has the install line).
        BackendError: the backend has no such option.
        ModelError: the model cannot be used or fetched.
    """
    kind = backend_class(name)
    model = (name,) if is_model(name) else ()
    _check_options(str(name), kind, len(model), options)
    backend: Backend = kind(*model, **options)
    return backend


def choice_from(name: str, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """What ``open_backend`` is given to have a backend again that was noted down.

    Args:
        name: its ``name``.
        parameters: what its ``describe`` gave. Resolution and memory hold; where it computes is chosen anew.
    """
    model = str(parameters.get("model", ""))
    chosen = {option: parameters[option] for option in _REMEMBERED if option in parameters}
    return (model if Path(model).is_absolute() else name), chosen


def backend_class(name: str | Path) -> Any:
    """The class behind a name or a model's folder, imported now; no model is looked for.

    Raises:
        MissingBackend: no such name, or what it needs is not installed or broken.
    """
    if name in PROPOSER_MODELS:
        raise MissingBackend(
            f"{name} finds masks on single images and cannot track, so it is no backend; give it to "
            "--proposer, and track with another model, such as sam2.1-small."
        )
    if is_model(name):
        libraries.need_libraries()
    return load(BACKENDS, next(iter(MODELS)) if is_folder(name) else str(name))


def is_model(name: str | Path) -> bool:
    """Whether this is a learned model, by name or by folder."""
    return name in MODELS or is_folder(name)


def is_folder(name: str | Path) -> bool:
    """Whether this is the folder of a model, there or not, rather than a backend's name."""
    if isinstance(name, Path):
        return True
    separators = {os.sep, os.altsep or os.sep, "/"}
    return name not in BACKENDS and (any(each in name for each in separators) or Path(name).is_dir())


def _check_options(name: str, kind: Any, n_given: int, options: dict[str, Any]) -> None:
    takes = list(inspect.signature(kind).parameters)[n_given:]
    for option in options:
        if option not in takes:
            raise BackendError(
                f"The backend {name!r} has no option {option!r}; it takes: {', '.join(takes) or 'none'}."
            )
