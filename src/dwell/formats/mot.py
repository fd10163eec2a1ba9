"""MOT Challenge: a folder per video with ``gt/gt.txt``, a line per box."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dwell.errors import OutputError
from dwell.files import replacing
from dwell.formats.categories import categories_of, category_of
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.file_names import file_name
from dwell.formats.folders import others_beside, video_folders
from dwell.formats.found import FoundVideo, Known
from dwell.formats.mot_reading import OWN_CLASSES, is_mot, read_sequences
from dwell.formats.reporting import frames_left_out, silent_of
from dwell.formats.seqinfo import rates_lost, seqinfo_of
from dwell.formats.streaming import Shown, counting, frames_of
from dwell.types import ProgressFn

__all__ = ["Mot"]


class Mot(LabelFormat):
    """``<video>/gt/gt.txt``: a line per box, ``frame,id,left,top,width,height,conf,class,visibility``.

    Frames, ids, classes and pixels count from 1, as the Challenge says and py-motmetrics reads it: the frame
    is frame_idx + 1, and a box whose first pixel is (0, 0) has left and top 1. TrackEval does not care; CVAT
    and Datumaro neither add nor take away 1, so there a box lies one pixel too far right and down.

    The id is the object_id. ``gt/labels.txt`` has the name of class n on line n, as CVAT reads it. Where all
    categories are the Challenge's own (``pedestrian``, ``car``, …) their numbers are used, so that
    TrackEval runs on them. ``conf`` is 1, to be considered; ``visibility`` is 1, as nobody knows it.
    ``seqinfo.ini`` has the size, the number of frames of the whole video and its frame rate, rounded, since
    programs expect a whole number; 0 where it is not known.
    """

    name = "mot"
    about = About(
        "MOT Challenge",
        "<video>/gt/gt.txt, gt/labels.txt, seqinfo.ini",
        "boxes, ids, categories",
        "masks; names, colours; scores; approval; who made a mask; which frames were left out; whether an "
        "AOI is absent, lost or unknown",
        "https://motchallenge.net/instructions/",
        shape="box",
    )

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``: two videos with one folder, a category of several lines."""
        video_folders(videos, out)
        _classes(videos, out)

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``.

        Raises:
            OutputError: two videos would have the same folder, or a category has several lines.
        """
        options = options or WriteOptions()
        places = video_folders(videos, out)
        classes = _classes(videos, out)
        numbers = {name: number for number, name in enumerate(classes, start=1)}
        tick = counting(videos, progress)
        n_masks = 0
        for labels, folder in zip(videos, places, strict=True):
            with (
                replacing(folder / "gt" / "gt.txt") as temporary,
                temporary.open("w", encoding="ascii") as file,
            ):
                for frame_idx, shown in frames_of(labels, masks=False):
                    file.writelines(_line(frame_idx, one, numbers) for one in shown)
                    n_masks += len(shown)
                    tick()
            _write_text(folder / "gt" / "labels.txt", "".join(f"{name}\n" for name in classes))
            _write_text(folder / "seqinfo.ini", seqinfo_of(labels, options))
        n_frames = sum(len(labels.frames) for labels in videos)
        lost = (
            *frames_left_out(videos, "MOT"),
            *rates_lost(videos),
            *others_beside(places, out, "*/gt/gt.txt"),
        )
        return ExportReport(out, n_frames, n_masks, silent_of(videos), lost=lost)

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``: the folder of a video or of several, or one ``.txt``.

        A tracker's results are read as well; their ``conf`` is the score. A track without a class has no
        category. Without ``labels.txt`` the classes are the Challenge's own.

        Raises:
            BadLabels: a line is damaged, a detection belongs to no track, or the pictures' size is not known.
        """
        return read_sequences(path, known or Known(), progress)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``."""
        return is_mot(path)

    def picture_path(self, labels: Labels, frame_idx: int, options: WriteOptions) -> str:
        """See ``LabelFormat.picture_path``."""
        return f"{file_name(labels.video)}/img1/{frame_idx + 1:06d}.{options.picture_ending}"


def _classes(videos: Sequence[Labels], out: Path) -> list[str]:
    """The class names in the order of their numbers."""
    used = categories_of(videos)
    broken = [name for name in used if len(name.splitlines()) != 1]
    if broken:
        raise OutputError(
            f"The category {broken[0]!r} has several lines, and labels.txt has one for each; rename it.",
            path=out,
        )
    return list(OWN_CLASSES) if used and set(used) <= set(OWN_CLASSES) else used


def _line(frame_idx: int, one: Shown, numbers: dict[str, int]) -> str:
    x0, y0, width, height = one.box_xywh
    number = numbers[category_of(one.aoi)]
    return f"{frame_idx + 1},{one.aoi.object_id},{x0 + 1},{y0 + 1},{width},{height},1,{number},1\n"


def _write_text(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
