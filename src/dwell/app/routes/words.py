"""AOIs from words: look, see what was found, take it or leave it."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from dwell.app.backends import detectors
from dwell.app.messages import (
    DetectorInfo,
    Done,
    Search,
    SearchRequest,
    SuggestionMask,
    Suggestions,
    TakeRequest,
)
from dwell.app.routes.common import DeskOf

__all__ = ["router"]

router = APIRouter(prefix="/api/p/{pid}/words")


@router.get("/detectors")
async def list_detectors(desk: DeskOf) -> list[DetectorInfo]:
    """Who can look for words."""
    return await asyncio.to_thread(detectors)


@router.post("/search")
async def search(desk: DeskOf, request: SearchRequest) -> Search:
    """Begin to look for words."""
    begun: Search = await desk.ask("search", request)
    return begun


@router.post("/search/cancel")
async def stop(desk: DeskOf, client: str) -> Search | None:
    """Stop looking, and what was found stays; or stop adding it, and nothing is added."""
    return await desk.stop_search(client)


@router.get("/suggestions")
async def suggestions(desk: DeskOf) -> Suggestions:
    """What was found."""
    found: Suggestions = await desk.ask("suggestions")
    return found


@router.get("/suggestions/{search}/{index}/mask")
async def mask(desk: DeskOf, search: int, index: int) -> SuggestionMask:
    """The mask that a suggestion would have."""
    made: SuggestionMask = await desk.ask("suggestion_mask", search, index)
    return made


@router.post("/take")
async def take(desk: DeskOf, request: TakeRequest) -> Done:
    """Add suggestions as AOIs."""
    names, rev = await desk.take(request)
    return Done(rev=rev, n=len(names), label=", ".join(names))


@router.post("/reject")
async def reject(desk: DeskOf, request: TakeRequest) -> Done:
    """Forget suggestions."""
    _, rev = await desk.edit("reject_suggestions", request)
    return Done(rev=rev, n=len(request.suggestions))
