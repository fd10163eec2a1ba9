"""The packet index: which frames a video file holds, and when each is shown, without decoding it.

A file is read once from packet to packet. Sorted by presentation time, the n-th packet is frame n, whatever
the order in which the file stores them (B-frames). Packets that an edit list cuts away are no frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np

from dwell.errors import CorruptVideo
from dwell.types import IntArray

__all__ = ["NS", "AudioInfo", "PacketIndex", "from_ns", "open_video", "read_index", "to_ns"]

NS = Fraction(1, 1_000_000_000)
"""The time base of nanoseconds."""

AGAIN = "copy or download the file again"


@dataclass(frozen=True)
class AudioInfo:
    """The first audio stream of a video."""

    codec: str
    """FFmpeg's name: ``aac`` …"""
    rate: int
    """Samples per second."""
    channels: int


@dataclass(frozen=True, eq=False)
class PacketIndex:
    """The frames of one file in presentation order, as its packets announce them."""

    path: Path
    time_base: Fraction
    """Seconds per unit of ``pts``."""
    pts: IntArray
    """(n,) int64, ascending, in ``time_base``: when each frame is shown, on the container's time line."""
    n_bytes: IntArray
    """(n,) int64: size of each frame's packet."""
    key_idx: IntArray
    """(k,) int64, ascending: frames from which decoding can start. Frame 0 is always one."""
    last_duration: int
    """How long the last frame is shown, in ``time_base``."""
    origin: int
    """Time 0 in ``time_base``: 0, or where the earliest stream starts if that is before 0."""
    audio: AudioInfo | None
    cut: bool
    """The file ends too early. The frames listed are those that come before any lost one."""

    def __len__(self) -> int:
        return len(self.pts)

    def key_before(self, frame_idx: int, back: int = 0) -> int:
        """The key frame at or before ``frame_idx``, or the one ``back`` key frames earlier."""
        slot = int(np.searchsorted(self.key_idx, frame_idx, side="right")) - 1
        return int(self.key_idx[max(slot - back, 0)])

    def seek_pts(self, key: int) -> int:
        """Where to seek so that reading starts with the packet of this key frame.

        Seeking to the key frame's own time lands one key frame early in files with B-frames (their decoding
        times are shifted), so the time of the frame after it is used. Source: measured, ours.
        """
        alone = key + 1 >= len(self.pts) or key + 1 in self.key_idx
        return int(self.pts[key if alone else key + 1])


def to_ns(pts: IntArray | int, time_base: Fraction) -> Any:
    """``pts`` in units of ``time_base`` as int64 nanoseconds, rounded to the nearest; exact arithmetic."""
    return _scaled(pts, time_base / NS)


def from_ns(times_ns: IntArray | int, time_base: Fraction) -> Any:
    """int64 nanoseconds in units of ``time_base``, rounded to the nearest; exact arithmetic."""
    return _scaled(times_ns, NS / time_base)


