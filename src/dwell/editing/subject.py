"""What editing tools work on, and how they are told which AOIs and frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import numpy as np

from dwell.errors import FrameOutOfRange, PromptError
from dwell.project import Project
from dwell.types import AOI, BoolArray

__all__ = [
    "Editable",
    "OnProject",
    "Span",
    "check_frame",
    "gaps_around",
    "names",
    "outdate",
    "span_words",
    "targets",
    "within",
]

Span = tuple[int, int] | None
"""Frames (start, stop), half-open; None = the whole video."""


class Editable(Protocol):
    """What has a project to edit: a ``TrackingSession``, or a project alone in ``OnProject``."""

    project: Project

    def changing(self, label: str) -> AbstractContextManager[None]:
        """One undo step, all or nothing."""

    @property
    def filler(self) -> BoolArray:
        """(n_frames,) bool: grey filler frames."""


class OnProject:
    """A project that is edited without its video: no tracking runs meanwhile."""

    def __init__(self, project: Project, look_for_filler: Callable[[], BoolArray] | None = None) -> None:
        """``look_for_filler`` is asked if the project knows no filler frames; None: there are none."""
        self.project = project
        self._look_for_filler = look_for_filler

    @contextmanager
    def changing(self, label: str) -> Iterator[None]:
        """One undo step, all or nothing."""
        with self.project.action(label):
            yield

    @property
    def filler(self) -> BoolArray:
        """(n_frames,) bool: grey filler frames."""
        known = self.project.filler()
        if known is None and self._look_for_filler is not None:
            known = self._look_for_filler()
        return np.zeros(self.project.source.n_frames, bool) if known is None else known


def targets(project: Project, aois: str | int | Iterable[str | int] | None) -> list[AOI]:
    """The AOIs with these names or object_ids, none twice; None = all.

    Raises:
        UnknownAoi: there is no such AOI.
        PromptError: there is no AOI at all.
    """
    if aois is None:
        found = project.aois()
    else:
        named = [aois] if isinstance(aois, str | int) else aois
        found = list(dict.fromkeys(project.aoi(each) for each in named))
    if not found:
        raise PromptError("There is no AOI to edit; prompt one first.")
    return found


def within(project: Project, span: Span) -> tuple[int, int]:
    """The span, cut off at the ends of the video.

    Raises:
        ValueError: it holds no frame of the video.
    """
    n_frames = project.source.n_frames
    start, stop = (0, n_frames) if span is None else span
    start, stop = max(start, 0), min(stop, n_frames)
    if start >= stop:
        raise ValueError(f"Expected a span (start, stop) within frames 0 … {n_frames - 1}, got {span}.")
    return start, stop


def check_frame(project: Project, frame_idx: int) -> None:
    """Raise ``FrameOutOfRange`` unless the scene video has this frame."""
    n_frames = project.source.n_frames
    if not 0 <= frame_idx < n_frames:
        raise FrameOutOfRange(
            f"There is no frame {frame_idx}; the scene video has frames 0 … {n_frames - 1}.",
            path=project.path,
            frame_idx=frame_idx,
        )


def span_words(project: Project, span: tuple[int, int]) -> str:
    """`` at frame 5``, `` on frames 5–9``, or nothing if it is the whole video."""
    start, stop = span
    if (start, stop) == (0, project.source.n_frames):
        return ""
    return f" at frame {start}" if stop == start + 1 else f" on frames {start}–{stop - 1}"


def names(aois: Iterable[AOI]) -> str:
    """The names of AOIs, or how many there are of more than three."""
    found = list(aois)
    return ", ".join(each.name for each in found) if len(found) <= 3 else f"{len(found)} AOIs"


def gaps_around(project: Project, object_id: int, frames: Iterable[int]) -> list[tuple[int, int]]:
    """The frames (start, stop) between the nearest anchors on either side of some ascending frames."""
    gaps: list[tuple[int, int]] = []
    for frame_idx in frames:
        if gaps and frame_idx < gaps[-1][1]:
            continue
        left, right = project.anchors_beside(object_id, frame_idx)
        gaps.append((0 if left is None else left + 1, project.source.n_frames if right is None else right))
    return gaps


def outdate(project: Project, object_id: int, gaps: Iterable[tuple[int, int]]) -> int:
    """Put what was tracked in gaps out of date, as a prompt there would; how many masks."""
    return sum(project.mark_stale(object_id, start, stop) for start, stop in gaps)
