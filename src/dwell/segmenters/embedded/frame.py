"""What all objects share of one image: colours, features, and the motion since the frame before."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from dwell.segmenters.embedded.features import Features, compute_features
from dwell.segmenters.embedded.flow import FlowPair, compute_flow
from dwell.segmenters.embedded.planes import Plane
from dwell.types import BoolArray, ByteArray

__all__ = ["Frame", "encode_frame", "to_image_mask", "to_work_mask"]

_WORK_AREA = 854 * 480
"""px: larger images are shrunk to about this many pixels (480p). Source: ours."""


_MIN_SIDE = 32
"""px: the flow needs this much."""


@dataclass(frozen=True, eq=False)
class Frame:
    """The embedded backend's encoding of one image. Holds no earlier frame."""

    image_hw: tuple[int, int]
    """Size of the image in px."""
    work_hw: tuple[int, int]
    """Working size in px; both even; about 854 × 480 px in area, or the image's own if smaller."""
    lab: Plane
    """(h, w, 3) CIE Lab at working size: L 0 … 100, a and b about ±100."""
    gray: Plane
    """(h, w) uint8 luma at working size."""
    gray_half: Plane
    """(h / 2, w / 2) luma at half the working size, what the flow is computed on."""
    features: Features
    """What the pixel classifier sees."""
    flow: FlowPair | None
    """Motion between this frame and the one given as ``previous``; None without one."""

    @property
    def scale(self) -> float:
        """Working px per image px, along x."""
        return self.work_hw[1] / self.image_hw[1]


def encode_frame(image: ByteArray, previous: Frame | None = None) -> Frame:
    """The encoding of an (h, w, 3) uint8 RGB image.

    Raises:
        ValueError: the image has another shape or dtype, or another size than ``previous``.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise ValueError(f"Expected an (h, w, 3) uint8 image, got {image.shape} {image.dtype}.")
    image_hw = (image.shape[0], image.shape[1])
    if min(image_hw) < _MIN_SIDE:
        raise ValueError(f"Expected an image of at least {_MIN_SIDE} px on each side, got {image_hw} (h, w).")
    if previous is not None and previous.image_hw != image_hw:
        raise ValueError(
            f"The frame before is {previous.image_hw}, this one {image_hw} (h, w); they must be equal."
        )
    work_hw = _work_size(image_hw)
    small = image if work_hw == image_hw else cv2.resize(image, work_hw[::-1], interpolation=cv2.INTER_AREA)
    gray = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    gray_half = cv2.resize(gray, (work_hw[1] // 2, work_hw[0] // 2), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) * np.float32(1 / 255), cv2.COLOR_RGB2LAB)
    flow = None if previous is None else compute_flow(previous.gray_half, gray_half)
    return Frame(image_hw, work_hw, lab, gray, gray_half, compute_features(lab), flow)


def to_work_mask(mask: BoolArray, frame: Frame) -> Plane:
    """(h, w) float32 0 … 1 at working size: how much of each pixel the mask covers."""
    if mask.shape != frame.image_hw:
        raise ValueError(f"Expected a mask of {frame.image_hw} (h, w), got {mask.shape}.")
    return cv2.resize(
        np.ascontiguousarray(mask).view(np.uint8).astype(np.float32),
        frame.work_hw[::-1],
        interpolation=cv2.INTER_AREA,
    )


def to_image_mask(soft: Plane, frame: Frame) -> BoolArray:
    """(h, w) bool at the image's size, from a soft mask (0 … 255) at working size."""
    if frame.work_hw == frame.image_hw:
        return soft > 127
    height, width = frame.image_hw
    mask = np.zeros((height, width), dtype=bool)
    x, y, w, h = cv2.boundingRect(soft)
    if w == 0:
        return mask
    large = cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.greater(large, 127, out=mask)


def _work_size(image_hw: tuple[int, int]) -> tuple[int, int]:
    """Even (h, w) of about the working area, never larger than the image by more than a pixel."""
    scale = min(1.0, (_WORK_AREA / (image_hw[0] * image_hw[1])) ** 0.5)
    height, width = (max(8, 2 * round(side * scale / 2)) for side in image_hw)
    return height, width
