"""Looking as prompting: the look under way, and those that were kept."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from dwell.app.desk import Desk
from dwell.app.looking.shelf import folder_of, list_looks
from dwell.app.looking.sources import gaze_source
from dwell.app.messages import (
    CheckAccept,
    CheckPlan,
    CheckResult,
    CheckTarget,
    Done,
    LookEntry,
    LookInfo,
    LookMarker,
    LookMarkers,
    LookPointer,
    LookPress,
    LookResults,
    LookScreen,
    LookSettings,
    LookStart,
    LookView,
)
from dwell.app.office import Office
from dwell.app.routes.common import DeskOf
from dwell.errors import PromptError
from dwell.screen import MARKER_IDS, marker_svg

__all__ = ["router"]

router = APIRouter(prefix="/api/p/{pid}")

QUIET_S = 15.0
"""A page that hears nothing for this long is told that all is well."""
MARKER_PX = 120.0
"""3 cm at 60 cm; docs/screen.md says how exact that is."""


@router.get("/look")
async def under_way(desk: DeskOf) -> LookInfo | None:
    """The look under way, if there is one."""
    look = desk.looking.under_way
    return None if look is None else look.info


@router.post("/look/start")
async def start(desk: DeskOf, asked: LookStart, request: Request) -> LookInfo:
    """Begin a look; one under way ends."""
    office: Office = request.app.state.office
    local = office.settings.local
    source = gaze_source(asked.source, asked.settings.mouse, office.places, local=local)
    return (await desk.looking.start(asked, source)).info


@router.post("/look/stop")
async def stop(desk: DeskOf) -> Done:
    """End the look under way."""
    await desk.looking.stop()
    return Done(rev=desk.rev)


@router.post("/look/view")
async def view(desk: DeskOf, screen: LookScreen) -> Done:
    """Where window and picture are now."""
    look = desk.looking.look
    desk.looking.check_picture(screen.frame_idx)
    look.report(screen)
    return Done(rev=desk.rev)


@router.post("/look/pointer")
async def pointer(desk: DeskOf, moved: LookPointer) -> Done:
    """Where the mouse was."""
    desk.looking.look.point(moved)
    return Done(rev=desk.rev)


@router.post("/look/press")
async def press(desk: DeskOf, pressed: LookPress) -> Done:
    """A key was pressed."""
    desk.looking.look.press(pressed)
    return Done(rev=desk.rev)


@router.post("/look/options")
async def options(desk: DeskOf, settings: LookSettings) -> LookInfo:
    """Other settings from now on."""
    look = desk.looking.look
    look.tune(settings)
    return look.info


# ------------------------------------------------------------------ what is shown


@router.get("/look/stream")
async def stream(desk: DeskOf) -> StreamingResponse:
    """The newest state, as fast as the page takes it: server-sent events."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(desk), media_type="text/event-stream", headers=headers)


async def _stream(desk: Desk) -> AsyncIterator[str]:
    yield ": hello\n\n"
    async for shown in desk.looking.watch(QUIET_S):
        yield ": quiet\n\n" if shown is None else f"event: look\ndata: {shown.model_dump_json()}\n\n"


@router.get("/look/state")
async def state(desk: DeskOf, name: str = "", mask_rev: int = -1) -> LookView:
    """The newest state, for where events do not come through; without the mask that the page has."""
    desk.looking.audience.seen()
    return desk.looking.view((name, mask_rev))


@router.get("/look/markers")
async def markers(desk: DeskOf) -> LookMarkers:
    """Markers by which glasses know where the page is."""
    found = [LookMarker(marker_id=each, svg=marker_svg(each)) for each in MARKER_IDS]
    return LookMarkers(markers=found, size_px=MARKER_PX)


# ------------------------------------------------------------------ the check


@router.post("/look/check/start")
async def begin_check(desk: DeskOf) -> CheckPlan:
    """Begin a check of gaze."""
    return desk.looking.look.checks.begin().plan


@router.post("/look/check/target")
async def show_target(desk: DeskOf, target: CheckTarget) -> Done:
    """The viewer looks at a target from now on."""
    desk.looking.look.checks.show(target.index, time.time_ns())
    return Done(rev=desk.rev)


@router.post("/look/check/finish")
async def finish_check(desk: DeskOf) -> CheckResult:
    """The last target is over: how good gaze is."""
    return desk.looking.look.finish_check().message


@router.post("/look/check/accept")
async def accept_check(desk: DeskOf, accept: CheckAccept) -> LookInfo:
    """Go on with what was found."""
    look = desk.looking.look
    look.accept_check(accept.correct)
    return look.info


@router.post("/look/check/cancel")
async def cancel_check(desk: DeskOf) -> Done:
    """Leave the check."""
    desk.looking.look.checks.cancel()
    return Done(rev=desk.rev)


# ------------------------------------------------------------------ looks that were kept


@router.get("/looks")
async def looks(desk: DeskOf) -> list[LookEntry]:
    """All looks of the project, the newest first."""
    running = desk.looking.under_way
    found: list[LookEntry] = await desk.read(list_looks, "" if running is None else running.name)
    return found


@router.get("/looks/{name}/results")
async def results(desk: DeskOf, name: str) -> LookResults:
    """What was looked at in a look, by the AOIs that the project has now."""
    await desk.read(folder_of, name)
    running = desk.looking.under_way
    if running is not None and running.name == name:
        raise PromptError("This look goes on; stop it first, then its results can be reckoned.")
    fields = await desk.reckoning.ask("look_results", name)
    return LookResults(rev=desk.rev, name=name, **fields)
