"""The site: addresses, the page's files, and errors in plain words."""

from __future__ import annotations

import logging
import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from dwell.app.desks import UnknownDesk
from dwell.app.guard import Guard
from dwell.app.ledger import UnknownTask
from dwell.app.looking.look_desk import NoLook
from dwell.app.looking.shelf import UnknownLook
from dwell.app.looking.sources import SourceRefused
from dwell.app.messages import Failure
from dwell.app.office import Closing, Office
from dwell.app.places import OutsidePlaces
from dwell.app.recents import Recents
from dwell.app.routes import (
    cloud,
    edit,
    everything,
    exports,
    frames,
    look,
    picture,
    project,
    results,
    review,
    start,
    tools,
    track,
    volume,
    words,
)
from dwell.app.settings import Settings
from dwell.app.uploads import BadUpload, UploadTooLarge, WrongOffset, WrongType
from dwell.app.wording import for_page
from dwell.app.work.verbs.undoing import OutOfStep
from dwell.app.work.worker import WorkerLost
from dwell.errors import (
    CorruptVideo,
    DwellError,
    FrameOutOfRange,
    ProjectBusy,
    RecordingError,
    SeveralRecordings,
    StorageFull,
    UnknownAoi,
    UnknownRecording,
)

__all__ = ["create_site"]

LOG = logging.getLogger("dwell.app")
WEB = Path(__file__).parent / "web"
ROUTERS = (
    start,
    project,
    frames,
    edit,
    track,
    words,
    everything,
    results,
    picture,
    review,
    exports,
    tools,
    cloud,
    volume,
    look,
)

_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (OutsidePlaces, 403),
    (UnknownDesk, 404),
    (UnknownTask, 404),
    (UnknownRecording, 404),
    (UnknownLook, 404),
    (NoLook, 409),
    (SourceRefused, 403),
    (UnknownAoi, 404),
    (FrameOutOfRange, 404),
    (OutOfStep, 409),
    (ProjectBusy, 409),
    (SeveralRecordings, 409),
    (WrongType, 415),
    (WrongOffset, 409),
    (UploadTooLarge, 413),
    (BadUpload, 400),
    (ClientDisconnect, 499),
    (RecordingError, 422),
    (CorruptVideo, 422),
    (WorkerLost, 503),
    (Closing, 503),
    (StorageFull, 507),
    (DwellError, 400),
    (ValidationError, 500),
    (ValueError, 400),
    (RecursionError, 400),
    (OverflowError, 400),
)
"""Status of an answer by the error's class; the first that fits."""


def create_site(settings: Settings, recents: Recents | None = None) -> FastAPI:
    """The whole site, guarded."""
    office = Office(settings, recents)

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        office.desks.warm_up()
        try:
            yield
        finally:
            await office.close()

    site = FastAPI(lifespan=living, docs_url=None, redoc_url=None, openapi_url=None)
    site.state.office = office
    for each in ROUTERS:
        site.include_router(each.router)
    mimetypes.add_type("text/javascript", ".js")
    site.mount("/", _Page(directory=WEB, html=True))
    for kind in (DwellError, ValueError, RecursionError, OverflowError, ClientDisconnect):
        site.add_exception_handler(kind, _failed)
    site.add_exception_handler(RequestValidationError, _malformed)
    site.add_exception_handler(HTTPException, _unknown)
    site.add_middleware(Guard, settings=settings)
    return site


class _Page(StaticFiles):
    """The page's files; browsers ask each time whether they are still the newest."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _failed(request: Request, error: Exception) -> Response:
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
    if status == 500:
        raise error  # the guard logs it and says so
    if not isinstance(error, DwellError):
        LOG.warning("%s %s refused", request.method, request.url.path, exc_info=error)
    text = for_page(str(error)) or "The request cannot be used; reload the page and try again."
    failure = Failure(
        error=text,
        kind=getattr(error, "kind", type(error).__name__),
        frame_idx=getattr(error, "frame_idx", None),
        choices=list(getattr(error, "choices", ())),
    )
    return JSONResponse(failure.model_dump(), status_code=status)


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part)[:40] for part in first["loc"][:6])
    failure = Failure(
        error=f"The request is malformed: {where}: {first['msg']}. Reload the page.", kind="Malformed"
    )
    return JSONResponse(failure.model_dump(), status_code=422)


async def _unknown(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code in (404, 405):
        text, kind = f"There is nothing at {request.url.path[:200]}; reload the page.", "NotFound"
    else:
        text, kind = "The server cannot read this request; reload the page and try again.", "Malformed"
    failure = Failure(error=text, kind=kind)
    return JSONResponse(failure.model_dump(), status_code=error.status_code)
