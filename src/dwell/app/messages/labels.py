"""Labels out and in: formats, and a file of labels before and after it is taken over."""

from __future__ import annotations

from typing import Literal

from dwell.app.messages.base import Message, Request
from dwell.app.messages.project import Step

__all__ = ["FormatInfo", "FoundLabels", "FoundVideoInfo", "ImportRequest", "Imported", "LabelsAsk"]


class FormatInfo(Message):
    """A format that the masks, or the mapped gaze, of a project can be written in."""

    name: str
    title: str
    group: Literal["labels", "gaze", "volume"]
    files: str
    """What is written."""
    keeps: str
    loses: str
    """Empty: nothing."""
    source: str
    """Where the format is described: an address."""
    reads: bool
    """It can be read as well."""
    boxes: bool
    """It has boxes only."""
    doing: str
    """The words of the task while it is written."""
    missing: str = ""
    """Why it cannot be used here, and what to do about it."""


class LabelsAsk(Request):
    """A file or folder of labels to be looked at."""

    path: str
    format: str | None = None
    """None = the first that it looks like."""


class FoundVideoInfo(Message):
    """A video that a file has labels of."""

    name: str
    n_labels: int
    aois: list[str]
    """Their names, at most a hundred of them."""
    n_aois: int
    problem: str = ""
    """Why its labels do not fit this recording."""


class FoundLabels(Message):
    """What is in a file of labels."""

    path: str
    format: str
    title: str
    boxes: bool
    """It has boxes only, which become prompts."""
    videos: list[FoundVideoInfo]
    video: str | None
    """The one that is of this recording; None: it cannot be told."""


class ImportRequest(Request):
    """Labels to be taken from a file, in one step."""

    client: str
    path: str
    format: str | None = None
    """None = the first that it looks like."""
    video: str | None = None
    """None = the only one, or that named like the recording."""
    how: Literal["masks", "prompts"] = "masks"
    existing: Literal["refuse", "new", "replace"] = "refuse"
    """What is done with an AOI whose name the project has."""


class Imported(Message):
    """What was taken over."""

    rev: int
    """Of the change set that carries it."""
    title: str
    """Of the format."""
    object_ids: list[int]
    n_frames: int
    n_masks: int
    n_prompts: int
    lines: list[str]
    """What a person should know of it, a sentence each."""
    step: Step | None
