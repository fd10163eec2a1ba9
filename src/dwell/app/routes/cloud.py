"""Pupil Cloud: comparing AOIs with an enrichment's, sending them, deleting them there."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request

from dwell.app.cloud_access import CloudAccess
from dwell.app.messages import (
    CloudAsk,
    CloudDelete,
    CloudLogin,
    CloudPlan,
    CloudPush,
    CloudRemoved,
    CloudState,
    Task,
)
from dwell.app.office import Office
from dwell.app.routes.common import DeskOf
from dwell.app.wording import for_page
from dwell.cloud import parse_address
from dwell.types import ProgressFn

__all__ = ["router"]

router = APIRouter(prefix="/api/p/{pid}/cloud")


@router.get("/state")
async def state(desk: DeskOf, request: Request) -> CloudState:
    """Whose token there is, and where AOIs were sent last."""
    return await _state(_access(request), await desk.ask("cloud_url"))


@router.post("/login")
async def login(desk: DeskOf, given: CloudLogin, request: Request) -> CloudState:
    """Check a token and use it."""
    access = _access(request)
    await asyncio.to_thread(access.login, given.token, keep=given.keep)
    return await _state(access, await desk.ask("cloud_url"))


@router.post("/logout")
async def logout(desk: DeskOf, request: Request) -> CloudState:
    """Forget the token."""
    access = _access(request)
    await asyncio.to_thread(access.logout)
    return await _state(access, await desk.ask("cloud_url"))


@router.post("/plan")
async def plan(desk: DeskOf, asked: CloudAsk, request: Request) -> CloudPlan:
    """Compare, send nothing; the address is remembered in the project."""
    key = await desk.ask("cloud_key", _checked(asked.url))
    return await asyncio.to_thread(_access(request).plan, desk.path, key, asked.url)


@router.post("/push")
async def push(desk: DeskOf, wanted: CloudPush, request: Request) -> Task:
    """Begin to send; the task is one of the server's."""
    office: Office = request.app.state.office
    key = await desk.ask("cloud_key", _checked(wanted.url))
    access, path = _access(request), desk.path

    def work(show: ProgressFn) -> dict[str, Any]:
        report = access.push(path, key, wanted.url, wanted.object_ids, show)
        return {"outcomes": [vars(each) | {"why": for_page(each.why)} for each in report.outcomes]}

    return office.tasks.start("Sending to Pupil Cloud", work, only=f"cloud {desk.pid}")


@router.post("/delete")
async def delete(desk: DeskOf, wanted: CloudDelete, request: Request) -> CloudRemoved:
    """Delete AOIs in Pupil Cloud, for good."""
    return await asyncio.to_thread(_access(request).delete, wanted.url, wanted.aoi_ids)


def _access(request: Request) -> CloudAccess:
    office: Office = request.app.state.office
    return office.cloud


def _checked(url: str) -> str:
    parse_address(url).expected("enrichment")
    return url.strip()


async def _state(access: CloudAccess, url: str) -> CloudState:
    origin = await asyncio.to_thread(lambda: access.origin)
    return CloudState(token=origin, can_keep=access.can_keep, url=url)
