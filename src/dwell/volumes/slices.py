"""Slices: a volume read like a video, one slice a frame."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dwell.types import ByteArray, IntArray
from dwell.video.filler import FillerSearch
from dwell.video.frames import check_frame_idx
from dwell.volumes.planes import Plane, View, acquired_plane, view_of
from dwell.volumes.volume import Volume
from dwell.volumes.window import Window, choose_window, to_grey

__all__ = ["Slices"]

_SLICES_PER_S = 30
_SAMPLED = 100_000
"""Voxels that tell volumes of one file, or of one grid, apart."""


class Slices:
    """The slices of a volume in one plane and through one window, as frames. Source: ours.

    Slices count toward the patient's head (axial), front (coronal) and right (sagittal). They carry no time;
    for players they are spaced 1/30 s apart. Voxels are held once; a slice is made when it is asked for. May
    be used from several threads.

    Args:
        volume: the voxels.
        plane: None = the plane of the finest pictures, see ``acquired_plane``.
        window: see ``choose_window``.

    Raises:
        ValueError: there is no such plane or window.
    """

    def __init__(
        self, volume: Volume, plane: Plane | None = None, window: str | Window | None = None
    ) -> None:
        self.volume = volume
        """The voxels, and where they are in the patient."""
        self.view: View = view_of(volume, plane or acquired_plane(volume))
        """Which voxel is which pixel of which slice."""
        chosen = (
            (window, f"Window {window}.") if isinstance(window, Window) else choose_window(volume, window)
        )
        self.window: Window = chosen[0]
        """Which values are shown black, grey and white."""
        self.window_note: str = chosen[1]
        """One sentence: which window, and why."""
        self.pts_ns: IntArray = np.rint(np.arange(len(self)) * (1e9 / _SLICES_PER_S)).astype(np.int64)
        """(n,) int64: nominal, 1/30 s apart."""
        self._oriented = self.view.oriented(volume.voxels)
        self._whole = volume.voxels.dtype.kind in "iub"

    @property
    def plane(self) -> Plane:
        """``axial``, ``coronal`` or ``sagittal``."""
        return self.view.plane

    @property
    def path(self) -> Path:
        """The volume's file or folder."""
        return self.volume.path

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width of the pictures, px."""
        return self.view.size_hw

    @property
    def px_mm(self) -> float:
        """Side of a pixel, mm."""
        return self.view.px_mm

    @property
    def identity(self) -> str:
        """Text that is the same where each frame_idx and pixel means the same voxel: plane, grid, values."""
        step = max(1, math.ceil((self.volume.voxels.size / _SAMPLED) ** (1 / 3)))
        sample = np.ascontiguousarray(self.volume.voxels[::step, ::step, ::step], "<f4")
        grid = np.ascontiguousarray(np.round(self.volume.affine, 3) + 0.0, "<f8")
        return f"{self.plane} {hashlib.sha256(grid.tobytes() + sample.tobytes()).hexdigest()}"

    def with_window(self, window: str | Window | None) -> Slices:
        """The same slices through another window; voxels are shared.

        Raises:
            ValueError: there is no such window.
        """
        return Slices(self.volume, self.plane, window)

    def __len__(self) -> int:
        return self.view.n_slices

    def read(self, frame_idx: int) -> ByteArray:
        """(h, w, 3) uint8 RGB; the caller's own copy.

        Raises:
            FrameOutOfRange: there is no such slice.
        """
        grey = to_grey(self.values(frame_idx), self.window, whole=self._whole)
        return np.repeat(grey[:, :, np.newaxis], 3, axis=2)

    def values(self, frame_idx: int) -> NDArray[np.float32]:
        """(h, w) float32: what the scanner measured, on the pixels of the picture, whatever the window.

        Raises:
            FrameOutOfRange: there is no such slice.
        """
        number = check_frame_idx(frame_idx, len(self), self.path)
        return self.view.to_picture(self._oriented[number])

    def stream(self, start: int, stop: int, step: int = 1) -> Iterator[tuple[int, ByteArray]]:
        """(frame_idx, RGB) for each frame_idx in ``range(start, stop, step)``."""
        for frame_idx in range(start, stop, step):
            yield frame_idx, self.read(frame_idx)

    def name(self, frame_idx: int) -> str:
        """``axial-0042``."""
        return f"{self.plane}-{check_frame_idx(frame_idx, len(self), self.path):04d}"

    def search_filler(self) -> FillerSearch:
        """No slice is filler, not even a black one; nothing need be looked at."""
        yield from ()
        return np.zeros(len(self), bool)

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
