"""Prompts: what a person says about one AOI in one frame.

Coordinates are pixels of the scene video, origin top left, x to the right, y down.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from dwell.errors import PromptError
from dwell.masks import Mask

__all__ = [
    "Absent",
    "Box",
    "MaskPrompt",
    "Point",
    "Polygon",
    "Prompt",
    "Stroke",
    "check_prompt",
    "prompt_from_json",
    "prompt_to_json",
]


@dataclass(frozen=True, slots=True)
class Point:
    """A click: the AOI is here (positive), or this is not the AOI (negative)."""

    x: float
    """px"""
    y: float
    """px"""
    positive: bool = True


@dataclass(frozen=True, slots=True)
class Box:
    """The AOI fills this box; (x0, y0) top left, (x1, y1) bottom right, both px."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Polygon:
    """A lasso: the AOI lies inside this closed outline."""

    points: tuple[tuple[float, float], ...]
    """At least three (x, y) in px."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A brush stroke: these pixels are the AOI (positive), or are not (eraser)."""

    points: tuple[tuple[float, float], ...]
    """The brush's path, (x, y) in px."""
    radius_px: float
    positive: bool = True


@dataclass(frozen=True, slots=True)
class MaskPrompt:
    """The AOI is exactly this mask."""

    mask: Mask


@dataclass(frozen=True, slots=True)
class Absent:
    """The AOI is not in this frame."""


Prompt = Point | Box | Polygon | Stroke | MaskPrompt | Absent

_KINDS: dict[str, type] = {
    "point": Point,
    "box": Box,
    "polygon": Polygon,
    "stroke": Stroke,
    "mask": MaskPrompt,
    "absent": Absent,
}
_NAMES = {cls: kind for kind, cls in _KINDS.items()}


def prompt_to_json(prompt: Prompt) -> str:
    """One line of JSON that ``prompt_from_json`` reads back to an equal prompt."""
    if isinstance(prompt, MaskPrompt):
        coco = prompt.mask.to_coco()
        values: dict[str, Any] = {"size": coco["size"], "counts": coco["counts"].decode("ascii")}
    else:
        values = asdict(prompt)
    return json.dumps({"kind": _NAMES[type(prompt)], **values})


def prompt_from_json(text: str) -> Prompt:
    """The prompt written by ``prompt_to_json``."""
    values = json.loads(text)
    kind = values.pop("kind")
    if kind == "mask":
        return MaskPrompt(Mask.from_coco(values))
    if "points" in values:
        values["points"] = tuple((float(x), float(y)) for x, y in values["points"])
    prompt: Prompt = _KINDS[kind](**values)
    return prompt


def check_prompt(prompt: Prompt, size_hw: tuple[int, int], frame_idx: int) -> None:
    """Raise ``PromptError`` when the prompt cannot mean anything on a frame of this size."""
    height, width = size_hw
    frame = f"frame {frame_idx} ({width}×{height} px)"
    if isinstance(prompt, MaskPrompt):
        if prompt.mask.size_hw != size_hw:
            got = f"{prompt.mask.size_hw[1]}×{prompt.mask.size_hw[0]}"
            raise PromptError(
                f"The mask is {got} px but {frame} is not; draw it at the frame's size.", frame_idx=frame_idx
            )
        if not prompt.mask:
            raise PromptError(
                f"The mask for {frame} is empty; use `absent` to say the AOI is not there.",
                frame_idx=frame_idx,
            )
        return
    points = _points_of(prompt)
    if not np.isfinite(points).all():
        raise PromptError(f"A coordinate on {frame} is not a number.", frame_idx=frame_idx)
    if isinstance(prompt, Point) and not (0 <= prompt.x < width and 0 <= prompt.y < height):
        raise PromptError(
            f"The click ({prompt.x:g}, {prompt.y:g}) lies outside {frame}; click inside the picture.",
            frame_idx=frame_idx,
        )
    if isinstance(prompt, Stroke) and not (len(points) and 0 < prompt.radius_px < np.inf):
        raise PromptError(
            f"The stroke on {frame} has no point or no width; draw it again.", frame_idx=frame_idx
        )
    if isinstance(prompt, Box | Polygon) and _covers_nothing(prompt, size_hw):
        raise PromptError(
            f"The {_NAMES[type(prompt)]} covers no pixel of {frame}; draw it over the object.",
            frame_idx=frame_idx,
        )


def _points_of(prompt: Prompt) -> np.ndarray:
    if isinstance(prompt, Point):
        return np.array([[prompt.x, prompt.y]])
    if isinstance(prompt, Box):
        return np.array([[prompt.x0, prompt.y0], [prompt.x1, prompt.y1]])
    if isinstance(prompt, Polygon | Stroke):
        return np.array(prompt.points, dtype=float).reshape(-1, 2)
    return np.zeros((0, 2))


def _covers_nothing(prompt: Box | Polygon, size_hw: tuple[int, int]) -> bool:
    points = _points_of(prompt)
    if len(points) < 2:
        return True
    low, high = points if isinstance(prompt, Box) else (points.min(axis=0), points.max(axis=0))
    inside = (high > 0).all() and low[0] < size_hw[1] and low[1] < size_hw[0]
    return bool(not inside or (high - low < 1).any())
