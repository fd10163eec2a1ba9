"""Slices of a medical volume in any of its planes, with the project's masks, and its values: for pages."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from dwell.app.messages import VoxelValue
from dwell.app.pictures import jpeg_of
from dwell.app.reckoning import Reckoning
from dwell.errors import FrameOutOfRange
from dwell.types import ByteArray
from dwell.volumes import Plane, Slices

__all__ = ["Planes"]

_KEPT = 64
"""Pictures made lately."""


class Planes:
    """Of one volume. Use from the event loop's thread.

    Args:
        slices: in the plane and through the window that pages see.
        reckoning: who knows which voxel has which label.
    """

    def __init__(self, slices: Slices, reckoning: Reckoning) -> None:
        self._reckoning = reckoning
        self.use(slices)

    def use(self, slices: Slices) -> None:
        """See it through another window."""
        self._slices = slices
        self._picture = lru_cache(_KEPT)(lambda plane, idx: jpeg_of(self._seen(plane).read(idx)))
        self._seen = lru_cache(3)(lambda plane: Slices(slices.volume, plane, slices.window))

    async def picture(self, plane: Plane, slice_idx: int) -> bytes:
        """JPEG of a slice, one pixel per pixel of the plane.

        Raises:
            FrameOutOfRange: no such slice.
            VolumeError: the plane's pictures would be too large.
        """
        return await asyncio.to_thread(self._picture, plane, slice_idx)

    async def values(self, slice_idx: int) -> bytes:
        """float32, little-endian, row by row: what was measured on the slice that pages see as a frame.

        Raises:
            FrameOutOfRange: no such slice.
        """
        slices = self._slices
        return await asyncio.to_thread(lambda: slices.values(slice_idx).astype("<f4").tobytes())

    async def masks(self, plane: Plane, slice_idx: int, colours: Mapping[int, str]) -> bytes:
        """PNG of the same size: each pixel has the colour of the AOI that its voxel belongs to, or is clear.

        Of several AOIs the smallest counts, as in exported labels.

        Args:
            plane: which one.
            slice_idx: from 0.
            colours: object_id → ``#rrggbb`` of those to be seen.

        Raises:
            FrameOutOfRange: no such slice.
        """
        labels: Any = await self._reckoning.ask("plane_labels", plane, slice_idx)
        return await asyncio.to_thread(_png, labels, dict(colours))

    def value(self, ijk: tuple[int, int, int]) -> VoxelValue:
        """What the scanner measured in a voxel.

        Raises:
            FrameOutOfRange: there is no such voxel.
        """
        volume = self._slices.volume
        if not all(0 <= at < n for at, n in zip(ijk, volume.shape, strict=True)):
            raise FrameOutOfRange(
                f"There is no voxel {ijk}; {volume.name} has {volume.shape}.", path=volume.path
            )
        value = float(np.asarray(volume.voxels[ijk], np.float64))
        return VoxelValue(value=value if np.isfinite(value) else None)


def _png(labels: np.ndarray[Any, Any], colours: Mapping[int, str]) -> bytes:
    picture: ByteArray = np.zeros((*labels.shape, 4), np.uint8)
    for object_id in np.unique(labels).tolist():
        if object_id in colours:
            red, green, blue = bytes.fromhex(colours[object_id].removeprefix("#"))
            picture[labels == object_id] = (blue, green, red, 255)
    done, data = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise OSError(f"a picture of {labels.shape[1]}×{labels.shape[0]} px cannot be written as PNG")
    return data.tobytes()
