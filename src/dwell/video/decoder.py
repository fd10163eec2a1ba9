"""One video file decoded from any frame on, in presentation order, each frame known by its number."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import av.error
import numpy as np

from dwell.errors import CorruptVideo
from dwell.video.index import PacketIndex
from dwell.video.integrity import packet_check
from dwell.video.opening import open_video

__all__ = ["Decoder"]

_WALK_ON = 4
"""Frames that are decoded in passing rather than seeking to a key frame just ahead."""
_EARLIER = 2
"""Key frames tried before the nearest one, where decoding from that one does not give the wanted frame."""


class Decoder:
    """Decodes one file; a frame gets the number whose pts in the index it carries, or none.

    After damage, frames up to the next key frame are not given: they would be guesses made from frames that
    are missing. B-frames wait for the frame after them, from which they are predicted, so that its damage is
    known. ``damaged=True`` gives them all.
    """

    def __init__(self, index: PacketIndex, *, damaged: bool = False, threads: int = 0) -> None:
        self.index = index
        self.n_decoded = 0
        """Frames decoded since the file was opened."""
        self.n_seeks = 0
        """Seeks since the file was opened."""
        self._damaged = damaged
        self._threads = threads
        self._container: Any = None
        self._stream: Any = None
        self._packets: Iterator[Any] = iter(())
        self._flushed = False
        self._ready: deque[Any] = deque()
        """Decoded, not numbered."""
        self._held: list[tuple[int, Any]] = []
        """B-frames that wait for the frame after them."""
        self._settled: deque[tuple[int, Any]] = deque()
        """Ready to be given."""
        self._expected = 0
        """Number of the next decoded frame, if none is missing."""
        self._next: int | None = None
        """Number of the next frame to be given, if none is missing; None = seek first."""
        self._unsafe_until = 0
        self._newest_pts = 0
        """Largest pts given to the decoder since the last seek."""
        self._is_framed: Callable[[Any], bool] = lambda packet: True
        self._spoiled = False
        """A packet since the last key frame's was broken."""

    def frames_to(self, frame_idx: int) -> Iterator[tuple[int, Any]]:
        """(frame_idx, ``av.VideoFrame``) from wherever decoding has to start up to and with ``frame_idx``.

        The next call goes on from there where it can, without seeking.

        Raises:
            CorruptVideo: this frame cannot be decoded; nothing is given in its place.
        """
        if self._damaged or not self.index.damaged[frame_idx]:
            for back in range(-1, _EARLIER + 1):
                for number, frame in self._attempt(frame_idx, back):
                    yield number, frame
                    if number == frame_idx:
                        return
            self._next = None
        raise CorruptVideo(
            f"Frame {frame_idx} of {self.index.path.name} cannot be decoded, the file is damaged there; copy "
            "or download the file again, or open it with damaged=True.",
            path=self.index.path,
            frame_idx=frame_idx,
        )

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        if self._container is not None:
            self._container.close()
        self._container = self._stream = self._next = None
        self._packets = iter(())
        self._forget()

    def _attempt(self, frame_idx: int, back: int) -> Iterator[tuple[int, Any]]:
        """Frames up to this one: going on from the last (-1), from its key frame (0), or an earlier one."""
        key = self.index.key_before(frame_idx, max(back, 0))
        if back >= 0:
            self._seek(key)
        elif self._next is None or not key - _WALK_ON <= self._next <= frame_idx:
            return
        while (found := self._next_frame()) is not None and found[0] <= frame_idx:
            yield found

    def _seek(self, key: int) -> None:
        fresh = self._container is None
        if fresh:
            self._open()
        if not fresh or key > 0:
            try:
                self._container.seek(self.index.seek_pts(key), stream=self._stream)
            except av.error.FFmpegError:  # AVI refuses a time before the first
                self._container.seek(int(self.index.pts[key]), stream=self._stream)
            self.n_seeks += 1
        self._packets = self._container.demux(self._stream)
        self._flushed = False
        self._forget()
        self._next = self._expected = key
        self._unsafe_until = 0
        self._spoiled = False
        self._newest_pts = int(self.index.pts[0])

    def _forget(self) -> None:
        self._ready.clear()
        self._held.clear()
        self._settled.clear()

    def _open(self) -> None:
        self._container, self._stream = open_video(self.index.path)
        self._stream.thread_type = "AUTO"
        self._stream.codec_context.thread_count = self._threads
        self._is_framed = packet_check(self._stream.codec_context)
        self.n_decoded = self.n_seeks = 0

    def _next_frame(self) -> tuple[int, Any] | None:
        """The next usable frame; None at the end."""
        while True:
            while self._settled:
                number, frame = self._settled.popleft()
                self._next = number + 1
                if self._damaged or not (number < self._unsafe_until or self.index.damaged[number]):
                    return number, frame
            if self._ready:
                self._take(self._ready.popleft())
            elif not self._flushed:
                self._decode_more()
            elif self._held:
                self._settle()
            else:
                return None

    def _take(self, frame: Any) -> None:
        """Number a decoded frame; frames that the index does not know are dropped."""
        if frame.is_corrupt:
            self._distrust()
        number = self._number_of(frame)
        if number is not None:
            self._expected = number + 1
            self._held.append((number, frame))
            if not self.index.is_b_frame[number]:
                self._settle()

    def _settle(self) -> None:
        self._settled.extend(self._held)
        self._held.clear()

    def _decode_more(self) -> None:
        try:
            packet = next(self._packets, None)
        except av.error.FFmpegError:
            packet = None
        if packet is not None and packet.size and not self.index.checked:
            self._check(packet)
        if packet is not None and packet.is_corrupt:
            self._distrust()  # cut off: decoding it could swallow the frame before it
            return
        try:
            if packet is None:
                self._flushed = True
                frames = self._stream.codec_context.decode(None)
            else:
                self._newest_pts = max(self._newest_pts, packet.pts or 0)
                frames = packet.decode()
        except av.error.EOFError:
            return
        except av.error.FFmpegError:
            self._distrust()
            return
        self.n_decoded += len(frames)
        self._ready.extend(frames)

    def _check(self, packet: Any) -> None:
        """Note damage in the index, which was made without looking at the packets."""
        if packet.is_keyframe:
            self._spoiled = False
        self._spoiled = self._spoiled or packet.is_corrupt or not self._is_framed(packet)
        number = self._number_of(packet) if self._spoiled else None
        if number is not None:
            self.index.damaged[number] = True

    def _number_of(self, frame: Any) -> int | None:
        """The frame_idx whose pts this frame or packet has; None if it is no frame of the index."""
        pts, wanted = self.index.pts, self._expected
        if frame.pts is None:
            return None
        if wanted < len(pts) and pts[wanted] == frame.pts:
            return wanted
        slot = int(np.searchsorted(pts, frame.pts))
        return slot if slot < len(pts) and pts[slot] == frame.pts else None

    def _distrust(self) -> None:
        """After damage: trust no frame before the next key frame that the decoder has not seen yet."""
        newest = int(np.searchsorted(self.index.pts, self._newest_pts))
        later = self.index.key_idx[self.index.key_idx > newest]
        self._unsafe_until = int(later[0]) if len(later) else len(self.index)
