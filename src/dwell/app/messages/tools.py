"""Editing tools: what a page asks for, and what was done."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dwell.app.messages.base import Message, Request
from dwell.app.messages.project import Step

__all__ = ["EditTool", "Edited"]


class EditTool(Request):
    """One use of an editing tool: one undo step. Which of the fields a tool needs says ``work/tools.py``."""

    client: str
    tool: Literal[
        "swap",
        "split-at",
        "split",
        "copy",
        "interpolate",
        "fill-holes",
        "remove-specks",
        "grow",
        "shrink",
        "union",
        "intersect",
        "subtract",
        "delete",
    ]
    object_ids: list[int] = Field(min_length=1, max_length=1000)
    """The AOIs that are changed."""
    other: int | None = None
    """The AOI that it is swapped or combined with."""
    start: int = Field(default=0, ge=0)
    stop: int | None = None
    """One after the last frame; None = to the end. ``interpolate`` keeps the first and the last frame."""
    frame_idx: int | None = None
    """The frame that is copied from, or was clicked."""
    x: float | None = None
    y: float | None = None
    """The click, px."""
    px: float | None = Field(default=None, gt=0)
    """How far to grow or shrink; the largest hole or the smallest part that counts; None = any."""
    absent: bool = False
    """Where nothing is left, or all is deleted, the AOI is absent."""
    overwrite: bool = False
    """Interpolate over what was tracked, too."""
    approved: bool = False
    """Change approved masks, too."""


class Edited(Message):
    """What a tool has done."""

    rev: int
    """Of the change set that carries it."""
    n_masks: int
    """Masks that are changed, made, deleted, or given to another AOI."""
    n_left: int
    """Masks that were left alone."""
    made: list[int]
    """object_ids of new AOIs."""
    lines: list[str]
    """All of it in words, a sentence each."""
    step: Step | None
    """The undo step; None: nothing was to be done."""
