"""COCO: one JSON with run-length masks, boxes and areas; the track is the object_id."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dwell.files import replacing
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions, only_video
from dwell.masks import Mask
from dwell.types import AOI, ProgressFn

__all__ = ["Coco"]


class Coco(LabelFormat):
    """``annotations.json`` in ``out``: an image per frame, an annotation per visible mask.

    ``track_id`` is the object_id. The category is the AOI's category, or its name. ``file_name`` is the
    image's; for a frame of a video, ``<name>.jpg``, as it would be saved. Frames where an AOI is lost or
    unknown have no annotation; the report counts them. The file is written as it is made, so memory stays
    flat.
    """

    name = "coco"
    about = About(
        "COCO",
        "annotations.json",
        "masks, boxes, ids, names, categories",
        "colours; whether an AOI is absent, lost or unknown",
        "https://cocodataset.org/#format-data",
    )

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``."""
        labels = only_video(videos, self.name, out)
        categories = sorted({_category(each.aoi) for each in labels.masklets})
        ids = {name: number for number, name in enumerate(categories, start=1)}
        path = out / "annotations.json"
        n_masks = 0
        with replacing(path) as temporary, temporary.open("wb") as file:
            file.write(b'{"info": ' + _dump({"description": labels.video}) + b',\n"categories": ')
            file.write(_dump([{"id": ids[name], "name": name} for name in categories]))
            file.write(b',\n"images": [\n')
            for frame_idx, line in enumerate(_images(labels)):
                file.write((b",\n" if frame_idx else b"") + line)
            file.write(b'\n],\n"annotations": [\n')
            for n_masks, line in enumerate(_annotations(labels, ids, progress), start=1):
                file.write((b",\n" if n_masks > 1 else b"") + line)
            file.write(b"\n]}\n")
        return ExportReport(path, labels.n_frames, n_masks, labels.silent_frames())


def _category(aoi: AOI) -> str:
    return aoi.category or aoi.name


def _images(labels: Labels) -> Iterator[bytes]:
    height, width = labels.size_hw
    files = labels.files or [f"{name}.jpg" for name in labels.names]
    for frame_idx, file in enumerate(files):
        size = {"width": width, "height": height}
        yield _dump({"id": frame_idx + 1, "file_name": file, **size, "frame_idx": frame_idx})


def _annotations(labels: Labels, ids: dict[str, int], progress: ProgressFn | None) -> Iterator[bytes]:
    number = 0
    for frame_idx in range(labels.n_frames):
        for aoi, mask in sorted(labels.visible_at(frame_idx), key=lambda pair: pair[0].object_id):
            number += 1
            yield _dump(_annotation(number, frame_idx, aoi, mask, ids[_category(aoi)]))
        if progress is not None:
            progress(frame_idx + 1, labels.n_frames)


def _annotation(number: int, frame_idx: int, aoi: AOI, mask: Mask, category_id: int) -> dict[str, Any]:
    x0, y0, x1, y1 = mask.box_xyxy or (0, 0, 0, 0)
    coco = mask.to_coco()
    return {
        "id": number,
        "image_id": frame_idx + 1,
        "category_id": category_id,
        "track_id": aoi.object_id,
        "aoi": aoi.name,
        "bbox": [x0, y0, x1 - x0, y1 - y0],
        "area": mask.area,
        "iscrowd": 0,
        "segmentation": {"size": list(coco["size"]), "counts": coco["counts"].decode("ascii")},
    }


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8")
