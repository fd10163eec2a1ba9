"""Frames, masks, times and lanes of a project."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from dwell.app.messages import FrameMasks
from dwell.app.routes.common import DeskOf

__all__ = ["router"]

router = APIRouter(prefix="/api/p/{pid}")

FOR_EVER = "private, max-age=31536000, immutable"
BINARY = "application/octet-stream"


@router.get("/frames/{frame_idx}.jpg")
async def frame(
    desk: DeskOf, request: Request, frame_idx: int, tag: str = "", w: int | None = None, key: bool = False
) -> Response:
    """A frame as JPEG; with ``key`` the nearest one that can be shown at once."""
    shown = desk.pictures.nearest_key(frame_idx) if key else frame_idx
    now = desk.recording.frames_tag
    data = await desk.pictures.jpeg(shown, w, request.is_disconnected)
    if data is None:
        return Response(status_code=499)
    lasts = not key and tag == now == desk.recording.frames_tag
    headers = {"Cache-Control": FOR_EVER if lasts else "no-store", "X-Frame-Idx": str(shown)}
    return Response(data, media_type="image/jpeg", headers=headers)


@router.get("/frames/{frame_idx}/masks")
async def masks(desk: DeskOf, frame_idx: int, before: int | None = None) -> FrameMasks:
    """The masks on a frame."""
    return await desk.masks(frame_idx, before)


@router.get("/times")
async def times(desk: DeskOf) -> Response:
    """When each frame was taken, int64 ns, little-endian."""
    return Response(await desk.times(), media_type=BINARY)


@router.get("/keys")
async def keys(desk: DeskOf) -> dict[str, list[int]]:
    """Frames that can be shown at once."""
    return {"frames": desk.pictures.key_frames}


@router.get("/lanes/{object_id}")
async def lane(desk: DeskOf, object_id: int) -> Response:
    """State and doubt of every frame."""
    return Response(await desk.lane(object_id), media_type=BINARY)
