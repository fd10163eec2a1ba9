"""Which frames are written as labels: all or some, and what is done where an AOI has no answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np

from dwell.errors import OutputError
from dwell.formats.contract import Labels
from dwell.masks import ORIGINS, STATES, UNKNOWN, Masklet
from dwell.types import BoolArray, Origin, State

__all__ = ["Chosen", "Selection", "Unanswered", "WhichFrames", "choose"]

WhichFrames = Literal["all", "anchors", "approved"]
Unanswered = Literal["skip", "write", "stop"]

_VISIBLE, _LOST = STATES.index(State.VISIBLE), STATES.index(State.LOST)
_NAMED = 5
"""AOIs that a message names at most."""


@dataclass(frozen=True)
class Selection:
    """The frames to write. Grey filler frames are never among them.

    Raises:
        ValueError: no such choice, or ``every`` below 1.
    """

    frames: WhichFrames = "all"
    """``anchors``: those on which a person made or approved a mask, or said that an AOI is absent.
    ``approved``: of these, those on which every mask is approved or made by a person."""
    every: int = 1
    """Only frames whose frame_idx is a multiple of this."""
    unanswered: Unanswered = "skip"
    """What is done with a frame on which an AOI is lost, unknown or out of date. ``skip``: it is left out, so
    that what is written is complete. ``write``: it is written without that label. ``stop``: nothing is
    written."""

    def __post_init__(self) -> None:
        for name, value, known in (
            ("frames", self.frames, get_args(WhichFrames)),
            ("unanswered", self.unanswered, get_args(Unanswered)),
        ):
            if value not in known:
                raise ValueError(f"{name}={value!r}: expected one of {', '.join(known)}.")
        if self.every < 1:
            raise ValueError(f"every={self.every}: expected 1 (all frames) or more.")


@dataclass(frozen=True)
class Chosen:
    """Labels with the frames to write, and what was left out."""

    labels: Labels
    n_filler: int = 0
    """Grey filler frames."""
    n_skipped: int = 0
    """Frames on which an AOI has no answer."""
    skipped: dict[str, dict[str, int]] = field(default_factory=dict)
    """By AOI name: on how many of these it is lost, or unknown."""


def choose(labels: Labels, selection: Selection, filler: BoolArray | None = None) -> Chosen:
    """The same labels with ``chosen`` frames.

    Args:
        labels: of one video, without masks that are out of date: where these were, an AOI is unknown.
        selection: which frames.
        filler: (n_frames,) bool grey filler frames; None: nobody has looked for any.

    Raises:
        OutputError: no frame is left, or one has no answer and that is not allowed.
    """
    n = labels.n_frames
    grey = np.zeros(n, bool) if filler is None else filler
    wanted = _wanted(labels, selection) & ~grey
    missing = {each.aoi.name: _codes(each, n) for each in labels.masklets}
    unanswered = wanted & np.any([_no_answer(codes) for codes in missing.values()], axis=0)
    if unanswered.any() and selection.unanswered == "stop":
        raise OutputError(_stopped(labels, missing, unanswered))
    skipping = unanswered if selection.unanswered == "skip" else np.zeros(n, bool)
    left = wanted & ~skipping
    if not left.any() or not labels.masklets:
        raise OutputError(_nothing_left(labels, selection, missing, wanted))
    kept = None if left.all() else np.flatnonzero(left).astype(np.int64)
    counts = {name: _count(codes[skipping]) for name, codes in missing.items()}
    named = {name: count for name, count in counts.items() if any(count.values())}
    return Chosen(
        replace(labels, chosen=kept, n_filler=int(grey.sum())), int(grey.sum()), int(skipping.sum()), named
    )


def _wanted(labels: Labels, selection: Selection) -> BoolArray:
    """(n_frames,) bool: what is asked for, whatever is known there."""
    n = labels.n_frames
    wanted: BoolArray = np.arange(n) % selection.every == 0
    if selection.frames == "all":
        return wanted
    said, unsaid = np.zeros(n, bool), np.zeros(n, bool)
    for each in labels.masklets:
        by_person = each.approved | (each.origin == ORIGINS.index(Origin.USER))
        said[each.frame_idx[by_person]] = True
        unsaid[each.frame_idx[~by_person & (each.state == _VISIBLE)]] = True
    return wanted & said if selection.frames == "anchors" else wanted & said & ~unsaid


def _codes(masklet: Masklet, n_frames: int) -> np.ndarray:
    return masklet.codes_at(np.arange(n_frames))


def _no_answer(codes: np.ndarray) -> BoolArray:
    missing: BoolArray = (codes == UNKNOWN) | (codes == _LOST)
    return missing


def _count(codes: np.ndarray) -> dict[str, int]:
    return {"lost": int((codes == _LOST).sum()), "unknown": int((codes == UNKNOWN).sum())}


# -------------------------------------------------------------------- what to do about it


def _stopped(labels: Labels, missing: dict[str, np.ndarray], unanswered: BoolArray) -> str:
    found = [
        f"{name} on {_spans(unanswered & _no_answer(codes))}"
        for name, codes in missing.items()
        if (unanswered & _no_answer(codes)).any()
    ]
    return (
        f"{labels.video}: nobody knows where these AOIs are: {_some(found)}. Track or correct them there, "
        'say that they are absent, or leave such frames out (unanswered="skip").'
    )


def _nothing_left(
    labels: Labels, selection: Selection, missing: dict[str, np.ndarray], wanted: BoolArray
) -> str:
    if not labels.masklets:
        return f"{labels.video} has no AOI yet, so there is nothing to write; prompt and track one first."
    if not wanted.any():
        what = {"anchors": "that a person prompted or approved", "approved": "that is approved as a whole"}
        which = f" {what[selection.frames]}" if selection.frames != "all" else ""
        every = f" whose number is a multiple of {selection.every}" if selection.every > 1 else ""
        return (
            f"{labels.video} has no frame{which}{every}, so there is nothing to write; "
            'prompt or approve some, or take frames="all" or a smaller every.'
        )
    worst = sorted(missing, key=lambda name: -int((wanted & _no_answer(missing[name])).sum()))
    found = [f"{name} ({int((wanted & _no_answer(missing[name])).sum())})" for name in worst]
    return (
        f"{labels.video}: on each of the {int(wanted.sum())} frames some AOI is lost, unknown or out of "
        f"date, so none is left to write: {_some(found)}. Track these AOIs, remove them, or write frames "
        'without them (unanswered="write").'
    )


def _some(found: list[str]) -> str:
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more


def _spans(flags: BoolArray) -> str:
    """Such as ``frames 3, 7–12 and 31 more``."""
    frames = np.flatnonzero(flags)
    parts = np.split(frames, np.flatnonzero(np.diff(frames) > 1) + 1)
    texts = [f"{each[0]}" if len(each) == 1 else f"{each[0]}–{each[-1]}" for each in parts[:3]]
    rest = sum(len(each) for each in parts[3:])
    return f"frame{'s' if len(frames) > 1 else ''} {', '.join(texts)}" + (f" and {rest} more" if rest else "")
