"""CVAT: an XML file for each task, as CVAT 1.1 exports and imports them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dwell.files import replacing
from dwell.formats.categories import category_of
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.cvat.images_writing import image_elements, picture_name
from dwell.formats.cvat.reading import read_tasks, writes_for
from dwell.formats.cvat.video_writing import mask_tracks, polygon_tracks
from dwell.formats.cvat.xml_writing import check_names, colours_of, head, label_specs
from dwell.formats.file_names import file_name
from dwell.formats.folders import others_beside, video_folders
from dwell.formats.found import FoundVideo, Known
from dwell.formats.outlines import OutlineLoss
from dwell.formats.reporting import silent_of
from dwell.formats.streaming import counting
from dwell.types import ProgressFn

__all__ = ["Cvat", "CvatImages"]

_FILE = "annotations.xml"
_SOURCE = "https://docs.cvat.ai/docs/manual/advanced/xml_format/"
_LOSES = "scores; approval; whether an AOI is absent, lost or unknown; all but one colour in a category"


class Cvat(LabelFormat):
    """*CVAT for video 1.1*: ``<video>/annotations.xml``, and ``labels.json`` to set up a task with.

    The label is the category, or the AOI's name; ``object_id`` and ``aoi`` are attributes of each shape,
    which CVAT keeps if the task's labels have them, as those in ``labels.json`` do (paste it into the task's
    label constructor, under *Raw*). Frame numbers are frame_idx.

    CVAT does not track masks, and of a track of them it takes in the first only. So each mask is a track of
    its own with a mark of its end on the next frame, as in CVAT's own exports, and those of an AOI have one
    ``group_id``, the object_id. With outlines there is one track for each AOI, all its shapes are keyframes,
    and the frame after a run of labelled frames is marked ``outside``: CVAT would go on with the last shape,
    or make up shapes up to the next, on frames that were not written, or show no AOI.

    Reads files of CVAT, too. Since CVAT marks ``outside`` both where a thing has left the picture and where
    nothing more was labelled, such frames have no label. Masks, and shapes that are alone in a track as CVAT
    writes what is no track, belong together by ``group_id``, else by label; parts on one frame become one
    mask.
    """

    name = "cvat"
    about = About(
        "CVAT for video",
        "<video>/annotations.xml, labels.json",
        "masks, ids, names, categories, who made a mask",
        f"{_LOSES}; in outlines also holes, and all but the largest part",
        _SOURCE,
    )
    _tracks = True

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``: two videos with one folder, a name that XML cannot write."""
        check_names(videos, out)
        video_folders(videos, out)

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
        folders = video_folders(videos, out)
        loss = OutlineLoss(one_part=self._tracks)
        tick = counting(videos, progress)
        n_masks = 0
        for labels, folder in zip(videos, folders, strict=True):
            with replacing(folder / _FILE) as temporary, temporary.open("w", encoding="utf-8") as file:
                file.writelines(head(labels, "interpolation" if self._tracks else "annotation"))
                for n, text in self._body(labels, options, loss, tick):
                    file.write(text)
                    n_masks += n
                file.write("</annotations>\n")
        with replacing(out / "labels.json") as temporary:
            text = json.dumps(label_specs(videos), ensure_ascii=False, indent=1)
            temporary.write_text(text + "\n", encoding="utf-8")
        n_frames = sum(len(labels.frames) for labels in videos)
        lost = (*loss.notes, *_colours_lost(videos), *others_beside(folders, out, f"*/{_FILE}"))
        return ExportReport(out, n_frames, n_masks, silent_of(videos), lost=lost)

    def _body(
        self, labels: Labels, options: WriteOptions, loss: OutlineLoss, tick: Callable[[], None]
    ) -> Iterator[tuple[int, str]]:
        if options.polygons:
            return polygon_tracks(labels, loss, tick)
        return mask_tracks(labels, tick)

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``: an XML or zip of CVAT, of video or images, or a folder with such."""
        return read_tasks(path, known or Known(), progress)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``."""
        return writes_for(path, "track")

    def picture_path(self, labels: Labels, frame_idx: int, options: WriteOptions) -> str:
        """See ``LabelFormat.picture_path``: as in CVAT's own data sets."""
        return f"{file_name(labels.video)}/images/{picture_name(labels, frame_idx, options)}"


class CvatImages(Cvat):
    """*CVAT for images 1.1*: the same files, but each picture lists its shapes.

    The AOI is the ``group_id`` of its shapes, which CVAT keeps. In outlines every part of a mask has one.
    """

    name = "cvat-images"
    about = About(
        "CVAT for images",
        "<video>/annotations.xml, labels.json",
        "masks, ids, names, categories, who made a mask",
        f"{_LOSES}; in outlines also holes",
        _SOURCE,
    )
    _tracks = False

    def _body(
        self, labels: Labels, options: WriteOptions, loss: OutlineLoss, tick: Callable[[], None]
    ) -> Iterator[tuple[int, str]]:
        return image_elements(labels, options, loss, tick)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``."""
        return writes_for(path, "image")


def _colours_lost(videos: Sequence[Labels]) -> tuple[str, ...]:
    colours = colours_of(videos)
    n = sum(aoi.colour != colours[category_of(aoi)] for labels in videos for aoi in labels.aois)
    if not n:
        return ()
    return (f"{n} AOIs share a label with another and take its colour, since colours belong to labels.",)
