"""Run-length encoding of masks, and the COCO counts string.

Three forms of one mask, all column-major (position = x * height + y):

* *array*: (h, w) bool;
* *counts*: COCO run lengths, background first (0 if the first pixel is mask), no zero after that;
* *boundaries*: positions where a run of mask pixels starts and ends (exclusive), in pairs; none: empty mask.

Source: run lengths and string layout as in ``maskApi.c`` of the COCO API (Dollár and Lin, 2014); the code
is ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from dwell.types import BoolArray, ByteArray, IntArray

__all__ = [
    "Counts",
    "boundaries_from_array",
    "boundaries_from_counts",
    "counts_from_boundaries",
    "decode_boundaries",
    "decode_columns",
    "decode_many",
    "decode_string",
    "encode_string",
    "join_touching",
    "without_empty_pairs",
]

Counts = NDArray[np.uint32]
"""Run lengths or boundaries of one mask, or of many laid end to end."""

_FIRST_CHAR = 48
_MORE = 0x20
_SIGN = 0x10
_PAYLOAD = 0x1F
_MAX_CHARS = 7
"""Characters of 5 bits that a difference of two uint32 can need."""
_BLOCK_CHARS = 1 << 17
"""Characters decoded in one pass: about what the processor's cache holds."""


# ------------------------------------------------------------------ array <-> boundaries


def boundaries_from_array(array_hw: BoolArray | ByteArray) -> Counts:
    """Boundaries of a mask; any value but 0 is mask. Only the columns of its bounding box are scanned."""
    pixels = np.ascontiguousarray(array_hw).view(np.uint8)
    if pixels.size == 0:
        return np.zeros(0, np.uint32)
    height = pixels.shape[0]
    x0, y0, width, rows = cv2.boundingRect(pixels)
    columns = np.zeros((width, rows + 1), np.uint8)  # a row of background between columns
    columns[:, :rows] = cv2.transpose(pixels[y0 : y0 + rows, x0 : x0 + width]) if width else 0
    inside = columns.ravel() != 0
    changes = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if inside.size and inside[0]:
        changes = np.concatenate(([0], changes))
    column, row = np.divmod(changes, rows + 1)
    return join_touching((x0 + column) * height + y0 + row)


def join_touching(positions: IntArray) -> Counts:
    """Boundaries without the pairs (end, start) at one position: runs that touch become one."""
    inner = positions[1:-1].reshape(-1, 2)
    keep = np.ones(len(positions), bool)
    keep[1:-1] = np.repeat(inner[:, 0] != inner[:, 1], 2)
    return positions[keep].astype(np.uint32)


def without_empty_pairs(positions: IntArray) -> IntArray:
    """Pairs (start, end) without those that hold no pixel."""
    pairs = positions.reshape(-1, 2)
    return pairs[pairs[:, 0] < pairs[:, 1]].ravel()


def decode_boundaries(boundaries: Counts, size_hw: tuple[int, int]) -> BoolArray:
    """(h, w) bool array of a mask."""
    height, width = size_hw
    array = np.zeros((height, width), bool)
    if len(boundaries) == 0:
        return array
    x0, x1 = int(boundaries[0]) // height, (int(boundaries[-1]) - 1) // height + 1
    array[:, x0:x1] = decode_columns(boundaries, height, x0, x1)
    return array


def decode_columns(boundaries: Counts, height: int, x0: int, x1: int) -> BoolArray:
    """(height, x1 - x0) bool array of the columns x0 … x1 - 1, which hold the whole mask."""
    first, last = x0 * height, x1 * height
    edges = np.concatenate(([first], boundaries.astype(np.int64), [last]))
    values = np.zeros(len(edges) - 1, np.uint8)
    values[1::2] = 1
    columns = np.repeat(values, np.diff(edges)).reshape(x1 - x0, height)
    return np.asarray(cv2.transpose(columns)).reshape(height, x1 - x0).view(bool)


# ------------------------------------------------------------------ counts <-> boundaries


