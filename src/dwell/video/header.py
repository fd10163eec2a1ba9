"""The packets of an mp4 from its table of frames (``moov``), without reading gigabytes of pictures.

FFmpeg has the last word on times: its packets at both ends of the file must be those of the table, moved by
one amount. Where they are not (several edits, fragments, another container), there is no answer, and the
file is read from packet to packet.
Source: ISO/IEC 14496-12, 8.6.1 (stts, ctts), 8.6.2 (stss), 8.6.6 (elst), 8.7.3 (stsz).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av.error
import numpy as np

from dwell.types import IntArray

__all__ = ["PacketTable", "packet_table"]

_MIN_COMPARED = 60
"""Packets compared at the start, if there are so many."""
_MAX_MOOV = 512 << 20
_INSIDE = {b"trak": (b"mdia", b"edts"), b"mdia": (b"minf",), b"minf": (b"stbl",)}


@dataclass(frozen=True, eq=False)
class PacketTable:
    """The packets of one track in storage order; arrays (n,) int64, times in units of the track."""

    pts: IntArray
    dts: IntArray
    n_bytes: IntArray
    key: IntArray
    """1 = a key frame."""
    duration: IntArray

    def moved(self, pts: int, dts: int) -> PacketTable:
        """The same with other zeros of time."""
        return PacketTable(self.pts + pts, self.dts + dts, self.n_bytes, self.key, self.duration)

    def agrees(self, start: int, packets: IntArray) -> bool:
        """Whether these packets are those from ``start`` on.

        FFmpeg takes some small packets for key frames that the file does not list as such; decoding cannot
        start there.
        """
        there = slice(start, start + len(packets))
        columns = (self.pts, self.dts, self.n_bytes, self.duration)
        same = np.array_equal(np.stack([each[there] for each in columns], axis=1), packets[:, :4])
        return same and bool((self.key[there] <= packets[:, 4]).all())


def packet_table(path: Path, container: Any, stream: Any) -> PacketTable | None:
    """The packets that demuxing the whole file would give, with FFmpeg's times; None if nobody can tell.

    Args:
        path: the file.
        container: the same, opened; it is read from, and stands elsewhere afterwards.
        stream: its video stream.
    """
    if not {"mp4", "mov"} & set(container.format.name.split(",")):
        return None
    try:
        table = _read_table(path, int(stream.id), Fraction(stream.time_base))
        return None if table is None else _confirmed(table, container, stream)
    except (struct.error, ValueError, KeyError, IndexError, OverflowError, MemoryError, av.error.FFmpegError):
        return None  # a broken table; reading the packets says what is wrong


# -------------------------------------------------------------------- what FFmpeg says


def _confirmed(table: PacketTable, container: Any, stream: Any) -> PacketTable | None:
    """The table on FFmpeg's time line, if the packets at both ends are as it says."""
    n = len(table.pts)
    first_keys = np.flatnonzero(table.key)[:2]
    n_first = min(n, max(_MIN_COMPARED, int(first_keys[-1]) + 1 if len(first_keys) else 1))
    head = _packets(container, stream, n_first)
    if head is None or len(head) < n_first:
        return None
    moved = table.moved(int(head[0, 0] - table.pts[0]), int(head[0, 1] - table.dts[0]))
    if not moved.agrees(0, head):
        return None
    last_key = int(np.flatnonzero(table.key)[-1])
    container.seek(int(moved.pts[last_key]), stream=stream)
    tail = _packets(container, stream, n)
    if tail is None or len(tail) > n or not moved.agrees(n - len(tail), tail):
        return None
    return moved


def _packets(container: Any, stream: Any, limit: int) -> IntArray | None:
    """(k, 5) the next packets: pts, dts, bytes, duration, key; None if there is none or one is not plain."""
    found: list[tuple[int, ...]] = []
    for packet in container.demux(stream):
        if not packet.size:
            continue
        if packet.pts is None or packet.dts is None or packet.is_discard or packet.is_corrupt:
            return None
        duration, key = packet.duration or 0, int(packet.is_keyframe)
        found.append((packet.pts, packet.dts, packet.size, duration, key))
        if len(found) == limit:
            break
    return np.array(found, np.int64) if found else None


# -------------------------------------------------------------------- what the file says


