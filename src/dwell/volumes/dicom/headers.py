"""Headers: what a DICOM file says of its slices, read without their pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from dwell.errors import VolumeError
from dwell.volumes.dicom.library import quiet
from dwell.volumes.dicom.slices import COUNTS, DISTINGUISHING, Rescale, Slice

__all__ = ["looks_like_dicom", "read_slices"]

_TAGS = (
    "SOPClassUID",
    "SOPInstanceUID",
    "SeriesInstanceUID",
    "SeriesNumber",
    "SeriesDescription",
    "Modality",
    "Rows",
    "Columns",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "NumberOfFrames",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "PixelPaddingValue",
    "PixelPaddingRangeLimit",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "PixelSpacing",
    "RescaleSlope",
    "RescaleIntercept",
    "RescaleType",
    "Units",
    "ModalityLUTSequence",
    "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
    "SpecificCharacterSet",
)
_FRAME_TAGS = {
    "EchoTime": ("MREchoSequence", "EffectiveEchoTime"),
    "DiffusionBValue": ("MRDiffusionSequence", "DiffusionBValue"),
    "TemporalPositionIndex": ("FrameContentSequence", "TemporalPositionIndex"),
    "StackID": ("FrameContentSequence", "StackID"),
    "AcquisitionNumber": ("FrameContentSequence", "FrameAcquisitionNumber"),
    "NominalPercentageOfCardiacPhase": ("CardiacSynchronizationSequence", "NominalPercentageOfCardiacPhase"),
    "NominalCardiacTriggerDelayTime": ("CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"),
    "ConvolutionKernel": ("CTReconstructionSequence", "ConvolutionKernel"),
    "KVP": ("CTXRayDetailsSequence", "KVP"),
}
"""Where files of many frames keep what ``DISTINGUISHING`` names."""
_LONG = 1024
"""No first value is as long, bytes."""
_OLD_STARTS = tuple(bytes((8, 0, element, 0)) for element in (0x00, 0x05, 0x08, 0x12, 0x14, 0x16))
"""First tags of files without a preamble: group length, character set, image type, creation, SOP class."""


def looks_like_dicom(path: Path) -> bool:
    """Whether the file begins as DICOM does: ``DICM`` after 128 bytes; in old files, a tag of group 0008.

    Source: PS3.10 7.1; for data without a preamble, PS3.5 7.1.2 and 7.1.3.
    """
    with path.open("rb") as file:
        head = file.read(132)
    return head[128:] == b"DICM" or (head[:4] in _OLD_STARTS and _is_element(head[:8]))


def _is_element(head: bytes) -> bool:
    """Whether two letters for its kind follow the tag, or its length: 4 of a group length, else even."""
    if head[4:6].isalpha() and head[4:6].isupper():
        return True
    length = int.from_bytes(head[4:8], "little")
    return len(head) == 8 and (length == 4 if head[2] == 0 else length % 2 == 0 and length < _LONG)


def read_slices(path: Path) -> list[Slice]:
    """The slices of one file; none if it is DICOM but no picture (a report, a segmentation, a DICOMDIR …).

    Raises:
        VolumeError: the file is damaged.
    """
    import pydicom

    with quiet():
        try:
            header = pydicom.dcmread(
                path, stop_before_pixels=True, force=True, specific_tags=[*_TAGS, *COUNTS, *DISTINGUISHING]
            )
            if not _is_picture(header):
                return []
            return _many(header, path) if _n_frames(header) > 1 or _groups(header) else [_one(header, path)]
        except OSError as error:
            raise VolumeError(f"{path} cannot be read ({error.strerror or error}).", path=path) from error
        except (VolumeError, MemoryError):
            raise
        except Exception as error:  # a damaged file may break pydicom anywhere
            raise _damaged(path, str(error) or type(error).__name__) from error


def _damaged(path: Path, why: str) -> VolumeError:
    return VolumeError(
        f"{path.name} begins like DICOM, but its header is damaged or cut short ({why}); copy it again from "
        "where it came from, or take it out of the folder.",
        path=path,
    )


def _is_picture(header: Any) -> bool:
    from pydicom.uid import UID

    classes = (header.get("SOPClassUID"), header.file_meta.get("MediaStorageSOPClassUID"))
    kinds = {UID(str(each)).keyword for each in classes if each}
    if not classes[0] and kinds != {"MediaStorageDirectoryStorage"}:
        raise ValueError("it does not say what it holds")
    private = not any(kinds)
    return "Rows" in header if private else any("Image" in kind for kind in kinds)


def _n_frames(header: Any) -> int:
    return int(header.get("NumberOfFrames") or 1)


def _groups(header: Any) -> Sequence[Any]:
    return header.get("PerFrameFunctionalGroupsSequence") or []


def _one(header: Any, path: Path) -> Slice:
    rescale = _rescale(header, str(header.get("RescaleType") or header.get("Units") or ""))
    tags = {name: _text(header.get(name)) for name in DISTINGUISHING if header.get(name) not in (None, "")}
    return _slice(header, path, None, header.get, rescale, tags)


def _many(header: Any, path: Path) -> list[Slice]:
    shared = (header.get("SharedFunctionalGroupsSequence") or [{}])[0]
    frames = _groups(header) or [{}] * _n_frames(header)
    if len(frames) != _n_frames(header):
        raise _damaged(path, f"it has {_n_frames(header)} frames but describes {len(frames)}")
    return [_frame(header, path, i, shared, each) for i, each in enumerate(frames)]


def _frame(header: Any, path: Path, number: int, shared: Any, own: Any) -> Slice:
    """A frame's words are in its own functional groups or in those that all share (PS3.3 C.7.6.16.1)."""

    def find(macro: str, name: str) -> Any:
        for groups in (own, shared):
            items = groups.get(macro) or []
            if len(items) and name in items[0]:
                return items[0].get(name)
        return None

    def place(name: str) -> Any:
        return find(_PLACES[name], name)

    macro = "PixelValueTransformationSequence"
    slope = {name: find(macro, name) for name in ("RescaleSlope", "RescaleIntercept")}
    found = {name: find(*where) for name, where in _FRAME_TAGS.items()}
    found |= {name: header.get(name) for name in ("FrameOfReferenceUID", "InstanceNumber")}
    tags = {name: _text(value) for name, value in found.items() if value not in (None, "")}
    return _slice(header, path, number, place, _rescale(slope, str(find(macro, "RescaleType") or "")), tags)


