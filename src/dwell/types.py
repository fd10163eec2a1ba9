"""The words of Dwell that carry no behaviour: AOI, state, origin, direction, space, camera, progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
ByteArray = NDArray[np.uint8]
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

ProgressFn = Callable[[int, int], None]
"""Called with (done, total) by every job that may take over a second. It may raise ``Cancelled``."""


class State(StrEnum):
    """What is known about one AOI in one frame."""

    VISIBLE = "visible"
    """It is there, and the mask says where."""
    ABSENT = "absent"
    """It is not in the picture, or hidden (the model or a person says so)."""
    LOST = "lost"
    """The tracker does not know where it is."""
    UNKNOWN = "unknown"
    """The frame was never tracked for this AOI."""


class Origin(StrEnum):
    """Who made a mask."""

    USER = "user"
    """A person said or drew it."""
    MODEL = "model"
    """A tracker carried it here from another frame."""
    PROPOSED = "proposed"
    """Found without a prompt, as something worth tracking: an anchor that no person has looked at."""
    IMPORTED = "imported"
    """Read from a file of labels: an answer from elsewhere, which is an anchor unless it is *lost*."""


class Direction(StrEnum):
    """Which way a masklet was, or is to be, tracked."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BOTH = "both"


class Space(StrEnum):
    """What the positions of a source are measured in."""

    DISPLAY = "display"
    """0 … 1 of one monitor, origin top left: what screen trackers give."""
    PAGE = "page"
    """CSS px of the browser's page, origin top left: what a mouse gives."""
    IMAGE = "image"
    """px of the picture that is looked at, origin top left: what a log of looking gives."""
    SCENE = "scene"
    """px of the raw picture of a head-worn camera, origin top left: what glasses give."""


@dataclass(frozen=True, slots=True)
class AOI:
    """An area of interest: what the researcher names."""

    object_id: int
    """1, 2, … within a project; never reused."""
    name: str
    """Unique within a project."""
    colour: str
    """``#rrggbb``."""
    category: str | None = None
    """Optional class, for label exports."""
    part_of: int | None = None
    """object_id of the AOI that this one is a part of (handle: cup); None: of none.

    Parts and wholes never compete for pixels.
    """


@dataclass(frozen=True)
class Camera:
    """Intrinsics of the scene camera, in the pixels of the raw (distorted) scene video."""

    matrix: FloatArray
    """(3, 3) float64: fx, fy, cx, cy in px."""
    distortion: FloatArray = field(default_factory=lambda: np.zeros(0))
    """(n,) float64 in OpenCV's order k1, k2, p1, p2, k3, k4, k5, k6; empty = none."""
