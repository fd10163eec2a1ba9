"""Opening frames, whatever they are kept in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dwell.errors import CorruptVideo
from dwell.video.frames import Frames
from dwell.video.images import ImageFolder
from dwell.video.reader import VideoReader

__all__ = ["open_frames"]


def open_frames(path: str | Path | Sequence[str | Path]) -> Frames:
    """The frames of a video file, of a video in parts (a list of files), or of a folder of numbered images.

    Raises:
        CorruptVideo: nothing there, not a video, or no images in the folder.
    """
    if isinstance(path, str | Path):
        if not Path(path).exists():
            raise CorruptVideo(f"There is no {path}; check the path of the video or image folder.", path=path)
        if Path(path).is_dir():
            return ImageFolder(path)
    return VideoReader(path)
