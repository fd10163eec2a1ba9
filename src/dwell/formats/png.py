"""Plain PNGs: one per AOI and frame, white where the AOI is, with a list of what they are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from PIL import Image

from dwell.errors import BadLabels, OutputError
from dwell.files import delete_file, replacing
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.file_names import file_name
from dwell.formats.folders import names_once, refuse_others, video_folders
from dwell.formats.found import FoundVideo, Known
from dwell.formats.png_reading import LABELS_JSON, MARK, files_listed, is_png, read_png
from dwell.formats.reporting import silent_of
from dwell.formats.streaming import counting, frames_of
from dwell.masks import STATES, UNKNOWN, Mask, Masklet
from dwell.types import AOI, ProgressFn

__all__ = ["Png"]


class Png(LabelFormat):
    """``<video>/<object_id>_<name>/<frame>.png``, 255 where the AOI is and 0 elsewhere, and ``labels.json``.

    An AOI that is not visible on a frame has no PNG there; whether it is absent or lost stands in
    ``labels.json``, with the names, colours and categories, so that nothing of the masks is lost. An export
    over an older one takes the old PNGs away that ``labels.json`` lists, once all new ones are written.

    Reads such folders, and those of other programs: ``<object>/<frame>.png`` without ``labels.json``.
    """

    name = "png"
    about = About(
        "PNG per object",
        "<video>/<id>_<name>/<frame>.png, <video>/labels.json",
        "masks, also where AOIs overlap; ids, names, categories, colours; which frames were chosen; "
        "whether an AOI is absent or lost",
        "scores; approval; who made a mask",
        "",
    )

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``: two frames of one name, two videos with one folder, other PNGs there."""
        _replaced(videos, video_folders(videos, out))

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``."""
        folders, tick = video_folders(videos, out), counting(videos, progress)
        old = _replaced(videos, folders)
        n_masks = 0
        for labels, folder, files in zip(videos, folders, old, strict=True):
            with _beside(folder) as new:
                n_masks += _write_pngs(labels, new, tick)
                written = _move(new, folder)
            with replacing(folder / LABELS_JSON) as temporary:
                temporary.write_text(_listed(labels), encoding="utf-8")
            _delete([file for file in files if file not in written])
        return ExportReport(out, sum(len(labels.frames) for labels in videos), n_masks, silent_of(videos))

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``: the folder of a video, or of several."""
        return read_png(path, progress)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``: a ``labels.json`` of this format, in the folder or one below."""
        return is_png(path)

    def picture_path(self, labels: Labels, frame_idx: int, options: WriteOptions) -> str:
        """See ``LabelFormat.picture_path``."""
        return f"images/{file_name(labels.video)}/{labels.names[frame_idx]}.{options.picture_ending}"


def _folder(aoi: AOI) -> str:
    return f"{aoi.object_id}_{file_name(aoi.name)}"


def _replaced(videos: Sequence[Labels], folders: Sequence[Path]) -> list[list[Path]]:
    """For each video the PNGs of an older export that this one replaces; raises as ``_older``."""
    return [_older(labels, folder) for labels, folder in zip(videos, folders, strict=True)]


def _older(labels: Labels, folder: Path) -> list[Path]:
    """The PNGs of an older export in the folder of a video.

    Raises:
        OutputError: two frames have one name, or there are PNGs that no older export lists.
    """
    names_once(labels, folder)
    try:
        old = files_listed(folder)
    except BadLabels as error:
        raise OutputError(
            f"{folder / LABELS_JSON} is in the way and none of this format ({error}); choose another folder.",
            path=folder,
        ) from error
    for aoi in labels.aois:
        inner = folder / _folder(aoi)
        refuse_others(inner, {path.name for path in old if path.parent == inner})
    return old


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder for the PNGs until all are there, so that a cancelled export leaves the older one whole."""
    new = folder / f".{uuid4().hex[:8]}.tmp"
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write_pngs(labels: Labels, folder: Path, tick: Callable[[], None]) -> int:
    n_masks = 0
    for frame_idx, shown in frames_of(labels):
        for one in shown:
            with replacing(folder / _folder(one.aoi) / f"{labels.names[frame_idx]}.png") as temporary:
                _save(one.mask, temporary)
        n_masks += len(shown)
        tick()
    return n_masks


def _move(new: Path, folder: Path) -> set[Path]:
    """Move the PNGs to their places, over older ones; where they are now."""
    written = set()
    for file in sorted(new.rglob("*.png")):
        place = folder / file.relative_to(new)
        with replacing(place) as temporary:
            file.replace(temporary)
        written.add(place)
    return written


def _delete(files: Sequence[Path]) -> None:
    for file in files:
        delete_file(file)
    for folder in {file.parent for file in files}:
        with suppress(OSError):  # somebody else's files are in it, or it is gone
            folder.rmdir()


def _listed(labels: Labels) -> str:
    height, width = labels.size_hw
    video = {
        "format": MARK,
        "version": 1,
        "video": labels.video,
        "width": width,
        "height": height,
        "frames": [{"frame_idx": i, "name": labels.names[i]} for i in labels.frames],
        "aois": [_aoi(labels, each) for each in sorted(labels.masklets, key=lambda each: each.aoi.object_id)],
    }
    return json.dumps(video, ensure_ascii=False, indent=1) + "\n"


def _aoi(labels: Labels, masklet: Masklet) -> dict[str, Any]:
    """The AOI, and the names of the frames on which it is in each state."""
    aoi = masklet.aoi
    frames = np.array(labels.frames, np.int64)
    rows = masklet.rows_at(frames)
    states = (
        np.where(rows >= 0, masklet.state[rows], UNKNOWN) if len(masklet) else np.full(len(rows), UNKNOWN)
    )
    return {
        "object_id": aoi.object_id,
        "name": aoi.name,
        "category": aoi.category,
        "colour": aoi.colour,
        "part_of": aoi.part_of,
        "folder": _folder(aoi),
        **{
            state.value: [labels.names[i] for i in frames[states == code].tolist()]
            for code, state in enumerate(STATES)
        },
    }


def _save(mask: Mask, path: Path) -> None:
    x0, y0, inside = mask.crop()
    height, width = inside.shape
    pixels = np.zeros(mask.size_hw, np.uint8)
    pixels[y0 : y0 + height, x0 : x0 + width] = inside * np.uint8(255)
    Image.fromarray(pixels).save(path, format="PNG")
