"""Open a DICOM series as a volume."""

from __future__ import annotations

from pathlib import Path

from dwell.volumes.dicom.choosing import choose_series, parse_choice
from dwell.volumes.dicom.finding import Found, find_slices
from dwell.volumes.dicom.library import need
from dwell.volumes.dicom.numbers import note_missing
from dwell.volumes.dicom.pixels import check_pixels, read_voxels
from dwell.volumes.dicom.slices import Slice
from dwell.volumes.dicom.stacking import stack_slices
from dwell.volumes.volume import Volume

__all__ = ["open_dicom"]


def open_dicom(path: Path, series: str | None = None) -> Volume:
    """The volume of a DICOM series: a folder of slices, with all folders below it, or a file of many frames.

    Voxels are (column, row, slice), as the scanner means them: slope and intercept of each slice are applied,
    so that CT is in HU; int16 where that is exact, otherwise float32. Slices are sorted by where they lie,
    never by number or name; nothing is filled in. Where numbers or counts in the headers tell of slices that
    are not there, a note says so. Files that hold no slices are passed over and counted in the notes.

    Args:
        path: the folder or file.
        series: which series, if there are several: its number, its UID or a part of its description. Where a
            series holds several volumes (echoes, b-values, points in time), a tag chooses one: ``"5,
            EchoTime=4.6"``.

    Raises:
        VolumeError: no series, several of them, one with slices missing, doubled, uneven or of different
            kinds, damaged files, colour, or pixels for which no decoder is installed.
        MissingBackend: pydicom is not installed.
    """
    need("pydicom")
    path = Path(path)
    found = find_slices(path)
    choice = parse_choice(series)
    slices, notes = choose_series(path, found.slices, choice)
    check_pixels(path, slices)
    stack = stack_slices(path, slices, series or slices[0].series_number)
    series_uid = stack.slices[0].series_uid
    missing = note_missing(stack.slices, [each for each in found.slices if each.series_uid == series_uid])
    voxels, said = read_voxels(stack.slices)
    return Volume(
        voxels=voxels,
        affine=stack.affine,
        path=path,
        name=_name(path, stack.slices[0]),
        modality=stack.slices[0].modality or None,
        notes=(*stack.notes, *missing, *said, *notes, *_passed_over(found)),
        files=tuple(each.path for each in stack.slices),
    )


def _name(path: Path, first: Slice) -> str:
    return first.description or (path.name if path.is_dir() else path.stem)


def _passed_over(found: Found) -> list[str]:
    n = found.others
    if not n:
        return []
    return [f"{n} {'file that holds' if n == 1 else 'files that hold'} no slices were passed over."]
