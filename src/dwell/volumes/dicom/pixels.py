"""Pixels: decoded, cleaned of foreign bits, and turned into the values that the scanner means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dwell.errors import VolumeError
from dwell.volumes.dicom.library import quiet
from dwell.volumes.dicom.slices import Rescale, Slice

__all__ = ["check_pixels", "read_voxels"]

Stored = NDArray[np.integer[Any]]

_DECODERS = (
    ("JPEG 2000", "pip install pylibjpeg pylibjpeg-openjpeg"),
    ("High-Throughput", "pip install pylibjpeg pylibjpeg-openjpeg"),
    ("JPEG-LS", "pip install pyjpegls"),
    ("JPEG", "pip install python-gdcm"),
)
"""By the start of a transfer syntax's name: a decoder with a permissive licence (MIT or BSD)."""
_STORED_ONLY = Rescale(1.0, 0.0, "")


def check_pixels(path: Path, slices: Sequence[Slice]) -> None:
    """Their pixels can be read: they are grey, of a known meaning, and there is a decoder for them.

    Raises:
        VolumeError: they cannot; nothing was decoded yet.
    """
    for each in slices:
        if "MOSAIC" in each.tags.get("ImageType", "").split("\\"):
            raise VolumeError(
                f"{each.label} is a mosaic: all slices side by side in one picture, as Siemens writes "
                "functional MR. Dwell does not take it apart; convert the series to NIfTI, such as with "
                "dcm2niix, and open that.",
                path=each.path,
            )
        if each.samples != 1 or not each.photometric.startswith("MONOCHROME"):
            raise VolumeError(
                f"{each.label} is in colour ({each.photometric}); expected grey values (MONOCHROME2), as "
                "scanners write. It may be a screenshot or a coloured map: open the series it was made of.",
                path=each.path,
            )
        if each.table:
            raise VolumeError(
                f"{each.label} turns stored values into real ones by a table (ModalityLUTSequence), which "
                "Dwell does not read; export the series with RescaleSlope and RescaleIntercept, or as NIfTI.",
                path=each.path,
            )
    for syntax, first in {each.syntax: each for each in reversed(slices)}.items():
        _check_decoder(syntax, first)


def read_voxels(slices: Sequence[Slice]) -> tuple[NDArray[np.generic], list[str]]:
    """(column, row, slice) values as the scanner means them, and notes; each file is read once.

    int16 if every value is a whole number that fits, float32 otherwise (float64 for whole numbers beyond
    2²⁴).

    Raises:
        VolumeError: a file has no pixels, is cut short or cannot be decoded.
    """
    stored = _decode(slices)
    dtype = _value_type(slices, stored)
    rows, columns = slices[0].size_hw
    values = np.empty((len(slices), rows, columns), dtype)
    n_padding = 0
    for k, each in enumerate(slices):
        n_padding += _count_padding(each, stored[k])
        _rescale(stored[k], each.rescale or _STORED_ONLY, values[k])
        stored[k] = stored[k][:0].copy()  # frees the slice
    return values.transpose(2, 1, 0), _notes(slices, stored[0].dtype, n_padding)


def _rescale(pixels: Stored, rescale: Rescale, out: NDArray[Any]) -> None:
    """Into ``out``, which holds what comes out exactly, or is float32."""
    if rescale.slope == 1 and rescale.intercept == 0:
        out[:] = pixels
    elif rescale.slope == 1 and out.dtype == np.int16 and pixels.dtype.itemsize <= 2:
        np.add(pixels, int(rescale.intercept), out=out, dtype=np.int32, casting="unsafe")
    else:
        out[:] = pixels.astype(np.float64) * rescale.slope + rescale.intercept


def _decode(slices: Sequence[Slice]) -> list[Stored]:
    """The stored pixels (rows, columns) of each slice."""
    by_file: dict[Path, list[int]] = defaultdict(list)
    for k, each in enumerate(slices):
        by_file[each.path].append(k)
    stored: list[Stored] = [np.empty((0, 0), np.int16)] * len(slices)
    for path, places in by_file.items():
        for k, pixels in zip(places, _pixels_of(path, [slices[k] for k in places]), strict=True):
            stored[k] = _own_bits(pixels, *slices[k].bits)
    return stored


