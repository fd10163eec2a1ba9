"""SA-V: a JSON per video with the run lengths of every masklet in every annotated frame."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.file_names import OnceEach, file_name
from dwell.formats.folders import others_beside
from dwell.formats.found import FoundVideo, Known
from dwell.formats.json_writing import dump, own_keys, write_list, writing
from dwell.formats.reporting import silent_of
from dwell.formats.sav_reading import fits, read_sav
from dwell.formats.segmentations import rle_json
from dwell.formats.streaming import counting, frames_of
from dwell.masks import STATES, Mask, Masklet
from dwell.types import ProgressFn, State

__all__ = ["Sav"]

_THEIR_STEP = 4
"""SA-V's videos have 24 frames a second and are annotated on every fourth one."""
_COLUMNS = (
    "masklet_id",
    "masklet_size_rel",
    "masklet_size_abs",
    "masklet_size_bucket",
    "masklet_visibility_changes",
    "masklet_first_appeared_frame",
    "masklet_frame_count",
    "masklet_edited_frame_count",
    "masklet_type",
    "masklet_stability_score",
)
"""Lists with a value per masklet. The first frame is a place in ``masklet``; -1: it is on none."""
_SMALL, _MEDIUM = 32**2, 96**2
"""px: where the size buckets end."""
_VISIBLE = STATES.index(State.VISIBLE)
_ABSENT = STATES.index(State.ABSENT)


class Sav(LabelFormat):
    """``<video>_manual.json`` in ``out`` for each video.

    ``masklet`` holds a list per annotated frame, in it the run lengths of every AOI, empty ones where it is
    not visible. Which frames these are, SA-V says by their place alone: every fourth one from the first. Here
    it is every n-th, where n is as large as the chosen frames allow, and stands in ``frame_step``; a frame in
    between that was not chosen has an empty list. As ``masklet_id`` counts the AOIs from 0, ``objects`` says
    under keys of our own which they are, and on which frames an empty mask means that nothing is known.
    """

    name = "sa-v"
    about = About(
        "SA-V",
        "VIDEO_manual.json",
        "masks, ids, names, categories, colours, whether an AOI is absent or not known",
        "scores; approval; who made a mask; whether an AOI is lost or was never tracked",
        "https://github.com/facebookresearch/sam2/blob/main/sav_dataset/README.md",
    )

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``: two videos with one file."""
        _paths(videos, out)

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``."""
        paths = _paths(videos, out)
        tick = counting(videos, progress)
        parts = [_Video(labels, out) for labels in videos]
        with writing(paths) as opened:
            for video, file in zip(parts, opened, strict=True):
                file.write(dump(video.about())[:-1] + b",\n")
                write_list(file, "masklet", video.frames(tick))
                file.write(b"}\n")
        return ExportReport(
            paths[0] if len(paths) == 1 else out,
            sum(len(labels.frames) for labels in videos),
            sum(video.n_masks for video in parts),
            silent_of(videos),
            lost=(
                *(sentence for video in parts for sentence in video.lost()),
                *others_beside(paths, out, "*_manual.json"),
            ),
        )

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """See ``LabelFormat.read``; manual and automatic masklets of one video in a folder become one."""
        return read_sav(path, progress)

    def fits(self, path: Path) -> bool:
        """See ``LabelFormat.fits``."""
        return fits(path)


def _paths(videos: Sequence[Labels], out: Path) -> list[Path]:
    """The file of each video."""
    names = OnceEach(out, "videos")
    return [out / f"{names.take(file_name(each.video), each.video)}_manual.json" for each in videos]


class _Video:
    """One video, as its file has it."""

    def __init__(self, labels: Labels, out: Path) -> None:
        self._labels = labels
        self._out = out
        self._masklets = sorted(labels.masklets, key=lambda each: each.aoi.object_id)
        self._chosen = np.array(labels.frames, np.int64)
        self._step = int(np.gcd.reduce(self._chosen)) or max(labels.n_frames, 1)
        self.n_masks = 0

    def frames(self, tick: Callable[[], None]) -> Iterator[bytes]:
        """The annotated frames' lists."""
        height, width = self._labels.size_hw
        empty = dump({"size": [height, width], "counts": Mask.empty((height, width)).to_bytes().decode()})
        place = 0
        for frame_idx, shown in frames_of(self._labels):
            for _ in range(place, frame_idx // self._step):
                yield b"[]"
            place = frame_idx // self._step + 1
            self.n_masks += len(shown)
            masks = {one.aoi.object_id: rle_json(one, frame_idx, self._out) for one in shown}
            yield b"[" + b", ".join(masks.get(each.aoi.object_id, empty) for each in self._masklets) + b"]"
            tick()
        for _ in range(place, math.ceil(self._labels.n_frames / self._step)):
            yield b"[]"

    def about(self) -> dict[str, Any]:
        """Every key but ``masklet``."""
        height, width = self._labels.size_hw
        n_frames, fps = self._labels.n_frames, self._labels.fps
        rows = [self._row(masklet_id, each) for masklet_id, each in enumerate(self._masklets)]
        return {
            "video_id": self._labels.video,
            "video_duration": n_frames / fps if fps else None,
            "video_frame_count": float(n_frames),
            "video_height": float(height),
            "video_width": float(width),
            "video_resolution": float(height * width),
            "video_environment": None,
            "video_split": self._labels.split,
            **{name: [row[i] for row in rows] for i, name in enumerate(_COLUMNS)},
            "masklet_num": len(self._masklets),
            "frame_step": self._step,
            "objects": [own_keys(m.aoi) | {"unanswered": self.unanswered(m)} for m in self._masklets],
        }

    def _row(self, masklet_id: int, masklet: Masklet) -> tuple[int | float | str | None, ...]:
        """Of one masklet: what ``_COLUMNS`` are; measured on the frames that are written."""
        rows = masklet.rows_at(self._chosen)
        area = np.append(masklet.area, 0)[rows]  # row -1 is the one appended
        shown = np.flatnonzero(area)
        edited = masklet.by_person[rows[shown]]
        mean = float(area[shown].mean()) if len(shown) else 0.0
        changes = np.diff((area > 0)[shown[0] :].astype(np.int8)) if len(shown) else np.zeros(0)
        return (
            masklet_id,
            mean / math.prod(self._labels.size_hw),
            mean,
            "small" if mean < _SMALL else "medium" if mean < _MEDIUM else "large",
            int(np.count_nonzero(changes)),
            int(self._chosen[shown[0]]) // self._step if len(shown) else -1,
            len(area),
            int(np.count_nonzero(edited)),
            "manual",
            None,
        )

    def unanswered(self, masklet: Masklet) -> list[int]:
        """Places in ``masklet`` where an empty mask does not mean that the AOI is absent."""
        codes = masklet.codes_at(self._chosen)
        frames = self._chosen[(codes != _VISIBLE) & (codes != _ABSENT)]
        return [int(place) for place in frames // self._step]

    def lost(self) -> Iterator[str]:
        """What a user should know of this file, in sentences."""
        video = self._labels.video
        if self._step != _THEIR_STEP:
            yield (
                f"{video}: its lists are {self._step} frames apart; SA-V's loader takes {_THEIR_STEP} unless "
                f"it is given annot_sample_rate={self._step}."
            )
        n_empty = sum(len(self.unanswered(each)) for each in self._masklets)
        if n_empty:
            yield (
                f"{video}: SA-V has an empty mask wherever an AOI is not visible, so there are {n_empty} on "
                "frames where it is not known whether it is; the key objects lists them."
            )
