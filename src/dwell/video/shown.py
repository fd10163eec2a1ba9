"""ShownFrames: pictures in the order in which they were shown, each as often as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from dwell.errors import FrameOutOfRange
from dwell.types import ByteArray, IntArray
from dwell.video.filler import FillerSearch
from dwell.video.frames import Frames, check_frame_idx

__all__ = ["ShownFrames"]


class ShownFrames:
    """What somebody saw who turned pages: frame k is the k-th picture shown. Source: ours.

    Args:
        frames: the pictures; closed with this.
        order: the frame_idx of each picture shown, in order of time.
        times_ns: (n,) int64 ns: since when each was shown; every one until the next.
        until_ns: ns: until when the last one was shown.

    Raises:
        FrameOutOfRange: a picture was shown that is not there.
    """

    def __init__(
        self, frames: Frames, order: Sequence[int], times_ns: IntArray, until_ns: int | None = None
    ) -> None:
        self.frames = frames
        """The pictures themselves."""
        self.order = [check_frame_idx(each, len(frames), frames.path) for each in order]
        """frame_idx of each picture shown."""
        if not self.order:
            raise FrameOutOfRange(f"No picture of {frames.path.name} was shown.", path=frames.path)
        self.pts_ns: IntArray = np.asarray(times_ns, np.int64) - int(times_ns[0])
        """(n,) int64: ns from the first picture shown."""
        last_ns = int(times_ns[-1])
        self.until_ns = last_ns + 1 if until_ns is None else max(until_ns, last_ns + 1)
        """ns: until when the last picture was shown."""

    @property
    def path(self) -> Path:
        """Where the pictures lie."""
        return self.frames.path

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width in px."""
        return self.frames.size_hw

    def __len__(self) -> int:
        return len(self.order)

    def read(self, frame_idx: int) -> ByteArray:
        """(h, w, 3) uint8 RGB.

        Raises:
            FrameOutOfRange: not so many pictures were shown.
        """
        return self.frames.read(self.order[check_frame_idx(frame_idx, len(self), self.path)])

    def stream(self, start: int, stop: int, step: int = 1) -> Iterator[tuple[int, ByteArray]]:
        """(frame_idx, RGB) for each frame_idx in ``range(start, stop, step)``."""
        for frame_idx in range(start, stop, step):
            yield frame_idx, self.read(frame_idx)

    def name(self, frame_idx: int) -> str:
        """The number, as a picture may be shown twice, with the picture's own name."""
        number = check_frame_idx(frame_idx, len(self), self.path)
        return f"{number:05d}-{self.frames.name(self.order[number])}"

    def search_filler(self) -> FillerSearch:
        """Whatever was shown is no filler."""
        yield from ()
        return np.zeros(len(self), bool)

    def close(self) -> None:
        """Let go of the pictures."""
        self.frames.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
