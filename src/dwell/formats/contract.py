"""What every exporter starts from, and what it reports back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from dwell.masks import Mask, Masklet
from dwell.types import AOI, ProgressFn, State
from dwell.volumes import Slices

__all__ = ["VOLUME_FORMATS", "ExportReport", "Exporter", "Labels", "palette"]

VOLUME_FORMATS = ("nifti", "nifti-each", "dicom-seg")
"""Formats that need the volume itself, since labels are written on its grid."""


@dataclass(frozen=True)
class Labels:
    """The masklets of one video, ready to be written in some format."""

    masklets: Sequence[Masklet]
    size_hw: tuple[int, int]
    """(height, width) px."""
    names: Sequence[str]
    """One per frame of the video: the image's stem, or the five-digit frame_idx."""
    video: str
    """Name of the video, for formats that have a place for it."""
    n_filler: int = 0
    """Grey filler frames among them, on which nothing can be labelled."""
    files: Sequence[str] = ()
    """The image file of each frame; empty where there is none, as in a video."""
    volume: Slices | None = None
    """The slices that the frames are; for ``VOLUME_FORMATS``."""

    @property
    def n_frames(self) -> int:
        """Frames of the video."""
        return len(self.names)

    def visible_at(self, frame_idx: int) -> list[tuple[AOI, Mask]]:
        """The AOIs with a mask on this frame, largest first, so that small ones are painted last."""
        found = [(each.aoi, each.mask(frame_idx)) for each in self.masklets]
        shown = [(aoi, mask) for aoi, mask in found if mask is not None and mask]
        return sorted(shown, key=lambda pair: (-pair[1].area, pair[0].object_id))

    def silent_frames(self) -> dict[str, dict[str, int]]:
        """By AOI name: on how many frames a label is missing because it is lost or was never tracked."""
        return {
            each.aoi.name: {
                "lost": int(sum(state is State.LOST for state in each.states)),
                "unknown": self.n_frames - self.n_filler - len(each),
            }
            for each in self.masklets
        }


@dataclass(frozen=True)
class ExportReport:
    """What was written, and what the format could not say."""

    path: Path
    n_frames: int
    """Frames written."""
    n_masks: int
    """Masks written."""
    silent: dict[str, dict[str, int]] = field(default_factory=dict)
    """By AOI name: frames written without a label although the AOI may be there (lost, unknown)."""
    overlapping_px: int = 0
    """Pixels, or voxels, that belong to several AOIs but could be given to one only."""
    unit: str = "px"
    """What ``overlapping_px`` counts: ``px`` or ``voxels``."""
    frame: str = "frame"
    """What a frame is called: ``frame`` or ``slice``."""
    without_voxel: dict[str, int] = field(default_factory=dict)
    """By AOI name: slices of a volume with a mask so thin that no voxel's centre lies in it."""

    @property
    def notes(self) -> list[str]:
        """What a user should know of it, sentence by sentence."""
        silent = [
            f"{name}: no label on {missing['lost']} lost and {missing['unknown']} untracked {self.frame}s."
            for name, missing in self.silent.items()
            if any(missing.values())
        ]
        thin = [
            f"{name}: its mask lies between the centres of the voxels on {n} "
            f"{'slice' if n == 1 else 'slices'} and has no voxel there, so its volume is too small; work in "
            "the plane of the finest pictures."
            for name, n in self.without_voxel.items()
        ]
        shared = f"{self.overlapping_px} {self.unit} belong to several AOIs; the smallest AOI got them."
        return [*silent, *thin, *([shared] if self.overlapping_px else [])]


class Exporter(Protocol):
    """A format: labels in, files out. Files appear whole or not at all."""

    def __call__(self, labels: Labels, out: Path, progress: ProgressFn | None = None) -> ExportReport:
        """Write the labels below the folder ``out``, which is made if need be."""
        ...


def palette(n: int = 256) -> bytes:
    """RGB of the 256 labels of DAVIS and Pascal VOC: each index's bits spread over the three channels.

    Source: the colour map of the Pascal VOC development kit, which DAVIS shares.
    """
    index = np.arange(n)
    colours = np.zeros((n, 3), dtype=np.uint8)
    for bit in range(8):
        for channel in range(3):
            colours[:, channel] |= (((index >> (3 * bit + channel)) & 1) << (7 - bit)).astype(np.uint8)
    return colours.tobytes()
