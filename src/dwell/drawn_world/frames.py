"""Frames that exist in memory only, for trackers and tests that need no video file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from dwell.types import ByteArray, IntArray
from dwell.video.filler import FillerSearch
from dwell.video.frames import check_frame_idx, default_name

__all__ = ["MemoryFrames"]


class MemoryFrames:
    """Frames drawn when they are asked for; answers everything that ``dwell.video.Frames`` promises.

    Args:
        draw: frame_idx → (h, w, 3) uint8 RGB.
        size_hw: height and width, px.
        pts_ns: (n,) int64 ns, when each frame is shown.
        filler: (n,) bool, True for filler frames; none when not given.
        path: what messages call it; no such file exists.
    """

    def __init__(
        self,
        draw: Callable[[int], ByteArray],
        size_hw: tuple[int, int],
        pts_ns: ArrayLike,
        filler: ArrayLike | None = None,
        path: str | Path = "drawn-world",
    ) -> None:
        self._draw = draw
        self._size_hw = size_hw
        self._pts_ns = np.array(pts_ns, dtype=np.int64)
        self._pts_ns.flags.writeable = False
        self._filler = np.zeros(len(self._pts_ns), bool) if filler is None else np.array(filler, dtype=bool)
        self._path = Path(path)

    @property
    def path(self) -> Path:
        """A name for messages; no such file exists."""
        return self._path

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width, px."""
        return self._size_hw

    @property
    def pts_ns(self) -> IntArray:
        """(n,) int64 ns from the first frame."""
        return self._pts_ns

    def __len__(self) -> int:
        return len(self._pts_ns)

    def read(self, frame_idx: int) -> ByteArray:
        """(h, w, 3) uint8 RGB.

        Raises:
            FrameOutOfRange: there is no such frame.
        """
        return self._draw(check_frame_idx(frame_idx, len(self), self._path))

    def stream(self, start: int, stop: int, step: int = 1) -> Iterator[tuple[int, ByteArray]]:
        """(frame_idx, RGB) for each frame_idx in ``range(start, stop, step)``."""
        return ((frame_idx, self.read(frame_idx)) for frame_idx in range(start, stop, step))

    def name(self, frame_idx: int) -> str:
        """The number as ``00042``."""
        return default_name(check_frame_idx(frame_idx, len(self), self._path))

    def search_filler(self) -> FillerSearch:
        """Nothing need be looked at to know the filler frames."""
        yield from ()
        return self._filler.copy()

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
