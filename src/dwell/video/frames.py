"""Frames by number: what sessions, renderers and pages see of a scene video or a folder of images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from dwell.errors import FrameOutOfRange
from dwell.types import ByteArray, IntArray
from dwell.video.filler import FillerSearch

__all__ = ["Frames", "check_frame_idx", "default_name"]


@runtime_checkable
class Frames(Protocol):
    """Numbered pictures of one size. Source: ours."""

    @property
    def path(self) -> Path:
        """The file or folder read; of a video in parts, the first part."""
        ...

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width in px, as seen upright."""
        ...

    @property
    def pts_ns(self) -> IntArray:
        """(n,) int64: when each frame is shown, ns on the video's own time line. Never a recorder's clock."""
        ...

    def __len__(self) -> int:
        """Number of frames."""
        ...

    def read(self, frame_idx: int) -> ByteArray:
        """(h, w, 3) uint8 RGB; the caller's own copy."""
        ...

    def stream(self, start: int, stop: int, step: int = 1) -> Iterator[tuple[int, ByteArray]]:
        """(frame_idx, RGB) for each frame_idx in ``range(start, stop, step)``, in bounded memory."""
        ...

    def name(self, frame_idx: int) -> str:
        """A stem for exported files: the image's own, or the number as ``00042``."""
        ...

    def search_filler(self) -> FillerSearch:
        """Look for frames that are grey filler, which shows nothing of the scene, a picture at a time."""
        ...

    def close(self) -> None:
        """Let go of the files. Reading afterwards opens them again."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def default_name(frame_idx: int) -> str:
    """The name of a frame that has none of its own: ``00042``."""
    return f"{frame_idx:05d}"


def check_frame_idx(frame_idx: int, n_frames: int, path: Path) -> int:
    """``frame_idx`` as a plain int.

    Raises:
        FrameOutOfRange: there is no such frame; negative numbers do not count from the end.
    """
    number = int(frame_idx)
    if not 0 <= number < n_frames:
        raise FrameOutOfRange(
            f"There is no frame {number} in {path.name}: it has frames 0 to {n_frames - 1}.",
            path=path,
            frame_idx=number,
        )
    return number
