"""DAVIS: one indexed PNG per frame, the pixel's value is the object_id."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from dwell.errors import OutputError
from dwell.files import replacing
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions, only_video
from dwell.types import ByteArray, ProgressFn

__all__ = ["Davis", "palette"]


class Davis(LabelFormat):
    """Every frame of the video as ``<name>.png`` in ``out``: 0 background, else the object_id.

    Where AOIs overlap the smallest is on top, since a PNG has room for one label per pixel. A frame where an
    AOI is absent, lost or unknown has no pixel of it; the report counts the latter two.
    """

    name = "davis"
    about = About(
        "DAVIS",
        "one indexed PNG per frame",
        "masks, ids up to 255",
        "names, categories, colours; pixels of an AOI under a smaller one; whether it is absent or lost",
        "https://davischallenge.org/davis2017/code.html",
    )

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``.

        Raises:
            OutputError: an object_id above 255, or two frames of the same name.
        """
        labels = only_video(videos, self.name, out)
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


def palette(n: int = 256) -> bytes:
    """RGB of the 256 labels of DAVIS and Pascal VOC: each index's bits spread over the three channels.

    Source: the colour map of the Pascal VOC development kit, which DAVIS shares.
    """
    index = np.arange(n)
    colours = np.zeros((n, 3), dtype=np.uint8)
    for bit in range(8):
        for channel in range(3):
            colours[:, channel] |= (((index >> (3 * bit + channel)) & 1) << (7 - bit)).astype(np.uint8)
    return colours.tobytes()


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
