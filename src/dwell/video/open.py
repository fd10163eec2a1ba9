"""Opening frames, whatever they are kept in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dwell.errors import CorruptVideo
from dwell.video.frames import Frames
from dwell.video.images import SUFFIXES, ImageFolder
from dwell.video.reader import VideoReader

__all__ = ["open_frames"]


def open_frames(path: str | Path | Sequence[str | Path]) -> Frames:
    """The frames of a video file, of a video in parts (a list of files), of a folder of numbered images, or
    of one image.

    Raises:
        CorruptVideo: nothing there, not a video, or no images in the folder.
    """
    if isinstance(path, str | Path):
        if not Path(path).exists():
            raise CorruptVideo(f"There is no {path}; check the path of the video or image folder.", path=path)
        if Path(path).is_dir() or Path(path).suffix.lower() in SUFFIXES:
            return ImageFolder(path)
    return VideoReader(path)
