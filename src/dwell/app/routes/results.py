"""Results, gaze and eye events of a project."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from dwell.app.messages import Eye, Sensitivity
from dwell.app.reckoning import ResultsOptions
from dwell.app.routes.common import DeskOf

__all__ = ["OptionsOf", "router"]

router = APIRouter(prefix="/api/p/{pid}")

MAX_MARGIN_DEG = 45.0
MAX_WIDTH_PX = 4096


def _options(
    margin_deg: Annotated[float, Query(ge=-MAX_MARGIN_DEG, le=MAX_MARGIN_DEG, allow_inf_nan=False)] = 0.0,
    fixation_rule: Literal["majority", "any", "mean"] = "majority",
    px_per_degree: Annotated[float | None, Query(gt=0, allow_inf_nan=False)] = None,
) -> ResultsOptions:
    return ResultsOptions(margin_deg, fixation_rule, px_per_degree)


OptionsOf = Annotated[ResultsOptions, Depends(_options)]
"""How gaze is mapped, from the query."""


@router.get("/results")
async def results(desk: DeskOf, options: OptionsOf) -> Response:
    """``ResultsInfo``: results as of now, or that they are being computed."""
    info = await desk.reckoning.results(desk.rev, options)
    return Response(info.model_dump_json(), media_type="application/json")  # may be 1 MB: checked once


@router.get("/sensitivity")
async def sensitivity(desk: DeskOf, options: OptionsOf) -> Sensitivity:
    """How dwell time depends on the margin."""
    return await desk.reckoning.sensitivity(desk.rev, options)


@router.get("/heatmap.png")
async def heatmap(
    desk: DeskOf,
    options: OptionsOf,
    object_id: int | None = None,
    w: Annotated[int | None, Query(ge=16, le=MAX_WIDTH_PX)] = None,
) -> Response:
    """Gaze density, of all gaze or that on one AOI, as a PNG with alpha; ``w`` px wide."""
    width = min(w or desk.recording.width, MAX_WIDTH_PX)
    png = await desk.reckoning.heatmap(options, object_id, width)
    return Response(png, media_type="image/png", headers={"Cache-Control": "no-store"})


@router.get("/eye")
async def eye(desk: DeskOf) -> Eye:
    """Fixations, blinks and events."""
    return await desk.reckoning.eye()


@router.get("/gaze")
async def gaze(desk: DeskOf, start: int, stop: int) -> Response:
    """Gaze samples of frames [start, stop): 16 bytes each, see ``gaze_file.RECORD``."""
    data = await desk.reckoning.gaze(start, stop)
    return Response(data, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})
