"""Names of pictures in formats that keep those of all videos in one folder: ``<video>_<name>``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dwell.formats.contract import Labels
from dwell.formats.file_names import OnceEach, file_name
from dwell.formats.found import Known

__all__ = ["KnownNames", "picture_stem", "picture_stems"]


def picture_stem(labels: Labels, frame_idx: int) -> str:
    """Name of a frame's picture without its ending."""
    return file_name(f"{labels.video}_{labels.names[frame_idx]}")


def picture_stems(videos: Sequence[Labels], out: Path) -> list[list[str]]:
    """``picture_stem`` of each chosen frame of each video.

    Raises:
        OutputError: two pictures have the same.
    """
    taken = OnceEach(out, "pictures")
    return [
        [
            taken.take(picture_stem(labels, i), f"{labels.video}/{labels.names[i]} (frame {i})")
            for i in labels.frames
        ]
        for labels in videos
    ]


class KnownNames:
    """Frames of the video that labels are for, recognised in names of pictures of whatever program."""

    def __init__(self, known: Known) -> None:
        self._names = {file_name(name): name for name in known.names}

    def split(self, stem: str) -> tuple[str | None, str]:
        """(video, name) of a picture; the video is None where the name does not tell it.

        Example:
            >>> KnownNames(Known(names=["00000", "00001"])).split("my_kitchen_00001")
            ('my_kitchen', '00001')
        """
        if stem in self._names:
            return None, self._names[stem]
        for at, letter in enumerate(stem):
            if letter == "_" and stem[at + 1 :] in self._names:
                return stem[:at], self._names[stem[at + 1 :]]
        return None, stem
