"""Options of ``dwell everything``: what is enough, how everything is found, and how what was looked at is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dwell.cli.console import wrong_usage

if TYPE_CHECKING:
    from dwell.everything import Budget, EverythingOptions, GazeFirstOptions

__all__ = [
    "Alike",
    "Coverage",
    "GazeWeight",
    "Granularities",
    "IouThresh",
    "Masks",
    "MaxMasks",
    "MaxMasksPerFrame",
    "MinArea",
    "MinDwellMs",
    "Minutes",
    "PointsPerSide",
    "PredIouThresh",
    "ProposerName",
    "Published",
    "Step",
    "Stride",
    "WindowS",
    "budget_of",
    "everything_options",
    "given",
    "is_sam",
    "looked_options",
    "own_thresholds",
    "refuse_idle",
]

_BUDGET = "When it is enough: whichever is reached first"
_FINDING = "How everything is found and tracked"
_LOOKED = "With --looked-at"


def _option(*names: str, metavar: str, help: str, panel: str) -> Any:
    return typer.Option(*names, metavar=metavar, help=help, rich_help_panel=panel, show_default=False)


Minutes = Annotated[
    float | None, _option(metavar="M", help="Time for the whole run on this computer.", panel=_BUDGET)
]
Masks = Annotated[int | None, _option(metavar="N", help="Objects tracked in all, parts too.", panel=_BUDGET)]
Coverage = Annotated[
    float | None,
    _option(
        metavar="C",
        help="Share, 0 … 1, of all that was found that is tracked, things counted by importance; default 0.9 "
        "where no other limit is given.",
        panel=_BUDGET,
    ),
]
ProposerName = Annotated[
    str | None,
    _option(
        "--proposer",
        metavar="NAME|DIR",
        help="Who finds masks on key frames: embedded, a model of SAM 1 or SAM-HQ, or any backend, which is "
        "then clicked all over the picture; default embedded.",
        panel=_FINDING,
    ),
]
Step = Annotated[
    int | None,
    _option(
        metavar="N", help="Frames from key frame to key frame; default by motion, 5 … 45.", panel=_FINDING
    ),
]
IouThresh = Annotated[
    float | None,
    _option(metavar="I", help="A mask as like as this to a tracked one is it; default 0.6.", panel=_FINDING),
]
MaxMasksPerFrame = Annotated[
    int | None, _option(metavar="N", help="Objects tracked at a time; default 32.", panel=_FINDING)
]
PointsPerSide = Annotated[
    int | None,
    _option(
        metavar="N", help="Clicks along the longer side, where clicks are made; default 32.", panel=_FINDING
    ),
]
PredIouThresh = Annotated[
    float | None,
    _option(
        metavar="S",
        help="Least score of a mask; default the proposer's own: 0.5 of embedded, 0.8 of networks, 0.5 of "
        "others.",
        panel=_FINDING,
    ),
]
MinArea = Annotated[
    float | None,
    _option(metavar="A", help="Least share of the picture of a mask; default 0.0005.", panel=_FINDING),
]
MaxMasks = Annotated[
    int | None,
    _option(metavar="N", help="Masks kept of a key frame, the best; default 64.", panel=_FINDING),
]
Stride = Annotated[
    int | None,
    _option(metavar="K", help="Track on every Kth frame, interpolate between; default 1.", panel=_FINDING),
]
GazeWeight = Annotated[
    float | None,
    _option(metavar="W", help="How much more counts what is looked at; default 0.", panel=_FINDING),
]
Published = Annotated[
    bool,
    typer.Option(
        "--published", help="The published pipeline's values for all not given.", rich_help_panel=_FINDING
    ),
]
WindowS = Annotated[
    float | None,
    _option(metavar="S", help="Seconds tracked before and after a fixation; default 1.", panel=_LOOKED),
]
Granularities = Annotated[
    int | None,
    _option(metavar="N", help="Masks at a fixation, 1 … 3: part, thing, more; default 3.", panel=_LOOKED),
]
Alike = Annotated[
    float | None,
    _option(
        metavar="L", help="Likeness, 0 … 1, from which two sightings are one; default 0.75.", panel=_LOOKED
    ),
]
MinDwellMs = Annotated[
    float | None,
    _option(metavar="MS", help="Leave out what was looked at for less; default 0.", panel=_LOOKED),
]


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those that were given."""
    return {name: value for name, value in values.items() if value is not None}


def refuse_idle(idle: Mapping[str, Any], *, looked_at: bool) -> None:
    """Refuse options that would do nothing.

    Raises:
        BadParameter: there is one.
    """
    for name in given(idle):
        option = f"--{name.replace('_', '-')}"
        why = "means nothing with --looked-at" if looked_at else "is for --looked-at"
        raise typer.BadParameter(f"{option} {why}; leave it out.")


def everything_options(
    finding: Mapping[str, Any], automatic: Mapping[str, Any], *, published: bool, sure: bool = True
) -> EverythingOptions:
    """How everything is found.

    Args:
        finding: options of the run, by name.
        automatic: options of masks on key frames, by name.
        published: what is not given is as published.
        sure: the published least score and stability, which are SAM's, are those of the proposer as well.

    Raises:
        BadParameter: a value that cannot be used.
    """
    from dwell.everything import PUBLISHED, EverythingOptions

    base = PUBLISHED if published else EverythingOptions()
    if not sure:
        own = replace(base.automatic, pred_iou_thresh=None, stability_score_thresh=None)
        base = replace(base, automatic=own)
    with wrong_usage():
        return replace(base, **given(finding), automatic=replace(base.automatic, **given(automatic)))


def is_sam(proposer: str | None) -> bool:
    """Whether a proposer is of the SAM family, whose scores the published thresholds are made for."""
    from dwell.models import PROPOSER_MODELS
    from dwell.segmenters.open import is_model

    return proposer is not None and (proposer in PROPOSER_MODELS or is_model(proposer))


def own_thresholds(proposer: str | None) -> str:
    """What is to be said where ``--published`` cannot be followed to the letter."""
    return (
        f"The published least score and stability are SAM's; those of {proposer or 'embedded'} are kept, for "
        "it is sure in its own way. --pred-iou-thresh sets the score."
    )


def looked_options(looking: Mapping[str, Any]) -> GazeFirstOptions:
    """How what was looked at is found.

    Raises:
        BadParameter: a value that cannot be used.
    """
    from dwell.everything import GazeFirstOptions

    with wrong_usage():
        return GazeFirstOptions(**given(looking))


def budget_of(limits: Mapping[str, Any]) -> Budget:
    """When it is enough; 90 % where nothing is said.

    Raises:
        BadParameter: a value that cannot be used.
    """
    from dwell.everything import Budget

    with wrong_usage():
        return Budget(**(given(limits) or {"coverage": 0.9}))
