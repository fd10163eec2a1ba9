"""Label Studio: boxes of videos, and masks of pictures, as tasks in JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from dwell.files import replacing
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.folders import refuse_others
from dwell.formats.found import FoundVideo, Known
from dwell.formats.label_studio.reading import is_file_of_tasks, read_tasks
from dwell.formats.label_studio.writing import (
    FRAMES_PER_SECOND,
    configuration,
    image_tasks,
    video_task,
)
from dwell.formats.outlines import OutlineLoss
from dwell.formats.reporting import silent_of
from dwell.formats.streaming import counting
from dwell.types import ProgressFn

__all__ = ["LabelStudio"]


class LabelStudio(LabelFormat):
    """``video.json`` with a task for each video; with pictures also ``images.json``, a task for each.

    Label Studio knows boxes in videos, but no masks, so a video has boxes; its pictures have masks, as brush
    strokes, or with outlines as polygons. ``video.xml`` and ``images.xml`` are the labelling interfaces to
    paste into the settings of a project. Label Studio shows the pictures if its LOCAL_FILES_DOCUMENT_ROOT is
    the folder; the video in ``data`` is a name, to be replaced by its address.

    A region's id is ``aoi-`` and the object_id, its note the AOI's name. Frame 1 is frame_idx 0.
    """

    name = "label-studio"
    about = About(
        "Label Studio",
        "video.json, video.xml; with pictures images.json, images.xml",
        "ids, names, categories; boxes; with pictures masks, and who made them",
        "masks where no pictures are written; colours; scores; approval; whether an AOI is absent, lost or "
        "unknown; in outlines holes",
        "https://labelstud.io/guide/export",
        shape="box",
    )

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``: pictures of an older export, which would be read instead of videos."""
        if not (options or WriteOptions()).pictures:
            refuse_others(out, (), "images.json")

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``."""
        self.check(videos, out, options)
        options = options or WriteOptions()
        tick = counting(videos, progress, 2 if options.pictures else 1)
        loss = OutlineLoss(one_part=False)
        n_boxes = _write_list(out / "video.json", (video_task(labels, tick) for labels in videos))
        _write_text(out / "video.xml", configuration(videos, "video"))
        if options.pictures:
            tasks = ([task] for each in videos for task in self._image_tasks(each, options, loss, tick))
            _write_list(out / "images.json", tasks)
            _write_text(out / "images.xml", configuration(videos, "polygon" if options.polygons else "brush"))
        n_frames = sum(len(labels.frames) for labels in videos)
        lost = (*loss.notes, *_notes(videos, n_boxes, options))
        return ExportReport(out, n_frames, n_boxes, silent_of(videos), lost=lost)

    def _image_tasks(
        self, labels: Labels, options: WriteOptions, loss: OutlineLoss, tick: Callable[[], None]
    ) -> Iterator[tuple[int, str]]:
        paths = {i: self.picture_path(labels, i, options) for i in labels.frames}
        return image_tasks(labels, options, paths, loss, tick)

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``: an export as JSON; of a folder with both, ``images.json``."""
        return read_tasks(path, known or Known(), progress)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``."""
        return is_file_of_tasks(path)


def _write_list(path: Path, tasks: Iterable[Iterable[tuple[int, str]]]) -> int:
    n = 0
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.write("[")
        for number, task in enumerate(tasks):
            file.write(",\n" if number else "\n")
            n += _write_pieces(file, task)
        file.write("\n]\n")
    return n


def _write_pieces(file: TextIO, pieces: Iterable[tuple[int, str]]) -> int:
    n = 0
    for count, text in pieces:
        file.write(text)
        n += count
    return n


def _write_text(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _notes(videos: Sequence[Labels], n_boxes: int, options: WriteOptions) -> list[str]:
    notes = []
    if n_boxes and not options.pictures:
        notes.append(
            f"{n_boxes} masks became boxes: Label Studio has no masks in videos; with pictures they are "
            "written as masks of these."
        )
    unknown = [labels.video for labels in videos if labels.fps is None]
    if unknown:
        notes.append(
            f"The frames per second of {', '.join(unknown)} are not known; {FRAMES_PER_SECOND:g}, as Label "
            "Studio takes them, are written: put the right number into data.fps."
        )
    return notes