def _read_table(path: Path, track_id: int, time_base: Fraction) -> PacketTable | None:
    moov = _moov(path)
    if moov is None or b"mvex" in dict(_boxes(moov)):  # the frames of a fragmented file are listed elsewhere
        return None
    for name, trak in _boxes(moov):
        if name == b"trak" and _track_id(trak) == track_id:
            boxes = dict(_leaves(trak, b"trak"))
            if Fraction(1, _time_scale(boxes[b"mdhd"])) != time_base or _n_edits(boxes.get(b"elst")) > 1:
                return None
            return _table_of(boxes)
    return None


def _moov(path: Path) -> memoryview | None:
    """What is in the file's ``moov`` box."""
    size, at = path.stat().st_size, 0
    with path.open("rb") as file:
        while at + 8 <= size:
            file.seek(at)
            head = file.read(16)
            length, start = int.from_bytes(head[:4], "big"), 8
            if length == 1:
                length, start = int.from_bytes(head[8:16], "big"), 16
            if length == 0:
                length = size - at
            if length < start or at + length > size:
                return None
            if head[4:8] == b"moov":
                if length > _MAX_MOOV:
                    return None
                file.seek(at + start)
                return memoryview(file.read(length - start))
            at += length
    return None


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """(name, content) of each box."""
    at = 0
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        start = 8
        if length == 1:
            (length,), start = struct.unpack_from(">Q", data, at + 8), 16
        if length == 0:
            length = len(data) - at
        if length < start or at + length > len(data):
            raise ValueError("a box reaches beyond the one around it")
        yield bytes(data[at + 4 : at + 8]), data[at + start : at + length]
        at += length


def _leaves(data: memoryview, name: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """(name, content) of the boxes at any depth that matter."""
    for inner, content in _boxes(data):
        yield inner, content
        if inner in _INSIDE.get(name, ()):
            yield from _leaves(content, inner)
        elif inner in (b"stbl", b"edts"):
            yield from _boxes(content)


def _track_id(trak: memoryview) -> int:
    tkhd = dict(_boxes(trak))[b"tkhd"]
    return int(struct.unpack_from(">I", tkhd, 20 if tkhd[0] else 12)[0])


def _time_scale(mdhd: memoryview) -> int:
    return int(struct.unpack_from(">I", mdhd, 20 if mdhd[0] else 12)[0])


def _n_edits(elst: memoryview | None) -> int:
    """Edits that show something; one in front may be a pause."""
    if elst is None:
        return 0
    (count,) = struct.unpack_from(">I", elst, 4)
    form = ">QqI" if elst[0] else ">IiI"
    entries = [struct.unpack_from(form, elst, 8 + i * struct.calcsize(form)) for i in range(count)]
    return sum(time >= 0 or place > 0 for place, (_, time, _) in enumerate(entries))


def _table_of(boxes: dict[bytes, memoryview]) -> PacketTable:
    n_bytes = _sizes(boxes[b"stsz"])
    n = len(n_bytes)
    duration = _run_lengths(boxes[b"stts"], n, ">u4")
    if (duration >= 1 << 31).any():
        raise ValueError("a negative duration, which FFmpeg mends in its own way")
    dts = np.cumsum(duration) - duration
    shift = _run_lengths(boxes[b"ctts"], n, ">i4") if b"ctts" in boxes else np.zeros(n, np.int64)
    key = np.ones(n, np.int64)
    if b"stss" in boxes:
        key[:] = 0
        key[_numbers(boxes[b"stss"], 8, int(struct.unpack_from(">I", boxes[b"stss"], 4)[0]), ">u4") - 1] = 1
    return PacketTable(dts + shift, dts, n_bytes, key, duration)


def _sizes(stsz: memoryview) -> IntArray:
    same, count = struct.unpack_from(">II", stsz, 4)
    return np.full(count, same, np.int64) if same else _numbers(stsz, 12, count, ">u4")


def _run_lengths(box: memoryview, n: int, kind: str) -> IntArray:
    """(n,) values of a box of (count, value) pairs."""
    (n_pairs,) = struct.unpack_from(">I", box, 4)
    counts = _numbers(box, 8, 2 * n_pairs, ">u4")[::2]
    values = _numbers(box, 8, 2 * n_pairs, kind)[1::2]
    if counts.sum() != n:
        raise ValueError(f"times for {counts.sum()} of {n} packets")
    return np.repeat(values, counts)


def _numbers(box: memoryview, start: int, count: int, kind: str) -> IntArray:
    return np.frombuffer(box, kind, count, start).astype(np.int64)
