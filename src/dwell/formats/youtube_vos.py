"""YouTube-VOS: indexed PNGs at chosen frames, and a file of who is on which frame and of what category."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dwell.files import replacing
from dwell.formats.categories import category_of
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.file_names import file_name
from dwell.formats.folders import refuse_others, video_folders
from dwell.formats.found import FoundVideo, Known
from dwell.formats.indexed_writing import Painted, check_indexed, write_indexed
from dwell.formats.reporting import silent_of
from dwell.formats.youtube_vos_reading import is_youtube_vos, read_youtube_vos
from dwell.types import ProgressFn

__all__ = ["YoutubeVos"]

_FOLDERS = {"train": "train", "val": "valid"}
"""A split's folder, as in the data set."""


class YoutubeVos(LabelFormat):
    """``Annotations/<video>/<name>.png`` and ``meta.json`` below ``train`` and, if need be, ``valid``.

    A PNG for every chosen frame: 0 background, else the object_id, in the palette of DAVIS. ``meta.json`` has
    for each video and object the category and the names of the frames on which it has pixels; with it the
    AOI's name and colour, which the data set does not have and its readers pass over. Where AOIs overlap the
    smallest is on top.

    Reads a data set, one of its parts, or its ``Annotations``; without ``meta.json`` there are no categories.
    """

    name = "youtube-vos"
    about = About(
        "YouTube-VOS",
        "train/Annotations/<video>/<frame>.png, train/meta.json",
        "masks, ids up to 255, names, categories, colours, which frames were chosen",
        "scores; approval; who made a mask; pixels of an AOI under a smaller one; whether it is absent or "
        "lost",
        "https://youtube-vos.org/dataset/vos/",
    )

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``.

        An object_id above 255, two frames of one name, two videos with one folder, labels of another export.
        """
        folders = _places(videos, out)
        for labels, folder in zip(videos, folders, strict=True):
            others = {each.name for each in folders if each.parent == folder.parent}
            refuse_others(folder.parent, others, "*")
            check_indexed(labels, folder, "YouTube-VOS")

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``."""
        self.check(videos, out, options)
        folders = _places(videos, out)
        names = [folder.name for folder in folders]
        painted, tally = write_indexed(videos, folders, progress)
        for split in sorted({each.split for each in videos}):
            parts = [i for i, each in enumerate(videos) if each.split == split]
            meta = {names[i]: {"objects": _objects(videos[i], painted[i])} for i in parts}
            with replacing(out / _FOLDERS[split] / "meta.json") as temporary:
                temporary.write_text(json.dumps({"videos": meta}, ensure_ascii=False), encoding="utf-8")
        n_frames = sum(len(labels.frames) for labels in videos)
        silent = silent_of(videos)
        return ExportReport(out, n_frames, tally.n_masks, silent, tally.overlapping_px, lost=tally.notes)

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``."""
        return read_youtube_vos(path, progress)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``: ``Annotations`` beside a ``meta.json``."""
        return is_youtube_vos(path)

    def picture_path(self, labels: Labels, frame_idx: int, options: WriteOptions) -> str:
        """See ``LabelFormat.picture_path``."""
        folder = f"{_FOLDERS[labels.split]}/JPEGImages/{file_name(labels.video)}"
        return f"{folder}/{labels.names[frame_idx]}.{options.picture_ending}"


def _places(videos: Sequence[Labels], out: Path) -> list[Path]:
    """The folder of each video's PNGs."""
    names = [folder.name for folder in video_folders(videos, out)]
    return [
        out / _FOLDERS[each.split] / "Annotations" / name for each, name in zip(videos, names, strict=True)
    ]


def _objects(labels: Labels, painted: Painted) -> dict[str, Any]:
    return {
        str(aoi.object_id): {
            "category": category_of(aoi),
            "frames": painted[aoi.object_id],
            "name": aoi.name,
            "colour": aoi.colour,
        }
        for aoi in labels.aois
        if painted[aoi.object_id]
    }
