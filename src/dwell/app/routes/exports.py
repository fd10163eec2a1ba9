"""Exports of a project, and the folders they are in."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from dwell.app.messages import Done, ExportRequest, Task
from dwell.app.office import Office
from dwell.app.open_folder import NoDesktop, open_folder
from dwell.app.routes.common import DeskOf
from dwell.errors import OutputError
from dwell.registry import FORMATS, GAZE_FORMATS

__all__ = ["router"]

router = APIRouter(prefix="/api/p/{pid}")


class _Folder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    path: str


@router.post("/export")
async def export(desk: DeskOf, wanted: ExportRequest, request: Request) -> Task:
    """Begin an export into a folder below one of the roots."""
    office: Office = request.app.state.office
    places = office.places
    folder = places.checked(wanted.out)
    for name in (*FORMATS, *GAZE_FORMATS):
        places.checked(folder / name)  # it may be there, and be a link that leads out
    return desk.reckoning.exports.start(wanted, folder)


@router.get("/tasks/{task_id}")
async def task(desk: DeskOf, task_id: str) -> Task:
    """How far an export or a change is."""
    return desk.changes.task(task_id) if task_id in desk.changes else desk.reckoning.exports.task(task_id)


@router.post("/tasks/{task_id}/cancel")
async def cancel(desk: DeskOf, task_id: str) -> Task:
    """Stop an export, of which files that are whole stay; or a change, of which nothing stays."""
    return desk.changes.cancel(task_id) if task_id in desk.changes else desk.reckoning.exports.cancel(task_id)


@router.post("/open-folder")
async def show(desk: DeskOf, folder: _Folder, request: Request) -> Done:
    """Show a folder below one of the roots in the file manager."""
    office: Office = request.app.state.office
    path = office.places.checked(folder.path)
    if not office.settings.local:
        raise NoDesktop(f"The page is used from another computer; the files are in {path} on the server.")
    if not path.is_dir():
        raise OutputError(f"There is no folder {path} any more; export again.", path=path)
    await asyncio.to_thread(open_folder, path)
    return Done(rev=desk.rev)
