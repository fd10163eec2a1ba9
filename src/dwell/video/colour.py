"""Colour: between the Y'CbCr planes of a video and RGB, with the right matrix and range.

A frame that does not say which matrix it uses is taken as players take it: BT.709 from 720 lines or 1280 columns
upwards, else BT.601. Source: the rule of Chromium and mpv for untagged video; coefficients from ITU-R BT.601/BT.709.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import av
import numpy as np

from dwell.types import ByteArray, FloatArray
from dwell.video.rotation import UPRIGHT, Turn

__all__ = ["BT601", "BT709", "Colour", "colour_of", "from_rgb", "to_planes", "to_rgb", "yuv_from_rgb"]

BT709 = 1
BT601 = 5
_BT2020 = 9
_MATRIX = {0: BT709, 1: BT709, 4: 4, 5: BT601, 6: BT601, 7: 7, 9: _BT2020, 10: _BT2020}
"""FFmpeg's AVColorSpace → swscale's SWS_CS number."""
_TAG = {BT709: 1, BT601: 6}
"""SWS_CS number → AVColorSpace."""
_LIMITED, _FULL = 1, 2
_LUMA_WEIGHTS = {BT709: (0.2126, 0.0722), BT601: (0.299, 0.114)}
"""Kr and Kb."""


@dataclass(frozen=True, slots=True)
class Colour:
    """How Y'CbCr numbers stand for colours."""

    matrix: int
    """swscale's number: 1 = BT.709, 5 = BT.601, 9 = BT.2020."""
    full: bool
    """True: 0 … 255; False: 16 … 235 (luma), 16 … 240 (chroma)."""


def colour_of(frame: Any) -> Colour:
    """The colour coding of an ``av.VideoFrame``, from its tags or, without tags, by its size."""
    hd = frame.height >= 720 or frame.width >= 1280
    matrix = _MATRIX.get(int(frame.colorspace), BT709 if hd else BT601)
    return Colour(matrix, int(frame.color_range) == _FULL or frame.format.name.startswith("yuvj"))


def to_rgb(frame: Any) -> ByteArray:
    """(h, w, 3) uint8 RGB of a decoded frame, as stored (not turned)."""
    colour = colour_of(frame)
    rgb: ByteArray = frame.to_ndarray(
        format="rgb24",
        src_colorspace=colour.matrix,
        dst_colorspace=_other(colour.matrix),
        src_color_range=_FULL if colour.full else _LIMITED,
        dst_color_range=_FULL,
    )
    return rgb


def _other(matrix: int) -> int:
    """Any other matrix. PyAV before 16 ignores the source's matrix where the RGB side is given the same one."""
    return BT601 if matrix != BT601 else BT709


def from_rgb(rgb: ByteArray) -> Any:
    """An ``av.VideoFrame`` in yuv420p, BT.709, limited range, from (h, w, 3) uint8 RGB of even size."""
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24").reformat(
        format="yuv420p",
        src_colorspace=BT601,
        dst_colorspace=BT709,
        src_color_range=_FULL,
        dst_color_range=_LIMITED,
    )
    return _tagged(frame, BT709)


def to_planes(frame: Any, turn: Turn = UPRIGHT) -> Any:
    """An upright ``av.VideoFrame`` in yuv420p, limited range, tagged BT.709 or BT.601, whose planes may be painted.

    It shares no memory with the decoder or with ``frame``, unless nothing else refers to ``frame``'s.
    """
    colour = colour_of(frame)
    matrix = colour.matrix if colour.matrix in _TAG else BT709
    pts, time_base = frame.pts, frame.time_base
    if colour.full or colour.matrix != matrix or frame.format.name != "yuv420p":
        frame = _to_limited_420(frame, colour, matrix)
    else:
        frame.make_writable()
    if turn != UPRIGHT:
        frame = _turned(frame, turn)
    frame.pts, frame.time_base = pts, time_base
    return _tagged(frame, matrix)


def _to_limited_420(frame: Any, colour: Colour, matrix: int) -> Any:
    changes: dict[str, Any] = {}
    if colour.matrix != matrix:
        changes |= {"src_colorspace": colour.matrix, "dst_colorspace": matrix}
    if colour.full or changes:
        changes |= {"src_color_range": _FULL if colour.full else _LIMITED, "dst_color_range": _LIMITED}
    return frame.reformat(format="yuv420p", **changes)


def _turned(frame: Any, turn: Turn) -> Any:
    height, width = turn.size((frame.height, frame.width))
    out = av.VideoFrame(width, height, "yuv420p")
    for source, target in zip(frame.planes, out.planes, strict=True):
        _fill(target, turn.apply(plane_array(source)))
    return out


def plane_array(plane: Any) -> ByteArray:
    """(h, w) uint8 view of an 8-bit plane; writing to it paints the frame."""
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def _fill(plane: Any, pixels: ByteArray) -> None:
    plane_array(plane)[:] = pixels


def _tagged(frame: Any, matrix: int) -> Any:
    frame.colorspace, frame.color_range = _TAG[matrix], _LIMITED
    return frame


def yuv_from_rgb(colours: ByteArray, matrix: int) -> FloatArray:
    """(…, 3) float64 Y'CbCr in limited range (16 … 235, 16 … 240) of (…, 3) RGB colours, for painting planes.

    Args:
        colours: (…, 3), 0 … 255.
        matrix: ``BT709`` or ``BT601``; of a frame, ``colour_of(frame).matrix``.
    """
    red_weight, blue_weight = _LUMA_WEIGHTS[matrix]
    red, green, blue = np.moveaxis(np.asarray(colours, np.float64) / 255, -1, 0)
    luma = red_weight * red + (1 - red_weight - blue_weight) * green + blue_weight * blue
    cb = (blue - luma) / (2 * (1 - blue_weight))
    cr = (red - luma) / (2 * (1 - red_weight))
    return np.stack([16 + 219 * luma, 128 + 224 * cb, 128 + 224 * cr], axis=-1)
