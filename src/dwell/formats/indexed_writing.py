"""Folders of indexed PNGs written: those of DAVIS and of YouTube-VOS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dwell.errors import OutputError
from dwell.files import replacing
from dwell.formats.contract import Labels
from dwell.formats.folders import names_once, refuse_others
from dwell.formats.indexed_png import save_indexed
from dwell.formats.painting import Tally, on_top, paint
from dwell.formats.streaming import counting, frames_of
from dwell.types import ProgressFn

__all__ = ["Painted", "check_indexed", "write_indexed"]

Painted = dict[int, list[str]]
"""object_id → the names of the frames where it has a pixel."""


def check_indexed(labels: Labels, folder: Path, format: str) -> None:
    """Refuse what indexed PNGs in this folder have no room for.

    Raises:
        OutputError: an object_id above 255, two frames of the same name, or other PNGs in the folder.
    """
    high = [aoi for aoi in labels.aois if aoi.object_id > 255]
    if high:
        raise OutputError(
            f"{format} has room for object_ids up to 255, but {high[0].name!r} has {high[0].object_id}; "
            "use png or coco.",
            path=folder,
        )
    refuse_others(folder, {f"{name}.png" for name in names_once(labels, folder)})


def write_indexed(
    videos: Sequence[Labels], folders: Sequence[Path], progress: ProgressFn | None
) -> tuple[list[Painted], Tally]:
    """Write a PNG for every chosen frame.

    Args:
        videos: that ``check_indexed`` lets pass.
        folders: of the PNGs of each.
        progress: of ``LabelFormat.write``.

    Returns:
        For each video who is on which frame, and what became of the masks.
    """
    tally, tick = Tally(), counting(videos, progress)
    painted: list[Painted] = []
    for labels, folder in zip(videos, folders, strict=True):
        painted.append({aoi.object_id: [] for aoi in labels.aois})
        for frame_idx, shown in frames_of(labels):
            name = labels.names[frame_idx]
            top = on_top(shown, labels.size_hw)
            with replacing(folder / f"{name}.png") as file:
                save_indexed(paint(top, labels.size_hw), file)
            for aoi, _ in top.masks:
                painted[-1][aoi.object_id].append(name)
            tally.add(top)
            tick()
    return painted, tally
