"""What pages know of a medical volume, and what they ask of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dwell.app.messages.base import Message, Request

__all__ = [
    "AoiVolume",
    "PlaneInfo",
    "PlaneName",
    "VolumeInfo",
    "VoxelValue",
    "Volumes",
    "WindowEdit",
    "WindowInfo",
]

PlaneName = Literal["axial", "coronal", "sagittal"]


class WindowInfo(Message):
    """Which values are spread from black to white."""

    name: str
    """``soft tissue``, ``auto``, or as given: ``40/400``."""
    level: float
    width: float


class PlaneInfo(Message):
    """One plane of the grid: which voxel is which pixel of which slice; see ``dwell.volumes.View``."""

    plane: PlaneName
    axes: tuple[int, int, int]
    """The voxel axes along slices, rows and columns."""
    reversed: tuple[bool, bool, bool]
    """Whether slices, rows and columns run against their voxel axis."""
    n_voxels: tuple[int, int, int]
    """Voxels along slices, rows and columns."""
    width: int
    """Of its pictures, px."""
    height: int
    px_mm: float
    """Side of a pixel."""
    slice_mm: float
    """Distance between neighbouring slices."""
    left: str
    """Where the edges lie in the patient: letters of R, L, A, P, S, I."""
    right: str
    top: str
    bottom: str


class VolumeInfo(Message):
    """What a page needs to know of a medical volume."""

    plane: PlaneName
    """Whose slices are the frames."""
    planes: list[PlaneInfo]
    """In the order axial, coronal, sagittal; without any whose pictures would be too large."""
    size: tuple[int, int, int]
    """Voxels along i, j, k."""
    spacing_mm: tuple[float, float, float]
    modality: str | None
    """Such as CT; None: the file does not say."""
    oblique_deg: float
    """How far the grid is turned against the patient."""
    whole: bool
    """Values are whole numbers."""
    dicom: bool
    """Read from DICOM, to which segments can refer."""
    window: WindowInfo
    presets: list[WindowInfo]
    """Worth a try; those for HU only where values are HU."""
    unit: str
    """Of the values: ``HU``, or empty where nothing says."""


class WindowEdit(Request):
    """Show other values, from now on and on every page."""

    client: str
    window: str = Field(max_length=100)
    """A name, ``auto``, or ``LEVEL/WIDTH``."""


class VoxelValue(Message):
    """The value of one voxel, as the scanner means it: HU in CT."""

    value: float | None
    """None: it has none."""


class AoiVolume(Message):
    """How large one AOI is, and on how many slices nothing is known of it."""

    object_id: int
    voxels: int
    ml: float
    visible: int
    """Slices."""
    absent: int
    lost: int
    unknown: int
    without_voxel: int
    """Slices with a mask so thin that no voxel's centre lies in it."""
    complete: bool
    """No slice is lost, unknown or without voxel; else the volume may be too small."""
    shared: int
    """Voxels that smaller AOIs hold as well."""


class Volumes(Message):
    """How large the AOIs of a volume are."""

    rev: int
    rows: list[AoiVolume]
