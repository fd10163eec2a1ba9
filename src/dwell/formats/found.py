"""Labels as they were found in a file of some format, before they become part of a project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dwell.masks import Mask
from dwell.types import State

__all__ = ["FoundLabel", "FoundThing", "FoundVideo", "Known"]


@dataclass(frozen=True)
class Known:
    """What is known of the video that labels are for, where their format does not say it."""

    size_hw: tuple[int, int] | None = None
    """(height, width) px."""
    names: Sequence[str] = ()
    """The name of each frame: the image's stem, or the five-digit frame_idx."""


@dataclass(frozen=True)
class FoundThing:
    """One thing that was labelled: a track, or all masks of one class where there are no tracks."""

    key: int
    """Its id in the file, above 0, which becomes the object_id where that is free."""
    name: str
    """Name of the AOI it becomes; where the file has none: the category and the id, such as ``bottle 3``."""
    category: str | None = None
    colour: str | None = None
    """``#rrggbb``."""
    part_of: int | None = None
    """Key of the thing that it is part of."""


@dataclass(frozen=True, slots=True)
class FoundLabel:
    """What a file says of one thing on one frame."""

    key: int
    """The thing's."""
    frame: int
    """Place in ``FoundVideo.names``."""
    mask: Mask | None = None
    """Where it is; None: the format has boxes only, or the thing is not there."""
    box_xyxy: tuple[float, float, float, float] | None = None
    """px, x1 and y1 exclusive; where there is no mask."""
    state: State = State.VISIBLE
    """``VISIBLE``; ``ABSENT`` where the format says that it is not in the picture, ``LOST`` likewise."""
    score: float | None = None
    """0 … 1; None: not said, as where a person made it."""
    keyframe: bool = True
    """A person put it there; False: a computer made it between two such."""


@dataclass(frozen=True)
class FoundVideo:
    """The labels of one video."""

    name: str
    """As the file names it; the file's own name where it does not."""
    size_hw: tuple[int, int]
    """(height, width) px."""
    names: Sequence[str]
    """Of each frame that the file knows, in order: the picture's stem; or digits, its 0-based frame_idx."""
    numbers: Sequence[int] | None
    """The 0-based frame_idx of each of them; None: the file has names of pictures only."""
    things: Sequence[FoundThing]
    labels: Callable[[], Iterator[FoundLabel]]
    """Reads them anew, frame by frame; a thing has one label a frame at most."""
    n_labels: int
    lost: tuple[str, ...] = ()
    """What the file says and Dwell cannot keep, a sentence each, with counts."""
    numbers_are_names: bool = False
    """The numbers are only the digits of the names, and pictures may be numbered from anywhere, in steps."""
