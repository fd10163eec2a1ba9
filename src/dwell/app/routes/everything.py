"""Everything in a video: what can be asked for, begin, and the gallery of what there is."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dwell.app.backends import proposers
from dwell.app.messages import EverythingInfo, EverythingRequest, Gallery, Job
from dwell.app.routes.common import DeskOf
from dwell.app.routes.frames import FOR_EVER
from dwell.app.routes.results import OptionsOf
from dwell.app.work.finding import looked_settings, settings_of
from dwell.everything import PUBLISHED, EverythingOptions, GazeFirstOptions

__all__ = ["router"]

router = APIRouter(prefix="/api/p/{pid}")

MAX_SIDE_PX = 640


@router.get("/everything")
async def info(desk: DeskOf) -> EverythingInfo:
    """What can be asked for, and the run that was stopped before its end."""
    unfinished, no_gaze = await desk.ask("everything")
    return EverythingInfo(
        proposers=await asyncio.to_thread(proposers),
        unfinished=unfinished,
        defaults=settings_of(EverythingOptions()),
        published=settings_of(PUBLISHED),
        looked=looked_settings(GazeFirstOptions()),
        no_gaze=no_gaze,
    )


@router.post("/everything")
async def find(desk: DeskOf, request: EverythingRequest) -> Job:
    """Begin to find everything, or what was looked at; ``job/cancel`` stops it."""
    job: Job = await desk.ask("find_everything", request)
    return job


@router.get("/gallery")
async def gallery(desk: DeskOf, options: OptionsOf) -> Gallery:
    """All AOIs with where they are seen best, the most important first."""
    return await desk.reckoning.gallery(desk.rev, options)


@router.get("/aois/{object_id}/picture.jpg")
async def picture(
    desk: DeskOf,
    request: Request,
    object_id: int,
    frame: int,
    tag: str = "",
    side: Annotated[int, Query(ge=16, le=MAX_SIDE_PX)] = 160,
) -> Response:
    """The picture of an AOI as it is on a frame; ``side`` px wide and high."""
    made = await desk.crop(object_id, frame, side, request.is_disconnected)
    if made is None:
        return Response(status_code=499)
    lasts = tag == made.tag
    headers = {"Cache-Control": FOR_EVER if lasts else "no-store"}
    return Response(made.data, media_type="image/jpeg", headers=headers)
