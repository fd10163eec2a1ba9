"""Changes that a person asks for, and their answers."""

from __future__ import annotations

from pydantic import Field

from dwell.app.messages.base import Message, Request
from dwell.app.messages.frames import MaskOnFrame
from dwell.app.messages.project import Prompt, Step

__all__ = [
    "AoiEdit",
    "AoiMerge",
    "AoiNew",
    "AoiPart",
    "AoiRemoval",
    "Approve",
    "Candidate",
    "Candidates",
    "Choose",
    "ClearPrompts",
    "Done",
    "FixationEdit",
    "PreviewRequest",
    "PromptRequest",
    "Segmented",
    "SpanEdit",
    "UndoRequest",
]


class AoiNew(Request):
    """A new AOI."""

    client: str
    name: str = Field(min_length=1, max_length=200)
    colour: str | None = None
    category: str | None = None


class AoiEdit(Request):
    """A changed AOI; None leaves a field as it is, an empty category removes it."""

    client: str
    name: str | None = None
    colour: str | None = None
    category: str | None = None


class AoiMerge(Request):
    """AOIs that are one thing: all that the others have becomes the first one's."""

    client: str
    keep: int
    others: list[int] = Field(min_length=1, max_length=1000)


class AoiPart(Request):
    """AOIs that are parts of another one; 0 = of none."""

    client: str
    object_ids: list[int] = Field(min_length=1, max_length=1000)
    part_of: int


class AoiRemoval(Request):
    """AOIs to be removed in one step."""

    client: str
    object_ids: list[int] = Field(min_length=1, max_length=1000)


class PromptRequest(Request):
    """Prompts on a frame, to be saved."""

    client: str
    object_id: int
    frame_idx: int
    prompts: list[Prompt] = Field(min_length=1, max_length=500)
    fresh: bool = False
    """Forget what is known of the AOI on this frame."""


class PreviewRequest(Request):
    """Prompts to be tried; nothing is saved."""

    frame_idx: int
    prompts: list[Prompt] = Field(min_length=1, max_length=500)


class Segmented(Message):
    """The answer to prompts."""

    rev: int
    """Of the change set that carries it."""
    mask: MaskOnFrame
    step: Step | None


class Candidate(Message):
    """One possible mask."""

    index: int
    counts: str
    area: int
    score: float
    chosen: bool = False


class Candidates(Message):
    """Up to three possible masks for the prompts of an AOI on a frame, best first."""

    object_id: int
    frame_idx: int
    candidates: list[Candidate]


class Choose(Request):
    """Take another candidate."""

    client: str
    object_id: int
    frame_idx: int
    index: int


class ClearPrompts(Request):
    """Take back an AOI's prompts on a frame."""

    client: str
    object_id: int
    frame_idx: int


class SpanEdit(Request):
    """Frames [start, stop) of some AOIs."""

    client: str
    object_ids: list[int]
    start: int
    stop: int


class Approve(SpanEdit):
    """Approve masks, or unlock them."""

    approved: bool = True


class UndoRequest(Request):
    """Undo or redo one step, or undo all from a step on."""

    client: str
    expect: int
    """Id of the step that the page means; another page may have made a newer one."""
    through: bool = False
    """Undo every step from the newest down to this one."""
    newest: int | None = None
    """With ``through``: the newest step that the page knows; a newer one, unless of tracking, is refused."""


class FixationEdit(Request):
    """Put a fixation on AOIs by hand; None = as the mapping says."""

    client: str
    object_ids: list[int] | None


class Done(Message):
    """A change was made."""

    rev: int
    n: int = 0
    """How many items it touched."""
    label: str | None = None
