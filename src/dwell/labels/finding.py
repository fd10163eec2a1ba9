"""Labels in files and the video they are for: which format, which of several videos, which frame is which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from dwell.errors import BadLabels, OutputError
from dwell.formats.contract import LabelFormat
from dwell.formats.found import FoundVideo
from dwell.project import Source
from dwell.registry import FORMATS, load
from dwell.types import IntArray, State

__all__ = ["can_read", "frames_of", "has_only_boxes", "opened_format", "video_for"]

_NAMED = 5
"""Names that a message lists at most."""
_LOOKED_AT = 100
"""Labels that are looked at to tell masks from boxes."""


def can_read(kind: type[LabelFormat]) -> bool:
    """Whether a format is read, not only written."""
    return kind.read is not LabelFormat.read


def opened_format(path: Path, name: str | None) -> LabelFormat:
    """The format of this name, or the first whose files look like those at ``path``.

    Raises:
        BadLabels: nothing is there, or it looks like no format that is read.
        OutputError: there is no such format, it is only written, or its package is not installed.
    """
    if not path.exists():
        raise BadLabels(f"There is nothing at {path}; check the path.", path=path)
    if name is not None:
        chosen: type[LabelFormat] = load(FORMATS, name)
        if not can_read(chosen):
            readable = ", ".join(each.name for each in _readable())
            raise OutputError(
                f"{chosen.about.title} is only written, not read; formats that are read: {readable}.",
                path=path,
            )
        return chosen()
    for kind in _readable():
        if kind().fits(path):
            return kind()
    raise BadLabels(
        f"{path.name} looks like none of the formats that are read; name the format if it is one of them: "
        f"{', '.join(each.name for each in _readable()) or 'none yet'}.",
        path=path,
    )


def _readable() -> Iterator[type[LabelFormat]]:
    for name in FORMATS:
        try:
            kind: type[LabelFormat] = load(FORMATS, name)
        except OutputError:  # its package is not installed
            continue
        if can_read(kind):
            yield kind


def video_for(videos: Sequence[FoundVideo], source: Source, wanted: str | None, path: Path) -> FoundVideo:
    """The labels of one video: that of a name, or the only one, or the one named like the recording.

    Raises:
        BadLabels: there is none, or it cannot be told which.
    """
    if not videos:
        raise BadLabels(f"{path.name} has labels of no video.", path=path)
    names = _some([repr(each.name) for each in videos])
    if wanted is not None:
        exact = [each for each in videos if each.name == wanted]
        found = exact or [each for each in videos if _plain(each.name) == _plain(wanted)]
        if len(found) != 1:
            what = "no video" if not found else "several videos"
            raise BadLabels(f"{path.name} has {what} named {wanted!r}; it has {names}.", path=path)
        return found[0]
    if len(videos) == 1:
        return videos[0]
    known = {_plain(source.recording_name), _plain(Path(source.path).name)}
    found = [each for each in videos if _plain(each.name) in known]
    if len(found) != 1:
        raise BadLabels(
            f"{path.name} has labels of {len(videos)} videos and "
            f"{'none is' if not found else 'several are'} named like {source.recording_name!r}; say which is "
            f"meant with video=: {names}.",
            path=path,
        )
    return found[0]


def _plain(name: str) -> str:
    """A name as people mean it: without folder and ending, small."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    stem, dot, ending = last.rpartition(".")
    return (stem if dot and len(ending) <= 4 else last).casefold()


def has_only_boxes(found: FoundVideo) -> bool:
    """Boxes are all that the first labels of a video say, so it can come in as prompts only.

    Of labels of a format that knows both, or of a few among many masks, import says it when it gets to them.
    """
    first = islice((label for label in found.labels() if label.state is State.VISIBLE), _LOOKED_AT)
    shapes = [label.mask is not None for label in first]
    return bool(shapes) and not any(shapes)


def frames_of(found: FoundVideo, names: Sequence[str], path: Path) -> IntArray:
    """(n,) int64: the frame_idx of each frame that the file knows.

    Names of pictures say more than numbers. They count where all of them are names of frames of the video,
    unless they are only the numbers written out. Where the frames of the video have digits as names that are
    not their numbers (00001, 00006, …), so have those of a file that says no more than that.

    Args:
        found: the labels.
        names: of the frames of the video, by frame_idx.
        path: of the file.

    Raises:
        BadLabels: some have no frame in the video, or two have the same one.
    """
    by_name = {name: frame_idx for frame_idx, name in enumerate(names)}
    named = np.array([by_name.get(each, -1) for each in found.names], np.int64)
    numbers = None if found.numbers_are_names and _digits_are_names(names) else found.numbers
    if numbers is None or (_have_names(found) and (named >= 0).all()):
        frames, missing = named, [each for each, i in zip(found.names, named, strict=True) if i < 0]
    else:
        frames = np.array(numbers, np.int64)
        outside = (frames < 0) | (frames >= len(names))
        missing = [str(each) for each in frames[outside]]
    if missing:
        raise BadLabels(
            f"{path.name} has labels on {len(found.names)} frames, of which {len(missing)} are not in the "
            f"video: {_some(missing)}. It has {len(names)} frames, {names[0]} … {names[-1]}; is it another?",
            path=path,
        )
    values, counts = np.unique(frames, return_counts=True)
    if (counts > 1).any():
        twice = int(values[counts > 1][0])
        raise BadLabels(f"{path.name} lists frame {twice} twice; expected each once.", path=path)
    return frames


def _have_names(found: FoundVideo) -> bool:
    """Some name is more than the frame's number."""
    numbers = found.numbers or ()
    return any(
        not name.isdecimal() or int(name) != number for name, number in zip(found.names, numbers, strict=True)
    )


def _digits_are_names(names: Sequence[str]) -> bool:
    """Some frame of the video is named by a number that is not its own."""
    return any(name.isdecimal() and int(name) != frame_idx for frame_idx, name in enumerate(names))


def _some(found: Sequence[str]) -> str:
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more
