"""DAVIS: one indexed PNG per frame, the pixel's value is the object_id."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from dwell.errors import OutputError
from dwell.formats.contract import ExportReport, Labels, palette
from dwell.files import replacing
from dwell.types import ByteArray, ProgressFn

__all__ = ["write_davis"]


def write_davis(labels: Labels, out: Path, progress: ProgressFn | None = None) -> ExportReport:
    """Every frame of the video as ``<name>.png`` in ``out``: 0 background, else the object_id.

    Where AOIs overlap the smallest is on top, since a PNG has room for one label per pixel. A frame where an
    AOI is absent, lost or unknown has no pixel of it; the report counts the latter two.

    Raises:
        OutputError: an object_id above 255, or two frames of the same name.
    """
    _check(labels, out)
    n_masks = overlapping = 0
    for frame_idx, name in enumerate(labels.names):
        index, shown, covered = _paint(labels, frame_idx)
        with replacing(out / f"{name}.png") as file:
            _save(index, file)
        n_masks += shown
        overlapping += covered
        if progress is not None:
            progress(frame_idx + 1, labels.n_frames)
    return ExportReport(out, labels.n_frames, n_masks, labels.silent_frames(), overlapping)


def _check(labels: Labels, out: Path) -> None:
    high = [each.aoi for each in labels.masklets if each.aoi.object_id > 255]
    if high:
        raise OutputError(
            f"DAVIS has room for object_ids up to 255, but {high[0].name!r} has {high[0].object_id}; "
            "use coco.",
            path=out,
        )
    if len(set(labels.names)) != len(labels.names):
        raise OutputError(
            "Two frames have the same name, so one PNG would replace the other; use coco.", path=out
        )


def _paint(labels: Labels, frame_idx: int) -> tuple[ByteArray, int, int]:
    index = np.zeros(labels.size_hw, dtype=np.uint8)
    shown = labels.visible_at(frame_idx)
    covered = 0
    for aoi, mask in shown:
        pixels = mask.to_array()
        covered += int(np.count_nonzero(index[pixels]))
        index[pixels] = aoi.object_id
    return index, len(shown), covered


def _save(index: ByteArray, path: Path) -> None:
    image = Image.fromarray(index).convert("P")
    image.putpalette(palette())
    image.save(path, format="PNG")
