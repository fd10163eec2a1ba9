"""VideoReader: exact frames of a scene video by number, in any order."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from av.video.reformatter import VideoReformatter

from dwell.errors import CorruptVideo
from dwell.types import BoolArray, ByteArray, IntArray
from dwell.video.audio import AudioSource
from dwell.video.colour import Colour, colour_of, to_planes, to_rgb
from dwell.video.decoder import Decoder
from dwell.video.filler import FillerSearch, search_filler
from dwell.video.frames import check_frame_idx, default_name
from dwell.video.index import AudioInfo, PacketIndex, from_ns, read_index, to_ns
from dwell.video.rotation import turn_of

__all__ = ["VideoReader"]

CACHE_BYTES = 192 * 2**20


class VideoReader:
    """The frames of a video file, or of a video recorded in parts, by number. Source: ours.

    Frame n is the n-th picture in order of presentation. Reading on from frame to frame decodes each once;
    jumping starts at the nearest key frame. Decoded frames are held as the decoder gave them, in at most
    ``cache_bytes``, so that stepping back and ``stream(…, step=-1)`` decode a group of pictures once as
    long as it fits. Pictures are turned upright. One reader may be used from several threads; they take
    turns.

    Args:
        path: a video file, or the files of its parts in order (same size; played one after the other).
        damaged: accept a file that ends too early, with the frames before the cut, and pictures that the
        decoder
            patched up.
        cache_bytes: memory for decoded frames.
        threads: decoding threads; 0 = as many as FFmpeg thinks fit.

    Raises:
        CorruptVideo: not a video, no frames, cut short, or parts of different sizes.
    """

    def __init__(
        self,
        path: str | Path | Sequence[str | Path],
        *,
        damaged: bool = False,
        cache_bytes: int = CACHE_BYTES,
        threads: int = 0,
    ) -> None:
        self.paths = _as_paths(path)
        """The files, in order."""
        self.path = self.paths[0]
        """The (first) file."""
        self._parts = _open_parts(self.paths, damaged, threads)
        first = _first_frame(self._parts[0])
        self._cache: OrderedDict[int, Any] = OrderedDict({0: first})
        self._stored_hw = (first.height, first.width)
        self._turn = turn_of(first)
        self.size_hw = self._turn.size((first.height, first.width))
        """Height and width in px, upright."""
        self.colour: Colour = colour_of(first)
        """How the file codes colours."""
        _check_sizes(self._parts, first)
        self._n_kept = max(4, cache_bytes // _n_bytes(first))
        self._lock = threading.RLock()
        self._converter = VideoReformatter()
        self.time_base: Fraction = _common_time_base(self._parts)
        """Seconds per unit of ``pts``."""
        self.pts: IntArray = _joined_pts(self._parts, self.time_base)
        """(n,) int64 in ``time_base``: when each frame is shown."""
        self.pts_ns: IntArray = to_ns(self.pts, self.time_base)
        """(n,) int64: the same in ns. 0 is the container's own; a file that starts before 0 is moved to 0."""

    # ------------------------------------------------------------------ what it is

    def __len__(self) -> int:
        return len(self.pts)

    @property
    def duration_ns(self) -> int:
        """From time 0 to the end of the last frame."""
        last = self._parts[-1]
        return last.offset_ns + last.end_ns

    @property
    def part_starts(self) -> IntArray:
        """(parts,) int64: the first frame_idx of each part."""
        return np.array([part.first for part in self._parts], np.int64)

    @property
    def n_bytes(self) -> IntArray:
        """(n,) int64: size of each frame in the file, in bytes."""
        return np.concatenate([part.index.n_bytes for part in self._parts])

    @property
    def is_b_frame(self) -> BoolArray:
        """(n,) bool: frames stored after one that is shown later; no other frame depends much on them."""
        return np.concatenate([part.index.is_b_frame for part in self._parts])

    @property
    def key_idx(self) -> IntArray:
        """(k,) int64: frames from which decoding can start."""
        return np.concatenate([part.first + part.index.key_idx for part in self._parts])

    @cached_property
    def damaged_idx(self) -> IntArray:
        """(d,) int64: frames known to be damaged without decoding; reading them raises ``CorruptVideo``.

        Asked for the first time, it reads the whole file.
        """
        checked = [part.index if part.index.checked else _checked(part.index) for part in self._parts]
        return np.flatnonzero(np.concatenate([index.damaged for index in checked]))

    @property
    def audio_info(self) -> AudioInfo | None:
        """The first part's sound, or None."""
        return self._parts[0].index.audio

    @property
    def has_audio(self) -> bool:
        """Whether there is sound in any part."""
        return any(part.index.audio for part in self._parts)

    def audio(self, start: int = 0, stop: int | None = None) -> AudioSource | None:
        """The sound of frames [start, stop) for ``VideoWriter(audio_from=…)``, or None without sound.

        Time 0 of the copy is frame ``start``: write frame i at ``pts[i] - pts[start]``.
        """
        if not self.has_audio:
            return None
        stop = len(self) if stop is None else stop
        stop_ns = self.duration_ns if stop >= len(self) else int(self.pts_ns[stop])
        parts = tuple((p.index.path, p.offset_ns - p.origin_ns) for p in self._parts if p.index.audio)
        return AudioSource(parts, int(self.pts_ns[start]), stop_ns)

    def name(self, frame_idx: int) -> str:
        """The number as a stem: ``00042``."""
        return default_name(frame_idx)

    def search_filler(self) -> FillerSearch:
        """Look for grey filler frames; only those with suspiciously small packets are decoded.

        Frames may be read in between; the search seeks back after that.
        """
        return search_filler(self)

    # ------------------------------------------------------------------ reading

    def read(self, frame_idx: int) -> ByteArray:
        """(h, w, 3) uint8 RGB.

        Raises:
            FrameOutOfRange: there is no such frame.
            CorruptVideo: the frame cannot be decoded.
        """
        return self._rgb(check_frame_idx(frame_idx, len(self), self.path), self._n_kept)

    def stream(self, start: int, stop: int, step: int = 1) -> Iterator[tuple[int, ByteArray]]:
        """(frame_idx, RGB) for each frame_idx in ``range(start, stop, step)``, each decoded about once.

        Backwards, a group of pictures is decoded once and held as far as ``cache_bytes`` allows; a longer
        one is decoded again for each piece.

        Raises:
            FrameOutOfRange: the range leaves the video.
            CorruptVideo: a frame cannot be decoded.
        """
        wanted = range(start, stop, step)
        for end in (wanted[0], wanted[-1]) if wanted else ():
            check_frame_idx(end, len(self), self.path)
        keep = 1 if step > 0 else self._n_kept
        for frame_idx in wanted:
            yield frame_idx, self._rgb(frame_idx, keep)

    def planes(self, start: int, stop: int) -> Iterator[tuple[int, Any]]:
        """(frame_idx, ``av.VideoFrame``) for [start, stop), for painting and encoding again.

        Frames are upright, yuv420p in limited range (others are converted), tagged with their matrix, with
        ``pts`` in ``time_base``. Their planes belong to the caller.
        """
        for frame_idx, stored in self.decoded(start, stop):
            frame = to_planes(stored, self._turn)
            frame.pts, frame.time_base = int(self.pts[frame_idx]), self.time_base
            yield frame_idx, frame

    def decoded(self, start: int, stop: int) -> Iterator[tuple[int, Any]]:
        """(frame_idx, ``av.VideoFrame``) for [start, stop) as decoded: not turned, and not to be painted."""
        wanted = range(start, stop)
        for end in (wanted[0], wanted[-1]) if wanted else ():
            check_frame_idx(end, len(self), self.path)
        for frame_idx in wanted:
            yield frame_idx, self._decoded(frame_idx, keep=0)

    def decoded_back(self, start: int) -> Iterator[tuple[int, Any]]:
        """(frame_idx, ``av.VideoFrame``) from ``start`` down to 0, as ``decoded``."""
        for frame_idx in range(check_frame_idx(start, len(self), self.path), -1, -1):
            yield frame_idx, self._decoded(frame_idx, self._n_kept)

    def close(self) -> None:
        """Close the files and forget decoded frames. Reading afterwards opens them again."""
        with self._lock:
            self._cache.clear()
            for part in self._parts:
                part.decoder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ------------------------------------------------------------------ decoding

    def _rgb(self, frame_idx: int, keep: int) -> ByteArray:
        with self._lock:  # a frame may not be converted by two threads at once
            return self._turn.apply(to_rgb(self._decoded(frame_idx, keep), self._converter))

    def _decoded(self, frame_idx: int, keep: int) -> Any:
        """The decoded frame; of those decoded on the way, the last ``keep`` stay in memory.

        With ``keep`` 0 the frame is new and nobody else holds it.
        """
        with self._lock:
            if keep and frame_idx in self._cache:
                self._cache.move_to_end(frame_idx)
                return self._cache[frame_idx]
            part = self._part_of(frame_idx)
            for local, frame in part.decoder.frames_to(frame_idx - part.first):
                if (frame.height, frame.width) != self._stored_hw:
                    raise _changed_size(part, frame, part.first + local)
                number = part.first + local
                if number > frame_idx - keep:
                    self._hold(number, frame, max(keep, 4))
            return frame

    def _hold(self, frame_idx: int, frame: Any, limit: int) -> None:
        self._cache[frame_idx] = frame
        self._cache.move_to_end(frame_idx)
        while len(self._cache) > limit:
            self._cache.popitem(last=False)

    def _part_of(self, frame_idx: int) -> _Part:
        slot = int(np.searchsorted(self.part_starts, frame_idx, side="right")) - 1
        part = self._parts[slot]
        for other in self._parts:
            if other is not part:
                other.decoder.close()
        return part


