"""The start page: places, projects, uploads, the demo."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from dwell import __version__
from dwell.analysis import is_project
from dwell.app.backends import backends
from dwell.app.demo_recording import demo_recording
from dwell.app.messages import PROTOCOL, About, Listing, Opened, OpenRequest, Place, Task
from dwell.app.office import BadOption, Office
from dwell.errors import SeveralRecordings, UnknownRecording
from dwell.recordings import open_recordings
from dwell.types import ProgressFn

__all__ = ["router"]

router = APIRouter(prefix="/api")


class Several(SeveralRecordings):
    """The path holds several recordings, which are named for the user to choose from."""

    kind = "SeveralRecordings"

    def __init__(self, message: str, choices: list[str], path: Path) -> None:
        super().__init__(message, path=path)
        self.choices = choices


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
        recents=await asyncio.to_thread(_recents, office),
        backends=await asyncio.to_thread(backends),
        uploads=True,
        max_upload_bytes=office.settings.max_upload_bytes,
    )


def _recents(office: Office) -> list[Place]:
    """Those that may be opened here."""
    return [place for place in office.recents.all() if office.places.contains(place.path)]


@router.get("/files")
async def files(request: Request, path: str | None = None) -> Listing:
    """What is in a folder."""
    return await asyncio.to_thread(_office(request).places.listing, path or None)


@router.post("/open")
async def open_project(request: Request, wanted: OpenRequest) -> Opened:
    """Open a recording or a project."""
    return await _opened(_office(request), wanted)


async def _opened(office: Office, wanted: OpenRequest) -> Opened:
    office.check_open()
    path = office.places.checked(wanted.path)
    if not path.exists():
        raise UnknownRecording(f"There is nothing at {path} any more; reload the list.", path=path)
    project = path if is_project(path) else office.project_for(path, wanted.name, wanted.project)
    options = {key: office.checked_option(key, value, path) for key, value in wanted.options.items()}
    try:
        desk = await office.desks.open(path, project, wanted.name, options)
    except SeveralRecordings as error:
        names = await asyncio.to_thread(_names_in, path, options)
        raise Several(f"{path.name} holds {len(names)} recordings; choose one.", names, path) from error
    except TypeError as error:  # an option that the reader does not take
        raise BadOption(str(error), path=path) from error
    await asyncio.to_thread(office.recents.add, desk.path)
    return Opened(pid=desk.pid, project=str(desk.path))


def _names_in(path: Path, options: dict[str, Any]) -> list[str]:
    """Names to choose from; ids, where names do not tell recordings apart."""
    found = open_recordings(path, **options)
    for recording in found:
        recording.close()
    names = [recording.name for recording in found]
    return names if len(set(names)) == len(names) else [recording.id for recording in found]


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

    return office.tasks.start("Drawing the demo recording", work, only="demo")


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
    office = _office(request)
    office.places.checked(office.uploads.folder)  # it may be there, and be a link that leads out
    path, received = await office.uploads.take(name, offset, size, request.stream())
    return {"path": None if path is None else str(path), "received": received}
