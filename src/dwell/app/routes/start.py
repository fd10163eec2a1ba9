"""The start page: places, projects, uploads, the demo."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from dwell import __version__
from dwell.analysis import is_project
from dwell.app.backends import backends
from dwell.app.demo_recording import demo_recording
from dwell.app.messages import PROTOCOL, About, Listing, Opened, OpenRequest, Task
from dwell.app.office import Office
from dwell.types import ProgressFn

__all__ = ["router"]

router = APIRouter(prefix="/api")


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


@router.get("/about")
async def about(request: Request) -> About:
    """What the start page needs."""
    office = _office(request)
    return About(
        protocol=PROTOCOL,
        version=__version__,
        roots=office.places.top(),
        recents=await asyncio.to_thread(office.recents.all),
        backends=await asyncio.to_thread(backends),
        uploads=True,
        max_upload_bytes=office.settings.max_upload_bytes,
    )


@router.get("/files")
async def files(request: Request, path: str | None = None) -> Listing:
    """What is in a folder."""
    return await asyncio.to_thread(_office(request).places.listing, path or None)


@router.post("/open")
async def open_project(request: Request, wanted: OpenRequest) -> Opened:
    """Open a recording or a project."""
    return await _opened(_office(request), wanted)


async def _opened(office: Office, wanted: OpenRequest) -> Opened:
    path = office.places.checked(wanted.path)
    project = path if is_project(path) else office.project_for(path, wanted.name, wanted.project)
    options = {key: office.checked_option(key, value, path) for key, value in wanted.options.items()}
    desk = await office.desks.open(path, project, wanted.name, options)
    await asyncio.to_thread(office.recents.add, desk.path)
    return Opened(pid=desk.pid, project=str(desk.path))


@router.delete("/recents", status_code=204)
async def forget(request: Request, path: str) -> Response:
    """Leave a project out of the list; the project itself stays."""
    await asyncio.to_thread(_office(request).recents.forget, path)
    return Response(status_code=204)


@router.post("/demo")
async def demo(request: Request) -> Task:
    """Draw the demo recording, if need be, and open it."""
    office, loop = _office(request), asyncio.get_running_loop()

    def work(progress: ProgressFn) -> dict[str, Any]:
        folder = demo_recording(office.places.roots[0], progress, office.demo_seconds)
        opening = _opened(office, OpenRequest(path=str(folder)))
        return asyncio.run_coroutine_threadsafe(opening, loop).result().model_dump()

    return office.tasks.start("Drawing the demo recording", work)


@router.get("/tasks/{task_id}")
async def task(request: Request, task_id: str) -> Task:
    """How far a task is."""
    return _office(request).tasks.get(task_id)


@router.post("/tasks/{task_id}/cancel")
async def cancel(request: Request, task_id: str) -> Task:
    """Stop a task."""
    return _office(request).tasks.cancel(task_id)


@router.put("/uploads/{name}")
async def upload(request: Request, name: str, offset: int, size: int) -> dict[str, Any]:
    """Take the next part of a file."""
    path, received = await _office(request).uploads.take(name, offset, size, request.stream())
    return {"path": None if path is None else str(path), "received": received}
