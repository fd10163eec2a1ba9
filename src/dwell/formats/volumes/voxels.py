"""Masks on slices back to one label per voxel: what the volume formats write."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dwell.errors import OutputError
from dwell.formats.contract import ExportReport, Labels
from dwell.masks import Masklet
from dwell.tables import AOI_VOLUMES, write_table
from dwell.types import AOI, BoolArray, ProgressFn, State
from dwell.volumes import Slices, acquired_plane

__all__ = [
    "VoxelLabels",
    "checked_slices",
    "label_voxels",
    "mask_of_aoi",
    "measure_volumes",
    "need_slices",
    "report_of",
    "stem_of",
    "write_volumes_table",
]


@dataclass
class VoxelLabels:
    """One label per voxel, and how many voxels each AOI has."""

    array: NDArray[np.unsignedinteger[Any]]
    """(i, j, k) uint8 or, if an object_id is above 255, uint16: 0 or the object_id."""
    aois: list[AOI]
    """In order of object_id."""
    n_voxels: dict[int, int] = field(default_factory=dict)
    """object_id → voxels of the AOI, those that a smaller AOI got included."""
    n_covered: dict[int, int] = field(default_factory=dict)
    """object_id → voxels of the AOI that a smaller AOI got."""
    n_between: dict[int, int] = field(default_factory=dict)
    """object_id → slices with a mask so thin that no voxel's centre lies in it."""
    n_masks: int = 0
    """Masks that were painted."""

    @property
    def overlapping(self) -> int:
        """Voxels that were given to a smaller AOI, counted once per AOI that lost them."""
        return sum(self.n_covered.values())


def checked_slices(videos: Sequence[Labels], out: Path, format: str) -> Slices:
    """The slices of the one volume whose labels may be written to this folder.

    Raises:
        OutputError: there are several, they are of no volume, or the folder has the table of another volume
            or plane, which would be lost.
    """
    if len(videos) != 1:
        raise OutputError(
            f"{format} has room for one video, and there are {len(videos)}; export each alone.", path=out
        )
    slices = need_slices(videos[0], out, format)
    _check_table(slices, out)
    return slices


def need_slices(labels: Labels, out: Path, format: str) -> Slices:
    """The slices that the labels were made on.

    Raises:
        OutputError: they are labels of a video or of pictures.
    """
    if labels.volume is None:
        raise OutputError(
            f"{format} is for medical volumes, and {labels.video} is none; use coco or davis.", path=out
        )
    return labels.volume


def stem_of(slices: Slices) -> str:
    """How the files of a volume begin: its name, and the plane unless it is that of the finest pictures."""
    stem = re.sub(r'[\\/:*?"<>|\s]+', "-", slices.volume.name).strip("-.") or "volume"
    return stem if slices.plane == acquired_plane(slices.volume) else f"{stem}_{slices.plane}"


def _check_table(slices: Slices, folder: Path) -> None:
    path = folder / f"{AOI_VOLUMES.name}.csv"
    own = {(slices.volume.name, slices.plane)}
    if path.exists() and not _written_for(path) <= own:
        raise OutputError(
            f"{path} holds the volumes of another scan or plane than the {slices.plane} slices of "
            f"{slices.volume.name}, and would be overwritten; choose another folder with --out.",
            path=path,
        )


def label_voxels(labels: Labels, slices: Slices, progress: ProgressFn | None = None) -> VoxelLabels:
    """Paint the masks into one array on the volume's grid.

    A voxel has the AOIs of the pixel that its centre lies in; nothing is smoothed or filled between slices.
    One that belongs to several goes to the smallest, by pixels in all slices.

    Raises:
        OutputError: an object_id above 65535.
    """
    largest_first = sorted(labels.masklets, key=lambda each: (-int(each.area.sum()), each.aoi.object_id))
    dtype = _dtype([each.aoi for each in largest_first])
    aois = sorted((each.aoi for each in largest_first), key=lambda aoi: aoi.object_id)
    zeros = {aoi.object_id: 0 for aoi in aois}
    painted = VoxelLabels(np.zeros(slices.volume.shape, dtype), aois, zeros, dict(zeros), dict(zeros))
    slabs = slices.view.oriented(painted.array)
    for frame_idx in range(labels.n_frames):
        for masklet in largest_first:
            _paint(painted, slabs[frame_idx], masklet, frame_idx, slices)
        if progress is not None:
            progress(frame_idx + 1, labels.n_frames)
    return painted


