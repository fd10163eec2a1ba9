"""AOIs from words: what to look for, how far that is, what was found, what to take of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dwell.app.messages.base import Message, Request

__all__ = [
    "DetectorInfo",
    "Search",
    "SearchRequest",
    "Suggestion",
    "SuggestionMask",
    "Suggestions",
    "TakeRequest",
    "TakenSuggestion",
]


class DetectorInfo(Message):
    """A detector that can be chosen."""

    name: str
    note: str
    ready: bool
    """Installed, and its weights are on this computer."""
    missing: str = ""
    """What to do to make it ready: the exact line to type."""
    cpu_s: float | None = None
    """About this many seconds per frame on one core; None: not known."""
    box_score: float
    """0 … 1: the threshold to begin with."""
    text_score: float
    """0 … 1: the threshold of the phrase to begin with."""


class SearchRequest(Request):
    """Words to look for."""

    client: str
    text: str = Field(max_length=2000)
    """``bottle . red flag``."""
    detector: str
    where: Literal["frame", "every", "prompts"] = "frame"
    """On one frame, every so many seconds, or on the frames with prompts."""
    frame_idx: int = 0
    every_s: float = Field(default=2.0, gt=0, le=3600)


class Search(Message):
    """A search for words; the newest of a project."""

    id: int
    state: Literal["running", "done", "cancelled", "failed", "taking"]
    """``taking``: suggestions of it are being added."""
    text: str
    detector: str
    done: int
    """Frames; while taking, masks."""
    total: int
    left_s: float | None = None
    n_found: int = 0
    """Suggestions so far, whatever their scores."""
    error: str | None = None


class Suggestion(Message):
    """A box on a frame that fits a phrase."""

    index: int
    """Stays the same as long as the search is the newest."""
    frame_idx: int
    phrase: str
    score: float
    text_score: float
    box: tuple[float, float, float, float]
    """px: x0, y0, x1, y1."""
    why: Literal["new", "known", "found again"]
    object_id: int | None
    """The AOI that it is, or may be."""


class Suggestions(Message):
    """What the newest search has found: down to a low score, so that thresholds need no other search."""

    search: int
    """Id of the search; 0: there was none."""
    suggestions: list[Suggestion]
    """By frame, best first; those that were taken or rejected are left out."""


class SuggestionMask(Message):
    """The mask that a suggestion would have."""

    index: int
    counts: str
    """Empty: nothing is seen in the box."""
    area: int


class TakenSuggestion(Request):
    """A suggestion as the person saw it."""

    index: int
    object_id: int | None = None
    """The AOI that was found again; None: a new one."""


class TakeRequest(Request):
    """Suggestions to take or to reject."""

    client: str
    search: int
    """Id of the search that they are of."""
    suggestions: list[TakenSuggestion] = Field(min_length=1, max_length=20_000)
    one_per_phrase: bool = False
    """All of a phrase are one thing."""
