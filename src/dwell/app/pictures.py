"""Frames as JPEG for pages: one decoder, wishes that were given up left out, and the pictures made lately."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import cv2
import numpy as np

from dwell.types import ByteArray
from dwell.video import Frames

__all__ = ["Pictures", "jpeg_of"]

QUALITY = 85
"""Of JPEG, 0 … 100."""
CACHE_BYTES = 96 << 20
HALVINGS = 3
"""Smaller pictures are a half, a quarter or an eighth as wide."""


class Pictures:
    """JPEG pictures of a scene video. Use from the event loop's thread."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._made: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._n_bytes = 0
        self._turn = asyncio.Lock()
        self._keys = np.asarray(getattr(frames, "key_idx", ()), np.int64)

    def use(self, frames: Frames) -> None:
        """Other pictures from now on, such as a volume's through another window."""
        self._frames = frames
        self._made.clear()
        self._n_bytes = 0

    @property
    def key_frames(self) -> list[int]:
        """Frames from which decoding can start; empty for images, each of which can."""
        return [int(each) for each in self._keys]

    def nearest_key(self, frame_idx: int) -> int:
        """The key frame nearest to a frame; the frame itself where any can be read at once."""
        if not len(self._keys):
            return frame_idx
        return int(self._keys[int(np.abs(self._keys - frame_idx).argmin())])

    async def jpeg(
        self, frame_idx: int, width: int | None, gone: Callable[[], Awaitable[bool]]
    ) -> bytes | None:
        """The picture; None if the page does not want it any more.

        Args:
            frame_idx: 0-based.
            width: px, at least; None = full size.
            gone: asked before the work begins.

        Raises:
            FrameOutOfRange: no such frame.
            CorruptVideo: it cannot be decoded.
        """
        key = (frame_idx, self._halvings(width))
        if key not in self._made:
            async with self._turn:
                if key not in self._made:
                    if await gone():
                        return None
                    frames = self._frames
                    data = await asyncio.to_thread(_jpeg, frames, *key)
                    if frames is not self._frames:
                        return data  # there are other pictures by now
                    self._keep(key, data)
        self._made.move_to_end(key)
        return self._made[key]

    async def picture(self, frame_idx: int, gone: Callable[[], Awaitable[bool]]) -> ByteArray | None:
        """The frame itself, (h, w, 3) uint8 RGB; None if the page does not want it any more.

        Raises:
            FrameOutOfRange: no such frame.
            CorruptVideo: it cannot be decoded.
        """
        async with self._turn:
            if await gone():
                return None
            return await asyncio.to_thread(self._frames.read, frame_idx)

    def _halvings(self, width: int | None) -> int:
        n = 0
        while width is not None and n < HALVINGS and self._frames.size_hw[1] >> (n + 1) >= width > 0:
            n += 1
        return n

    def _keep(self, key: tuple[int, int], data: bytes) -> None:
        self._made[key] = data
        self._n_bytes += len(data)
        while self._n_bytes > CACHE_BYTES and len(self._made) > 1:
            self._n_bytes -= len(self._made.popitem(last=False)[1])


def _jpeg(frames: Frames, frame_idx: int, halvings: int) -> bytes:
    picture = frames.read(frame_idx)
    for _ in range(halvings):
        picture = _halved(picture)
    return jpeg_of(picture)


def jpeg_of(picture: ByteArray) -> bytes:
    """JPEG of an (h, w, 3) RGB picture."""
    done, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise OSError(f"a picture of {picture.shape[1]}×{picture.shape[0]} px cannot be written as JPEG")
    return data.tobytes()


def _halved(picture: ByteArray) -> ByteArray:
    height, width = picture.shape[:2]
    size = (max(1, width // 2), max(1, height // 2))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
