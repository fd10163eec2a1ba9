"""Labels from one format to another, without a project and without the video."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from dwell.errors import BadLabels, OutputError
from dwell.formats.contract import ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.found import FoundLabel, FoundThing, FoundVideo, Known
from dwell.formats.limits import MOST_FRAMES
from dwell.labels.finding import opened_format
from dwell.labels.preparing import with_own_names
from dwell.masks import Mask, Masklet, MaskRecord
from dwell.project.aois import PALETTE
from dwell.registry import FORMATS, load
from dwell.types import AOI, Origin, ProgressFn, State
from dwell.video.frames import default_name

__all__ = ["convert_labels"]


def convert_labels(
    source: str | Path,
    target_format: str,
    out: str | Path,
    *,
    source_format: str | None = None,
    size_hw: tuple[int, int] | None = None,
    options: WriteOptions | None = None,
    progress: ProgressFn | None = None,
) -> ExportReport:
    """Write labels that are in one format in another; ids, names, colours and categories stay.

    Boxes become boxes of whole pixels; where masks or outlines are wanted, they are refused.

    Args:
        source: file or folder.
        target_format: name in ``registry.FORMATS``.
        out: the folder to write to.
        source_format: None: the first that the file looks like.
        size_hw: (height, width) px, for formats that do not say it themselves.
        options: where the target leaves a choice; pictures there are none.
        progress: called with (done, total) frames; it may raise ``Cancelled``.

    Raises:
        BadLabels: the file is damaged, or has boxes where masks are wanted.
        OutputError: a format is unknown, is for volumes, or has no room for these labels.
    """
    path, writer = Path(source), _writer(target_format, Path(out))
    reader = opened_format(path, source_format)
    boxed = writer.about.shape == "box"
    found = reader.read(path, None if size_hw is None else Known(size_hw))
    if not found:
        raise BadLabels(f"{path.name} has labels of no video.", path=path)
    made = [_Converted(each, path, writer, boxed) for each in found]
    labels = with_own_names([each.labels() for each in made])
    report = writer.write(labels, Path(out), replace(options or WriteOptions(), pictures=False), progress)
    lost = [sentence for each in made for sentence in each.lost]
    return replace(report, format=writer.name, lost=(*dict.fromkeys([*lost, *report.lost]),))


def _writer(name: str, out: Path) -> LabelFormat:
    writer: LabelFormat = load(FORMATS, name)()
    if writer.about.of_volume:
        raise OutputError(
            f"{writer.about.title} needs the volume itself; import the labels into its project and export "
            "that.",
            path=out,
        )
    return writer


def _only_boxes(path: Path, frame_idx: int, writer: LabelFormat) -> BadLabels:
    return BadLabels(
        f"{path.name}: frame {frame_idx} has a box without a mask, and {writer.about.title} wants outlines. "
        'Import them as prompts into a project of the video (how="prompts"), track, and export that.',
        path=path,
        frame_idx=frame_idx,
    )


class _Converted:
    """The labels of one video as they are read become masklets."""

    def __init__(self, found: FoundVideo, path: Path, writer: LabelFormat, boxed: bool) -> None:
        self._found = found
        self._path = path
        self._writer = writer
        self._boxed = boxed
        self._n_rounded = self._n_outside = 0

    def labels(self) -> Labels:
        """All of it; masks stay run lengths."""
        found = self._found
        _check_names(found, self._path)
        numbers = self._numbers()
        records: dict[int, list[MaskRecord]] = {thing.key: [] for thing in found.things}
        for label in found.labels():
            record = self._record(label, numbers[label.frame])
            if record is not None:
                records[label.key].append(record)
        aois = _aois(found.things)
        names = _names(found.names, numbers)
        return Labels(
            [Masklet.from_records(aoi, found.size_hw, records[aoi.object_id]) for aoi in aois],
            found.size_hw,
            names,
            found.name,
            chosen=None if len(numbers) == len(names) else np.array(sorted(numbers), np.int64),
        )

    def _numbers(self) -> list[int]:
        """The frame_idx of each frame; places where the file has names only, such as times of day."""
        numbers = [] if self._found.numbers is None else [int(n) for n in self._found.numbers]
        highest = max(numbers, default=0)
        if self._found.numbers is None or (self._found.numbers_are_names and highest >= MOST_FRAMES):
            return list(range(len(self._found.names)))
        if highest >= MOST_FRAMES:
            raise BadLabels(
                f"{self._path.name} has a label on frame {highest}, and a video has fewer than "
                f"{MOST_FRAMES}. Number its frames from 0 on.",
                path=self._path,
            )
        return numbers

    @property
    def lost(self) -> list[str]:
        """What did not survive, in sentences."""
        rounded, outside = self._n_rounded, self._n_outside
        return [
            *self._found.lost,
            *([f"{rounded} boxes were rounded to whole pixels."] if rounded else []),
            *([f"{outside} boxes or masks have no pixel in the picture."] if outside else []),
        ]

    def _record(self, label: FoundLabel, frame_idx: int) -> MaskRecord | None:
        mask = Mask.empty(self._found.size_hw)
        if label.state is State.VISIBLE:
            mask = self._mask(label, frame_idx)
            if not mask:
                self._n_outside += 1
                return None
        origin = Origin.USER if label.keyframe else Origin.MODEL
        score = float("nan") if label.score is None else label.score
        return MaskRecord(label.key, frame_idx, mask, label.state, score, origin, None)

    def _mask(self, label: FoundLabel, frame_idx: int) -> Mask:
        if label.mask is not None:
            return label.mask
        if not self._boxed:
            raise _only_boxes(self._path, frame_idx, self._writer)
        box = label.box_xyxy or (0.0, 0.0, 0.0, 0.0)
        x0, y0, x1, y1 = (round(value) for value in box)
        self._n_rounded += (x0, y0, x1, y1) != tuple(box)
        filled = np.zeros(self._found.size_hw, bool)
        filled[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = True
        return Mask.from_array(filled)


def _aois(things: Iterable[FoundThing]) -> list[AOI]:
    return [
        AOI(each.key, each.name, each.colour or PALETTE[i % len(PALETTE)], each.category, each.part_of)
        for i, each in enumerate(sorted(things, key=lambda thing: thing.key))
    ]


def _check_names(found: FoundVideo, path: Path) -> None:
    for name in found.names:
        parts = name.replace("\\", "/").split("/")
        if "\0" in name or parts[0] == "" or ".." in parts:
            raise BadLabels(
                f"{path.name} has a picture named {name!r}, which leads out of its folder; expected a name, "
                "or folders and a name. Rename it there.",
                path=path,
            )


def _names(found: Iterable[str], numbers: Iterable[int]) -> list[str]:
    """The name of every frame up to the last that the file knows, no two alike."""
    known = dict(zip(numbers, found, strict=True))
    taken = set(known.values())
    names = []
    for frame_idx in range(max(known, default=-1) + 1):
        name = known.get(frame_idx, default_name(frame_idx))
        while frame_idx not in known and name in taken:
            name += "_"
        names.append(name)
    return names
