"""DICOM SEG: one segment per AOI, on the frames of the series that was labelled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dwell.errors import OutputError
from dwell.export.labels import ExportReport, Labels
from dwell.export.voxels import label_voxels, mask_of_aoi, need_slices, write_volumes_table
from dwell.types import BoolArray, ProgressFn
from dwell.volumes import Slices
from dwell.volumes.dicom_seg import Segment, write_dicom_seg

__all__ = ["write_dicom_seg_labels"]


def write_dicom_seg_labels(labels: Labels, out: Path, progress: ProgressFn | None = None) -> ExportReport:
    """``<name>_seg.dcm`` and ``aoi_volumes.csv`` in ``out``; AOIs that overlap are both kept whole.

    Raises:
        OutputError: the labels are of no volume, of one that was not read from DICOM, or no AOI has a voxel.
        MissingBackend: highdicom is not installed.
    """
    slices = need_slices(labels, out, "dicom-seg")
    if not slices.volume.files:
        raise OutputError(
            f"dicom-seg refers to the DICOM files of a series, and {slices.volume.path.name} was read from "
            "another format; use nifti.",
            path=out,
        )
    painted = label_voxels(labels, slices)
    stem = re.sub(r'[\\/:*?"<>|\s]+', "-", slices.volume.name).strip("-.") or "volume"
    path = write_dicom_seg(out / f"{stem}_seg.dcm", slices.volume, _masks(labels, slices, progress))
    write_volumes_table(labels, slices, painted, out)
    silent = labels.silent_frames()
    return ExportReport(path, labels.n_frames, painted.n_masks, silent, unit="voxels", frame="slice")


def _masks(
    labels: Labels, slices: Slices, progress: ProgressFn | None
) -> Iterator[tuple[Segment, BoolArray]]:
    """AOI by AOI, in order of object_id."""
    ordered = sorted(labels.masklets, key=lambda each: each.aoi.object_id)
    for number, masklet in enumerate(ordered, start=1):
        aoi = masklet.aoi
        yield Segment(aoi.object_id, aoi.name, aoi.colour), mask_of_aoi(masklet, slices)
        if progress is not None:
            progress(number, len(ordered))
