"""Editing tools, and labels out and in."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request

from dwell.app.formats_offered import formats_offered
from dwell.app.messages import EditTool, FormatInfo, FoundLabels, ImportRequest, LabelsAsk, Task
from dwell.app.office import Office
from dwell.app.routes.common import DeskOf
from dwell.app.work.labels import check_leads, look_at

__all__ = ["router"]

router = APIRouter(prefix="/api/p/{pid}")


@router.post("/tools")
async def use(desk: DeskOf, request: EditTool) -> Task:
    """Use an editing tool; the task's result is an ``Edited``."""
    return await desk.changes.start("Changing masks", "edit_tool", request)


@router.get("/formats")
async def formats(desk: DeskOf) -> list[FormatInfo]:
    """What labels and gaze can be written in."""
    return list(await asyncio.to_thread(formats_offered))


@router.post("/labels/look")
async def look(desk: DeskOf, asked: LabelsAsk, request: Request) -> FoundLabels:
    """What is in a file or folder of labels below one of the roots."""
    office: Office = request.app.state.office
    path = office.places.checked(asked.path)
    await asyncio.to_thread(check_leads, path, asked.format, office.places.checked)
    found: FoundLabels = await desk.read(look_at, path, asked.format)
    return found


@router.post("/labels/import")
async def take(desk: DeskOf, wanted: ImportRequest, request: Request) -> Task:
    """Take labels over; the task's result is an ``Imported``."""
    office: Office = request.app.state.office
    path = office.places.checked(wanted.path)
    await asyncio.to_thread(check_leads, path, wanted.format, office.places.checked)
    checked = wanted.model_copy(update={"path": str(path)})
    return await desk.changes.start(f"Importing {path.name}", "import_labels", checked)
