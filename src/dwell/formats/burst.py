"""BURST: one JSON of sequences; for each annotated frame the run lengths by track id."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from dwell.formats.burst_reading import fits, read_burst
from dwell.formats.categories import categories_of, category_of
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.file_names import file_name
from dwell.formats.found import FoundVideo, Known
from dwell.formats.json_writing import dump, own_keys, split_files, write_list, writing
from dwell.formats.reporting import silent_of
from dwell.formats.segmentations import counts_json
from dwell.formats.streaming import Shown, counting, frames_of
from dwell.types import ProgressFn

__all__ = ["Burst"]

_DATASET = "Dwell"
"""What stands for the data set that a sequence is from."""


class Burst(LabelFormat):
    """``burst.json`` in ``out``; videos of both splits make ``burst_train.json`` and ``burst_val.json``.

    A track id is the object_id; it need be unique in its sequence only. Frames that are not written stand in
    ``all_image_paths`` and not in ``annotated_image_paths``. ``is_gt`` is true where a person made or
    approved the mask; elsewhere there is the model's ``score``. As only AOIs are labelled, every category is
    one of which not all instances are. Keys of our own keep names and colours.
    """

    name = "burst"
    about = About(
        "BURST",
        "burst.json",
        "masks, ids, names, categories, colours, scores, whether a person made or approved a mask",
        "which of the two; whether an AOI is absent, lost or unknown where it is not visible",
        "https://github.com/Ali2500/BURST-benchmark/blob/main/ANNOTATION_FORMAT.md",
    )

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``: a file of an older export that was split otherwise."""
        split_files(videos, out, "burst")

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``."""
        files = split_files(videos, out, "burst")
        categories = {name: number for number, name in enumerate(categories_of(videos), start=1)}
        job = _Job(options or WriteOptions(), categories, counting(videos, progress), out)
        with writing(files) as opened:
            n_masks = sum(job.write(part, file) for part, file in zip(files.values(), opened, strict=True))
        path = next(iter(files)) if len(files) == 1 else out
        return ExportReport(path, sum(len(labels.frames) for labels in videos), n_masks, silent_of(videos))

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``."""
        return read_burst(path, progress)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``."""
        return fits(path)

    def picture_path(self, labels: Labels, frame_idx: int, options: WriteOptions) -> str:
        """See ``LabelFormat.picture_path``; BURST's tools are told the folder ``images``."""
        folder = f"images/{labels.split}/{_DATASET}/{file_name(labels.video)}"
        return f"{folder}/{_picture(labels, frame_idx, options)}"


@dataclass(frozen=True)
class _Job:
    """What the files of one export share."""

    options: WriteOptions
    categories: dict[str, int]
    tick: Callable[[], None]
    out: Path

    def write(self, videos: Sequence[Labels], file: IO[bytes]) -> int:
        """Write one file; how many masks it has."""
        file.write(b'{"split": ' + dump(videos[0].split) + b",\n")
        named = self.categories.items()
        write_list(file, "categories", (dump({"id": number, "name": name}) for name, number in named))
        file.write(b',\n"sequences": [')
        n_masks = 0
        for nth, labels in enumerate(videos):
            file.write((b",\n" if nth else b"\n") + dump(self._about(nth + 1, labels))[:-1] + b", ")
            counted = _Counted(labels, self.tick, self.out)
            write_list(file, "segmentations", counted.frames())
            file.write(b"}")
            n_masks += counted.n_masks
        file.write(b"\n]}\n")
        return n_masks

    def _about(self, video_id: int, labels: Labels) -> dict[str, Any]:
        height, width = labels.size_hw
        ids = {str(aoi.object_id): self.categories[category_of(aoi)] for aoi in labels.aois}
        return {
            "id": video_id,
            "seq_name": file_name(labels.video),
            "video": labels.video,
            "dataset": _DATASET,
            "width": width,
            "height": height,
            "fps": labels.fps,
            "all_image_paths": [_picture(labels, i, self.options) for i in range(labels.n_frames)],
            "annotated_image_paths": [_picture(labels, i, self.options) for i in labels.frames],
            "neg_category_ids": [],
            "not_exhaustive_category_ids": sorted(set(ids.values())),
            "track_category_ids": ids,
            "tracks": {str(aoi.object_id): own_keys(aoi) for aoi in labels.aois},
        }


@dataclass
class _Counted:
    """The annotated frames of one sequence, and how many masks they had."""

    labels: Labels
    tick: Callable[[], None]
    out: Path
    n_masks: int = 0

    def frames(self) -> Iterator[bytes]:
        for frame_idx, shown in frames_of(self.labels):
            self.n_masks += len(shown)
            masks = (
                b'"%d": {"rle": %b, %b}'
                % (one.aoi.object_id, counts_json(one, frame_idx, self.out), _who(one))
                for one in shown
            )
            yield b"{" + b", ".join(masks) + b"}"
            self.tick()


def _who(one: Shown) -> bytes:
    """Whether a person stands for the mask, else how sure the model is, where it says so."""
    person = bool(one.masklet.by_person[one.row])
    score = float(one.masklet.score[one.row])
    return (
        b'"is_gt": true'
        if person
        else dump({"is_gt": False, "score": None if math.isnan(score) else score})[1:-1]
    )


def _picture(labels: Labels, frame_idx: int, options: WriteOptions) -> str:
    return f"{labels.names[frame_idx]}.{options.picture_ending if options.pictures else 'jpg'}"
