"""The review queue of a project."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from dwell.app.messages import ReviewQueue
from dwell.app.routes.common import DeskOf
from dwell.app.routes.results import OptionsOf

__all__ = ["router"]

router = APIRouter(prefix="/api/p/{pid}")


@router.get("/review")
async def review(
    desk: DeskOf, options: OptionsOf, target: Annotated[float, Query(gt=0, le=1)] = 0.95
) -> ReviewQueue:
    """Moments worth a look, worst first, and how many of them cover the target."""
    return await desk.reckoning.review(desk.rev, options, target)
