"""YOLO as Ultralytics reads it: a text file per picture, with boxes or outlines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import yaml

from dwell.files import replacing
from dwell.formats.categories import categories_of, category_of
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.folders import refuse_others
from dwell.formats.found import FoundVideo, Known
from dwell.formats.picture_names import picture_stem, picture_stems
from dwell.formats.reporting import silent_of
from dwell.formats.rings import one_ring
from dwell.formats.streaming import Shown, counting, frames_of
from dwell.formats.yolo_reading import looks_like, read_data_set
from dwell.formats.yolo_tracks import TRACKS_FILE, writing_tracks
from dwell.types import ProgressFn

__all__ = ["Yolo", "YoloSegment"]

_KEPT = "ids, names and colours (in dwell.json, which other programs leave alone), categories, train and val"


class Yolo(LabelFormat):
    """``labels/{train,val}/<video>_<name>.txt``: a line per box, ``class x y width height``.

    x and y are the box's centre; all are shares of the picture. A frame on which nothing is
    visible has an empty file: a picture of the background, as it was answered.
    ``data.yaml`` names the classes and the folders of pictures; it has no ``path``, so that the folder may be
    moved: Ultralytics then takes the one the file is in. Where all videos are in one part of the split the
    other names the same pictures, since training does not start without; the report says so. The format has
    no tracks: ``dwell.json`` keeps them for the way back.
    """

    name: ClassVar[str] = "yolo"
    about: ClassVar[About] = About(
        "YOLO",
        "data.yaml, labels/{train,val}/*.txt, dwell.json",
        f"boxes, {_KEPT}",
        "masks; scores; approval; who made a mask; whether an AOI is absent, lost or unknown",
        "https://docs.ultralytics.com/datasets/detect/",
        shape="box",
    )
    outlines: ClassVar[bool] = False
    """Lines hold outlines, not boxes."""

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``: two pictures of one name, or labels of another export in the folder."""
        stems = picture_stems(videos, out)
        for part in ("train", "val"):
            of_part = [of for one, of in zip(videos, stems, strict=True) if one.split == part]
            refuse_others(out / "labels" / part, {f"{stem}.txt" for of in of_part for stem in of}, "*.txt")

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``."""
        self.check(videos, out, options)
        names = categories_of(videos)
        classes = {name: number for number, name in enumerate(names)}
        stems = picture_stems(videos, out)
        tick = counting(videos, progress)
        n_masks = 0
        with writing_tracks(out / TRACKS_FILE, videos) as keep:
            for number, labels in enumerate(videos):
                frames = frames_of(labels, masks=self.outlines)
                for stem, (frame_idx, shown) in zip(stems[number], frames, strict=True):
                    place = f"{labels.split}/{stem}"
                    lines = [f"{classes[category_of(one.aoi)]} {self._where(one)}\n" for one in shown]
                    text = "".join(lines)
                    _write_text(out / "labels" / f"{place}.txt", text)
                    keep(place, number, frame_idx, [one.aoi.object_id for one in shown], text)
                    n_masks += len(shown)
                    tick()
            parts: set[str] = {labels.split for labels in videos}
            _write_text(out / "data.yaml", _data_yaml(names, parts))
        n_frames = sum(len(labels.frames) for labels in videos)
        return ExportReport(out, n_frames, n_masks, silent_of(videos), lost=_one_part(parts))

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``: ``data.yaml``, or its folder.

        Lines of five numbers are boxes and longer ones outlines, whichever of the two formats was asked for.
        Videos and tracks are those of ``dwell.json``; without it all pictures are one video, in the order of
        their names, and the nth label of a class is the nth thing of that class.

        Raises:
            BadLabels: a file is damaged, or the pictures' size is not known.
        """
        return read_data_set(path, known or Known(), progress)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``."""
        return looks_like(path, outlines=self.outlines)

    def picture_path(self, labels: Labels, frame_idx: int, options: WriteOptions) -> str:
        """See ``LabelFormat.picture_path``."""
        return f"images/{labels.split}/{picture_stem(labels, frame_idx)}.{options.picture_ending}"

    def _where(self, one: Shown) -> str:
        height, width = one.masklet.size_hw
        x0, y0, x1, y1 = one.box_xyxy
        return _text((x0 + x1) / 2 / width, (y0 + y1) / 2 / height, (x1 - x0) / width, (y1 - y0) / height)


class YoloSegment(Yolo):
    """As ``yolo``, but a line has the outline of the mask: ``class x1 y1 x2 y2 …``.

    A line has room for one outline. It runs along the edges of pixels, so that the box around it is the
    mask's, and joins parts and holes by bridges of no width, walked there and back; so the whole mask
    comes back.
    """

    name = "yolo-seg"
    about = About(
        "YOLO segment",
        "data.yaml, labels/{train,val}/*.txt, dwell.json",
        f"masks with parts and holes, {_KEPT}",
        "scores; approval; who made a mask; whether an AOI is absent, lost or unknown",
        "https://docs.ultralytics.com/datasets/segment/",
        shape="outline",
    )
    outlines = True

    def _where(self, one: Shown) -> str:
        height, width = one.masklet.size_hw
        return _text(*(one_ring(one.mask) / (width, height)).ravel().tolist())


def _text(*shares: float) -> str:
    return " ".join([f"{share:.7f}" for share in shares])


def _data_yaml(names: Sequence[str], parts: set[str]) -> str:
    """Source: https://docs.ultralytics.com/datasets/detect/."""
    only = next(iter(parts)) if len(parts) == 1 else None
    note = f"# All videos are in {only}; the other part names the same pictures.\n" if only else ""
    folders = {part: f"images/{only or part}" for part in ("train", "val")}
    data = {**folders, "names": dict(enumerate(names))}
    return note + str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True))


def _one_part(parts: set[str]) -> tuple[str, ...]:
    if len(parts) > 1:
        return ()
    only = next(iter(parts))
    other = "val" if only == "train" else "train"
    return (
        f"No video is in {other}, so data.yaml names the pictures of {only} for it; scores on them say "
        "nothing about other recordings.",
    )


def _write_text(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
