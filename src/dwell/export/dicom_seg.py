"""DICOM-SEG: one segment per AOI, on the frames of the series that was labelled."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from dwell.errors import OutputError
from dwell.export.labels import ExportReport, Labels
from dwell.export.voxels import label_voxels, need_slices, report_of, write_volumes_table
from dwell.files import replacing
from dwell.types import ProgressFn

__all__ = ["write_dicom_seg_labels"]


def write_dicom_seg_labels(labels: Labels, out: Path, progress: ProgressFn | None = None) -> ExportReport:
    """``<name>_seg.dcm`` and ``aoi_volumes.csv`` in ``out``; the labels are those of ``write_nifti``.

    Raises:
        OutputError: the labels are of no volume, of one that was not read from DICOM, or there is no AOI.
        MissingBackend: highdicom is not installed.
    """
    slices = need_slices(labels, out, "dicom-seg")
    if not slices.volume.files:
        raise OutputError(
            f"dicom-seg refers to the DICOM files of a series, and {slices.volume.path.name} was read from "
            "another format; use nifti.",
            path=out,
        )
    painted = label_voxels(labels, slices, progress)
    segments = [(aoi.object_id, aoi.name, aoi.colour) for aoi in painted.aois]
    stem = re.sub(r'[\\/:*?"<>|\s]+', "-", slices.volume.name).strip("-.") or "volume"
    path = out / f"{stem}_seg.dcm"
    write_dicom_seg = import_module("dwell.volumes.dicom_seg").write_dicom_seg
    with replacing(path) as temporary:
        write_dicom_seg(temporary, slices.volume, painted.array.astype("uint16"), segments)
    write_volumes_table(labels, slices, painted, out)
    return report_of(labels, painted, path)
