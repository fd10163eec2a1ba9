"""Sizes of the pictures that labels were made on."""

from __future__ import annotations

from pathlib import Path

from dwell.errors import BadLabels
from dwell.video.image_size import image_size_hw

__all__ = ["PICTURE_ENDINGS", "size_in_folder", "size_of_picture"]

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png")


def size_of_picture(file: Path) -> tuple[int, int]:
    """(h, w) px, from the first bytes of the file.

    Raises:
        BadLabels: it is no jpg or png, or damaged.
    """
    size_hw = image_size_hw(file)
    if size_hw is None:
        raise BadLabels(
            f"{file}: expected a jpg or png to take the size of the picture from, found something else; save "
            "it anew, or take it away and say which recording the labels are for.",
            path=file,
        )
    return size_hw


def size_in_folder(folder: Path) -> tuple[int, int] | None:
    """(h, w) px of the first picture in a folder; None: there is none."""
    if not folder.is_dir():
        return None
    pictures = (file for file in sorted(folder.iterdir()) if file.suffix.lower() in PICTURE_ENDINGS)
    first = next(pictures, None)
    return None if first is None else size_of_picture(first)
