"""Colour: between the Y'CbCr planes of a video and RGB, with the right matrix and range.

A frame that does not say which matrix it uses is taken as players take it: BT.709 from 720 lines or 1280
columns upwards, else BT.601. Source: the rule of Chromium and mpv for untagged video; coefficients from
ITU-R BT.601 and BT.709.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import av
import av.video.reformatter
import cv2
import numpy as np
from numpy.typing import ArrayLike

from dwell.types import ByteArray, FloatArray
from dwell.video.rotation import UPRIGHT, Turn

__all__ = [
    "BT601",
    "BT709",
    "Colour",
    "colour_of",
    "from_rgb",
    "plane_array",
    "planes_of",
    "to_planes",
    "to_rgb",
    "yuv_from_rgb",
]

BT709 = 1
BT601 = 5
_BT2020 = 9
_MATRIX = {0: BT709, 1: BT709, 4: 4, 5: BT601, 6: BT601, 7: 7, 9: _BT2020, 10: _BT2020}
"""FFmpeg's AVColorSpace → swscale's SWS_CS number."""
TAG = {BT709: 1, BT601: 6}
"""SWS_CS number → AVColorSpace."""
LIMITED, FULL = 1, 2
"""FFmpeg's AVColorRange."""
_LUMA_WEIGHTS = {BT709: (0.2126, 0.0722), BT601: (0.299, 0.114)}
"""Kr and Kb."""
_PLANAR = {f"yuv{j}{kind}p" for j in ("", "j") for kind in ("420", "422", "444")}


@dataclass(frozen=True, slots=True)
class Colour:
    """How Y'CbCr numbers stand for colours."""

    matrix: int
    """swscale's number: 1 = BT.709, 5 = BT.601, 9 = BT.2020."""
    full: bool
    """True: 0 … 255; False: 16 … 235 (luma), 16 … 240 (chroma)."""


def colour_of(frame: Any) -> Colour:
    """The colour coding of an ``av.VideoFrame``, from its tags or, without tags, by its size."""
    large = frame.height >= 720 or frame.width >= 1280
    matrix = _MATRIX.get(int(frame.colorspace), BT709 if large else BT601)
    return Colour(matrix, int(frame.color_range) == FULL or frame.format.name.startswith("yuvj"))


def to_rgb(frame: Any, converter: av.video.reformatter.VideoReformatter | None = None) -> ByteArray:
    """(h, w, 3) uint8 RGB of a decoded frame, as stored (not turned).

    Args:
        frame: a decoded frame. Neither it nor the converter may be in use by another thread.
        converter: one for all frames of a video saves setting up each time (1 … 4 ms at 1600×1200).
    """
    colour = colour_of(frame)
    converter = converter or av.video.reformatter.VideoReformatter()
    how = _between(colour.matrix, colour.full, to_full=True)
    rgb: Any = converter.reformat(frame, format="rgb24", **how).to_ndarray()
    return np.asarray(rgb, np.uint8)


def _between(matrix: int, is_full: bool, to_full: bool, to_matrix: int | None = None) -> dict[str, int]:
    """Arguments for PyAV's reformat.

    The two matrices always differ: PyAV before 17 ignores both where they are equal. With RGB on one side,
    that side's matrix means nothing.
    """
    if to_matrix is None:
        to_matrix = BT601 if matrix != BT601 else BT709
    return {
        "src_colorspace": matrix,
        "dst_colorspace": to_matrix,
        "src_color_range": FULL if is_full else LIMITED,
        "dst_color_range": FULL if to_full else LIMITED,
    }


def from_rgb(
    rgb: ByteArray, matrix: int = BT709, converter: av.video.reformatter.VideoReformatter | None = None
) -> Any:
    """An ``av.VideoFrame`` in yuv420p, limited range, from (h, w, 3) uint8 RGB of even size.

    Args:
        rgb: the picture.
        matrix: ``BT709`` or ``BT601``.
        converter: as for ``to_rgb``.
    """
    rgb = np.ascontiguousarray(rgb)
    if matrix == BT709:
        converter = converter or av.video.reformatter.VideoReformatter()
        how = _between(BT601, True, to_full=False, to_matrix=BT709)
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        frame = converter.reformat(frame, format="yuv420p", **how)
    else:  # OpenCV's is BT.601; PyAV before 17 cannot convert to it
        yuv = cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420).astype(np.uint8, copy=False)
        frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
    return _tagged(frame, matrix)


def to_planes(frame: Any, turn: Turn = UPRIGHT, matrix: int | None = None) -> Any:
    """An upright ``av.VideoFrame`` in yuv420p, limited range, tagged BT.709 or BT.601, that may be painted.

    ``frame`` itself is given back where it already fits, with planes of its own (not the decoder's).

    The caller sets its time.

    Args:
        frame: a decoded frame that the caller owns.
        turn: how to turn it upright.
        matrix: ``BT709`` or ``BT601``; not given: the frame's own if it is one of these, else BT.709.
    """
    colour = colour_of(frame)
    matrix = matrix or (colour.matrix if colour.matrix in TAG else BT709)
    if colour.matrix != matrix:
        frame = frame.reformat(format="yuv420p", **_between(colour.matrix, colour.full, False, matrix))
    elif colour.full and frame.format.name == "yuv420p":
        frame.make_writable()
        _to_limited(frame)
    elif colour.full:
        frame = frame.reformat(format="yuv420p", src_color_range=FULL, dst_color_range=LIMITED)
    elif frame.format.name != "yuv420p":
        frame = frame.reformat(format="yuv420p")
    else:
        frame.make_writable()
    if turn != UPRIGHT:
        frame = _turned(frame, turn)
    return _tagged(frame, matrix)


def _to_limited(frame: Any) -> None:
    """From full to limited range in place (PyAV before 16 takes this for nothing to do)."""
    levels = np.arange(256)
    luma = np.rint(16 + levels * 219 / 255).astype(np.uint8)
    chroma = np.rint(128 + (levels - 128) * 224 / 255).astype(np.uint8)
    for plane, table in zip(frame.planes, (luma, chroma, chroma), strict=True):
        pixels = plane_array(plane)
        pixels[:] = table[pixels]


def _turned(frame: Any, turn: Turn) -> Any:
    height, width = turn.size((frame.height, frame.width))
    out = av.VideoFrame(width, height, "yuv420p")
    for source, target in zip(frame.planes, out.planes, strict=True):
        plane_array(target)[:] = turn.apply(plane_array(source))
    return out


def _tagged(frame: Any, matrix: int) -> Any:
    frame.colorspace, frame.color_range = TAG[matrix], LIMITED
    return frame


def plane_array(plane: Any) -> ByteArray:
    """(h, w) uint8 view of an 8-bit plane of an ``av.VideoFrame``; writing to it paints the frame."""
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def planes_of(frame: Any) -> list[ByteArray]:
    """The three planes of a decoded frame, (h, w) uint8 each; only for looking at."""
    if frame.format.name not in _PLANAR:
        frame = frame.reformat(format="yuv420p")
    return [plane_array(plane) for plane in frame.planes]


def yuv_from_rgb(colours: ArrayLike, matrix: int) -> FloatArray:
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
