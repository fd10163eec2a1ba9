"""Who can segment and track on this computer, who can find things from words, and who without."""

from __future__ import annotations

from importlib.util import find_spec

from dwell.app.messages import BackendInfo, DetectorInfo, ProposerInfo
from dwell.errors import ModelError
from dwell.models import DETECTOR_MODELS, MODELS, PROPOSER_MODELS, Model
from dwell.registry import PROPOSERS

__all__ = ["backends", "detectors", "proposers"]

_COLOURS = DetectorInfo(
    name="colours",
    note="needs no download, and knows colour words only: “red card” finds what is red",
    ready=True,
    cpu_s=0.1,
    box_score=0.3,
    text_score=0.25,
)
_EVERYTHING = DetectorInfo(
    name="everything",
    note="needs no download: whatever stands out, all called by the first word; takes some 3 seconds",
    ready=True,
    cpu_s=3.0,
    box_score=0.4,
    text_score=0.25,
)
_BUILT_IN = (
    BackendInfo(name="embedded", note="needs no download; compact, distinct things", ready=True, cpu_s=0.04),
    BackendInfo(name="colour", note="drawn pictures in flat colours only", ready=True, cpu_s=0.01),
)
_PROPOSER_NOTES = {"embedded": "needs no download; parts and wholes by colour and edges"}


def backends() -> list[BackendInfo]:
    """All backends by name, and what is missing for those that are not ready."""
    return [*_BUILT_IN, *map(_learned, MODELS.values())]


def detectors() -> list[DetectorInfo]:
    """All detectors by name, and what is missing for those that are not ready."""
    return [_COLOURS, _EVERYTHING, *map(_learned_detector, DETECTOR_MODELS.values())]


def proposers() -> list[ProposerInfo]:
    """All proposers by name, and what is missing for those that are not ready; backends click."""
    others = [each for each in backends() if each.name not in PROPOSERS]
    clicking = [
        ProposerInfo(name=each.name, note=each.note, ready=each.ready, missing=each.missing)
        for each in others
    ]
    return [*map(_proposer, PROPOSERS), *clicking]


def _proposer(name: str) -> ProposerInfo:
    model = PROPOSER_MODELS.get(name)
    if model is None:
        return ProposerInfo(name=name, note=_PROPOSER_NOTES.get(name, ""), ready=True)
    missing = _missing(model)
    note = f"{model.note} ({model.size_mb} MB)"
    return ProposerInfo(name=name, note=note, ready=not missing, missing=missing)


def _learned(model: Model) -> BackendInfo:
    missing = _missing(model)
    return BackendInfo(
        name=model.name,
        note=f"{model.note} ({model.size_mb} MB)",
        ready=not missing,
        missing=missing,
        resolutions=[512, model.resolution] if model.cpu_512_s is not None else [],
        cpu_s=model.cpu_s,
    )


def _learned_detector(model: Model) -> DetectorInfo:
    missing = _missing(model)
    return DetectorInfo(
        name=model.name,
        note=f"{model.note} ({model.size_mb} MB)",
        ready=not missing,
        missing=missing,
        cpu_s=model.cpu_s,
        box_score=model.box_score,
        text_score=model.text_score,
    )


def _missing(model: Model) -> str:
    if any(find_spec(name) is None for name in model.needs):
        return f'pip install "dwell[{model.extra}]"'
    from dwell.segmenters.checkpoints.checkpoint import cached_checkpoint

    try:
        found = cached_checkpoint(model)
    except ModelError:
        found = None
    return "" if found is not None else f"dwell models fetch {model.name}"
