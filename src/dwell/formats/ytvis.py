"""YouTube-VIS: one JSON with a list per track: its mask, box and area in each frame, or null."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from dwell.formats.categories import categories_of
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.file_names import file_name
from dwell.formats.found import FoundVideo, Known
from dwell.formats.json_writing import Track, dump, own_keys, split_files, tracks_of, write_list, writing
from dwell.formats.reporting import silent_of
from dwell.formats.segmentations import HoleCount, outlined, rle_json
from dwell.formats.streaming import counting, track_of
from dwell.formats.ytvis_reading import fits, read_ytvis
from dwell.types import ProgressFn

__all__ = ["YoutubeVis"]


class YoutubeVis(LabelFormat):
    """``instances.json`` in ``out``: a video is its written frames, an annotation one AOI in all of them.

    Videos of both splits make ``instances_train.json`` and ``instances_val.json``. ``file_names`` are below a
    folder ``JPEGImages``, where pictures are written to. Keys of our own say which frames of the video they
    are, ``frame_idx``, and keep names, colours and object_ids. Run lengths are passed on as they are stored,
    chunk by chunk, so memory stays flat.
    """

    name = "ytvis"
    about = About(
        "YouTube-VIS",
        "instances.json",
        "masks, boxes, ids, names, categories, colours; as polygons: outlines",
        "scores; approval; who made a mask; whether an AOI is absent, lost or unknown where it is "
        "not visible; as polygons: holes",
        "https://youtube-vos.org/dataset/vis/",
    )

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``: a file of an older export that was split otherwise."""
        split_files(videos, out, "instances")

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``; ``progress`` counts the frames of each AOI."""
        files = split_files(videos, out, "instances")
        categories = {name: number for number, name in enumerate(categories_of(videos), start=1)}
        tick = counting([labels for labels in videos for _ in labels.masklets], progress)
        job = _Job(options or WriteOptions(), categories, tick, HoleCount(), out)
        with writing(files) as opened:
            for part, file in zip(files.values(), opened, strict=True):
                job.write(part, file)
        path = next(iter(files)) if len(files) == 1 else out
        n_frames = sum(len(labels.frames) for labels in videos)
        lost = job.holes.sentences("YouTube-VIS")
        return ExportReport(path, n_frames, job.count.n_masks, silent_of(videos), lost=lost)

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``. Names of pictures that are numbers become frame numbers only by name."""
        return read_ytvis(path, progress)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``."""
        return fits(path)

    def picture_path(self, labels: Labels, frame_idx: int, options: WriteOptions) -> str:
        """See ``LabelFormat.picture_path``."""
        return f"JPEGImages/{_picture(labels, frame_idx, options)}"


@dataclass
class _Count:
    n_masks: int = 0


@dataclass(frozen=True)
class _Job:
    """What the files of one export share."""

    options: WriteOptions
    categories: dict[str, int]
    tick: Callable[[], None]
    holes: HoleCount
    out: Path
    count: _Count = field(default_factory=_Count)

    def write(self, videos: Sequence[Labels], file: IO[bytes]) -> None:
        """Write one file."""
        file.write(b'{"info": ' + dump({"description": ", ".join(each.video for each in videos)}) + b",\n")
        write_list(file, "videos", (self._video(i, each) for i, each in enumerate(videos, start=1)))
        file.write(b",\n")
        named = self.categories.items()
        write_list(file, "categories", (dump({"id": number, "name": name}) for name, number in named))
        file.write(b',\n"annotations": [')
        for nth, track in enumerate(tracks_of(videos, self.categories)):
            file.write(b",\n" if nth else b"\n")
            self._annotation(track, file)
        file.write(b"\n]}\n")

    def _video(self, video_id: int, labels: Labels) -> bytes:
        height, width = labels.size_hw
        frames = labels.frames
        names = [_picture(labels, frame_idx, self.options) for frame_idx in frames]
        about = {
            "id": video_id,
            "name": labels.video,
            "width": width,
            "height": height,
            "length": len(frames),
        }
        return dump({**about, "file_names": names, "frame_idx": frames, "fps": labels.fps})

    def _annotation(self, track: Track, file: IO[bytes]) -> None:
        height, width = track.labels.size_hw
        about = {
            "id": track.track_id,
            "video_id": track.video_id,
            "category_id": track.category_id,
            "iscrowd": 0,
            "height": height,
            "width": width,
            "length": len(track.labels.frames),
            **own_keys(track.aoi),
        }
        file.write(dump(about)[:-1] + b", ")
        areas: list[int | None] = []
        write_list(file, "segmentations", self._segmentations(track, areas))
        file.write(b", ")
        boxes = track_of(track.labels, track.masklet, masks=False)
        write_list(
            file, "bboxes", (b"[%d, %d, %d, %d]" % one.box_xywh if one else b"null" for _, one in boxes)
        )
        file.write(b', "areas": ' + dump(areas) + b"}")

    def _segmentations(self, track: Track, areas: list[int | None]) -> Iterator[bytes]:
        """Each frame's, and their areas into the list."""
        for frame_idx, one in track_of(track.labels, track.masklet):
            self.tick()
            if one is None:
                areas.append(None)
                yield b"null"
                continue
            self.count.n_masks += 1
            if self.options.polygons:
                found = outlined(one)
                self.holes.add(found)
                areas.append(found.area)
                yield found.json
            else:
                areas.append(one.area)
                yield rle_json(one, frame_idx, self.out)


def _picture(labels: Labels, frame_idx: int, options: WriteOptions) -> str:
    ending = options.picture_ending if options.pictures else "jpg"
    return f"{file_name(labels.video)}/{labels.names[frame_idx]}.{ending}"