def _pixels_of(path: Path, slices: Sequence[Slice]) -> list[Stored]:
    from pydicom import dcmread
    from pydicom.pixels.utils import iter_pixels

    with quiet():
        try:
            data = dcmread(path, force=True)
            _know_encoding(data)
            frames = [each.frame or 0 for each in slices]
            pictures = [np.array(each) for each in iter_pixels(data, indices=frames, raw=True)]
        except MemoryError:
            raise
        except Exception as error:  # a damaged file may break pydicom and its decoders anywhere
            why = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise _unreadable(slices[0], why) from error
    for picture, each in zip(pictures, slices, strict=True):
        if picture.shape != each.size_hw:
            raise _unreadable(each, f"they are of shape {picture.shape}, not {each.size_hw}")
    return pictures


def _know_encoding(data: Any) -> None:
    """Files without a preamble do not say how they are written; pydicom found out while it read them."""
    from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

    if not data.file_meta.get("TransferSyntaxUID"):
        implicit, _ = data.original_encoding
        data.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian


def _unreadable(one: Slice, why: str) -> VolumeError:
    return VolumeError(
        f"The pixels of {one.label} cannot be read ({why}); the file may be damaged or cut short. Copy it "
        "again from where it came from.",
        path=one.path,
    )


def _own_bits(pixels: Stored, n_bits: int, highest: int) -> Stored:
    """Without what is stored beside the value, such as overlays, and with its sign (PS3.5 8.1.1)."""
    size = pixels.dtype.itemsize * 8
    if n_bits >= size or not 0 < n_bits <= highest + 1 <= size:
        return pixels
    return np.right_shift(np.left_shift(pixels, size - 1 - highest), size - n_bits)


def _value_type(slices: Sequence[Slice], stored: Sequence[Stored]) -> np.dtype[Any]:
    """The smallest type that holds every value exactly, if it can be."""
    lowest = highest = 0.0
    for each, pixels in zip(slices, stored, strict=True):
        rescale = each.rescale or _STORED_ONLY
        if not (rescale.slope.is_integer() and rescale.intercept.is_integer()):
            return np.dtype(np.float32)
        ends = [float(end) * rescale.slope + rescale.intercept for end in (pixels.min(), pixels.max())]
        lowest, highest = min(lowest, *ends), max(highest, *ends)
    if lowest >= -(2**15) and highest < 2**15:
        return np.dtype(np.int16)
    return np.dtype(np.float32 if max(-lowest, highest) <= 2**24 else np.float64)


def _count_padding(each: Slice, pixels: Stored) -> int:
    if each.padding is None:
        return 0
    ends = _padding_ends(each, pixels.dtype)
    return int(np.count_nonzero((pixels >= ends.min()) & (pixels <= ends.max())))


def _padding_ends(each: Slice, dtype: np.dtype[Any]) -> Stored:
    """First and last stored value that marks padding; some write -2000 of signed pixels as 63536."""
    return _own_bits(np.array(each.padding, np.int64).astype(dtype), *each.bits)


def _notes(slices: Sequence[Slice], dtype: np.dtype[Any], n_padding: int) -> list[str]:
    notes = []
    if n_padding:
        first = next(each for each in slices if each.padding)
        rescale = first.rescale or _STORED_ONLY
        value = int(_padding_ends(first, dtype)[0]) * rescale.slope + rescale.intercept
        notes.append(
            f"{n_padding:,} voxels mark what was not scanned (PixelPaddingValue, here {value:g}); their "
            "value is kept."
        )
    if slices[0].photometric == "MONOCHROME1":
        notes.append(
            "Stored as MONOCHROME1: its maker meant low values to be shown bright. Values are kept, and low "
            "ones are shown dark."
        )
    if len({(each.rescale or _STORED_ONLY).slope for each in slices}) > 1:
        notes.append("Slices have slopes of their own (as PET does); each was applied to its slice.")
    return notes


def _check_decoder(syntax: str, first: Slice) -> None:
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.uid import UID

    if not syntax:  # files without a preamble: uncompressed, or pydicom says why not
        return
    name = UID(syntax).name
    try:
        available = get_decoder(syntax).is_available
    except NotImplementedError:
        available = False
    if available:
        return
    install = next((line for start, line in _DECODERS if name.startswith(start)), None)
    remedy = f"Run: {install}" if install else "Have the archive export it uncompressed."
    raise VolumeError(
        f"{first.label} is compressed as {name} ({syntax}), and no decoder for it is installed. {remedy} – "
        "or have the series exported uncompressed (Explicit VR Little Endian).",
        path=first.path,
    )
