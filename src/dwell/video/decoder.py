"""One video file decoded from any frame on, in presentation order, each frame known by its number."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import av.error
import numpy as np

from dwell.errors import CorruptVideo
from dwell.video.index import PacketIndex, open_video

__all__ = ["Decoder"]

_WALK_ON = 4
"""Frames that are decoded in passing rather than seeking to a key frame just ahead."""
_RETRIES = 3
"""Key frames tried, going back, when decoding from the nearest one does not give the wanted frame."""


class Decoder:
    """Decodes one file and knows the frame_idx of what it gives: a frame counts only if its pts is the index's."""

    def __init__(self, index: PacketIndex, threads: int = 0) -> None:
        self.index = index
        self.n_decoded = 0
        """Frames decoded so far, for tests and measurements."""
        self.n_seeks = 0
        self._threads = threads
        self._container: Any = None
        self._stream: Any = None
        self._packets: Iterator[Any] = iter(())
        self._ready: deque[Any] = deque()
        self._next: int | None = None

    def frames_to(self, frame_idx: int) -> Iterator[tuple[int, Any]]:
        """(frame_idx, ``av.VideoFrame``) from wherever decoding has to start up to and with ``frame_idx``.

        The next call goes on from there where it can, without seeking.

        Raises:
            CorruptVideo: this frame cannot be decoded; nothing is given in its place.
        """
        for back in range(_RETRIES):
            self._move_to(frame_idx, back)
            while (found := self._next_frame()) is not None and found[0] <= frame_idx:
                yield found
                if found[0] == frame_idx:
                    return
            self._next = None
        raise CorruptVideo(
            f"Frame {frame_idx} of {self.index.path.name} cannot be decoded, the file is damaged there; copy or "
            "download the file again, or work on the frames before.",
            path=self.index.path,
            frame_idx=frame_idx,
        )

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        if self._container is not None:
            self._container.close()
        self._container = self._stream = self._next = None
        self._packets = iter(())
        self._ready.clear()

    def _move_to(self, frame_idx: int, back: int) -> None:
        key = self.index.key_before(frame_idx, back)
        if not back and self._next is not None and key - _WALK_ON <= self._next <= frame_idx:
            return
        if self._container is None:
            self._open()
        if key > 0 or self.n_seeks or self.n_decoded:
            self._container.seek(self.index.seek_pts(key), stream=self._stream)
            self.n_seeks += 1
        self._packets = self._container.demux(self._stream)
        self._ready.clear()
        self._next = key

    def _open(self) -> None:
        self._container, self._stream = open_video(self.index.path)
        self._stream.thread_type = "AUTO"
        self._stream.codec_context.thread_count = self._threads
        self.n_decoded = self.n_seeks = 0

    def _next_frame(self) -> tuple[int, Any] | None:
        while True:
            while self._ready:
                frame = self._ready.popleft()
                number = self._number_of(frame)
                if number is not None:
                    self._next = number + 1
                    return number, frame
            try:
                packet = next(self._packets, None)
                frames = [] if packet is None else packet.decode()
            except av.error.InvalidDataError:
                continue
            except av.error.FFmpegError:
                return None
            if packet is None:
                return None
            self.n_decoded += len(frames)
            self._ready.extend(frames)

    def _number_of(self, frame: Any) -> int | None:
        """The frame_idx whose pts this frame has; None if it is no frame of the index."""
        pts, wanted = self.index.pts, self._next or 0
        if frame.pts is None or frame.is_corrupt:
            return None
        if wanted < len(pts) and pts[wanted] == frame.pts:
            return wanted
        slot = int(np.searchsorted(pts, frame.pts))
        return slot if slot < len(pts) and pts[slot] == frame.pts else None