def _scaled(values: IntArray | int, ratio: Fraction) -> Any:
    """``values * ratio`` rounded; the whole part apart, so that products stay within 64 bits."""
    whole, rest = np.divmod(np.asarray(values, np.int64), ratio.denominator)
    return whole * ratio.numerator + (rest * ratio.numerator + ratio.denominator // 2) // ratio.denominator


def open_video(path: Path) -> tuple[Any, Any]:
    """An open PyAV container and its video stream; the caller closes the container.

    Raises:
        CorruptVideo: no such file, not a video, cut short, or without a video stream.
    """
    try:
        container = av.open(str(path))
    except (av.error.FFmpegError, OSError) as error:
        raise CorruptVideo(_why_not_opened(path, error), path=path) from error
    streams = [s for s in container.streams.video if not _is_cover(s)]
    if not streams or streams[0].codec_context is None:
        container.close()
        found = "only sound" if container.streams.audio else "no video stream"
        raise CorruptVideo(f"{path.name} holds {found}; give the scene video instead.", path=path)
    return container, streams[0]


def _is_cover(stream: Any) -> bool:
    """Whether a "video" stream is the cover picture of a sound file."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _why_not_opened(path: Path, error: Exception) -> str:
    if not path.exists():
        return f"There is no file {path}; check the path."
    if path.is_dir():
        return f"{path} is a folder, not a video file."
    size = path.stat().st_size
    if size == 0:
        return f"{path.name} is empty (0 bytes); {AGAIN}."
    if path.read_bytes()[:40].startswith(b"version https://git-lfs"):
        return f"{path.name} is a Git LFS pointer, not the video itself; fetch it with `git lfs pull`."
    if _is_mp4(path):
        return f"{path.name} is cut short: its table of frames (moov) is missing; {AGAIN}."
    if isinstance(error, PermissionError):
        return f"{path.name} may not be read; check its permissions."
    return f"{path.name} cannot be read as a video ({error}); check that it is one, or {AGAIN}."


def _is_mp4(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(12)[4:8] in (b"ftyp", b"mdat", b"moov", b"wide", b"free")


def read_index(path: Path) -> PacketIndex:
    """The packet index of a video file.

    Raises:
        CorruptVideo: the file cannot be opened, has no video frames, or its packets carry no time stamps.
    """
    container, stream = open_video(path)
    with container:
        rows, broken = _read_packets(container, stream)
        cut = broken or (len(rows) != stream.frames and _ends_early(path))
        shown = rows[rows[:, _DISCARDED] == 0]
        if cut and len(rows):
            shown = shown[shown[:, _PTS] <= rows[-1, _DTS]]
        if not len(shown):
            raise CorruptVideo(f"{path.name} holds no video frames; {AGAIN}.", path=path)
        if (shown[:, _PTS] == _NO_TIME).any():
            raise CorruptVideo(
                f"The frames of {path.name} carry no time stamps; convert it first, for example with "
                f"`ffmpeg -i {path.name} -c:v libx264 new.mp4`.",
                path=path,
            )
        return _index_from(path, container, stream, shown, cut)


_PTS, _DTS, _DISCARDED = 0, 1, 2
_NO_TIME = np.iinfo(np.int64).min


def _read_packets(container: Any, stream: Any) -> tuple[IntArray, bool]:
    """(n, 6) int64 in storage order: pts, dts, discarded, key, bytes, duration; and: is a packet broken?"""
    rows: list[tuple[int, int, bool, bool, int, int]] = []
    try:
        for packet in container.demux(stream):
            if packet.is_corrupt:
                return _table(rows), True
            if packet.size:
                pts = _NO_TIME if packet.pts is None else packet.pts
                dts = pts if packet.dts is None else packet.dts
                duration = packet.duration or 0
                rows.append((pts, dts, packet.is_discard, packet.is_keyframe, packet.size, duration))
    except av.error.FFmpegError:
        return _table(rows), True
    return _table(rows), False


def _table(rows: list[tuple[int, int, bool, bool, int, int]]) -> IntArray:
    return np.array(rows, np.int64).reshape(-1, 6)


def _ends_early(path: Path) -> bool:
    """Whether an mp4's media data says it is longer than the file. Source: ISO/IEC 14496-12, 4.2."""
    size = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        while at + 8 <= size:
            file.seek(at)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            if length < 8:
                return False
            at += length
            if at > size and head[4:8] == b"mdat":
                return True
    return False


def _index_from(path: Path, container: Any, stream: Any, rows: IntArray, cut: bool) -> PacketIndex:
    pts, _, _, is_key, n_bytes, duration = rows[np.argsort(rows[:, _PTS], kind="stable")].T
    keys = np.flatnonzero(is_key)
    first_units = Fraction(container.start_time or 0, av.time_base) / stream.time_base
    return PacketIndex(
        path=path,
        time_base=Fraction(stream.time_base),
        pts=np.ascontiguousarray(pts),
        n_bytes=np.ascontiguousarray(n_bytes),
        key_idx=keys if len(keys) and keys[0] == 0 else np.concatenate([[0], keys]).astype(np.int64),
        last_duration=int(duration[-1]) or _usual_step(pts),
        origin=min(0, round(first_units), int(pts[0])),
        audio=_audio_info(container),
        cut=cut,
    )


def _usual_step(pts: IntArray) -> int:
    return max(1, int(np.median(np.diff(pts)))) if len(pts) > 1 else 1


def _audio_info(container: Any) -> AudioInfo | None:
    for stream in container.streams.audio:
        context = stream.codec_context
        if context is not None:
            return AudioInfo(context.name, int(context.sample_rate), int(context.layout.nb_channels))
    return None
