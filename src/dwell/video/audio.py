"""Sound for a written video: packets copied from a recording, or encoded as AAC."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
import numpy as np
from numpy.typing import NDArray

from dwell.video.index import NS, to_ns

__all__ = ["AudioSource", "SoundTrack", "copied_sound", "encoded_sound"]

FOREVER_NS = 2**62
_BLOCK = 1024
"""Samples in one AAC packet."""
_ROUNDING_NS = 1000
_COPYABLE = {"aac", "mp3", "mp2", "ac3", "eac3", "alac", "opus", "flac"}
"""Codecs that mp4 and mkv hold and common players play."""


@dataclass(frozen=True)
class AudioSource:
    """Which sound to take over into a video."""

    parts: tuple[tuple[Path, int], ...]
    """Files, and what to add (ns) to each file's own time to get the whole recording's."""
    start_ns: int = 0
    """Time in the recording that becomes 0 in the copy."""
    stop_ns: int = FOREVER_NS
    """Time in the recording at which the copy ends."""

    @classmethod
    def of_file(cls, path: str | Path) -> AudioSource | None:
        """All sound of a file, or None if it has none."""
        with av.open(str(Path(path).absolute())) as container:
            return cls(((Path(path), 0),)) if container.streams.audio else None


class SoundTrack(Protocol):
    """Sound that is written piece by piece as the video advances."""

    def feed(self, until_ns: int) -> None:
        """Write the sound before this time of the written video."""
        ...

    def finish(self) -> None:
        """Write what is left."""
        ...

    def close(self) -> None:
        """Close the source."""
        ...


def copied_sound(container: Any, source: AudioSource) -> SoundTrack:
    """The source's packets as they are; encoded again as AAC where players would not play them."""
    with av.open(str(source.parts[0][0].absolute())) as first:
        stream = first.streams.audio[0]
        if stream.codec_context.name in _COPYABLE:
            return _Copied(container, container.add_stream_from_template(stream), source)
        rate, n_channels = (
            int(stream.codec_context.sample_rate),
            min(2, stream.codec_context.layout.nb_channels),
        )
    return _Encoded(container, _decoded(source), rate, n_channels)


def encoded_sound(container: Any, samples: NDArray[np.float32], rate: int) -> SoundTrack:
    """Samples, (n,) or (n, 2) float32 in -1 … 1, as AAC from time 0."""
    samples = np.asarray(samples, np.float32)
    if samples.ndim not in (1, 2) or (samples.ndim == 2 and samples.shape[1] not in (1, 2)):
        raise ValueError(f"sound must be samples of shape (n,) or (n, 2), got {samples.shape}")
    planes = np.ascontiguousarray(samples.reshape(len(samples), -1).T)
    return _Encoded(container, _blocks(planes, rate), rate, len(planes))


class _Copied:
    def __init__(self, container: Any, stream: Any, source: AudioSource) -> None:
        self._container = container
        self._packets = _shifted_packets(source, stream)
        self._waiting: tuple[int, Any] | None = None

    def feed(self, until_ns: int) -> None:
        while (item := self._waiting or next(self._packets, None)) is not None:
            self._waiting = item if item[0] >= until_ns else None
            if self._waiting:
                return
            self._container.mux(item[1])

    def finish(self) -> None:
        self.feed(FOREVER_NS)

    def close(self) -> None:
        self._packets.close()


class _Encoded:
    def __init__(
        self, container: Any, frames: Generator[tuple[int, Any], None, None], rate: int, n_channels: int
    ) -> None:
        layout = "mono" if n_channels == 1 else "stereo"
        self._container = container
        self._stream = container.add_stream("aac", rate=rate, layout=layout)
        self._frames = frames
        self._resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate, frame_size=_BLOCK)
        self._waiting: deque[tuple[int, Any]] = deque()

    def feed(self, until_ns: int) -> None:
        while (item := self._waiting.popleft() if self._waiting else next(self._frames, None)) is not None:
            if item[0] >= until_ns:
                self._waiting.appendleft(item)
                return
            self._encode(self._resampler.resample(item[1]))

    def finish(self) -> None:
        self.feed(FOREVER_NS)
        self._encode(self._resampler.resample(None))
        self._container.mux(self._stream.encode(None))

    def close(self) -> None:
        self._frames.close()

    def _encode(self, frames: list[Any]) -> None:
        for frame in frames:
            self._container.mux(self._stream.encode(frame))


def _blocks(planes: NDArray[np.float32], rate: int) -> Generator[tuple[int, Any], None, None]:
    """(start ns, ``av.AudioFrame``) of (channels, n) samples."""
    for start in range(0, planes.shape[1], _BLOCK):
        block = np.ascontiguousarray(planes[:, start : start + _BLOCK])
        frame = av.AudioFrame.from_ndarray(
            block, format="fltp", layout="mono" if len(planes) == 1 else "stereo"
        )
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield start * 1_000_000_000 // rate, frame


def _shifted_packets(source: AudioSource, stream: Any) -> Generator[tuple[int, Any], None, None]:
    """(start ns in the copy, packet for ``stream``) in order."""
    newest_ns = -FOREVER_NS
    for offset_ns, stop_ns, container in _opened(source):
        for packet in container.demux(container.streams.audio[0]):
            if packet.pts is None or packet.size == 0:
                continue
            start_ns = int(to_ns(packet.pts, packet.time_base)) + offset_ns
            end_ns = start_ns + int(to_ns(packet.duration or 0, packet.time_base))
            if start_ns >= stop_ns:
                break
            # the packet that ends at the start primes the decoder; a later part's overlaps the part before
            if end_ns >= source.start_ns - _ROUNDING_NS and start_ns > newest_ns:
                newest_ns = start_ns
                packet.pts += round((offset_ns - source.start_ns) * NS / packet.time_base)
                packet.dts = packet.pts
                packet.stream = stream
                yield start_ns - source.start_ns, packet


def _decoded(source: AudioSource) -> Generator[tuple[int, Any], None, None]:
    """(start ns in the copy, decoded frame) in order."""
    for offset_ns, stop_ns, container in _opened(source):
        for frame in container.decode(container.streams.audio[0]):
            start_ns = int(to_ns(frame.pts or 0, frame.time_base)) + offset_ns
            if start_ns >= stop_ns:
                break
            if start_ns >= source.start_ns:
                frame.pts = (frame.pts or 0) + round((offset_ns - source.start_ns) * NS / frame.time_base)
                yield start_ns - source.start_ns, frame


def _opened(source: AudioSource) -> Iterator[tuple[int, int, Any]]:
    """(offset ns, time in the recording where its sound has to end, container) of each part."""
    ends_ns = [offset_ns for _, offset_ns in source.parts[1:]] + [source.stop_ns]
    for (path, offset_ns), end_ns in zip(source.parts, ends_ns, strict=True):
        with av.open(str(path.absolute())) as container:
            yield offset_ns, min(end_ns, source.stop_ns), container