@dataclass(frozen=True)
class _Part:
    index: PacketIndex
    decoder: Decoder
    first: int
    """Its first frame_idx in the whole video."""
    offset_ns: int
    """Its time 0 in the whole video."""

    @property
    def origin_ns(self) -> int:
        return int(to_ns(self.index.origin, self.index.time_base))

    @property
    def end_ns(self) -> int:
        last = int(self.index.pts[-1]) + self.index.last_duration - self.index.origin
        return int(to_ns(last, self.index.time_base))


def _as_paths(path: str | Path | Sequence[str | Path]) -> list[Path]:
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(p) for p in path]
    if not paths:
        raise ValueError("Give at least one video file.")
    return paths


def _open_parts(paths: list[Path], damaged: bool, threads: int) -> list[_Part]:
    parts: list[_Part] = []
    first = offset_ns = 0
    for path in paths:
        index = read_index(path)
        if index.cut and not damaged:
            raise CorruptVideo(
                f"{path.name} is cut short: frame {first + len(index)} and those after it are missing; copy "
                "or download the file again, or open it with damaged=True to use the frames before.",
                path=path,
                frame_idx=first + len(index),
            )
        parts.append(_Part(index, Decoder(index, damaged=damaged, threads=threads), first, offset_ns))
        first += len(index)
        offset_ns += parts[-1].end_ns
    return parts


