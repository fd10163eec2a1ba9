"""What every label format keeps to: labels in, files out, and back again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from dwell.errors import OutputError
from dwell.formats.found import FoundVideo, Known
from dwell.masks import STATES, UNKNOWN, Mask, Masklet
from dwell.types import AOI, IntArray, ProgressFn, State
from dwell.volumes import Slices

__all__ = ["About", "ExportReport", "LabelFormat", "Labels", "WriteOptions", "all_frames"]


@dataclass(frozen=True)
class Labels:
    """The masklets of one video, ready to be written in some format."""

    masklets: Sequence[Masklet]
    size_hw: tuple[int, int]
    """(height, width) px."""
    names: Sequence[str]
    """One per frame of the video: the image's stem, or the five-digit frame_idx."""
    video: str
    """Name of the video, for formats that have a place for it; each once in an export."""
    n_filler: int = 0
    """Grey filler frames among them, on which nothing can be labelled."""
    files: Sequence[str] = ()
    """The image file of each frame; empty where there is none, as in a video."""
    volume: Slices | None = None
    """The slices that the frames are; for formats of medical volumes."""
    chosen: IntArray | None = None
    """(n,) int64 frames to write, ascending; None: all."""
    times_ns: IntArray | None = None
    """(n_frames,) int64 ns of each frame since the recording's start; None: not known."""
    fps: float | None = None
    """Frames per second, for formats that want one number; None: not known."""
    split: Literal["train", "val"] = "train"
    """Which part of a data set the video belongs to."""

    @property
    def n_frames(self) -> int:
        """Frames of the video."""
        return len(self.names)

    @property
    def frames(self) -> list[int]:
        """The frames to write, ascending."""
        return list(range(self.n_frames)) if self.chosen is None else [int(i) for i in self.chosen]

    @property
    def aois(self) -> list[AOI]:
        """In order of object_id."""
        return sorted((each.aoi for each in self.masklets), key=lambda aoi: aoi.object_id)

    def visible_at(self, frame_idx: int) -> list[tuple[AOI, Mask]]:
        """The AOIs with a mask on this frame, largest first, so that small ones are painted last."""
        found = [(each.aoi, each.mask(frame_idx)) for each in self.masklets]
        shown = [(aoi, mask) for aoi, mask in found if mask is not None and mask]
        return sorted(shown, key=lambda pair: (-pair[1].area, pair[0].object_id))

    def silent_frames(self) -> dict[str, dict[str, int]]:
        """By AOI name: on how many frames to write a label is missing as it is lost or was never tracked."""
        frames = self.frames
        n_filler = self.n_filler if self.chosen is None else 0
        codes = {each.aoi.name: each.codes_at(frames) for each in self.masklets}
        return {
            name: {
                "lost": int((code == STATES.index(State.LOST)).sum()),
                "unknown": int((code == UNKNOWN).sum()) - n_filler,
            }
            for name, code in codes.items()
        }


@dataclass(frozen=True)
class WriteOptions:
    """How labels are written, where a format leaves a choice."""

    pictures: bool = False
    """The pictures of the frames are written, too, so files name those."""
    picture_ending: Literal["jpg", "png"] = "jpg"
    polygons: bool = False
    """Outlines instead of run lengths, in formats that have both."""


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
    lost: tuple[str, ...] = ()
    """What else this format could not keep of these labels, a sentence each, with counts."""
    format: str = ""
    """As in ``registry.FORMATS``."""
    n_filler: int = 0
    """Grey filler frames that were left out."""
    n_skipped: int = 0
    """Frames that were left out because an AOI may be on them of which nobody knows where."""
    skipped: dict[str, dict[str, int]] = field(default_factory=dict)
    """By AOI name: on how many of the latter it is lost or unknown."""
    n_pictures: int = 0
    """Pictures written beside the labels."""

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
        left_out = [f"{self.n_filler} grey filler frames were left out."] if self.n_filler else []
        if self.n_skipped:
            why = ", ".join(
                f"{name} on {missing['lost']} lost and {missing['unknown']} untracked"
                for name, missing in self.skipped.items()
            )
            left_out.append(
                f"{self.n_skipped} {self.frame}s without an answer for every AOI left out: {why}."
            )
        return [*left_out, *silent, *thin, *([shared] if self.overlapping_px else []), *self.lost]


@dataclass(frozen=True)
class About:
    """A format in the list of formats."""

    title: str
    """As its makers write it: ``COCO``."""
    files: str
    """What is written: ``annotations.json``."""
    keeps: str
    """What survives a way out and back: ``masks, ids, categories``."""
    loses: str
    """What does not: ``colours; that an AOI is absent``; empty: nothing."""
    source: str
    """Where the format is described: an address."""
    shape: Literal["mask", "outline", "box"] = "mask"
    """What it says of where an AOI is."""
    of_volume: bool = False
    """It is for medical volumes only."""


class LabelFormat(ABC):
    """One format: labels out and, where it can be read, in again.

    Boxes are always derived from masks, x1 and y1 exclusive. Only what is on the chosen frames is written;
    an AOI that is absent, lost or unknown on a frame has no label there. Files appear whole or not at all.
    """

    name: ClassVar[str]
    """As in ``registry.FORMATS``."""
    about: ClassVar[About]

    def check(  # noqa: B027 – most folders and labels are fine
        self, videos: Sequence[Labels], out: Path, options: WriteOptions | None = None
    ) -> None:
        """Refuse what the format has no room for, and a folder with files that would mix; writes nothing.

        ``write`` begins with it.

        Raises:
            OutputError: as said, with what to do instead.
        """

    @abstractmethod
    def write(
        self,
        videos: Sequence[Labels],
        out: Path,
        options: WriteOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> ExportReport:
        """Write the labels of all videos below the folder ``out``, which is made if need be.

        Args:
            videos: of different names, at least one.
            out: the folder.
            options: where the format leaves a choice.
            progress: called with (done, total) frames, of all videos.

        Raises:
            OutputError: ``check`` refuses them, or a file cannot be written.
            StorageFull: the disk is full or the folder cannot be written.
        """

    def read(
        self, path: Path, known: Known | None = None, progress: ProgressFn | None = None
    ) -> list[FoundVideo]:
        """The labels of all videos in a file or folder of this format.

        Args:
            path: what ``write`` writes, or another program: the file, or the folder of a data set.
            known: of the video that the labels are for, where the format does not say it itself.
            progress: called with (done, total) of whatever is counted.

        Raises:
            BadLabels: the file is damaged or says what the format does not allow; with file, line or key.
            OutputError: this format is only written.
        """
        raise OutputError(f"{self.about.title} is only written, not read.", path=path)

    def fits(self, path: Path) -> bool:
        """This file or folder looks like this format, by its name and first bytes; nothing is read whole."""
        return False

    def picture_path(self, labels: Labels, frame_idx: int, options: WriteOptions) -> str:
        """Where below ``out`` the picture of a frame belongs, with ``/`` between folders."""
        return f"images/{labels.video}/{labels.names[frame_idx]}.{options.picture_ending}"


def all_frames(videos: Sequence[Labels]) -> Iterator[tuple[Labels, int]]:
    """Every frame to write, video by video."""
    for labels in videos:
        for frame_idx in labels.frames:
            yield labels, frame_idx
