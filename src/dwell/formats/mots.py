"""MOTS: a folder per video with ``gt/gt.txt``, a line per mask."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

from dwell.files import replacing
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.file_names import file_name
from dwell.formats.folders import others_beside, refuse_others, video_folders
from dwell.formats.found import FoundVideo, Known
from dwell.formats.mots_classes import class_list, class_numbers, ids_of
from dwell.formats.mots_reading import is_mots, read_mots
from dwell.formats.painting import OnTop, Tally, on_top
from dwell.formats.reporting import frames_left_out, silent_of
from dwell.formats.seqinfo import rates_lost, seqinfo_of
from dwell.formats.streaming import counting, frames_of
from dwell.types import ProgressFn

__all__ = ["Mots"]


class Mots(LabelFormat):
    """``<video>/gt/gt.txt``: a line per mask, ``frame id class height width run-lengths``.

    As in the MOTS Challenge frames count from 1: the frame is frame_idx + 1. The id is 1000 times the class
    and the last three digits of the object_id. Class 1 is ``car`` and 2 ``pedestrian``, as in the data set;
    other categories follow from 3 on, without 10, which is for regions to ignore. ``gt/labels.txt`` has the
    name of class n on line n. Masks may not share pixels: the smallest AOI gets them, and they are counted.

    ``seqinfo.ini`` has the size, the number of frames of the whole video and its frame rate, rounded; 0 where
    it is not known. ``seqmaps/MOTS-train.txt`` and ``MOTS-val.txt`` list the videos, so TrackEval finds
    everything when ``GT_FOLDER`` is ``out`` and ``SKIP_SPLIT_FOL`` is True.

    Reads these folders, those of KITTI MOTS (``instances_txt``, frames from 0), a ``.txt`` alone, and the
    PNGs of 16 bits that the data set has as well (``instances/<video>/<frame>.png``).
    """

    name = "mots"
    about = About(
        "MOTS",
        "<video>/gt/gt.txt, gt/labels.txt, seqinfo.ini",
        "masks, ids up to 999, categories",
        "names, colours; scores; approval; who made a mask; pixels of an AOI under a smaller one; which "
        "frames were left out; whether an AOI is absent, lost or unknown",
        "https://www.vision.rwth-aachen.de/page/mots",
    )

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``.

        Two videos with one folder, more than 999 AOIs of a category in a video, or the list of an older
        export for a part of the split that has no video now.
        """
        refuse_others(out / "seqmaps", {f"MOTS-{labels.split}.txt" for labels in videos}, "MOTS-*.txt")
        video_folders(videos, out)
        _ids(videos, out)

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``."""
        self.check(videos, out, options)
        folders, ids = video_folders(videos, out), _ids(videos, out)
        classes = class_list(class_numbers(videos))
        tick, tally = counting(videos, progress), Tally()
        for labels, folder, id_of in zip(videos, folders, ids, strict=True):
            _write_video(labels, folder / "gt" / "gt.txt", id_of, tally, tick)
            _write_text(folder / "gt" / "labels.txt", classes)
            _write_text(folder / "seqinfo.ini", seqinfo_of(labels, options or WriteOptions()))
        _write_seqmaps(videos, out)
        lost = (*tally.notes, *_changed_ids(ids), *frames_left_out(videos, "MOTS"), *rates_lost(videos))
        lost += others_beside(folders, out, "*/gt/gt.txt")
        n_frames = sum(len(labels.frames) for labels in videos)
        return ExportReport(out, n_frames, tally.n_masks, silent_of(videos), tally.overlapping_px, lost=lost)

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``. Regions to ignore are left out and counted."""
        return read_mots(path, progress)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``: a text whose first line is of six values, or grey PNGs of 16 bits."""
        return is_mots(path)

    def picture_path(self, labels: Labels, frame_idx: int, options: WriteOptions) -> str:
        """See ``LabelFormat.picture_path``."""
        return f"{file_name(labels.video)}/img1/{frame_idx + 1:06d}.{options.picture_ending}"


def _ids(videos: Sequence[Labels], out: Path) -> list[dict[int, int]]:
    """The id of each AOI of each video."""
    numbers = class_numbers(videos)
    return [ids_of(labels, numbers, out) for labels in videos]


def _write_video(
    labels: Labels, path: Path, id_of: dict[int, int], tally: Tally, tick: Callable[[], None]
) -> None:
    with replacing(path) as temporary, temporary.open("wb") as file:
        for frame_idx, shown in frames_of(labels):
            top = on_top(shown, labels.size_hw)
            file.writelines(_lines(top, frame_idx, id_of))
            tally.add(top)
            tick()


def _lines(top: OnTop, frame_idx: int, id_of: dict[int, int]) -> list[bytes]:
    lines = []
    for aoi, mask in top.masks:
        id, (height, width) = id_of[aoi.object_id], mask.size_hw
        lines.append(b"%d %d %d %d %d %b\n" % (frame_idx + 1, id, id // 1000, height, width, mask.to_bytes()))
    return lines


def _write_seqmaps(videos: Sequence[Labels], out: Path) -> None:
    """The videos of each part; a part without any has no list."""
    for split in sorted({labels.split for labels in videos}):
        path = out / "seqmaps" / f"MOTS-{split}.txt"
        with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            rows = [file_name(labels.video) for labels in videos if labels.split == split]
            csv.writer(file, lineterminator="\n").writerows([["name"], *([row] for row in rows)])


def _write_text(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def _changed_ids(ids: Sequence[dict[int, int]]) -> tuple[str, ...]:
    n = sum(id not in (own, id // 1000 * 1000 + own) for each in ids for own, id in each.items())
    return (f"AOIs that got another id, as MOTS has three digits for it: {n}.",) if n else ()
