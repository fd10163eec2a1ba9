"""Labels as a NIfTI file on exactly the grid of a volume."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dwell.volumes.nifti_header import is_nifti_name, nibabel_module, read_header
from dwell.volumes.volume import Volume

__all__ = ["write_nifti_labels"]

_PLACING = (
    "qform_code", "sform_code", "quatern_b", "quatern_c", "quatern_d", "qoffset_x", "qoffset_y", "qoffset_z",
    "srow_x", "srow_y", "srow_z", "xyzt_units",
)  # fmt: skip
"""Header fields that say where voxels are; ``pixdim`` belongs to them."""


def write_nifti_labels(path: Path, volume: Volume, labels: NDArray[np.unsignedinteger[Any]]) -> None:
    """Write a label per voxel on exactly the volume's grid, as ``.nii.gz`` or ``.nii``.

    Of a volume that was read from NIfTI the fields that place it (sform, qform, their codes, voxel sizes,
    unit of length) are copied as they are, byte for byte; of another, its affine is written as sform and
    qform.

    Args:
        path: the file; it is written in place, so give a temporary name.
        volume: the source.
        labels: (i, j, k) uint8 or uint16, 0 = background.

    Raises:
        ValueError: the labels have another shape.
        VolumeError: the source is NIfTI and no longer there.
        MissingBackend: nibabel is not installed.
    """
    if labels.shape != volume.shape:
        raise ValueError(f"Expected labels of shape {volume.shape}, got {labels.shape}.")
    nib = nibabel_module()
    if is_nifti_name(volume.path.name):
        source = read_header(volume.path)
        header = type(source)(endianness=source.endianness)
        for name in _PLACING:
            header[name] = source[name]
        header["pixdim"][:4] = source["pixdim"][:4]
        image = _image_class(nib, header)(labels, None, header)
    else:
        image = nib.Nifti1Image(labels, volume.affine)
        image.set_sform(volume.affine, code=1)
        image.set_qform(volume.affine, code=1, strip_shears=True)
        image.header.set_xyzt_units(xyz="mm")
    image.set_data_dtype(labels.dtype)
    image.header["cal_max"] = int(labels.max(initial=0))
    image.to_filename(path)


def _image_class(nib: Any, header: Any) -> Any:
    return nib.Nifti2Image if isinstance(header, nib.Nifti2Header) else nib.Nifti1Image
