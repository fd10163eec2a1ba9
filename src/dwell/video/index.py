"""The packet index: which frames a video file holds, and when each is shown, without decoding it.

An mp4 tells in its header; any other file is read once from packet to packet. Sorted by presentation time,
the n-th packet is frame n, whatever the order in which the file stores them (B-frames). Packets that an edit
list cuts away are no frames.
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
from dwell.types import BoolArray, IntArray
from dwell.video.header import PacketTable, packet_table
from dwell.video.integrity import ends_early, packet_check
from dwell.video.opening import AGAIN, open_video

__all__ = ["NS", "AudioInfo", "PacketIndex", "from_ns", "read_index", "to_ns"]

NS = Fraction(1, 1_000_000_000)
"""The time base of nanoseconds."""


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
    is_b_frame: BoolArray
    """(n,) bool: frames stored after one that is shown later."""
    damaged: BoolArray
    """(n,) bool: frames whose packet, or one before it up to the last key frame, is broken. Unless
    ``checked``, the decoder fills it in as it reads."""
    last_duration: int
    """How long the last frame is shown, in ``time_base``."""
    origin: int
    """Time 0 in ``time_base``: 0, or where the earliest stream starts if that is before 0."""
    audio: AudioInfo | None
    cut: bool
    """The file ends too early. The frames listed are those that come before any lost one."""
    checked: bool = True
    """All packets have been looked at."""

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
        if key == 0:
            return int(self.pts[0]) - round(
                1 / self.time_base
            )  # well before the start, where some formats need it
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


def read_index(path: Path, *, check: bool = False) -> PacketIndex:
    """The packet index of a video file.

    Args:
        path: the file.
        check: look at every packet, which means to read the whole file; else only where there is no other
            way.

    Raises:
        CorruptVideo: the file cannot be opened, has no video frames, or its packets carry no time stamps.
    """
    container, stream = open_video(path)
    with container:
        table = None if check or ends_early(path) else packet_table(path, container, stream)
        if table is not None and len(table.pts):
            return _index_from(path, container, stream, _rows_of(table), cut=False, checked=False)
    container, stream = open_video(path)
    with container:
        rows, broke_off = _read_packets(container, stream)
        cut = broke_off or (len(rows) != stream.frames and ends_early(path))
        rows[:, _DAMAGED] = _until_next_key(rows)
        shown = rows[rows[:, _DISCARDED] == 0]
        if cut and len(rows):
            shown = shown[shown[:, _PTS] <= rows[-1, _DTS]]
        if not len(shown):
            raise CorruptVideo(f"{path.name} holds no video frames; {AGAIN}.", path=path)
        if (shown[:, _PTS] == _NO_TIME).any() or _times_are_guessed(container, stream):
            raise CorruptVideo(
                f"The frames of {path.name} carry no times of their own; convert it first, for example with "
                f"`ffmpeg -i {path.name} -c:v libx264 new.mp4`.",
                path=path,
            )
        return _index_from(path, container, stream, shown, cut=cut)


def _rows_of(table: PacketTable) -> IntArray:
    """(n, 7) int64 as ``_read_packets`` gives them."""
    none = np.zeros(len(table.pts), np.int64)
    columns = (table.pts, table.dts, none, table.key, table.n_bytes, table.duration, none)
    return np.stack(columns, axis=1)


def _times_are_guessed(container: Any, stream: Any) -> bool:
    """AVI and raw streams store no presentation times; FFmpeg's are wrong where there are B-frames."""
    codec = stream.codec_context
    return (
        container.format.name in ("avi", "h264", "hevc")
        and codec.name in ("h264", "hevc")
        and codec.has_b_frames
    )


_PTS, _DTS, _DISCARDED, _KEY, _BYTES, _DURATION, _DAMAGED = range(7)
_Row = tuple[int, int, bool, bool, int, int, bool]
_NO_TIME = np.iinfo(np.int64).min


def _read_packets(container: Any, stream: Any) -> tuple[IntArray, bool]:
    """(n, 7) int64, the columns above, for each packet in storage order; and whether the file breaks off."""
    rows: list[_Row] = []
    is_framed = packet_check(stream.codec_context)
    broke_off = False
    try:
        for packet in container.demux(stream):
            if packet.size:
                pts = _NO_TIME if packet.pts is None else packet.pts
                dts = pts if packet.dts is None else packet.dts
                damaged = packet.is_corrupt or not is_framed(packet)
                key, duration = packet.is_keyframe, packet.duration or 0
                rows.append((pts, dts, packet.is_discard, key, packet.size, duration, damaged))
                broke_off = packet.is_corrupt
    except av.error.FFmpegError:
        broke_off = True
    whole = rows[:-1] if broke_off and rows and rows[-1][_DAMAGED] else rows
    return np.array(whole, np.int64).reshape(-1, 7), broke_off


def _until_next_key(rows: IntArray) -> IntArray:
    """Damage spreads: (n,) whether a packet or one before it, back to its key packet, is damaged."""
    count = np.cumsum(rows[:, _DAMAGED])
    before_key = np.where(rows[:, _KEY] == 1, count - rows[:, _DAMAGED], 0)
    spread: IntArray = (count > np.maximum.accumulate(before_key)).astype(np.int64)
    return spread


def _index_from(
    path: Path, container: Any, stream: Any, rows: IntArray, *, cut: bool, checked: bool = True
) -> PacketIndex:
    is_b_frame = rows[:, _PTS] < np.maximum.accumulate(rows[:, _PTS])
    order = np.argsort(rows[:, _PTS], kind="stable")
    rows, is_b_frame = rows[order], is_b_frame[order]
    pts, n_bytes = rows[:, _PTS].copy(), rows[:, _BYTES].copy()
    keys = np.flatnonzero(rows[:, _KEY])
    start_units = Fraction(container.start_time or 0, av.time_base) / stream.time_base
    return PacketIndex(
        path=path,
        time_base=Fraction(stream.time_base),
        pts=pts,
        n_bytes=n_bytes,
        key_idx=np.union1d([0], keys).astype(np.int64),
        is_b_frame=is_b_frame,
        damaged=rows[:, _DAMAGED].astype(bool),
        last_duration=_last_duration(rows),
        origin=min(0, round(start_units), int(pts[0])),
        audio=_audio_info(container),
        cut=cut,
        checked=checked,
    )


def _last_duration(rows: IntArray) -> int:
    """What the last frame's packet says; with B-frames, where mp4 cannot say it, the usual step."""
    pts, dts = rows[:, _PTS], rows[:, _DTS]
    told = int(rows[-1, _DURATION]) if (pts - dts == pts[-1] - dts[-1]).all() else 0
    return told or (max(1, int(np.median(np.diff(pts)))) if len(pts) > 1 else 1)


def _audio_info(container: Any) -> AudioInfo | None:
    for stream in container.streams.audio:
        context = stream.codec_context
        if context is not None:
            return AudioInfo(context.name, int(context.sample_rate), int(context.layout.nb_channels))
    return None
