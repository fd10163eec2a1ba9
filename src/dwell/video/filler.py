"""Grey filler frames: what Pupil Cloud shows while the scene camera gives no picture (start, drop-outs, end).

A filler frame is one flat colour, so its packet is tiny. Only frames with tiny packets are decoded, and a frame is
filler only if its decoded picture is flat. Source: observed on recordings; thresholds are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import cv2
import numpy as np

from dwell.types import BoolArray, ByteArray, IntArray
from dwell.video.colour import plane_array

__all__ = ["candidates", "find_filler", "is_filler"]

MAX_STD = 2.0
"""Standard deviation of luma (and of each chroma plane) below which a picture is flat, grey levels of 255."""
MAX_SPREAD = 24
"""Largest difference of luma within a flat picture: a dark scene with one bright spot is no filler."""


class _Video(Protocol):
    size_hw: tuple[int, int]

    @property
    def n_bytes(self) -> IntArray: ...
    @property
    def key_idx(self) -> IntArray: ...
    def decoded(self, start: int, stop: int) -> Iterator[tuple[int, Any]]: ...


def is_filler(rgb: ByteArray) -> bool:
    """Whether an (h, w, 3) uint8 RGB picture is flat: one colour all over, apart from traces of compression."""
    ycc = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2YCrCb)
    return _is_flat(list(cv2.split(ycc)))


def find_filler(video: _Video) -> BoolArray:
    """(n,) bool: the filler frames of a ``VideoReader``."""
    filler = np.zeros(len(video.n_bytes), bool)
    small = candidates(video.n_bytes, video.key_idx, video.size_hw)
    edges = np.flatnonzero(np.diff(np.r_[False, small, False].astype(np.int8)))
    for start, stop in edges.reshape(-1, 2).tolist():
        for frame_idx, frame in video.decoded(start, stop):
            filler[frame_idx] = _is_flat([plane_array(plane) for plane in frame.planes])
    return filler


def candidates(n_bytes: IntArray, key_idx: IntArray, size_hw: tuple[int, int]) -> BoolArray:
    """(n,) bool: frames whose packet is small enough for a flat picture.

    A flat key frame needs up to about 20 bits for each block of 16 × 16 px, an unchanged later frame far fewer; the
    constants leave room for headers (x264 writes its settings, some 700 bytes, into the first packet).
    """
    area = size_hw[0] * size_hw[1]
    limit = np.full(len(n_bytes), 200 + area // 1000)
    limit[key_idx] = 1200 + area // 400
    return n_bytes <= limit


def _is_flat(planes: list[ByteArray]) -> bool:
    for plane in planes:
        if float(cv2.meanStdDev(plane)[1][0, 0]) >= MAX_STD:
            return False
    low, high, *_ = cv2.minMaxLoc(planes[0])
    return high - low <= MAX_SPREAD