def _checked(index: PacketIndex) -> PacketIndex:
    """The same index, after a look at every packet."""
    return read_index(index.path, check=True)


def _first_frame(part: _Part) -> Any:
    *_, (_, frame) = part.decoder.frames_to(0)
    return frame


def _check_sizes(parts: list[_Part], first: Any) -> None:
    expected = turn_of(first).size((first.height, first.width))
    for part in parts[1:]:
        frame = _first_frame(part)
        part.decoder.close()
        size = turn_of(frame).size((frame.height, frame.width))
        if size != expected or turn_of(frame) != turn_of(first):
            raise CorruptVideo(
                f"The parts of a video must have one size: {part.index.path.name} is {size[1]}×{size[0]} px, "
                f"{parts[0].index.path.name} is {expected[1]}×{expected[0]} px; open them as two recordings.",
                path=part.index.path,
            )


def _changed_size(part: _Part, frame: Any, frame_idx: int) -> CorruptVideo:
    return CorruptVideo(
        f"The picture of {part.index.path.name} changes its size at frame {frame_idx}, to {frame.width}×"
        f"{frame.height} px; a video must have one size, cut it there.",
        path=part.index.path,
        frame_idx=frame_idx,
    )


def _n_bytes(frame: Any) -> int:
    return sum(plane.buffer_size for plane in frame.planes)


def _common_time_base(parts: list[_Part]) -> Fraction:
    bases = {part.index.time_base for part in parts}
    return bases.pop() if len(bases) == 1 else Fraction(1, 1_000_000)


def _joined_pts(parts: list[_Part], time_base: Fraction) -> IntArray:
    if len(parts) == 1:
        return parts[0].index.pts - parts[0].index.origin
    shown = [p.offset_ns + to_ns(p.index.pts - p.index.origin, p.index.time_base) for p in parts]
    units: IntArray = from_ns(np.concatenate(shown), time_base)
    return units
