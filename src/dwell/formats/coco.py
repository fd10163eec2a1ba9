"""COCO: one JSON with run-length masks or polygons, boxes and areas, of one video or several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dwell.formats.categories import categories_of
from dwell.formats.coco_reading import fits, read_coco
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.file_names import file_name
from dwell.formats.found import FoundVideo, Known
from dwell.formats.json_writing import Track, dump, own_keys, split_files, tracks_of, write_list, writing
from dwell.formats.reporting import silent_of
from dwell.formats.segmentations import HoleCount, outlined, rle_json
from dwell.formats.streaming import Shown, counting, frames_of
from dwell.types import ProgressFn

__all__ = ["Coco"]


class Coco(LabelFormat):
    """``annotations.json`` in ``out``: an image per frame, an annotation per visible mask.

    Videos of both splits make ``annotations_train.json`` and ``annotations_val.json``. Beside what COCO
    defines there is what its relatives for video have: ``videos`` and ``video_id`` (CocoVID), ``tracks`` and
    ``track_id`` (TAO), unique in the file; and keys of our own, from which names, colours and object_ids come
    back. An image's ``frame_idx`` is that of the video, its ``frame_id`` counts the images of the video, as
    CocoVID wants it. Nothing is decoded, and the file is written as it is made, so memory stays flat.
    """

    name = "coco"
    about = About(
        "COCO",
        "annotations.json",
        "masks, boxes, ids, names, categories, colours; as polygons: outlines",
        "scores; approval; who made a mask; whether an AOI is absent, lost or unknown where it is "
        "not visible; as polygons: holes",
        "https://cocodataset.org/#format-data",
    )

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``: a file of an older export that was split otherwise."""
        split_files(videos, out, "annotations")

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``."""
        options = options or WriteOptions()
        files = split_files(videos, out, "annotations")
        tick = counting(videos, progress)
        categories = {name: number for number, name in enumerate(categories_of(videos), start=1)}
        job = _Job(self, options, categories, tick, HoleCount(), out)
        with writing(files) as opened:
            n_masks = sum(job.write(part, file) for part, file in zip(files.values(), opened, strict=True))
        path = next(iter(files)) if len(files) == 1 else out
        n_frames = sum(len(labels.frames) for labels in videos)
        return ExportReport(path, n_frames, n_masks, silent_of(videos), lost=job.holes.sentences("COCO"))

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``; ``read_coco`` says what of other programs' files is understood."""
        return read_coco(path, known, progress)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``."""
        return fits(path)


@dataclass(frozen=True)
class _Job:
    """What the files of one export share."""

    format: LabelFormat
    options: WriteOptions
    categories: dict[str, int]
    tick: Callable[[], None]
    holes: HoleCount
    out: Path

    def write(self, videos: Sequence[Labels], file: IO[bytes]) -> int:
        """Write one file; how many masks it has."""
        tracks = tracks_of(videos, self.categories)
        file.write(b'{"info": ' + dump({"description": ", ".join(each.video for each in videos)}) + b",\n")
        write_list(file, "videos", map(_video, range(1, len(videos) + 1), videos))
        file.write(b",\n")
        named = self.categories.items()
        write_list(file, "categories", (dump({"id": number, "name": name}) for name, number in named))
        file.write(b",\n")
        write_list(file, "tracks", map(_track, tracks))
        file.write(b",\n")
        write_list(file, "images", self._images(videos))
        file.write(b",\n")
        n_masks = write_list(file, "annotations", self._annotations(videos, tracks))
        file.write(b"}\n")
        return n_masks

    def _images(self, videos: Sequence[Labels]) -> Iterator[bytes]:
        image_id = 0
        for video_id, labels in enumerate(videos, start=1):
            height, width = labels.size_hw
            for frame_id, frame_idx in enumerate(labels.frames):
                image_id += 1
                name = self._file_name(labels, frame_idx, len(videos) > 1)
                yield b'{"id": %d, "video_id": %d, "file_name": %b, "width": %d, "height": %d, ' % (
                    image_id, video_id, dump(name), width, height
                ) + b'"frame_id": %d, "frame_idx": %d}' % (frame_id, frame_idx)  # fmt: skip

    def _file_name(self, labels: Labels, frame_idx: int, several: bool) -> str:
        if self.options.pictures:
            return self.format.picture_path(labels, frame_idx, self.options)
        file = labels.files[frame_idx] if labels.files else f"{labels.names[frame_idx]}.jpg"
        return f"{file_name(labels.video)}/{file}" if several else file

    def _annotations(self, videos: Sequence[Labels], tracks: Sequence[Track]) -> Iterator[bytes]:
        middle = {
            (each.video_id, each.aoi.object_id): b'"category_id": %d, "track_id": %d, "aoi": %b'
            % (each.category_id, each.track_id, dump(each.aoi.name))
            for each in tracks
        }
        number = image_id = 0
        for video_id, labels in enumerate(videos, start=1):
            for frame_idx, shown in frames_of(labels):
                image_id += 1
                for one in shown:
                    number += 1
                    area, segmentation = self._segmentation(one, frame_idx)
                    yield b'{"id": %d, "image_id": %d, "video_id": %d, %b, "bbox": [%d, %d, %d, %d], ' % (
                        number, image_id, video_id, middle[video_id, one.aoi.object_id], *one.box_xywh
                    ) + b'"area": %d, "iscrowd": 0, "segmentation": %b}' % (area, segmentation)  # fmt: skip
                self.tick()

    def _segmentation(self, one: Shown, frame_idx: int) -> tuple[int, bytes]:
        if not self.options.polygons:
            return one.area, rle_json(one, frame_idx, self.out)
        found = outlined(one)
        self.holes.add(found)
        return found.area, found.json


def _video(video_id: int, labels: Labels) -> bytes:
    height, width = labels.size_hw
    size = {"width": width, "height": height, "length": len(labels.frames)}
    return dump({"id": video_id, "name": labels.video, **size, "fps": labels.fps})


def _track(track: Track) -> bytes:
    ids = {"id": track.track_id, "video_id": track.video_id, "category_id": track.category_id}
    return dump({**ids, **own_keys(track.aoi)})
