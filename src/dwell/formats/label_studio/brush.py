"""Masks as Label Studio's brush keeps them: run lengths packed bit by bit.

A head of 32 bits with the number of values, 5 with the bits of a value less one, and four times 4 with the
bits of a length less one. Then records: one bit that says whether a value is repeated, two that choose one of
the four, a length less one in as many bits, and the value, or as many values as the length says. Values are
the picture's pixels, row by row, each as red, green, blue, alpha; the mask is where alpha is above 0.

Source: the ``rle-pack`` format of https://github.com/thi-ng/umbrella/tree/develop/packages/rle-pack and
https://labelstud.io/guide/export#RLE-masks; the code is ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dwell.masks import Mask
from dwell.types import ByteArray, IntArray

__all__ = ["mask_of", "pack"]

_CHANNELS = 4
_WORD_BITS = 8
_LENGTH_BITS = (3, 4, 8, 16)
_LONGEST = 1 << _LENGTH_BITS[-1]
_HEAD_BITS = 32 + 5 + 4 * 4
_WIDEST = 1 + 2 + _LENGTH_BITS[-1] + _WORD_BITS
_INSIDE = 255


def pack(mask: Mask) -> list[int]:
    """The bytes of a mask, 0 … 255."""
    inside = mask.to_array().ravel()
    changes = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    lengths = np.diff(np.concatenate(([0], changes, [inside.size]))) * _CHANNELS
    values = np.where(inside[np.concatenate(([0], changes))], _INSIDE, 0)
    n_full = (lengths - 1) // _LONGEST
    values = np.repeat(values, n_full + 1)
    ends = np.cumsum(n_full + 1) - 1
    pieces = np.full(len(values), _LONGEST)
    pieces[ends] = lengths - n_full * _LONGEST
    return [*np.packbits(np.concatenate((_head(inside.size * _CHANNELS), _records(pieces, values)))).tolist()]


def _head(n_values: int) -> ByteArray:
    code = n_values << 5 | (_WORD_BITS - 1)
    for bits in _LENGTH_BITS:
        code = code << 4 | (bits - 1)
    return np.array([code >> i & 1 for i in range(_HEAD_BITS - 1, -1, -1)], np.uint8)


def _records(lengths: IntArray, values: IntArray) -> ByteArray:
    """Bits of the records of repeated values."""
    choice = np.searchsorted([1 << bits for bits in _LENGTH_BITS], lengths)
    bits = np.array(_LENGTH_BITS)[choice]
    code = ((4 | choice) << bits | (lengths - 1)) << _WORD_BITS | values
    place = np.arange(_WIDEST - 1, -1, -1)
    used = place < (3 + bits + _WORD_BITS)[:, None]
    return np.asarray(((code[:, None] >> place) & 1)[used], np.uint8)


def mask_of(packed: Sequence[int], size_hw: tuple[int, int]) -> Mask:
    """The mask, possibly empty.

    Raises:
        ValueError: the bytes are damaged or of a picture of another size.
    """
    bits = _Bits(packed)
    height, width = size_hw
    n_values = bits.read(32)
    if n_values != height * width * _CHANNELS:
        raise ValueError(f"it has {n_values} values, expected {_CHANNELS} for each of {width}×{height} px")
    word_bits = bits.read(5) + 1
    length_bits = [bits.read(4) + 1 for _ in range(4)]
    lengths, values, done = [], [], 0
    while done < n_values:
        repeated = bits.read(1)
        n = bits.read(length_bits[bits.read(2)]) + 1
        done += n
        if done > n_values:
            raise ValueError("its run lengths go on after the last pixel")
        lengths += [n] if repeated else [1] * n
        values += [bits.read(word_bits) for _ in range(1 if repeated else n)]
    alpha = np.repeat(np.array(values) > 0, lengths)[_CHANNELS - 1 :: _CHANNELS]
    return Mask.from_array(alpha.reshape(height, width))


class _Bits:
    """Bytes, read bit by bit from the highest on."""

    def __init__(self, packed: Sequence[int]) -> None:
        try:
            self._data = bytes(packed)
        except (TypeError, ValueError):
            raise ValueError("expected a list of whole numbers from 0 to 255") from None
        self._at = 0

    def read(self, n_bits: int) -> int:
        """The next number of so many bits."""
        first, stop = self._at, self._at + n_bits
        if stop > 8 * len(self._data):
            raise ValueError("it ends in the middle of a run length; it is cut off")
        self._at = stop
        window = int.from_bytes(self._data[first >> 3 : (stop + 7) >> 3], "big")
        return window >> (-stop & 7) & ((1 << n_bits) - 1)
