"""Results on the picture of an enrichment."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from dwell.app.messages import FixationDots, PictureOptions, PictureResults
from dwell.app.routes.common import DeskOf

__all__ = ["router"]

router = APIRouter(prefix="/api/p/{pid}/picture")

MAX_MARGIN_PX = 2000.0
MAX_WIDTH_PX = 4096
_TYPES = {"png": "image/png", "svg": "image/svg+xml"}


def _options(
    margin_px: Annotated[float, Query(ge=-MAX_MARGIN_PX, le=MAX_MARGIN_PX, allow_inf_nan=False)] = 0.0,
    fixation_rule: Literal["mean", "any", "majority"] = "mean",
    ttff_origin: Literal["recording", "section"] = "recording",
    group_by: Literal["aoi", "category"] = "aoi",
) -> PictureOptions:
    return PictureOptions(
        margin_px=margin_px, fixation_rule=fixation_rule, ttff_origin=ttff_origin, group_by=group_by
    )


OptionsOf = Annotated[PictureOptions, Depends(_options)]


@router.get("/results")
async def results(desk: DeskOf, options: OptionsOf) -> PictureResults:
    """Measures over all recordings, as of now."""
    rev = desk.rev
    return PictureResults(rev=rev, **await desk.reckoning.ask("picture_results", options.model_dump()))


@router.get("/fixations")
async def fixations(desk: DeskOf) -> FixationDots:
    """Where fixations are on the picture."""
    return FixationDots(**await desk.reckoning.ask("picture_dots"))


@router.get("/density.png")
async def density(desk: DeskOf, w: Annotated[int | None, Query(ge=16, le=MAX_WIDTH_PX)] = None) -> Response:
    """Gaze density as a PNG with alpha; ``w`` px wide."""
    width = min(w or desk.recording.width, MAX_WIDTH_PX)
    png = await desk.reckoning.ask("picture_density", width)
    return Response(png, media_type="image/png", headers={"Cache-Control": "no-store"})


@router.get("/heatmap.{form}")
async def heatmap(desk: DeskOf, options: OptionsOf, form: Literal["png", "svg"], measure: str) -> Response:
    """The AOIs coloured by a measure."""
    drawn = await desk.reckoning.ask("picture_heatmap", options.model_dump(), measure, form)
    return Response(drawn, media_type=_TYPES[form], headers={"Cache-Control": "no-store"})
