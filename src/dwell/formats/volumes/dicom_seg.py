"""DICOM-SEG: one segment per AOI, on the frames of the series that was labelled; AOIs may overlap."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dwell.errors import OutputError
from dwell.formats.contract import About, ExportReport, LabelFormat, Labels, WriteOptions
from dwell.formats.volumes.voxels import (
    checked_slices,
    label_voxels,
    mask_of_aoi,
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

    def check(self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None) -> None:
        """See ``LabelFormat.check``.

        No volume, several, one that was not read from DICOM, volumes of another scan or plane in the folder.
        """
        slices = checked_slices(videos, out, self.name)
        if not slices.volume.files:
            raise OutputError(
                f"dicom-seg refers to the DICOM files of a series, and {slices.volume.path.name} was read "
                "from another format; use nifti.",
                path=out,
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
            OutputError: ``check`` refuses them, or there is no AOI.
            MissingBackend: highdicom is not installed.
        """
        self.check(videos, out, options)
        labels, slices = videos[0], checked_slices(videos, out, self.name)
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
