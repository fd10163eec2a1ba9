"""Masks of a medical volume as one label per voxel, kept until one of them changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from dwell.analysis import Analysis
from dwell.app.work.numbers import plain
from dwell.errors import FrameOutOfRange
from dwell.formats.contract import Labels
from dwell.formats.volumes.voxels import VoxelLabels, label_voxels, measure_volumes, need_slices
from dwell.volumes import Plane, Slices, view_of

__all__ = ["Voxels"]


class Voxels:
    """The labels of one project's volume."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._known: tuple[Labels, VoxelLabels] | None = None

    def volumes(self) -> list[dict[str, Any]]:
        """The fields of ``AoiVolume`` for each AOI.

        Raises:
            OutputError: the recording is no volume.
        """
        labels, slices, painted = self._painted()
        table = measure_volumes(labels, slices, painted)
        rows = table.rename(columns=_FIELDS)[list(_FIELDS.values())].to_dict("records")
        return [{str(name): plain(value) for name, value in row.items()} for row in rows]

    def plane(self, plane: Plane, slice_idx: int) -> NDArray[Any]:
        """(h, w) of a slice in any plane: the object_id of the AOI that each pixel's voxel belongs to, or 0.

        Raises:
            OutputError: the recording is no volume.
            FrameOutOfRange: no such slice.
        """
        _, slices, painted = self._painted()
        view = view_of(slices.volume, plane)
        if not 0 <= slice_idx < view.n_slices:
            raise FrameOutOfRange(
                f"There is no {plane} slice {slice_idx}; {slices.volume.name} has 0 … {view.n_slices - 1}.",
                path=slices.path,
                frame_idx=slice_idx,
            )
        return view.mask_to_picture(view.oriented(painted.array)[slice_idx])

    def _painted(self) -> tuple[Labels, Slices, VoxelLabels]:
        frames = self._analysis.frames if self._analysis.project.source.kind == "volume" else None
        before = self._known[0].masklets if self._known else ()
        labels = self._analysis.labels(frames if isinstance(frames, Slices) else None, before)
        slices = need_slices(labels, Path(self._analysis.project.path or "."), "a volume in ml")
        if self._known is None or not _same(labels, self._known[0]):
            self._known = labels, label_voxels(labels, slices)
        return labels, slices, self._known[1]


_FIELDS = {
    "object id": "object_id",
    "voxels": "voxels",
    "volume [ml]": "ml",
    "slices visible": "visible",
    "slices absent": "absent",
    "slices lost": "lost",
    "slices unknown": "unknown",
    "slices without voxel": "without_voxel",
    "complete": "complete",
    "voxels in smaller aois": "shared",
}
"""Column of ``AOI_VOLUMES`` → field of ``AoiVolume``."""


def _same(labels: Labels, before: Labels) -> bool:
    """Whether not one mask has changed: then ``Project.masklets`` gives back the same objects."""
    ids = [[id(each) for each in one.masklets] for one in (labels, before)]
    return ids[0] == ids[1]
