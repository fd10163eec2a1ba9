"""DICOM-SEG: one segment per AOI, on the frames of the series that was labelled; AOIs may overlap."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dwell.errors import OutputError
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions, only_video
from dwell.formats.volumes.voxels import (
    check_volumes_table,
    label_voxels,
    mask_of_aoi,
    need_slices,
    report_of,
    stem_of,
    write_volumes_table,
)
from dwell.types import AOI, ProgressFn
from dwell.volumes.dicom_seg import Segment, write_dicom_seg

__all__ = ["DicomSeg"]


class DicomSeg(LabelFormat):
    """``<name>_seg.dcm`` and ``aoi_volumes.csv`` in ``out``; every AOI is whole, also where others lie."""

    name = "dicom-seg"
    about = About(
        "DICOM-SEG",
        "NAME_seg.dcm, aoi_volumes.csv",
        "voxels, also where AOIs overlap; ids, names, colours",
        "categories",
        "https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_A.51.html",
        of_volume=True,
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
            OutputError: the labels are of no volume, of one that was not read from DICOM, or there is no
                AOI; or ``out`` holds the volumes of another scan or plane.
            MissingBackend: highdicom is not installed.
        """
        labels = only_video(videos, self.name, out)
        slices = need_slices(labels, out, self.name)
        if not slices.volume.files:
            raise OutputError(
                f"dicom-seg refers to the DICOM files of a series, and {slices.volume.path.name} was read "
                "from another format; use nifti.",
                path=out,
            )
        check_volumes_table(slices, out)
        painted = label_voxels(labels, slices, progress)
        path = out / f"{stem_of(slices)}_seg.dcm"
        write_dicom_seg(
            path,
            slices.volume,
            ((_segment(each.aoi), mask_of_aoi(each, slices)) for each in labels.masklets),
        )
        write_volumes_table(labels, slices, painted, out)
        return report_of(labels, painted, path)


def _segment(aoi: AOI) -> Segment:
    return Segment(aoi.object_id, aoi.name, aoi.colour)
