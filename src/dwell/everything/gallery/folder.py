"""The folder of a gallery: a contact sheet, a picture of each thing, two tables, the hierarchy as JSON."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from dwell.errors import OutputError
from dwell.everything.gallery.files import gallery_table, hierarchy_table, write_hierarchy
from dwell.everything.gallery.items import GalleryItem
from dwell.everything.gallery.pictures import Shown, render_gallery
from dwell.files import delete_file
from dwell.gaze import Section
from dwell.masks import Masklet
from dwell.tables import AOI_GALLERY, AOI_HIERARCHY, write_table
from dwell.types import ProgressFn
from dwell.video import Frames

__all__ = ["picture_names", "write_gallery"]

OBJECTS = "objects"
"""Folder of the single pictures."""


def write_gallery(
    folder: str | Path,
    frames: Frames,
    masklets: Sequence[Masklet],
    shown: Shown,
    section: Section,
    progress: ProgressFn | None = None,
) -> list[Path]:
    """The files written: gallery.png, aoi_gallery.csv, aoi_hierarchy.csv, hierarchy.json, objects/NAME.png.

    Pictures of things that an earlier gallery there had and this one has not are deleted.

    Args:
        folder: made if need be.
        frames: the scene video.
        masklets: of every AOI.
        shown: what there is, ranked and related.
        section: the recording.
        progress: called with (done, total) pictures.

    Raises:
        StorageFull: the disk is full or the folder cannot be written.
        OutputError: a file cannot be written for another reason.
    """
    folder = Path(folder)
    by_id = {each.aoi.object_id: each for each in masklets}
    names = picture_names(shown.items)
    _delete_older(folder, set(names.values()))
    files = {object_id: folder / OBJECTS / name for object_id, name in names.items()}
    table = gallery_table(shown.items, section, {each.aoi.object_id: each.aoi.name for each in masklets})
    written = [
        write_table(table, AOI_GALLERY, folder / "aoi_gallery.csv"),
        write_table(hierarchy_table(shown.things, section), AOI_HIERARCHY, folder / "aoi_hierarchy.csv"),
        write_hierarchy(shown.things, section, folder / "hierarchy.json", shown.clock),
        *render_gallery(frames, by_id, shown, folder / "gallery.png", files, progress),
    ]
    return written


def picture_names(items: Iterable[GalleryItem]) -> dict[int, str]:
    """object_id → name of a file on any system: the AOI's name, with its number where that is not enough."""
    things = [each.aoi for each in items]
    return _named([(each.object_id, each.name) for each in things])


def _named(things: Sequence[tuple[int, str]]) -> dict[int, str]:
    words = {object_id: _word(name) for object_id, name in things}
    taken = [word.casefold() for word in words.values()]
    return {
        object_id: f"{word}.png"
        if word and taken.count(word.casefold()) == 1
        else f"{word or 'aoi'}-{object_id}.png"
        for object_id, word in words.items()
    }


def _word(name: str) -> str:
    return re.sub(r'[\x00-\x1f\\/:*?"<>|\s]+', "-", name).strip("-. ")[:80]


def _delete_older(folder: Path, kept: set[str]) -> None:
    """Delete the pictures that the table of an earlier gallery speaks of, except those kept."""
    try:
        with (folder / "aoi_gallery.csv").open(encoding="utf-8", newline="") as file:
            rows = [(int(row["object id"]), row["aoi label"]) for row in csv.DictReader(file)]
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError) as error:
        raise OutputError(
            f"{folder / 'aoi_gallery.csv'} is no table of a gallery ({error}); choose another folder.",
            path=folder / "aoi_gallery.csv",
        ) from error
    for name in set(_named(rows).values()) - kept:
        delete_file(folder / OBJECTS / name)
