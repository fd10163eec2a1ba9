"""A medical volume: its window, its other planes, its values, and how large its AOIs are."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dwell.app.desk import Desk
from dwell.app.messages import Done, Opened, Volumes, VoxelValue, WindowEdit
from dwell.app.messages.volume import PlaneName
from dwell.app.office import Office
from dwell.app.planes import Planes
from dwell.app.routes.common import DeskOf
from dwell.app.routes.frames import BINARY, FOR_EVER
from dwell.errors import VolumeError

__all__ = ["router"]

router = APIRouter(prefix="/api/p/{pid}")


def _planes(desk: Desk) -> Planes:
    if desk.planes is None:
        raise VolumeError(f"{desk.recording.name} is no medical volume, so it has no planes and no window.")
    return desk.planes


@router.put("/window")
async def set_window(desk: DeskOf, edit: WindowEdit) -> Done:
    """Show other values, on every page; saved."""
    _, rev = await desk.edit("set_window", edit)
    return Done(rev=rev)


@router.get("/planes/{plane}/{slice_idx}.jpg")
async def picture(desk: DeskOf, plane: PlaneName, slice_idx: int, tag: str = "") -> Response:
    """A slice in any plane, as JPEG."""
    now = desk.recording.frames_tag
    data = await _planes(desk).picture(plane, slice_idx)
    lasts = tag == now == desk.recording.frames_tag
    return Response(
        data, media_type="image/jpeg", headers={"Cache-Control": FOR_EVER if lasts else "no-store"}
    )


@router.get("/planes/{plane}/{slice_idx}/masks.png")
async def masks(desk: DeskOf, plane: PlaneName, slice_idx: int) -> Response:
    """The masks on it, as a PNG with alpha; AOIs that are hidden are left out."""
    data = await _planes(desk).masks(plane, slice_idx, desk.colours())
    return Response(data, media_type="image/png", headers={"Cache-Control": "no-store"})


@router.post("/planes/{plane}")
async def work_in_plane(desk: DeskOf, plane: PlaneName, request: Request) -> Opened:
    """Open the project for another plane of the same volume, made if need be."""
    _planes(desk)
    office: Office = request.app.state.office
    office.check_open()
    target, recording, options = await desk.sibling(plane)
    opened = await office.desks.open(
        office.places.checked(recording), office.places.checked(target), options=options
    )
    await asyncio.to_thread(office.recents.add, opened.path)
    return Opened(pid=opened.pid, project=str(opened.path))


@router.get("/values/{slice_idx}")
async def values(desk: DeskOf, slice_idx: int) -> Response:
    """Values of a slice: float32, little-endian, a row of pixels after the other."""
    data = await _planes(desk).values(slice_idx)
    return Response(data, media_type=BINARY, headers={"Cache-Control": "no-store"})


@router.get("/value")
async def value(
    desk: DeskOf,
    i: Annotated[int, Query(ge=0)],
    j: Annotated[int, Query(ge=0)],
    k: Annotated[int, Query(ge=0)],
) -> VoxelValue:
    """The value of one voxel."""
    return _planes(desk).value((i, j, k))


@router.get("/volumes")
async def volumes(desk: DeskOf) -> Volumes:
    """How large the AOIs are."""
    _planes(desk)
    rev = desk.rev
    return Volumes(rev=rev, rows=await desk.reckoning.ask("volumes"))
