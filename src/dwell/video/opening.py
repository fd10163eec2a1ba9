"""Opening a video file, or saying in plain words why it cannot be opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import av.error
import av.stream

from dwell.errors import CorruptVideo

__all__ = ["AGAIN", "open_video"]

AGAIN = "copy or download the file again"
_NO_VIDEO = {"tty", "image2", "srt", "webvtt", "ass"}
"""FFmpeg's readers of text and single images; they would make a video of almost any file."""


def open_video(path: Path) -> tuple[Any, Any]:
    """An open PyAV container and its video stream; the caller closes the container.

    Raises:
        CorruptVideo: no such file, not a video, cut short, or without a video stream.
    """
    try:
        container = av.open(str(path.absolute()))  # a relative name with a colon looks like an address
    except (av.error.FFmpegError, OSError) as error:
        raise CorruptVideo(_why_not_opened(path, error), path=path) from error
    streams = [s for s in container.streams.video if not _is_cover(s)]
    if container.format.name in _NO_VIDEO or container.format.name.endswith("_pipe"):
        found: str | None = "no moving pictures"
    elif not streams:
        found = "only sound" if container.streams.audio else "no video stream"
    elif streams[0].codec_context is None:
        found = "a video in a format that FFmpeg does not know"
    else:
        return container, streams[0]
    container.close()
    raise CorruptVideo(f"{path.name} holds {found}; give the scene video instead.", path=path)


def _is_cover(stream: Any) -> bool:
    """Whether a "video" stream is the cover picture of a sound file."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _why_not_opened(path: Path, error: Exception) -> str:
    if not path.exists():
        return f"There is no file {path}; check the path."
    if path.is_dir():
        return f"{path} is a folder, not a video file."
    if isinstance(error, PermissionError):
        return f"{path.name} may not be read; check its permissions."
    with path.open("rb") as file:
        head = file.read(40)
    if not head:
        return f"{path.name} is empty (0 bytes); {AGAIN}."
    if head.startswith(b"version https://git-lfs"):
        return f"{path.name} is a Git LFS pointer, not the video itself; fetch it with `git lfs pull`."
    if head[4:8] in (b"ftyp", b"mdat", b"wide", b"free"):
        return f"{path.name} is cut short, its table of frames (moov) is missing or broken; {AGAIN}."
    return f"{path.name} cannot be read as a video ({error}); check that it is one, or {AGAIN}."
