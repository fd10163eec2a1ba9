"""What the header of one slice says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["COUNTS", "DISTINGUISHING", "Rescale", "Slice"]

DISTINGUISHING = (
    "EchoNumbers",
    "EchoTime",
    "InversionTime",
    "RepetitionTime",
    "FlipAngle",
    "DiffusionBValue",
    "DiffusionGradientOrientation",
    "TemporalPositionIdentifier",
    "TemporalPositionIndex",
    "FrameReferenceTime",
    "TriggerTime",
    "NominalPercentageOfCardiacPhase",
    "NominalCardiacTriggerDelayTime",
    "AcquisitionNumber",
    "AcquisitionTime",
    "ContentTime",
    "ConvolutionKernel",
    "KVP",
    "ImageType",
    "FrameType",
    "StackID",
    "FrameOfReferenceUID",
    "InstanceNumber",
)
"""Tags by which the slices of one series may differ when it holds more than one volume; the telling ones
first."""

COUNTS = ("NumberOfSlices", "ImagesInAcquisition")
"""Tags that say how many slices there are: of a volume (in PET), of an acquisition."""


@dataclass(frozen=True)
class Rescale:
    """Value = slope · stored + intercept (PS3.3 C.11.1.1.2)."""

    slope: float
    intercept: float
    units: str
    """``HU``, ``BQML`` …; empty where the file does not say."""


@dataclass(frozen=True)
class Slice:
    """One slice: a file, or a frame of a file of many."""

    path: Path
    frame: int | None
    """0-based frame in the file; None: the file is this slice."""
    uid: str
    """SOPInstanceUID of the file."""
    series_uid: str
    series_number: str
    description: str
    modality: str
    syntax: str
    """Transfer syntax UID: how the pixels are stored."""
    size_hw: tuple[int, int]
    """Rows and columns."""
    samples: int
    """Values per pixel: 1, or 3 for colour."""
    photometric: str
    bits: tuple[int, int]
    """Bits stored, and the highest of them, counted from 0."""
    padding: tuple[int, int] | None
    """Stored values, first and last, that mark what was not scanned."""
    orientation: tuple[float, ...] | None
    """ImageOrientationPatient: unit vectors along a row and along a column, LPS."""
    position: tuple[float, ...] | None
    """ImagePositionPatient: centre of the first pixel, mm, LPS."""
    spacing: tuple[float, ...] | None
    """PixelSpacing, mm: from row to row, and from column to column."""
    rescale: Rescale | None
    table: bool
    """Whether stored values need a table (Modality LUT) instead of a slope."""
    tags: Mapping[str, str]
    """Those of ``DISTINGUISHING`` that it has."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Those of ``COUNTS`` that it has."""

    @property
    def label(self) -> str:
        """How an error names it: the file, and the frame if there are many."""
        return self.path.name if self.frame is None else f"{self.path.name} (frame {self.frame + 1})"
