"""Masks on frames, and what the eye did."""

from __future__ import annotations

from typing import Literal

from dwell.app.messages.base import Message, Ns

__all__ = ["Eye", "FrameMasks", "MaskOnFrame"]


class MaskOnFrame(Message):
    """One AOI on one frame."""

    object_id: int
    state: Literal["visible", "absent", "lost"]
    score: float | None
    doubt: float | None
    approved: bool
    check: bool
    stale: bool
    user_made: bool
    interpolated: bool
    counts: str
    """COCO counts string; empty unless visible."""
    area: int
    box: tuple[int, int, int, int] | None


class FrameMasks(Message):
    """The masks of one frame."""

    frame_idx: int
    rev: int
    masks: list[MaskOnFrame]


class Eye(Message):
    """Fixations, blinks and events, as columns; frame −1 = none."""

    fixation_ids: list[int]
    """-1 = none."""
    fixation_start_ns: list[Ns]
    fixation_end_ns: list[Ns]
    fixation_first_frame: list[int]
    fixation_stop_frame: list[int]
    fixation_x: list[float | None]
    fixation_y: list[float | None]
    blink_first_frame: list[int]
    blink_stop_frame: list[int]
    event_names: list[str]
    event_frames: list[int]
