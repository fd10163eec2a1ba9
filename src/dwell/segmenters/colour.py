"""A backend for pictures drawn in flat colours: it follows a colour exactly.

It needs no training and makes no mistakes on drawn shapes, so tests of everything above the segmenters can
expect exact masks. It is of no use on real video. Source: ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dwell.errors import BackendError, PromptError
from dwell.prompts import Box, MaskPrompt, Point, Polygon, Prompt, Stroke
from dwell.segmenters.contract import Candidate, Recall, Shown, Tracked
from dwell.types import BoolArray, ByteArray, State

__all__ = ["ColourBackend", "ColourMemory"]

_HEADER = b"colour1:"


@dataclass(frozen=True)
class ColourMemory:
    """The colours an object has been shown in; the newest is the one it is expected in."""

    colours: tuple[tuple[int, int, int], ...]
    """RGB, newest first; empty when the object was never seen."""


class ColourBackend:
    """Follows flat colours exactly."""

    name = "colour"

    def describe(self) -> dict[str, str | int | float | bool]:
        """Name and version."""
        return {"backend": self.name, "version": 1}

    def encode(self, image: ByteArray, previous: ByteArray | None = None) -> ByteArray:
        """The image itself."""
        return image

    def segment(self, encoding: ByteArray, prompts: Sequence[Prompt], limit: int = 3) -> list[Candidate]:
        """All pixels in the colours that were clicked or lie at the middle of a box or lasso."""
        mask = np.zeros(encoding.shape[:2], dtype=bool)
        for prompt in sorted(prompts, key=_is_negative):
            mask = _apply(prompt, encoding, mask)
        if all(_is_negative(prompt) for prompt in prompts):
            raise PromptError("Nothing shows what belongs to the AOI; add a click, a box or a lasso on it.")
        return [Candidate(mask, 1.0)][:limit]

    def start(self, encoding: ByteArray, mask: BoolArray, support: Sequence[Shown] = ()) -> ColourMemory:
        """The commonest colour under each mask."""
        shown = [(encoding, mask), *((each.encoding, each.mask) for each in support)]
        return ColourMemory(tuple(_commonest(image, where) for image, where in shown if where.any()))

    def step(
        self,
        encoding: ByteArray,
        memories: Mapping[int, ColourMemory],
        rivals: Mapping[int, BoolArray] | None = None,
    ) -> dict[int, tuple[Tracked, ColourMemory]]:
        """Every pixel in the first remembered colour that the frame shows; absent when it shows none."""
        return {object_id: (_follow(encoding, memory), memory) for object_id, memory in memories.items()}

    def dump(self, memory: ColourMemory) -> bytes:
        """The colours as bytes."""
        return _HEADER + np.array(memory.colours, dtype=np.uint8).tobytes()

    def load(self, data: bytes, recall: Recall) -> ColourMemory:
        """The memory from ``dump``."""
        if not data.startswith(_HEADER):
            raise BackendError("This memory was not saved by the colour backend; track again from the start.")
        colours = np.frombuffer(data[len(_HEADER) :], dtype=np.uint8).reshape(-1, 3)
        return ColourMemory(tuple((int(r), int(g), int(b)) for r, g, b in colours))


def _is_negative(prompt: Prompt) -> bool:
    return isinstance(prompt, Point | Stroke) and not prompt.positive


def _apply(prompt: Prompt, image: ByteArray, mask: BoolArray) -> BoolArray:
    if isinstance(prompt, MaskPrompt):
        return mask | prompt.mask.to_array()
    xy = _centre(prompt)
    if xy is None:
        return mask
    same = _same_colour(image, image[int(xy[1]), int(xy[0])])
    return mask & ~same if _is_negative(prompt) else mask | same


def _centre(prompt: Prompt) -> tuple[float, float] | None:
    if isinstance(prompt, Point):
        return prompt.x, prompt.y
    if isinstance(prompt, Box):
        return (prompt.x0 + prompt.x1) / 2, (prompt.y0 + prompt.y1) / 2
    if isinstance(prompt, Polygon | Stroke):
        x, y = np.array(prompt.points).mean(axis=0)
        return float(x), float(y)
    return None


def _same_colour(image: ByteArray, colour: ByteArray | tuple[int, int, int]) -> BoolArray:
    same: BoolArray = (image == np.asarray(colour, dtype=np.uint8)).all(axis=2)
    return same


def _commonest(image: ByteArray, mask: BoolArray) -> tuple[int, int, int]:
    colours, n = np.unique(image[mask], axis=0, return_counts=True)
    r, g, b = colours[int(n.argmax())]
    return int(r), int(g), int(b)


def _follow(image: ByteArray, memory: ColourMemory) -> Tracked:
    for colour in memory.colours:
        mask = _same_colour(image, colour)
        if mask.any():
            return Tracked(mask, 1.0, State.VISIBLE)
    state = State.ABSENT if memory.colours else State.LOST
    return Tracked(np.zeros(image.shape[:2], dtype=bool), 0.0, state)
