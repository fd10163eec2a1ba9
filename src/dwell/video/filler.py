"""Grey filler frames: what Pupil Cloud shows while the scene camera gives no picture (start, drop-outs, end).

A filler frame is one flat colour, and the frames after the first of a run repeat it, so their packets are
tiny. Decoding starts from such packets and goes on in both directions as long as pictures are flat; a frame
is filler only if its decoded picture is. Source: observed on recordings; thresholds are ours, measured with
x264.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any, Protocol

import cv2
import numpy as np

from dwell.types import BoolArray, ByteArray, IntArray
from dwell.video.colour import planes_of

__all__ = ["FillerSearch", "find_filler", "is_filler", "search_filler", "suspects"]

FillerSearch = Generator[None, None, BoolArray]
"""Pauses after each picture looked at; returns (n,) bool: the filler frames."""

MAX_STD = 2.0
"""Standard deviation of luma, and of each chroma plane, below which a picture is flat; of 255 levels."""
MAX_SPREAD = 24
"""Largest difference of luma within a flat picture: a dark scene with one bright spot is no filler."""


class _Video(Protocol):
    """What ``search_filler`` needs of a ``VideoReader``."""

    @property
    def size_hw(self) -> tuple[int, int]: ...
    @property
    def n_bytes(self) -> IntArray: ...
    @property
    def key_idx(self) -> IntArray: ...
    @property
    def is_b_frame(self) -> BoolArray: ...
    def decoded(self, start: int, stop: int) -> Iterator[tuple[int, Any]]: ...
    def decoded_back(self, start: int) -> Iterator[tuple[int, Any]]: ...


def is_filler(rgb: ByteArray) -> bool:
    """Whether an (h, w, 3) uint8 RGB picture is flat: one colour all over, but for traces of compression."""
    return _is_flat(cv2.split(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2YCrCb)))


class _Searched(Protocol):
    """A video, or images."""

    def search_filler(self) -> FillerSearch: ...


def find_filler(frames: _Searched) -> BoolArray:
    """(n,) bool: which frames are grey filler, which shows nothing of the scene."""
    search = frames.search_filler()
    while True:
        try:
            next(search)
        except StopIteration as end:
            found: BoolArray = end.value
            return found


def search_filler(video: _Video) -> FillerSearch:
    """Look for the filler frames of a video, decoding as few frames as possible."""
    n = len(video.n_bytes)
    filler, seen = np.zeros(n, bool), np.zeros(n, bool)

    def flat(frame_idx: int, frame: Any) -> bool:
        seen[frame_idx] = True
        filler[frame_idx] = _is_flat(planes_of(frame))
        return bool(filler[frame_idx])

    for start, stop in _runs(suspects(video)):
        for frame_idx, frame in video.decoded(start, n):
            yield
            if (not flat(frame_idx, frame) and frame_idx >= stop - 1) or (
                frame_idx >= stop and seen[frame_idx]
            ):
                break
        if filler[start] and start > 0 and not seen[start - 1]:
            for frame_idx, frame in video.decoded_back(start - 1):
                yield
                if not flat(frame_idx, frame):
                    break
    return filler


def suspects(video: _Video) -> BoolArray:
    """(n,) bool: frame 0, and frames whose packet is as small as that of a flat picture.

    B-frames of real scenes can be as small, so they raise no suspicion; the others around them do. Measured
    with x264 at 1600×1200: a repeated flat picture takes 26 … 100 bytes, a flat key frame 0.5 … 6.4 kB (of
    it 700 bytes of settings in the first packet).
    """
    area = video.size_hw[0] * video.size_hw[1]
    limit = np.full(len(video.n_bytes), 60 + area // 6000)
    limit[video.key_idx] = 1200 + area // 400
    small: BoolArray = (video.n_bytes <= limit) & ~video.is_b_frame
    small[:1] = True
    return small


def _runs(flags: BoolArray) -> list[list[int]]:
    """[start, stop) of each run of True."""
    edges: list[list[int]] = (
        np.flatnonzero(np.diff(np.r_[0, flags.astype(np.int8), 0])).reshape(-1, 2).tolist()
    )
    return edges


def _is_flat(planes: Sequence[Any]) -> bool:
    low, high, *_ = cv2.minMaxLoc(planes[0])
    if high - low > MAX_SPREAD:
        return False
    return all(float(cv2.meanStdDev(plane)[1][0, 0]) < MAX_STD for plane in planes)
