"""Pictures of AOIs, cut out of a frame, for the gallery; those made lately are kept."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from dwell.app.pictures import Pictures, jpeg_of
from dwell.errors import FrameOutOfRange
from dwell.masks import Mask
from dwell.project import Project
from dwell.render.crop import crop_object
from dwell.types import AOI, ByteArray

__all__ = ["Crop", "Crops", "crop_tag"]

CACHE_BYTES = 24 << 20


@dataclass(frozen=True)
class Crop:
    """A picture, and what it shows."""

    tag: str
    data: bytes
    """JPEG."""


def crop_tag(mask: Mask, colour: str) -> str:
    """What a browser may keep a picture by: it depends on nothing else."""
    return hashlib.sha256(mask.to_bytes() + colour.encode()).hexdigest()[:16]


class Crops:
    """Pictures of AOIs. Use from the event loop's thread.

    Args:
        project: open for reading.
        pictures: those of the scene video, which take turns.
    """

    def __init__(self, project: Project, pictures: Pictures) -> None:
        self._project = project
        self._pictures = pictures
        self._made: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._n_bytes = 0

    async def crop(
        self, object_id: int, frame_idx: int, side_px: int, gone: Callable[[], Awaitable[bool]]
    ) -> Crop | None:
        """The picture of an AOI on a frame; None if the page does not want it any more.

        Raises:
            UnknownAoi: there is no such AOI.
            FrameOutOfRange: it has no mask on this frame.
            CorruptVideo: the frame cannot be decoded.
        """
        aoi, mask = await asyncio.to_thread(self._mask, object_id, frame_idx)
        tag = crop_tag(mask, aoi.colour)
        key = (tag, frame_idx, side_px)
        if key not in self._made:
            picture = await self._pictures.picture(frame_idx, gone)
            if picture is None:
                return None
            self._keep(key, await asyncio.to_thread(_cut, picture, aoi, mask, side_px))
        self._made.move_to_end(key)
        return Crop(tag, self._made[key])

    def _mask(self, object_id: int, frame_idx: int) -> tuple[AOI, Mask]:
        aoi = self._project.aoi(object_id)
        record = self._project.record(object_id, frame_idx)
        if record is None or not record.mask.area:
            raise FrameOutOfRange(
                f"{aoi.name!r} is not seen on frame {frame_idx}; reload the gallery.", frame_idx=frame_idx
            )
        return aoi, record.mask

    def _keep(self, key: tuple[str, int, int], data: bytes) -> None:
        if key in self._made:
            return
        self._made[key] = data
        self._n_bytes += len(data)
        while self._n_bytes > CACHE_BYTES and len(self._made) > 1:
            self._n_bytes -= len(self._made.popitem(last=False)[1])


def _cut(picture: ByteArray, aoi: AOI, mask: Mask, side_px: int) -> bytes:
    return jpeg_of(crop_object(picture, mask, aoi.colour, (side_px, side_px)))
