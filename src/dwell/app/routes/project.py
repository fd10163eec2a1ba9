"""The state of a project, and what changes in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from dwell.app.desk import Desk
from dwell.app.messages import ChangeSet, Snapshot
from dwell.app.routes.common import DeskOf

__all__ = ["router"]

router = APIRouter(prefix="/api/p/{pid}")

QUIET_S = 15.0
"""A page that hears nothing for this long is told that all is well."""
MAX_WAIT_S = 25.0


@router.get("/state")
async def state(desk: DeskOf) -> Snapshot:
    """Everything at once."""
    return desk.snapshot


@router.get("/events")
async def events(desk: DeskOf, since: int) -> StreamingResponse:
    """Changes as they come: server-sent events."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(desk, since), media_type="text/event-stream", headers=headers)


async def _stream(desk: Desk, since: int) -> AsyncIterator[str]:
    yield ": hello\n\n"
    async for change in desk.feed.listen(since, QUIET_S):
        if change == "quiet":
            yield ": quiet\n\n"
        elif isinstance(change, str):
            yield "event: snapshot\ndata: {}\n\n"
        else:
            yield f"id: {change.rev}\nevent: change\ndata: {change.model_dump_json()}\n\n"


@router.get("/changes")
async def changes(desk: DeskOf, since: int, wait: float = 20.0) -> dict[str, object]:
    """Changes after a number, at once or as soon as there is one: for where events do not come through."""
    missed = desk.feed.since(since)
    if missed == []:
        missed = await _next_changes(desk, since, min(max(wait, 0.0), MAX_WAIT_S))
    return {"changes": missed or [], "snapshot": missed is None}


async def _next_changes(desk: Desk, since: int, wait_s: float) -> list[ChangeSet] | None:
    listening = desk.feed.listen(since, max(wait_s, 0.01))
    try:
        first = await anext(listening)
        await asyncio.sleep(0.05)  # what comes together is sent together
        return [] if first == "quiet" else desk.feed.since(since)
    except StopAsyncIteration:
        return []
    finally:
        await listening.aclose()  # type: ignore[attr-defined]
