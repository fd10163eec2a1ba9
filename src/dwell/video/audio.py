"""Sound for a written video: packets copied from a recording, or AAC from an array."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from dwell.video.index import NS, to_ns

__all__ = ["AudioSource", "CopiedAudio", "EncodedAudio"]

FOREVER_NS = 2**62


@dataclass(frozen=True)
class AudioSource:
    """Which sound to copy into a video."""

    parts: tuple[tuple[Path, int], ...]
    """Files, and what to add (ns) to each file's own time to get the whole recording's."""
    start_ns: int = 0
    """Time in the recording that becomes 0 in the copy."""
    stop_ns: int = FOREVER_NS
    """Time in the recording at which the copy ends."""


class CopiedAudio:
    """Audio packets of a source, muxed as they are into a container as its video advances."""

    def __init__(self, container: Any, source: AudioSource) -> None:
        self._container = container
        self._source = source
        with av.open(str(source.parts[0][0])) as first:
            self._stream = container.add_stream_from_template(first.streams.audio[0])
        self._packets = self._shifted()
        self._waiting: tuple[int, Any] | None = None

    def feed(self, until_ns: int) -> None:
        """Mux the packets that start before ``until_ns`` (time in the copy)."""
        while True:
            item = self._waiting or next(self._packets, None)
            self._waiting = None
            if item is None:
                return
            if item[0] >= until_ns:
                self._waiting = item
                return
            self._container.mux(item[1])

    def finish(self) -> None:
        """Mux what is left."""
        self.feed(FOREVER_NS)

    def close(self) -> None:
        """Close the source."""
        self._packets.close()

    def _shifted(self) -> Generator[tuple[int, Any], None, None]:
        """(start in the copy, packet) in order."""
        for path, offset_ns in self._source.parts:
            with av.open(str(path)) as container:
                for packet in container.demux(container.streams.audio[0]):
                    if packet.pts is None or packet.size == 0:
                        continue
                    time_base = Fraction(packet.time_base)
                    start_ns = int(to_ns(packet.pts, time_base)) + offset_ns
                    if start_ns >= self._source.stop_ns:
                        return
                    if start_ns < self._source.start_ns:
                        continue
                    shift = round((offset_ns - self._source.start_ns) * NS / time_base)
                    packet.pts += shift
                    packet.dts = packet.pts
                    packet.stream = self._stream
                    yield start_ns - self._source.start_ns, packet


class EncodedAudio:
    """Samples encoded as AAC into a container as its video advances."""

    def __init__(self, container: Any, samples: NDArray[np.float32], rate: int) -> None:
        samples = np.asarray(samples, np.float32)
        self._samples = samples[None] if samples.ndim == 1 else np.ascontiguousarray(samples.T)
        self._rate = rate
        self._done = 0
        self._container = container
        layout = {1: "mono", 2: "stereo"}.get(len(self._samples))
        if layout is None:
            raise ValueError(f"sound must be (n,) or (n, 2) samples, got shape {samples.shape}")
        self._layout = layout
        self._stream = container.add_stream("aac", rate=rate, layout=layout)

    def feed(self, until_ns: int) -> None:
        """Encode the samples before ``until_ns``, in whole blocks of 1024."""
        wanted = until_ns * self._rate // 1_000_000_000
        while self._done < min(wanted, self._samples.shape[1]):
            block = np.ascontiguousarray(self._samples[:, self._done : self._done + 1024])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=self._layout)
            frame.sample_rate, frame.pts = self._rate, self._done
            frame.time_base = Fraction(1, self._rate)
            self._container.mux(self._stream.encode(frame))
            self._done += block.shape[1]

    def finish(self) -> None:
        """Encode what is left."""
        self.feed(FOREVER_NS)
        self._container.mux(self._stream.encode(None))

    def close(self) -> None:
        """Nothing is open."""
