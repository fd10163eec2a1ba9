"""ImageFolder: a folder of numbered images, read like a video."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from dwell.errors import BadTable, CorruptVideo
from dwell.types import BoolArray, ByteArray, IntArray
from dwell.video.filler import is_filler
from dwell.video.frames import check_frame_idx

__all__ = ["ImageFolder"]

SUFFIXES = {".jpg", ".jpeg", ".png"}
TIME_TABLES = ("timestamps.csv", "world_timestamps.csv")
_TIME_COLUMN = "timestamp [ns]"


class ImageFolder:
    """The jpg and png images of a folder as frames, in natural order (2 before 10). Source: ours.

    Images carry no time. They are spaced evenly, ``1 / fps`` s apart, unless ``timestamps.csv`` or
    ``world_timestamps.csv`` with a column ``timestamp [ns]`` lies in the folder: then ``times_ns`` are those.

    Args:
        path: the folder.
        fps: nominal frames per second.

    Raises:
        CorruptVideo: no images, or the first cannot be read. Others are checked when read.
        BadTable: the table of times does not fit the images.
    """

    def __init__(self, path: str | Path, *, fps: float = 30.0) -> None:
        if fps <= 0:
            raise ValueError(f"fps must be positive, got {fps}")
        self.path = Path(path)
        """The folder."""
        self.files = _numbered_images(self.path)
        """The images, in order."""
        self.size_hw: tuple[int, int] = _decode(self.files[0]).shape[:2]
        """Height and width in px."""
        self.times_ns: IntArray | None = _read_times(self.path, len(self.files))
        """(n,) int64: times from the table beside the images, or None."""
        evenly = np.rint(np.arange(len(self.files)) * (1e9 / fps)).astype(np.int64)
        self.pts_ns: IntArray = evenly if self.times_ns is None else self.times_ns - self.times_ns[0]
        """(n,) int64: ns from the first image."""

    def __len__(self) -> int:
        return len(self.files)

    def read(self, frame_idx: int) -> ByteArray:
        """(h, w, 3) uint8 RGB.

        Raises:
            FrameOutOfRange: there is no such image.
            CorruptVideo: the image cannot be read, or has another size than the first.
        """
        number = check_frame_idx(frame_idx, len(self), self.path)
        rgb = _decode(self.files[number])
        if rgb.shape[:2] != self.size_hw:
            expected, got = (f"{w}×{h} px" for h, w in (self.size_hw, rgb.shape[:2]))
            raise CorruptVideo(
                f"All images must have one size: {self.files[number].name} is {got}, {self.files[0].name} is "
                f"{expected}; resize or remove it.",
                path=self.files[number],
                frame_idx=number,
            )
        return rgb

    def stream(self, start: int, stop: int, step: int = 1) -> Iterator[tuple[int, ByteArray]]:
        """(frame_idx, RGB) for each frame_idx in ``range(start, stop, step)``."""
        for frame_idx in range(start, stop, step):
            yield frame_idx, self.read(frame_idx)

    def name(self, frame_idx: int) -> str:
        """The image's stem."""
        return self.files[check_frame_idx(frame_idx, len(self), self.path)].stem

    def find_filler(self) -> BoolArray:
        """(n,) bool: images of one flat colour; only small files are read."""
        small = [file.stat().st_size for file in self.files]
        limit = 2000 + self.size_hw[0] * self.size_hw[1] // 40
        return np.array([size <= limit and is_filler(self.read(i)) for i, size in enumerate(small)], bool)

    def close(self) -> None:
        """Nothing to do: images are opened one by one."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _numbered_images(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise CorruptVideo(f"There is no folder {folder}; check the path.", path=folder)
    files = [f for f in folder.iterdir() if f.suffix.lower() in SUFFIXES and not f.name.startswith(".")]
    if not files:
        raise CorruptVideo(f"No jpg or png images in {folder}; give the folder that holds them.", path=folder)
    return sorted(files, key=_natural)


def _natural(file: Path) -> list[tuple[int, int, str]]:
    """Sorts numbers inside names by value: ``img2`` before ``img10``."""
    pieces = re.split(r"(\d+)", file.name.casefold())
    return [(0, int(p), p) if p.isdecimal() else (1, 0, p) for p in pieces]


def _decode(file: Path) -> ByteArray:
    # np.fromfile, because cv2.imread fails on non-ASCII paths on Windows
    data = np.fromfile(file, np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    if image is None:
        raise CorruptVideo(
            f"{file.name} cannot be read as an image; copy it again or remove it.", path=file, frame_idx=None
        )
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)


def _read_times(folder: Path, n_images: int) -> IntArray | None:
    import pandas as pd

    table = next((folder / name for name in TIME_TABLES if (folder / name).is_file()), None)
    if table is None:
        return None
    frame = pd.read_csv(table)
    if _TIME_COLUMN not in frame:
        raise BadTable(
            f"{table.name} needs a column {_TIME_COLUMN!r}, but has {', '.join(map(repr, frame.columns))}.",
            path=table,
            line=1,
        )
    if len(frame) != n_images:
        raise BadTable(
            f"{table.name} has {len(frame)} rows for {n_images} images; each image needs one row.", path=table
        )
    return frame[_TIME_COLUMN].to_numpy(np.int64)
