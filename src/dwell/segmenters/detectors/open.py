"""Detectors by name, or by the folder of a model."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from dwell.errors import BackendError
from dwell.registry import DETECTORS, load
from dwell.segmenters.contract import Detector

__all__ = ["open_detector"]


def open_detector(name: str | Path, **options: Any) -> Detector:
    """The detector of this name, ready to use.

    Args:
        name: one of ``dwell.registry.DETECTORS``, or the folder of a model.
        options: what the detector takes.

    Raises:
        MissingBackend: no such name, or its extra is not installed (the message has the install line).
        BackendError: the detector has no such option.
        ModelError: the model cannot be used or fetched.
    """
    kind = load(DETECTORS, str(name))
    _check_options(str(name), kind, options)
    detector: Detector = kind(**options)
    return detector


def _check_options(name: str, kind: Any, options: dict[str, Any]) -> None:
    takes = list(inspect.signature(kind).parameters)
    for option in options:
        if option not in takes:
            raise BackendError(
                f"The detector {name!r} has no option {option!r}; it takes: {', '.join(takes) or 'none'}."
            )
