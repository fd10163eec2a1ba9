"""The header of a NIfTI file: read, and refused where it is no single 3D picture of real numbers.

Format: https://nifti.nimh.nih.gov/nifti-1 and nifti-2. It is read by nibabel (extra ``medical``).
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any

from dwell.errors import MissingBackend, VolumeError

__all__ = [
    "AGAIN",
    "BROKEN",
    "NIFTI_SUFFIXES",
    "checked_shape",
    "cut_short",
    "is_nifti_name",
    "nibabel_module",
    "nifti_stem",
    "read_header",
]

NIFTI_SUFFIXES = (".nii.gz", ".nii")
AGAIN = "copy or download it again"
BROKEN = (EOFError, OSError, zlib.error)
"""What reading a damaged file may raise."""


def is_nifti_name(name: str) -> bool:
    """Whether a file's name ends as a NIfTI volume's does."""
    return name.lower().endswith(NIFTI_SUFFIXES)


def nifti_stem(name: str) -> str:
    """The file's name without ``.nii`` or ``.nii.gz``."""
    suffix = next((each for each in NIFTI_SUFFIXES if name.lower().endswith(each)), "")
    return name[: len(name) - len(suffix)]


def nibabel_module() -> Any:
    """The package nibabel.

    Raises:
        MissingBackend: it is not installed.
    """
    try:
        import nibabel
    except ModuleNotFoundError as error:
        raise MissingBackend(
            "NIfTI volumes need the package nibabel, which is not installed; "
            'run: pip install "dwell[medical]"'
        ) from error
    return nibabel


def read_header(path: Path) -> Any:
    """The header as nibabel has it, of version 1 or 2.

    Raises:
        VolumeError: no such file, no NIfTI, a pair of files, or damaged.
        MissingBackend: nibabel is not installed.
    """
    nib = nibabel_module()
    block = _first_bytes(path)
    size = 540 if block[:4] in (b"\x1c\x02\x00\x00", b"\x00\x00\x02\x1c") else 348
    magic = block[4:8] if size == 540 else block[344:348]
    if magic[:3] == b"ni1" or magic[:3] == b"ni2":
        raise VolumeError(
            f"{path.name} is the header of a pair .hdr and .img; convert it to one .nii file.", path=path
        )
    if magic[:3] not in (b"n+1", b"n+2"):
        what = "is empty (0 bytes)" if not block else "is no NIfTI file, whatever its name says"
        raise VolumeError(f"{path.name} {what}; {AGAIN}, or export it as NIfTI.", path=path)
    try:
        kind = nib.Nifti2Header if size == 540 else nib.Nifti1Header
        return kind(block[:size], check=False)  # the check would mend a header, silently
    except Exception as error:  # nibabel's leaves share no root
        raise VolumeError(f"The header of {path.name} is damaged ({error}); {AGAIN}.", path=path) from error


def _first_bytes(path: Path) -> bytes:
    """The header's bytes, of a compressed file too."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        if packed != path.name.lower().endswith(".gz"):
            raise VolumeError(_misnamed(path, packed), path=path)
        with gzip.open(path, "rb") if packed else path.open("rb") as stream:
            block: bytes = stream.read(540)
    except FileNotFoundError as error:
        raise VolumeError(f"There is no file {path}; check the path.", path=path) from error
    except BROKEN as error:
        raise cut_short(path, error) from error
    return block


def _misnamed(path: Path, packed: bool) -> str:
    if packed:
        return f"{path.name} is compressed, but its name does not end in .gz; rename it to {path.name}.gz."
    if path.stat().st_size == 0:
        return f"{path.name} is empty (0 bytes); {AGAIN}."
    return (
        f"{path.name} is not compressed, though its name ends in .gz; rename it to {path.stem} if a program "
        f"has unpacked it, or {AGAIN}."
    )


def cut_short(path: Path, error: Exception) -> VolumeError:
    """What to raise for a file that cannot be read to its end."""
    return VolumeError(f"{path.name} is cut short or damaged ({error}); {AGAIN}.", path=path)


def checked_shape(header: Any, path: Path) -> tuple[int, ...]:
    """Dimensions without those of length 1 at the end, 3 or 4 of them.

    Raises:
        VolumeError: other dimensions, or voxels that are no single real numbers.
    """
    n_dims = int(header["dim"][0])
    dims = [int(n) for n in header["dim"][1 : n_dims + 1]]
    while len(dims) > 3 and dims[-1] == 1:
        dims.pop()
    text = "×".join(map(str, dims))
    if not 1 <= n_dims <= 7 or any(n < 1 for n in dims):
        raise VolumeError(
            f"The header of {path.name} is damaged: it has {n_dims} dimensions, {text}; {AGAIN}.", path=path
        )
    if len(dims) < 3 or min(dims[:3]) < 2:
        raise VolumeError(
            f"{path.name} holds one picture of {text}, not a volume; save it as PNG and open that.", path=path
        )
    if len(dims) > 4:
        raise VolumeError(
            f"{path.name} has {len(dims)} dimensions, {text}, so a voxel holds more than one value, as in a "
            "field of vectors; export the picture itself.",
            path=path,
        )
    _check_type(header, path)
    return tuple(dims)


def _check_type(header: Any, path: Path) -> None:
    code = int(header["datatype"])
    kinds = {128: "RGB colours", 2304: "RGBA colours", 32: "complex numbers", 1792: "complex numbers"}
    kinds |= {2048: "complex numbers", 1: "single bits"}
    if code in kinds:
        raise VolumeError(
            f"{path.name} holds {kinds[code]}; export it with one real number per voxel, such as int16 or "
            "float32.",
            path=path,
        )
    try:
        header.get_data_dtype()
    except Exception as error:  # nibabel's leaves share no root
        raise VolumeError(
            f"The header of {path.name} is damaged: there is no type of voxels {code}; {AGAIN}.", path=path
        ) from error
