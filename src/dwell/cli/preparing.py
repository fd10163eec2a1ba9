"""Before a long job: the model is fetched, and how long the job will take is said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dwell.cli.console import note, status
from dwell.cli.models import fetch_with_progress

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.models import Model
    from dwell.types import Direction

__all__ = ["announce", "prepare_backend", "prepare_detector", "prepare_proposer"]

LONG_S, VERY_LONG_S = 30.0, 600.0
"""From when on a duration is said, and ways to shorten it."""
FEW_FRAMES = 5
"""Up to so many frames are tracked without a word."""


def prepare_backend(analysis: Analysis, *, as_json: bool) -> None:
    """Fetch the model that the analysis will use, if it is one and not here.

    Raises:
        BackendError: it cannot be fetched, or what it needs is not installed.
    """
    from dwell.models import MODELS
    from dwell.segmenters.checkpoints.checkpoint import is_here
    from dwell.segmenters.checkpoints.libraries import need_model
    from dwell.segmenters.open import backend_class

    name, options = analysis.backend_choice
    if not isinstance(name, str) or name not in MODELS or options.get("offline"):
        return
    backend_class(name)  # first what is not installed, then a long download
    if not is_here(MODELS[name]):
        need_model(MODELS[name])
    fetch_with_progress(name, as_json=as_json)


def prepare_detector(name: str, *, as_json: bool) -> None:
    """Fetch the model of a learned detector, if it is not here.

    Raises:
        BackendError: it cannot be fetched, or what it needs is not installed.
    """
    from dwell.models import DETECTOR_MODELS

    _prepare(DETECTOR_MODELS.get(name), as_json)


def prepare_proposer(name: str, *, as_json: bool) -> None:
    """Fetch the model of a learned proposer, which may be one that tracks, if it is not here.

    Raises:
        BackendError: it cannot be fetched, or what it needs is not installed.
    """
    from dwell.models import MODELS, PROPOSER_MODELS

    _prepare((MODELS | PROPOSER_MODELS).get(name), as_json)


def announce(
    analysis: Analysis,
    span: tuple[int, int],
    direction: Direction,
    aois: Iterable[str | int] | None,
    stride: int,
    *,
    as_json: bool,
) -> None:
    """Say how long a learned model will take, measured on a frame or two, if that is long.

    Measuring takes as long as four frames, so for hardly more than that nothing is measured.
    """
    from dwell.segmenters.open import is_model

    name, _ = analysis.backend_choice
    if as_json or not isinstance(name, str) or not is_model(name):
        return
    session = analysis.session  # loads the model, which may fail
    if session.remaining(span, direction, aois, stride) <= FEW_FRAMES * stride:
        return
    status("Measuring how long this will take …")
    estimate = session.estimate(span, direction, aois, stride)
    if estimate.seconds < LONG_S:
        return
    text = f"This takes about {_duration(estimate.seconds)} here: {estimate.frames} frames"
    ways = _quicker(session.backend.describe(), stride)
    if estimate.seconds >= VERY_LONG_S and ways:
        text += f". Quicker, and less exact: {', '.join(ways)}"
    note(f"{text}. Ctrl-C stops; what is done is saved.")


def _prepare(model: Model | None, as_json: bool) -> None:
    from dwell.segmenters.checkpoints.checkpoint import is_here
    from dwell.segmenters.checkpoints.libraries import need_libraries, need_model

    if model is None or is_here(model):
        return
    need_libraries()  # first what is not installed, then a long download
    need_model(model)
    fetch_with_progress(model.name, as_json=as_json)


def _quicker(described: dict[str, Any], stride: int) -> list[str]:
    """What would make it quicker; nothing on a GPU, where only smaller models would."""
    if described.get("device") != "cpu":
        return []
    ways = []
    if described.get("resolution", 0) > 512 and described.get("architecture") != "sam3_tracker_video":
        ways.append("--resolution 512")
    if stride == 1:
        ways.append("--stride 3")
    if described.get("architecture") != "edgetam_video":
        ways.append("--backend edgetam")
    return [*ways, "a computer with a GPU"]


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
