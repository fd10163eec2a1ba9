"""NIfTI: one label per voxel, on exactly the grid of the volume that was labelled."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dwell.files import replacing
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.volumes.voxels import (
    VoxelLabels,
    checked_slices,
    label_voxels,
    mask_of_aoi,
    report_of,
    stem_of,
    write_volumes_table,
)
from dwell.types import AOI, ProgressFn
from dwell.volumes import Slices, Volume
from dwell.volumes.nifti_labels import write_nifti_labels

__all__ = ["Nifti", "NiftiEach"]

_SOURCE = "https://nifti.nimh.nih.gov/nifti-1"


class Nifti(LabelFormat):
    """``<name>_labels.nii.gz`` in ``out``: 0 background, else the object_id.

    With it ``<name>_labels.json``, which says whose the numbers are, and ``aoi_volumes.csv``. A voxel that
    belongs to several AOIs goes to the smallest and is counted. Slices where an AOI is lost or unknown have
    no voxel of it; the report and the table count them. Names have the plane (``<name>_coronal_labels``)
    unless it is that of the finest pictures.
    """

    name = "nifti"
    about = About(
        "NIfTI",
        "NAME_labels.nii.gz and .json, aoi_volumes.csv",
        "voxels, ids, names, colours",
        "categories; voxels of an AOI under a smaller one",
        _SOURCE,
        of_volume=True,
    )

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``: no volume, several, a table of another one in the folder."""
        checked_slices(videos, out, self.name)

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``.

        Raises:
            OutputError: ``check`` refuses them, or an object_id is above 65535.
            MissingBackend: nibabel is not installed.
        """
        labels, slices = videos[0], checked_slices(videos, out, self.name)
        painted = label_voxels(labels, slices, progress)
        path = out / f"{stem_of(slices)}_labels.nii.gz"
        with replacing(path) as temporary:
            _write(temporary, slices.volume, painted)
        _write_names(path, painted.aois)
        write_volumes_table(labels, slices, painted, out)
        return report_of(labels, painted, path, overlapping=True)


class NiftiEach(LabelFormat):
    """``<name>_<object_id>_<AOI>.nii.gz`` in ``out`` for each AOI: 1 = its voxels, so that they may overlap.

    With them ``aoi_volumes.csv``.
    """

    name = "nifti-each"
    about = About(
        "NIfTI, a file per AOI",
        "NAME_ID_AOI.nii.gz, aoi_volumes.csv",
        "voxels, also where AOIs overlap; ids, names",
        "categories, colours",
        _SOURCE,
        of_volume=True,
    )

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``: no volume, several, a table of another one in the folder."""
        checked_slices(videos, out, self.name)

    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """See ``LabelFormat.write``; raises as ``Nifti.write``."""
        labels, slices = videos[0], checked_slices(videos, out, self.name)
        painted = label_voxels(labels, slices)
        for number, masklet in enumerate(labels.masklets):
            part = VoxelLabels(mask_of_aoi(masklet, slices).astype(np.uint8), [masklet.aoi])
            with replacing(out / _file_name(slices, masklet.aoi)) as temporary:
                _write(temporary, slices.volume, part)
            if progress is not None:
                progress(number + 1, len(labels.masklets))
        write_volumes_table(labels, slices, painted, out)
        return report_of(labels, painted, out)


def _write(temporary: Path, volume: Volume, painted: VoxelLabels) -> None:
    """By a name that nibabel takes for a compressed volume; the temporary one ends otherwise."""
    named = temporary.with_name(f"{temporary.name}.nii.gz")
    try:
        write_nifti_labels(named, volume, painted.array)
        named.replace(temporary)
    finally:
        named.unlink(missing_ok=True)


def _write_names(path: Path, aois: list[AOI]) -> None:
    names = [{"label": aoi.object_id, "name": aoi.name, "colour": aoi.colour} for aoi in aois]
    with replacing(path.with_name(path.name.replace(".nii.gz", ".json"))) as temporary:
        temporary.write_text(json.dumps(names, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _file_name(slices: Slices, aoi: AOI) -> str:
    """With the object_id, for names that differ may give the same word."""
    word = re.sub(r"[^\w-]+", "-", aoi.name).strip("-")
    return "_".join(filter(None, (stem_of(slices), str(aoi.object_id), word))) + ".nii.gz"
