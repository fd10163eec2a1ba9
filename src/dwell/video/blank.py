"""A blank sheet: one frame to draw AOIs on where there is no picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from dwell.types import ByteArray, IntArray
from dwell.video.filler import FillerSearch
from dwell.video.frames import check_frame_idx

__all__ = ["BlankSheet"]

_GREY = 235


class BlankSheet:
    """One frame of light grey.

    Args:
        path: the file that the sheet stands for.
        size_hw: height and width, px.
    """

    def __init__(self, path: str | Path, size_hw: tuple[int, int]) -> None:
        self.path = Path(path)
        """The file that it stands for."""
        self.size_hw = size_hw
        """Height and width in px."""
        self.pts_ns: IntArray = np.zeros(1, np.int64)
        """(1,) int64: 0."""

    def __len__(self) -> int:
        return 1

    def read(self, frame_idx: int) -> ByteArray:
        """(h, w, 3) uint8 RGB.

        Raises:
            FrameOutOfRange: it is not 0.
        """
        check_frame_idx(frame_idx, 1, self.path)
        return np.full((*self.size_hw, 3), _GREY, np.uint8)

    def stream(self, start: int, stop: int, step: int = 1) -> Iterator[tuple[int, ByteArray]]:
        """(0, RGB), if 0 is in ``range(start, stop, step)``."""
        for frame_idx in range(start, stop, step):
            yield frame_idx, self.read(frame_idx)

    def name(self, frame_idx: int) -> str:
        """The file's stem."""
        check_frame_idx(frame_idx, 1, self.path)
        return self.path.stem

    def search_filler(self) -> FillerSearch:
        """The sheet is of one colour, but no filler."""
        yield from ()
        return np.zeros(1, bool)

    def close(self) -> None:
        """Nothing to do."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
