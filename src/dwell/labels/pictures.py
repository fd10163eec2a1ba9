"""The pictures of labelled frames, for data sets that need them: decoded once each, never the wrong frame."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
from PIL import Image

from dwell.errors import OutputError
from dwell.files import replacing
from dwell.types import ByteArray
from dwell.video import Frames, ImageFolder

__all__ = ["write_pictures"]

JPEG_QUALITY = 95
_ENDINGS = {"jpg": (".jpg", ".jpeg"), "png": (".png",)}
_ORIENTATION = 0x0112
"""The EXIF tag; 1 = upright. Source: Exif 2.32, section 4.6.4."""


def write_pictures(
    frames: Frames,
    places: Mapping[int, Sequence[Path]],
    ending: str,
    done: Callable[[], None] | None = None,
) -> int:
    """Write pictures of frames; how many frames that were.

    A video is read from front to back, each frame decoded about once. An image that has this ending and lies
    upright already is copied as it is.

    Args:
        frames: the video or the images.
        places: frame_idx → where its picture is to be, one or several files.
        ending: ``jpg``, of quality 95, or ``png``.
        done: called after each frame; it may raise ``Cancelled``.

    Raises:
        OutputError: two frames have the same place, or a picture cannot be written.
        StorageFull: the disk is full or the folder cannot be written.
        CorruptVideo: a frame cannot be decoded.
    """
    _check_apart(places)
    for frame_idx in sorted(places):
        first, *others = places[frame_idx]
        source = _same_kind(frames, frame_idx, ending)
        with replacing(first) as file:
            if source is not None:
                shutil.copyfile(source, file)
            else:
                file.write_bytes(_encoded(frames.read(frame_idx), ending, first))
        for other in others:
            with replacing(other) as file:
                shutil.copyfile(first, file)
        if done is not None:
            done()
    return len(places)


def _check_apart(places: Mapping[int, Sequence[Path]]) -> None:
    taken: dict[Path, int] = {}
    for frame_idx, paths in places.items():
        for path in paths:
            twin = taken.setdefault(path, frame_idx)
            if twin != frame_idx:
                raise OutputError(
                    f"The pictures of frames {twin} and {frame_idx} would both be {path.name}; rename one of "
                    "the source images.",
                    path=path,
                    frame_idx=frame_idx,
                )


def _same_kind(frames: Frames, frame_idx: int, ending: str) -> Path | None:
    """The file of a frame, if it may be copied: one that EXIF turns would not fit its masks everywhere."""
    if not isinstance(frames, ImageFolder):
        return None
    file = frames.files[frame_idx]
    if file.suffix.lower() not in _ENDINGS[ending]:
        return None
    with Image.open(file) as image:
        return file if image.getexif().get(_ORIENTATION, 1) == 1 else None


def _encoded(rgb: ByteArray, ending: str, path: Path) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if ending == "jpg" else []
    fine, data = cv2.imencode(f".{ending}", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), options)
    if not fine:
        raise OutputError(f"The picture {path.name} cannot be encoded as {ending}.", path=path)
    return data.tobytes()
