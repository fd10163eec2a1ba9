"""Tracking: who, what, how long, how far."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dwell.app.messages.base import Message, Request

__all__ = ["BackendChoice", "Estimate", "Job", "TrackRequest"]


class BackendChoice(Request):
    """Who segments and tracks."""

    name: str
    resolution: int | None = None


class TrackRequest(Request):
    """What to track."""

    client: str
    object_ids: list[int] | None = None
    """None = all."""
    start: int = 0
    stop: int | None = None
    direction: Literal["forward", "backward", "both"] = "both"
    stride: int = Field(default=1, ge=1, le=100)
    backend: BackendChoice | None = None
    """None = that of the project."""
    join: bool = False
    """Instead of an error: the running job if it tracks these AOIs, or none if nothing is missing."""


class Estimate(Message):
    """How long tracking would take here, measured on two frames."""

    frames: int
    seconds: float
    encode_s: float
    step_s_per_object: float
    note: str = ""


class Job(Message):
    """The tracking job of a project, or its search for everything in the video: there is one at a time."""

    id: int
    kind: Literal["track", "everything", "gaze-first"] = "track"
    state: Literal["running", "done", "cancelled", "failed"]
    what: str
    """``Tracking cup, left hand``."""
    object_ids: list[int]
    span: tuple[int, int]
    direction: Literal["forward", "backward", "both"]
    backend: str
    done: int
    """Frames; of the other kinds thousandths of the work."""
    total: int
    left_s: float | None = None
    frame_idx: int | None = None
    """Frame tracked last."""
    phase: Literal["looking", "forward", "backward", "relating", "done"] | None = None
    """What a job of another kind than ``track`` is doing."""
    n_objects: int | None = None
    """AOIs that it has made so far."""
    error: str | None = None
