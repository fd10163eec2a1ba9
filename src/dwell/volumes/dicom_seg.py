"""DICOM SEG: AOIs of a volume as segments of the DICOM series that it was read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dwell.errors import OutputError
from dwell.files import replacing
from dwell.types import BoolArray
from dwell.volumes.dicom.library import need, quiet
from dwell.volumes.dicom.segments import Part, Segment, cut, stack_masks, used_slices
from dwell.volumes.dicom.source import Source, first_pixel_mm, read_source
from dwell.volumes.volume import Volume

__all__ = ["Segment", "write_dicom_seg"]

_TISSUE = ("85756007", "SCT", "Tissue")
"""The one code that DICOM lists both as a category (PS3.16 CID 7150) and, in general, as a type of segment
(CID 7151, by way of CID 7166): an AOI has a name, but says nothing of anatomy."""
_LABEL_CHARACTERS = 64
"""What an LO value may hold (PS3.5 6.2)."""


def write_dicom_seg(path: Path, volume: Volume, masks: Iterable[tuple[Segment, BoolArray]]) -> Path:
    """Write every mask as a segment of a DICOM SEG (PS3.3 A.51) of the series the volume was read from.

    Masks are taken one after the other and may overlap: each is kept whole. An AOI without a voxel is listed,
    with no frame. The file says which slices it belongs to and, as DICOM requires, carries the study's and
    the patient's words from them: it is no more anonymous than the series.

    Args:
        path: the file.
        volume: as ``open_dicom`` gave it.
        masks: segments, and bool arrays of the volume's shape (i, j, k).

    Raises:
        OutputError: the volume is not from DICOM, its files are gone or changed, no AOI has a voxel, or the
            file cannot be written.
        MissingBackend: highdicom is not installed.
        ValueError: a mask has another shape than the volume.
    """
    if not volume.files:
        raise OutputError(
            f"{volume.name} was not read from DICOM, and a DICOM SEG has to refer to the DICOM slices it "
            "belongs to; export nifti instead.",
            path=path,
        )
    need("highdicom")
    parts = [cut(volume.shape, segment, mask) for segment, mask in masks]
    _check_parts(parts, path)
    source = read_source(volume, path)
    with quiet(), replacing(path) as file:
        try:
            _segmentation(source, volume, parts).save_as(file)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise OutputError(_unfit(volume, error), path=path) from error
    return path


def _unfit(volume: Volume, error: Exception) -> str:
    """Without the error's own words where they may quote what a header says of the patient."""
    if isinstance(error, AttributeError):
        why = f"lack the tag {error.name or 'that a DICOM SEG needs'}, which a DICOM SEG needs"
    else:
        why = f"have headers that do not keep to the standard ({type(error).__name__})"
    return (
        f"The DICOM slices of {volume.name} {why}. Export the series again from the archive, or export "
        "nifti instead."
    )


def _check_parts(parts: Sequence[Part], path: Path) -> None:
    if not any(part.voxels.size for part in parts):
        raise OutputError(
            f"None of the {len(parts)} AOIs has a voxel, so there is nothing to write; segment or paint one "
            "first.",
            path=path,
        )
    twice = [number for number, n in Counter(part.segment.number for part in parts).items() if n > 1]
    if twice:
        raise ValueError(f"segment number {twice[0]} is given twice")


def _segmentation(source: Source, volume: Volume, parts: Sequence[Part]) -> Any:
    import highdicom as hd

    from dwell import __version__

    first, last = used_slices(parts)
    many = source.many_frames
    return hd.seg.Segmentation(
        source_images=source.headers if many else source.headers[first:last],
        pixel_array=stack_masks(parts, volume.shape, first, last),
        plane_positions=_plane_positions(volume, first, last) if many else None,
        pixel_measures=_pixel_measures(volume) if many else None,
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[_description(n, part.segment) for n, part in enumerate(parts, start=1)],
        series_instance_uid=hd.UID(),
        series_number=_series_number(source.headers[0]),
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer="Dwell",
        manufacturer_model_name="Dwell",
        software_versions=__version__,
        device_serial_number="0",
        series_description="AOIs (Dwell)",
        content_label="AOIS",
        specific_character_set="ISO_IR 192",
    )


def _plane_positions(volume: Volume, first: int, last: int) -> list[Any]:
    import highdicom as hd

    return [
        hd.PlanePositionSequence(
            coordinate_system=hd.CoordinateSystemNames.PATIENT,
            image_position=first_pixel_mm(volume, k).tolist(),
        )
        for k in range(first, last)
    ]


def _pixel_measures(volume: Volume) -> Any:
    import highdicom as hd

    across_columns, across_rows, between = volume.spacing_mm
    return hd.PixelMeasuresSequence(
        pixel_spacing=(across_rows, across_columns), slice_thickness=between, spacing_between_slices=between
    )


def _description(number: int, segment: Segment) -> Any:
    import highdicom as hd
    from pydicom.sr.coding import Code

    long = len(segment.name) > _LABEL_CHARACTERS
    description = hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=segment.name[: _LABEL_CHARACTERS - 1] + "…" if long else segment.name,
        segmented_property_category=Code(*_TISSUE),
        segmented_property_type=Code(*_TISSUE),
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.SEMIAUTOMATIC,
        algorithm_identification=_algorithm(),
        tracking_id=f"Dwell AOI {segment.number}",
        tracking_uid=hd.UID(),
        display_color=hd.color.CIELabColor.from_string(segment.colour),
    )
    if long:
        description.SegmentDescription = segment.name
    return description


def _algorithm() -> Any:
    import highdicom as hd
    from pydicom.sr.coding import Code

    from dwell import __version__

    return hd.AlgorithmIdentificationSequence(
        name="Dwell",
        family=Code("123110", "DCM", "Artificial Intelligence"),
        version=__version__,
    )


def _series_number(header: Any) -> int:
    """Beyond the source's own; DICOM asks for none in particular."""
    return int(header.get("SeriesNumber") or 0) % 1_000_000 * 100 + 66
