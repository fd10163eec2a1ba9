"""NIfTI volumes, .nii and .nii.gz.

Format: https://nifti.nimh.nih.gov/nifti-1 and nifti-2.
"""

from __future__ import annotations

import gzip
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dwell.errors import VolumeError
from dwell.volumes.nifti_affine import affine_of
from dwell.volumes.nifti_header import AGAIN, BROKEN, checked_shape, cut_short, nifti_stem, read_header
from dwell.volumes.volume import Volume

__all__ = ["open_nifti"]

_GZIP_RATIO = 1200
"""gzip shrinks by 1032 at most."""


def open_nifti(path: str | Path, volume: int | None = None) -> Volume:
    """The volume in a NIfTI file.

    Whole numbers stay as they are stored where scaling (``scl_slope``, ``scl_inter``) leaves them whole;
    else values are float32. Of a plain ``.nii`` only the voxels that are looked at are read from disk.

    Args:
        path: a ``.nii`` or ``.nii.gz`` file.
        volume: which one of a 4D file, from 0.

    Raises:
        VolumeError: no such file, cut short or damaged, not NIfTI, not one 3D picture of real numbers, no
            such volume in it, only NaN, or nothing says where its voxels are.
        MissingBackend: nibabel is not installed.
    """
    path = Path(path)
    header = read_header(path)
    shape = checked_shape(header, path)
    index = _checked_index(shape, volume, path)
    affine, notes = affine_of(header, path)
    voxels = _scaled(_read_voxels(path, header, shape, index), header, path)
    notes += _value_notes(voxels, path)
    if index is not None:
        notes.append(f"{path.name} holds {shape[3]} volumes; this is number {index}, counted from 0.")
    return Volume(voxels, affine, path, nifti_stem(path.name), None, tuple(notes))


def _checked_index(shape: tuple[int, ...], volume: int | None, path: Path) -> int | None:
    n_volumes = shape[3] if len(shape) == 4 else 1
    if volume is None:
        if n_volumes == 1:
            return None
        raise VolumeError(
            f"{path.name} holds {n_volumes} volumes, as in a series over time; choose one with volume=N "
            f"(--volume N), 0 to {n_volumes - 1}.",
            path=path,
        )
    if isinstance(volume, bool) or not isinstance(volume, int) or not 0 <= volume < n_volumes:
        raise VolumeError(
            f"{path.name} has no volume {volume!r}; it holds {n_volumes}, numbered 0 to {n_volumes - 1}.",
            path=path,
        )
    return volume if len(shape) == 4 else None


# -------------------------------------------------------------------- the voxels


def _read_voxels(path: Path, header: Any, shape: tuple[int, ...], index: int | None) -> NDArray[Any]:
    """As stored, in the computer's byte order."""
    dtype, offset = header.get_data_dtype(), _offset_of(header, path)
    one = math.prod(shape[:3]) * dtype.itemsize
    packed = path.name.lower().endswith(".gz")
    _check_length(path, offset + one * math.prod(shape[3:]), packed)
    start = offset + one * (index or 0)
    if packed:
        stored = np.empty(math.prod(shape[:3]), dtype)
        _unpack(path, start, memoryview(stored.view(np.uint8)))  # type: ignore[arg-type]
        voxels = stored.reshape(shape[:3], order="F")
    else:
        voxels = np.memmap(path, dtype, "r", start, shape[:3], order="F")
    return voxels if dtype.isnative else voxels.astype(dtype.newbyteorder("="))


def _offset_of(header: Any, path: Path) -> int:
    """Where the voxels begin; some programs leave it out, and then they begin right after the header."""
    first = int(header["sizeof_hdr"]) + 4
    offset = float(header["vox_offset"])
    if not 0 <= offset < 1 << 40:
        raise VolumeError(
            f"The header of {path.name} is damaged: voxels begin at byte {offset:g}; {AGAIN}.", path=path
        )
    return int(offset) or first


def _check_length(path: Path, expected: int, packed: bool) -> None:
    found = path.stat().st_size
    if expected > (found * _GZIP_RATIO if packed else found):
        raise VolumeError(
            f"{path.name} is cut short: its header announces {expected} bytes, it has {found}"
            f"{' compressed' if packed else ''}; {AGAIN}.",
            path=path,
        )


def _unpack(path: Path, start: int, into: memoryview) -> None:
    """Bytes from ``start`` on; all is read to the end, so that gzip compares its checksum."""
    try:
        with gzip.open(path, "rb") as stream:
            stream.seek(start)
            done = 0
            while done < len(into):
                n_bytes = stream.readinto(into[done:])
                if not n_bytes:
                    raise EOFError(f"{start + done} bytes unpacked, {start + len(into)} announced")
                done += n_bytes
            while stream.read(1 << 20):
                pass
    except BROKEN as error:
        raise cut_short(path, error) from error


def _scaled(stored: NDArray[Any], header: Any, path: Path) -> NDArray[Any]:
    """The values that the scanner means."""
    slope, inter = float(header["scl_slope"]), float(header["scl_inter"])
    if slope == 0 or not math.isfinite(slope):  # the format's way to say: not scaled
        slope, inter = 1.0, 0.0
    if not math.isfinite(inter):
        raise VolumeError(f"The header of {path.name} is damaged: scl_inter is {inter}; {AGAIN}.", path=path)
    if slope == 1 and inter == 0:
        return stored.astype(np.float32) if stored.dtype.kind == "f" and stored.itemsize > 4 else stored
    if stored.dtype.kind in "iu" and slope.is_integer() and inter.is_integer():
        whole = _scaled_whole(stored, int(slope), int(inter))
        if whole is not None:
            return whole
    values: NDArray[Any] = stored.astype(np.float32 if stored.itemsize <= 2 else np.float64)
    np.multiply(values, slope, out=values)
    np.add(values, inter, out=values)
    return values.astype(np.float32, copy=False)


def _scaled_whole(stored: NDArray[Any], slope: int, inter: int) -> NDArray[Any] | None:
    """Whole numbers of the smallest type that holds them; None if none does."""
    ends = [int(stored.min()) * slope + inter, int(stored.max()) * slope + inter]
    for dtype in (np.int16, np.int32):
        info = np.iinfo(dtype)
        if min(ends) >= info.min and max(ends) <= info.max:
            values: NDArray[Any] = stored.astype(np.int32 if stored.itemsize <= 2 else np.int64)
            np.multiply(values, slope, out=values)
            np.add(values, inter, out=values)
            return values.astype(dtype)
    return None


def _value_notes(voxels: NDArray[Any], path: Path) -> list[str]:
    if voxels.dtype.kind != "f":
        return []
    n_missing = int(np.count_nonzero(~np.isfinite(voxels)))
    if n_missing == voxels.size:
        raise VolumeError(
            f"{path.name} holds no number at all, only NaN; export it again from the program that made it.",
            path=path,
        )
    if n_missing == 0:
        return []
    return [f"{n_missing} voxels of {path.name} hold no number (NaN or infinite); they are shown black."]