def boundaries_from_counts(counts: Counts) -> Counts:
    """Boundaries of a mask given by its run lengths."""
    return np.cumsum(counts[: len(counts) // 2 * 2], dtype=np.uint32)


def counts_from_boundaries(boundaries: Counts, n_pixels: int) -> Counts:
    """Run lengths of a mask in a frame of ``n_pixels``."""
    counts = np.diff(boundaries, prepend=np.uint32(0), append=np.uint32(n_pixels))
    return counts[:-1] if len(boundaries) and counts[-1] == 0 else counts


# ------------------------------------------------------------------ counts <-> string


def encode_string(counts: Counts) -> bytes:
    """COCO counts string, byte for byte as ``pycocotools.mask.encode`` writes it."""
    rest = counts.astype(np.int64)
    rest[3:] -= counts[1:-2]
    chars = np.zeros((len(rest), _MAX_CHARS), np.uint8)
    used = np.ones((len(rest), _MAX_CHARS), bool)
    for i in range(_MAX_CHARS):
        chars[:, i] = rest & _PAYLOAD
        rest >>= 5
        done = rest == -((chars[:, i] & _SIGN) >> 4).astype(np.int64)
        more = used[:, i] & ~done
        chars[:, i] |= more.astype(np.uint8) << 5
        used[:, i + 1 :] &= more[:, None]
        if not more.any():
            break
    return (chars[used] + np.uint8(_FIRST_CHAR)).tobytes()


def decode_string(data: bytes) -> Counts:
    """Run lengths in a COCO counts string.

    Raises:
        ValueError: not such a string.
    """
    return decode_many([data])[0]


def decode_many(strings: Sequence[bytes]) -> tuple[Counts, IntArray]:
    """Run lengths in many COCO counts strings, decoded in one vectorised pass.

    Returns:
        The run lengths of all strings end to end (flat), and (n + 1,) offsets: string i gave
        ``flat[offsets[i]:offsets[i + 1]]``.

    Raises:
        ValueError: one of them is not such a string.
    """
    lengths = np.fromiter(map(len, strings), np.int64, len(strings))
    ends = np.cumsum(lengths)
    flats, offsets, first = [np.zeros(0, np.uint32)], [np.zeros(1, np.int64)], 0
    while first < len(strings):
        limit = (ends[first - 1] if first else 0) + _BLOCK_CHARS
        stop = max(first + 1, int(np.searchsorted(ends, limit, "right")))
        flat, inner = _decode_block(strings[first:stop], lengths[first:stop])
        flats.append(flat)
        offsets.append(inner[1:] + offsets[-1][-1])
        first = stop
    return np.concatenate(flats), np.concatenate(offsets)


def _decode_block(strings: Sequence[bytes], lengths: IntArray) -> tuple[Counts, IntArray]:
    chars = np.frombuffer(b"".join(strings), np.uint8) - np.uint8(_FIRST_CHAR)
    if (chars > (_MORE | _PAYLOAD)).any():
        raise ValueError(
            "COCO counts: expected characters from '0' to 'o', found another; the string is damaged."
        )
    ends = (
        np.flatnonzero(chars < _MORE) + 1
    )  # each number ends with its first character without the "more" bit
    char_ends = np.cumsum(lengths)
    filled = lengths > 0
    if (chars[char_ends[filled] - 1] >= _MORE).any():
        raise ValueError("COCO counts: the string stops in the middle of a number; it is cut off.")
    offsets = np.concatenate(([0], np.searchsorted(ends, char_ends, "right")))
    counts = _undo_differences(_read_numbers(chars, ends), offsets)
    if (counts < 0).any() or (counts > np.iinfo(np.uint32).max).any():
        raise ValueError("COCO counts: a run length is negative or too large; the string is damaged.")
    return counts.astype(np.uint32), offsets


def _read_numbers(chars: ByteArray, ends: IntArray) -> IntArray:
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))[: len(ends)]
    n_chars = ends - starts
    if len(ends) and n_chars.max() > _MAX_CHARS:
        raise ValueError(f"COCO counts: a number has over {_MAX_CHARS} characters; the string is damaged.")
    values = (chars[starts] & _PAYLOAD).astype(np.int64)
    longer = np.flatnonzero(n_chars > 1)
    for i in range(1, _MAX_CHARS):
        values[longer] |= (chars[starts[longer] + i] & _PAYLOAD).astype(np.int64) << (5 * i)
        longer = longer[n_chars[longer] > i + 1]
        if not len(longer):
            break
    negative = np.flatnonzero(chars[ends - 1] & _SIGN)
    values[negative] -= np.int64(1) << (5 * n_chars[negative])
    return values


def _undo_differences(values: IntArray, offsets: IntArray) -> IntArray:
    """Run lengths from stored numbers: from the fourth on, they are differences to the run two before."""
    sums = np.empty_like(values)
    sums[0::2] = np.cumsum(values[0::2])
    sums[1::2] = np.cumsum(values[1::2])
    starts = offsets[:-1][np.diff(offsets) > 0]
    stops = offsets[1:][np.diff(offsets) > 0]
    firsts = values[starts]
    same = sums[starts]  # chain of the 1st, 3rd, 5th … run: the 3rd is stored as it is
    other = np.where(starts > 0, sums[starts - 1], 0)  # chain of the 2nd, 4th … run
    start_is_even = starts % 2 == 0
    for parity in (0, 1):
        base = np.where(start_is_even == (parity == 0), same, other)
        n_inside = (stops + 1 - parity) // 2 - (starts + 1 - parity) // 2
        sums[parity::2] -= np.repeat(base, n_inside)
    sums[starts] = firsts
    return sums
