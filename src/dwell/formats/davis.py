"""DAVIS: one indexed PNG per frame, the pixel's value is the object_id."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dwell.errors import BadLabels
from dwell.files import replacing
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.file_names import file_name
from dwell.formats.folders import video_folders
from dwell.formats.found import FoundThing, FoundVideo, Known
from dwell.formats.indexed_folder import IndexedFolder, counting_files, folders_of_pngs, pngs_in, scan_folder
from dwell.formats.indexed_png import kind_of
from dwell.formats.indexed_writing import check_indexed, write_indexed
from dwell.formats.reporting import silent_of
from dwell.types import ProgressFn

__all__ = ["Davis"]

_SIZE = "Full-Resolution"
"""The data set's word for pictures that were not made smaller."""
_VOID = 255
_WITH_VOID = "Annotations_unsupervised"
"""Folder of the data set for segmentation without a first mask, in which 255 is void."""


class Davis(LabelFormat):
    """Every chosen frame as ``<name>.png``: 0 background, else the object_id, in the palette of DAVIS.

    The PNGs of one video lie in ``out`` itself. Several videos become a data set like DAVIS 2017: the PNGs in
    ``Annotations/Full-Resolution/<video>``, and in ``ImageSets/2017`` a list for training and one for
    validation. Where AOIs overlap the smallest is on top, since a PNG has room for one label per pixel. A
    frame where an AOI is absent, lost or unknown has no pixel of it; the report counts the latter two.

    Reads folders of indexed or grey PNGs, and PNGs in the colours of the palette. Values are ids. 255 is an
    id as any other, with two exceptions: below ``Annotations_unsupervised`` it is void, which is left out and
    counted; and in grey PNGs of nothing but 0 and 255, as DAVIS 2016 has them, it is the one object, 1.
    """

    name = "davis"
    about = About(
        "DAVIS",
        "one indexed PNG per frame",
        "masks, ids up to 255",
        "names, categories, colours; scores; approval; who made a mask; pixels of an AOI under a smaller "
        "one; whether it is absent or lost",
        "https://davischallenge.org/davis2017/code.html",
    )

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``: an object_id above 255, frames of one name, other PNGs in a folder."""
        for labels, folder in zip(videos, _places(videos, out), strict=True):
            check_indexed(labels, folder, "DAVIS")

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``."""
        self.check(videos, out, options)
        _, tally = write_indexed(videos, _places(videos, out), progress)
        if len(videos) > 1:
            _write_lists(videos, out)
        n_frames = sum(len(labels.frames) for labels in videos)
        silent = silent_of(videos)
        return ExportReport(out, n_frames, tally.n_masks, silent, tally.overlapping_px, lost=tally.notes)

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``: a folder of PNGs, or that of a data set."""
        folders = _folders(path)
        names = [folder.name or folder.resolve().name for folder in folders]
        seen = counting_files(folders, progress)
        return [_video(scan_folder(each, seen), name) for each, name in zip(folders, names, strict=True)]

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``: PNGs of indices or of 8-bit greys, and no list of another format's."""
        roots = _annotations(path)
        if any((path / name).is_file() for name in ("meta.json", "labels.json")):
            return False
        folders = folders_of_pngs(roots[0], 2) if roots else folders_of_pngs(path, 1)
        kind = kind_of(pngs_in(folders[0])[0]) if folders else None
        return kind is not None and kind.is_numbers and kind.bits <= 8

    def picture_path(self, labels: Labels, frame_idx: int, options: WriteOptions) -> str:
        """See ``LabelFormat.picture_path``."""
        folder = f"JPEGImages/{_SIZE}/{file_name(labels.video)}"
        return f"{folder}/{labels.names[frame_idx]}.{options.picture_ending}"


def _places(videos: Sequence[Labels], out: Path) -> list[Path]:
    """The folder of each video's PNGs."""
    return [out] if len(videos) == 1 else video_folders(videos, out / "Annotations" / _SIZE)


def _write_lists(videos: Sequence[Labels], out: Path) -> None:
    for split in ("train", "val"):
        names = [file_name(labels.video) for labels in videos if labels.split == split]
        with replacing(out / "ImageSets" / "2017" / f"{split}.txt") as temporary:
            temporary.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


def _annotations(path: Path) -> list[Path]:
    return [path / name for name in ("Annotations", _WITH_VOID) if (path / name).is_dir()]


def _folders(path: Path) -> list[Path]:
    """The folders of the videos, each of another name."""
    if not path.is_dir():
        raise BadLabels(
            f"{path} is no folder; name the one with the PNGs, or that of the data set.", path=path
        )
    roots = _annotations(path) or [path]
    folders = [folder for root in roots for folder in folders_of_pngs(root, 3)]
    if not folders:
        raise BadLabels(f"{path} has no folder with PNGs; name the one with a PNG for each frame.", path=path)
    seen: dict[str, Path] = {}
    for folder in folders:
        other = seen.setdefault(folder.name, folder)
        if other != folder:
            raise BadLabels(
                f"{path} has the video {folder.name!r} twice, in {other.parent.relative_to(path)} and "
                f"{folder.parent.relative_to(path)}; name one of these folders.",
                path=path,
            )
    return folders


def _video(scan: IndexedFolder, name: str) -> FoundVideo:
    numbers, lost = scan.all_numbers, []
    keys = {number: number for number in numbers}
    if scan.is_grey and numbers == [_VOID]:
        keys = {_VOID: 1}
    elif _VOID in keys and _WITH_VOID in scan.path.resolve().parts:
        n_frames = scan.count({_VOID: _VOID})
        del keys[_VOID]
        lost = [f"{name}: void pixels (255) on {n_frames} {_frames(n_frames)} are left out."]
    things = [FoundThing(keys[n], f"object {keys[n]}", colour=scan.colour_of(n)) for n in keys]
    return FoundVideo(
        name,
        scan.size_hw,
        scan.names,
        scan.frame_numbers,
        things,
        lambda: scan.labels(keys),
        scan.count(keys),
        tuple(lost),
        numbers_are_names=True,
    )


def _frames(n: int) -> str:
    return "frame" if n == 1 else "frames"
