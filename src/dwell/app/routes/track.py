"""Tracking: who, how long, begin, stop."""

from __future__ import annotations

from fastapi import APIRouter

from dwell.app.messages import BackendChoice, Estimate, Job, TrackRequest
from dwell.app.routes.common import DeskOf

__all__ = ["router"]

router = APIRouter(prefix="/api/p/{pid}")


@router.post("/estimate")
async def estimate(desk: DeskOf, request: TrackRequest) -> Estimate:
    """How long tracking would take."""
    found: Estimate = await desk.ask("estimate", request)
    return found


@router.post("/track")
async def track(desk: DeskOf, request: TrackRequest) -> Job | None:
    """Begin to track; None if a request that would ``join`` finds nothing missing."""
    job: Job | None = await desk.ask("track", request)
    return job


@router.post("/job/cancel")
async def stop(desk: DeskOf, client: str) -> Job | None:
    """Stop tracking; what is done stays."""
    job: Job | None = await desk.ask("stop", client)
    return job


@router.put("/backend")
async def use_backend(desk: DeskOf, choice: BackendChoice, client: str) -> BackendChoice:
    """Switch who segments and tracks."""
    chosen: BackendChoice = await desk.ask("use_backend", choice, client)
    return chosen
