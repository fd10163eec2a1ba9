"""Which values are shown black, grey and white: window level and width."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dwell.types import ByteArray
from dwell.volumes.volume import Volume

__all__ = ["PRESETS", "Window", "check_window", "choose_window", "looks_like_hu", "to_grey"]

_SAMPLED = 1_000_000
"""Voxels that are looked at to choose a window."""


@dataclass(frozen=True)
class Window:
    """The values that are spread from black to white."""

    level: float
    """The value in the middle."""
    width: float
    """From black to white, > 0."""
    name: str
    """``soft tissue``, ``auto``, or as given: ``40/400``."""

    def __str__(self) -> str:
        return f"{self.name}, {self.level:.4g}/{self.width:.4g}" if "/" not in self.name else self.name


PRESETS = {
    "soft tissue": Window(40, 400, "soft tissue"),
    "lung": Window(-600, 1500, "lung"),
    "bone": Window(400, 1800, "bone"),
    "brain": Window(40, 80, "brain"),
    "mediastinum": Window(50, 350, "mediastinum"),
}
"""For CT, in HU. Source: Radiopaedia, "Windowing (CT)", https://radiopaedia.org/articles/windowing-ct
(doi:10.53347/rID-52108), which gives soft tissue of the abdomen as 50/400; 40/400 is as common."""


def choose_window(volume: Volume, wanted: str | None = None) -> tuple[Window, str]:
    """The window for a volume, and one sentence that says why that one.

    Args:
        volume: what is looked at.
        wanted: a name of ``PRESETS``, ``auto``, or ``LEVEL/WIDTH`` such as ``40/400``. None: soft tissue
            where the file says CT or the values are plainly HU, else auto.

    Raises:
        ValueError: the text is none of these.
    """
    if wanted is not None:
        window = _named(volume, wanted)
        return window, f"Window {window}, as asked for."
    if volume.modality == "CT":
        return PRESETS["soft tissue"], f"Window {PRESETS['soft tissue']}, since this is CT."
    if volume.modality is None and looks_like_hu(volume):
        return PRESETS["soft tissue"], (
            f"Window {PRESETS['soft tissue']}, since the values look like Hounsfield units of CT; say "
            "window=auto if they are not."
        )
    window = _auto(volume)
    return window, f"Window {window}: all but the darkest and brightest 0.5 % of what is not background."


def check_window(text: str) -> None:
    """Refuse a text that names no window.

    Raises:
        ValueError: it is no name of ``PRESETS``, not ``auto``, and no ``LEVEL/WIDTH``.
    """
    if not isinstance(text, str) or (_word(text) != "auto" and _word(text) not in PRESETS):
        _numbered(text)


def to_grey(values: NDArray[Any], window: Window, *, whole: bool) -> ByteArray:
    """uint8 of the same shape: 0 below the window, 255 above it; NaN is 0.

    Args:
        values: real numbers.
        window: what is spread over the greys.
        whole: the scanner's values are whole numbers. Then DICOM's function LINEAR is used, which counts
            each value as a step of width 1, and widths from 1 up; else LINEAR_EXACT, which has no steps.

    Source: DICOM PS3.3 C.11.2.1.2.1 (LINEAR) and C.11.2.1.3.2 (LINEAR_EXACT), with outputs 0 … 255.
    """
    level, width = window.level, window.width
    if whole and width >= 1:
        level, width = level - 0.5, width - 1
    numbers = np.nan_to_num(np.asarray(values, np.float32), nan=-np.inf, posinf=np.inf, neginf=-np.inf)
    if width <= 0:
        return np.where(numbers > level, 255, 0).astype(np.uint8)
    grey = np.clip((numbers - np.float32(level)) / np.float32(width) + np.float32(0.5), 0, 1)
    rounded: ByteArray = np.rint(grey * 255).astype(np.uint8)
    return rounded


def looks_like_hu(volume: Volume) -> bool:
    """Whether values are plainly Hounsfield units.

    At least 2 % of the voxels are air (−1100 … −900), at least 2 % water and tissue (−150 … 150), and none is
    lower than the paddings of scanners (−3100). Source: ours.
    """
    values = _sample(volume)
    air = np.mean((values >= -1100) & (values <= -900))
    tissue = np.mean((values >= -150) & (values <= 150))
    return bool(air >= 0.02 and tissue >= 0.02 and values.min() >= -3100)


def _named(volume: Volume, text: str) -> Window:
    word = _word(text)
    if word == "auto":
        return _auto(volume)
    return PRESETS[word] if word in PRESETS else _numbered(text)


def _word(text: str) -> str:
    return text.strip().lower().replace("-", " ").replace("_", " ")


def _numbered(text: str) -> Window:
    pattern = r"\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*/\s*([\d.]+(?:e[-+]?\d+)?)\s*"
    found = re.fullmatch(pattern, str(text).lower())
    try:
        level, width = (float(part) for part in found.groups()) if found else (math.nan, math.nan)
    except ValueError:
        level = width = math.nan
    if not (math.isfinite(level) and math.isfinite(width) and width > 0):
        raise ValueError(
            f"window must be {', '.join(PRESETS)}, auto, or LEVEL/WIDTH such as 40/400; got {text!r}."
        )
    return Window(level, width, f"{level:g}/{width:g}")


def _auto(volume: Volume) -> Window:
    """From the 0.5th to the 99.5th percentile of what is not background.

    Background is what is within 2 % of the darkest, measured on the way to the 99.5th percentile: air around
    the patient in MR. Source: ours.
    """
    values = _sample(volume)
    low, high = float(values.min()), float(np.percentile(values, 99.5))
    inside = values[values > low + 0.02 * (high - low)]
    if len(inside):
        low, high = (float(value) for value in np.percentile(inside, (0.5, 99.5)))
    if high <= low:
        return Window(low, 1.0, "auto")
    return Window((low + high) / 2, high - low, "auto")


def _sample(volume: Volume) -> NDArray[np.float32]:
    """Finite values of voxels spread evenly over the volume."""
    step = max(1, math.ceil((volume.voxels.size / _SAMPLED) ** (1 / 3)))
    values = np.asarray(volume.voxels[::step, ::step, ::step], np.float32).ravel()
    finite: NDArray[np.float32] = values[np.isfinite(values)]
    return finite if len(finite) else np.zeros(1, np.float32)
