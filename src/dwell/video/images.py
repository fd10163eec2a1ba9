"""ImageFolder: a folder of numbered images, or one still, read like a video."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from dwell.errors import BadTable, CorruptVideo
from dwell.types import ByteArray, IntArray
from dwell.video.clock import FrameClock
from dwell.video.filler import FillerSearch, is_filler
from dwell.video.frames import check_frame_idx
from dwell.video.image_size import image_size_hw

__all__ = ["ImageFolder"]

SUFFIXES = {".jpg", ".jpeg", ".png"}
TIME_TABLES = ("timestamps.csv", "world_timestamps.csv")
_TIME_COLUMN = "timestamp [ns]"


class ImageFolder:
    """The jpg and png images of a folder as frames, in natural order (2 before 10). Source: ours.

    One image file, a still, is a folder of one: it has frame 0 only, whatever lies beside it. Images come as
    they are seen: one stored on its side (EXIF orientation) is turned upright, and sizes are those after that.

    Images carry no time. They are spaced evenly, ``1 / fps`` s apart, unless ``timestamps.csv`` or
    ``world_timestamps.csv`` with a column ``timestamp [ns]`` lies in the folder or beside it: then those
    times are used.

    Args:
        path: the folder, or one image.
        fps: nominal frames per second; given, it overrides a table of times.

    Raises:
        CorruptVideo: no images, two of one name, an unreadable one, or images of different sizes.
        BadTable: the table of times does not fit the images.
    """

    def __init__(self, path: str | Path, *, fps: float | None = None) -> None:
        if fps is not None and not fps > 0:
            raise ValueError(f"fps must be positive, got {fps}")
        self.path = Path(path)
        """The folder or the image."""
        self.files = _images(self.path)
        """The images, in order."""
        height, width, _ = _decode(self.files[0]).shape
        self.size_hw: tuple[int, int] = (height, width)
        """Height and width in px."""
        self._check_sizes()
        self.times_ns: IntArray | None = (
            _read_times(self.path, len(self.files)) if fps is None and self.path.is_dir() else None
        )
        """(n,) int64 ns: times from a table beside the images, on the recorder's clock; else None."""
        evenly = np.rint(np.arange(len(self.files)) * (1e9 / (fps or 30.0))).astype(np.int64)
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
        rgb = _decode(self.files[number], number)
        if rgb.shape[:2] != self.size_hw:
            raise self._odd_size(number, rgb.shape[0], rgb.shape[1])
        return rgb

    def stream(self, start: int, stop: int, step: int = 1) -> Iterator[tuple[int, ByteArray]]:
        """(frame_idx, RGB) for each frame_idx in ``range(start, stop, step)``."""
        for frame_idx in range(start, stop, step):
            yield frame_idx, self.read(frame_idx)

    def name(self, frame_idx: int) -> str:
        """The image's stem."""
        return self.files[check_frame_idx(frame_idx, len(self), self.path)].stem

    def search_filler(self) -> FillerSearch:
        """Look for images of one flat colour; only small files are read. A still is no filler."""
        limit = 2000 + self.size_hw[0] * self.size_hw[1] // 40
        filler = np.zeros(len(self), bool)
        for number, file in enumerate(self.files):
            if len(self) > 1 and file.stat().st_size <= limit:
                filler[number] = is_filler(self.read(number))
                yield
        return filler

    def close(self) -> None:
        """Nothing to do: images are opened one by one."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_sizes(self) -> None:
        """Compare the sizes that the files announce; a photo stored on its side (EXIF) has them swapped."""
        for number, file in enumerate(self.files):
            size = image_size_hw(file)
            if size is not None and sorted(size) != sorted(self.size_hw):
                raise self._odd_size(number, *size)

    def _odd_size(self, frame_idx: int, height: int, width: int) -> CorruptVideo:
        return CorruptVideo(
            f"All images must have one size: {self.files[frame_idx].name} is {width}×{height} px, "
            f"{self.files[0].name} is {self.size_hw[1]}×{self.size_hw[0]} px; resize or remove it.",
            path=self.files[frame_idx],
            frame_idx=frame_idx,
        )


def _images(folder: Path) -> list[Path]:
    """The images in natural order; of a still, itself."""
    if folder.suffix.lower() in SUFFIXES and folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise CorruptVideo(f"There is no folder {folder}; check the path.", path=folder)
    files = [f for f in folder.iterdir() if f.suffix.lower() in SUFFIXES and not f.name.startswith(".")]
    if not files:
        raise CorruptVideo(f"No jpg or png images in {folder}; give the folder that holds them.", path=folder)
    files.sort(key=_natural)
    seen: dict[str, Path] = {}
    for file in files:
        twin = seen.setdefault(file.stem, file)
        if twin is not file:
            raise CorruptVideo(
                f"{twin.name} and {file.name} have the same name; keep one kind of image in {folder.name}.",
                path=file,
            )
    return files


def _natural(file: Path) -> list[tuple[int, int, str]]:
    """Sorts numbers inside names by value: ``img2`` before ``img10``."""
    pieces = re.split(r"(\d+)", file.stem.casefold())
    return [(0, int(p), p) if p.isdecimal() else (1, 0, p) for p in pieces if p]


def _decode(file: Path, frame_idx: int = 0) -> ByteArray:
    data = np.fromfile(file, np.uint8)  # not cv2.imread, which fails on non-ASCII paths on Windows
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    if image is None:
        raise CorruptVideo(
            f"{file.name} cannot be read as an image; copy it again or remove it.",
            path=file,
            frame_idx=frame_idx,
        )
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)


def _read_times(folder: Path, n_images: int) -> IntArray | None:
    places = [place / name for place in (folder, folder.parent) for name in TIME_TABLES]
    table = next((place for place in places if place.is_file()), None)
    if table is None:
        return None
    with table.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file)
        if _TIME_COLUMN not in (rows.fieldnames or ()):
            found = ", ".join(map(repr, rows.fieldnames or ())) or "no columns"
            raise BadTable(
                f"{table.name} needs a column {_TIME_COLUMN!r}, but has {found}.", path=table, line=1
            )
        times = [_whole_number(row[_TIME_COLUMN], table, line) for line, row in enumerate(rows, start=2)]
    if len(times) != n_images:
        raise BadTable(
            f"{table.name} has {len(times)} times for {n_images} images; there must be one row for each, or "
            "give fps to do without.",
            path=table,
        )
    return FrameClock.from_timestamps(times, path=table).times_ns


def _whole_number(text: str | None, table: Path, line: int) -> int:
    try:
        return int(text or "")
    except ValueError as error:
        raise BadTable(
            f"Line {line} of {table.name}: expected a whole number of ns, got {text!r}.",
            path=table,
            line=line,
        ) from error
