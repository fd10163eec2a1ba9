"""Detectors by name, or by the folder of a model."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any

from dwell.errors import BackendError, MissingModel
from dwell.models import DETECTOR_MODELS
from dwell.registry import DETECTORS, load
from dwell.segmenters.checkpoints import libraries
from dwell.segmenters.checkpoints.checkpoint import is_here
from dwell.segmenters.contract import Detector
from dwell.segmenters.detectors.choosing import Thresholds

__all__ = ["default_detector", "default_thresholds", "open_detector"]


def open_detector(name: str | Path, **options: Any) -> Detector:
    """The detector of this name, ready to use; a model that is not here is fetched.

    Args:
        name: one of ``dwell.registry.DETECTORS``, or the folder of a model.
        options: what the detector takes: ``device``, ``offline`` and ``show`` of a learned one.

    Raises:
        MissingBackend: no such name, or its extra is not installed (the message has the install line).
        BackendError: the detector has no such option.
        ModelError: the model cannot be used or fetched.
    """
    learned = name in DETECTOR_MODELS or _is_folder(name)
    if learned:
        libraries.need_libraries()
    kind = load(DETECTORS, next(iter(DETECTOR_MODELS)) if _is_folder(name) else str(name))
    given = (name,) if learned else ()
    _check_options(str(name), kind, len(given), options)
    detector: Detector = kind(*given, **options)
    return detector


def default_detector() -> str:
    """The name of the first learned detector whose model is on this computer.

    Raises:
        MissingModel: there is none; the message says how to get one, and how to do without.
    """
    for name, model in DETECTOR_MODELS.items():
        if is_here(model):
            return name
    first = next(iter(DETECTOR_MODELS.values()))
    raise MissingModel(
        "To find things from words, a model is needed, and none is on this computer. Fetch one: dwell models "
        f"fetch {first.name} ({first.size_mb} MB). Without one, the detector 'colours' finds things by their "
        "colour and 'everything' whatever stands out; or draw a box around the thing, or click it."
    )


def default_thresholds(name: str | Path) -> Thresholds:
    """The thresholds to begin with; detectors differ in how sure they say they are."""
    model = DETECTOR_MODELS.get(str(name))
    return Thresholds() if model is None else Thresholds(box=model.box_score, text=model.text_score)


def _is_folder(name: str | Path) -> bool:
    if isinstance(name, Path):
        return True
    separators = {os.sep, os.altsep or os.sep, "/"}
    return name not in DETECTORS and (any(each in name for each in separators) or Path(name).is_dir())


def _check_options(name: str, kind: Any, n_given: int, options: dict[str, Any]) -> None:
    takes = list(inspect.signature(kind).parameters)[n_given:]
    for option in options:
        if option not in takes:
            raise BackendError(
                f"The detector {name!r} has no option {option!r}; it takes: {', '.join(takes) or 'none'}."
            )