def mask_of_aoi(masklet: Masklet, slices: Slices) -> BoolArray:
    """(i, j, k) bool: the voxels of one AOI, whatever others lie there."""
    array = np.zeros(slices.volume.shape, bool)
    slabs = slices.view.oriented(array)
    for frame_idx in masklet.frame_idx[masklet.area > 0].tolist():
        mask = masklet.mask(frame_idx)
        if mask:
            slabs[frame_idx] = slices.view.mask_to_voxels(mask.to_array())
    return array


def write_volumes_table(labels: Labels, slices: Slices, painted: VoxelLabels, folder: Path) -> Path:
    """Write ``aoi_volumes.csv`` into the folder; see ``measure_volumes``."""
    table = measure_volumes(labels, slices, painted)
    return write_table(table, AOI_VOLUMES, folder / f"{AOI_VOLUMES.name}.csv")


def measure_volumes(labels: Labels, slices: Slices, painted: VoxelLabels) -> pd.DataFrame:
    """A row of ``AOI_VOLUMES`` per AOI: its voxels and ml, and on how many slices it has none it should have.

    ``complete`` is False where it is lost or unknown on a slice, or has a mask there that lies between the
    centres of the voxels.
    """
    voxel_ml = slices.volume.voxel_ml
    by_id = {each.aoi.object_id: each for each in labels.masklets}
    rows = []
    for aoi in painted.aois:
        states, n_voxels = by_id[aoi.object_id].states, painted.n_voxels[aoi.object_id]
        n_between = painted.n_between[aoi.object_id]
        n_lost = states.count(State.LOST)
        n_unknown = labels.n_frames - len(states)
        rows.append(
            {
                "recording name": slices.volume.name,
                "aoi label": aoi.name,
                "object id": aoi.object_id,
                "colour": aoi.colour,
                "voxels": n_voxels,
                "volume [ml]": n_voxels * voxel_ml,
                "voxels in smaller aois": painted.n_covered[aoi.object_id],
                "voxel volume [ml]": voxel_ml,
                "plane": slices.plane,
                "slices visible": states.count(State.VISIBLE),
                "slices absent": states.count(State.ABSENT),
                "slices lost": n_lost,
                "slices unknown": n_unknown,
                "slices without voxel": n_between,
                "complete": n_lost + n_unknown + n_between == 0,
            }
        )
    return pd.DataFrame(rows) if rows else AOI_VOLUMES.empty()


def report_of(labels: Labels, painted: VoxelLabels, path: Path, *, overlapping: bool = False) -> ExportReport:
    """What was written, and what the format could not say.

    Args:
        labels: what was to be written.
        painted: what became of it.
        path: where it is.
        overlapping: the format gave voxels of several AOIs to one of them.
    """
    return ExportReport(
        path,
        labels.n_frames,
        painted.n_masks,
        labels.silent_frames(),
        painted.overlapping if overlapping else 0,
        unit="voxels",
        frame="slice",
        without_voxel={aoi.name: n for aoi in painted.aois if (n := painted.n_between[aoi.object_id])},
    )


def _written_for(path: Path) -> set[tuple[str | None, str | None]]:
    """(recording name, plane) of the rows in a table of volumes; (None, None) where it is none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {(row.get("recording name"), row.get("plane")) for row in csv.DictReader(file)}
    except (UnicodeDecodeError, csv.Error):
        return {(None, None)}
    except OSError as error:
        raise OutputError(f"{path} cannot be read ({error.strerror}).", path=path) from error


def _dtype(aois: list[AOI]) -> type[np.unsignedinteger[Any]]:
    highest = max(aois, key=lambda aoi: aoi.object_id, default=None)
    if highest is None or highest.object_id <= 255:
        return np.uint8
    if highest.object_id > 65_535:
        raise OutputError(
            f"A label file has room for object_ids up to 65535, but {highest.name!r} has "
            f"{highest.object_id}; use coco."
        )
    return np.uint16


def _paint(
    painted: VoxelLabels,
    slab: NDArray[np.unsignedinteger[Any]],
    masklet: Masklet,
    frame_idx: int,
    slices: Slices,
) -> None:
    mask = masklet.mask(frame_idx)
    if not mask:
        return
    inside = slices.view.mask_to_voxels(mask.to_array())
    before = slab[inside]
    for object_id, count in zip(*np.unique(before[before > 0], return_counts=True), strict=True):
        painted.n_covered[int(object_id)] += int(count)
    slab[inside] = masklet.aoi.object_id
    painted.n_voxels[masklet.aoi.object_id] += len(before)
    painted.n_between[masklet.aoi.object_id] += not len(before)
    painted.n_masks += 1