_PLACES = {
    "ImagePositionPatient": "PlanePositionSequence",
    "ImageOrientationPatient": "PlaneOrientationSequence",
    "PixelSpacing": "PixelMeasuresSequence",
}


def _slice(
    header: Any,
    path: Path,
    frame: int | None,
    place: Callable[[str], Any],
    rescale: Rescale | None,
    tags: dict[str, str],
) -> Slice:
    missing = [
        name for name in ("Rows", "Columns", "SeriesInstanceUID", "BitsStored") if not header.get(name)
    ]
    if missing:
        raise _damaged(path, f"it has no {' and no '.join(missing)}")
    syntax = header.file_meta.get("TransferSyntaxUID", "")
    return Slice(
        path=path,
        frame=frame,
        uid=str(header.get("SOPInstanceUID") or ""),
        series_uid=str(header.SeriesInstanceUID),
        series_number=str(header.get("SeriesNumber") or "") or "0",
        description=_text(header.get("SeriesDescription") or ""),
        modality=str(header.get("Modality") or ""),
        syntax=str(syntax),
        size_hw=(int(header.Rows), int(header.Columns)),
        samples=int(header.get("SamplesPerPixel") or 1),
        photometric=str(header.get("PhotometricInterpretation") or "MONOCHROME2"),
        bits=(int(header.BitsStored), int(header.get("HighBit") or int(header.BitsStored) - 1)),
        padding=_padding(header),
        orientation=_numbers(place("ImageOrientationPatient"), 6),
        position=_numbers(place("ImagePositionPatient"), 3),
        spacing=_numbers(place("PixelSpacing"), 2),
        rescale=rescale,
        table=bool(header.get("ModalityLUTSequence")),
        tags=tags,
        counts=_counts(header),
    )


def _rescale(source: Any, units: str) -> Rescale | None:
    slope, intercept = source.get("RescaleSlope"), source.get("RescaleIntercept")
    if slope in (None, "") and intercept in (None, ""):
        return None
    return Rescale(float(1 if slope in (None, "") else slope), float(intercept or 0), units)


def _padding(header: Any) -> tuple[int, int] | None:
    first = header.get("PixelPaddingValue")
    if first in (None, ""):
        return None
    last = header.get("PixelPaddingRangeLimit")
    return int(first), int(first if last in (None, "") else last)


def _counts(header: Any) -> dict[str, int]:
    """Of ``COUNTS``; what is no number says nothing, for a slice can be read without."""
    counts = {}
    for name in COUNTS:
        with suppress(ValueError, TypeError):
            counts[name] = int(header.get(name))
    return counts


def _numbers(value: Any, n: int) -> tuple[float, ...] | None:
    """``n`` finite numbers, or None where the tag is missing, empty or unfinished."""
    if value is None or isinstance(value, str | float | int) or len(value) != n:
        return None
    numbers = tuple(float(each) for each in value)
    return numbers if all(abs(each) < 1e7 for each in numbers) else None


def _text(value: Any) -> str:
    many = not isinstance(value, str) and hasattr(value, "__iter__")
    return "\\".join(str(each).strip() for each in value) if many else str(value).strip()
