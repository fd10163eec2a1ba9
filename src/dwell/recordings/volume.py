"""A medical volume, NIfTI or DICOM, whose slices are the frames."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dwell.errors import DwellError
from dwell.recordings.archive import ZipSource
from dwell.recordings.reader import Options
from dwell.recordings.recording import About, Load, Recording
from dwell.recordings.source import VIDEO_SUFFIXES, FileSource, Source
from dwell.volumes import PLANES, Slices, Volume, Window
from dwell.volumes.dicom import holds_dicom, open_dicom
from dwell.volumes.nifti import open_nifti
from dwell.volumes.nifti_header import is_nifti_name, nifti_stem
from dwell.volumes.window import PRESETS, check_window

__all__ = ["VolumeReader", "VolumeRecording"]

_LOOKED_INTO = 64
"""Files of a folder that are looked into for DICOM."""
_DICOM = (".dcm", ".dicom", ".ima")
_NO_DICOM = (
    *VIDEO_SUFFIXES,
    *(".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".svg", ".ico", ".pdf"),
    *(".csv", ".tsv", ".json", ".txt", ".xml", ".htm", ".html", ".css", ".js", ".md", ".log", ".ini", ".inf"),
    *(".yaml", ".yml", ".toml", ".doc", ".docx", ".xls", ".xlsx", ".zip", ".exe", ".dll", ".jar", ".py"),
)
"""Endings of files that are not looked into, such as those of the viewer on a patient's disc."""


class VolumeReader:
    """Reads a NIfTI file, a DICOM file, or a folder with the files of a DICOM series."""

    name = "volume"
    title = "medical volume (NIfTI or DICOM)"
    options = {
        "plane": f"Which slices are the frames: {', '.join(PLANES)}; default those of the finest pictures.",
        "window": f"Which values are shown: {', '.join(PRESETS)}, auto, or LEVEL/WIDTH such as 40/400.",
        "volume": "Which volume of a 4D NIfTI file, counted from 0.",
        "series": "Which series of a DICOM folder: its number, its UID or a part of its description.",
    }

    def sniff(self, source: Source, options: Options) -> str | None:
        """None for .nii and .nii.gz files and for DICOM, else why not."""
        if isinstance(source, ZipSource):
            inside = any(is_nifti_name(name) or name.lower().endswith(".dcm") for name in source.files)
            return "a volume cannot be read from a zip; unpack it" if inside else "it holds no volume"
        if isinstance(source, FileSource):
            if is_nifti_name(source.path.name) or holds_dicom([source.path]):
                return None
            return "it is no .nii, .nii.gz or DICOM file"
        nifti = [name for name in source.top if is_nifti_name(name)]
        if nifti:
            return f"it is a folder; open {nifti[0]} itself"
        candidates = _candidates(source)
        if holds_dicom(source.where(name) for name in candidates[:_LOOKED_INTO]):
            return None
        if len(candidates) > _LOOKED_INTO:
            return f"none of the first {_LOOKED_INTO} files is DICOM"
        return "it holds no DICOM files"

    def open(self, source: Source, options: Options) -> list[Recording]:
        """The volume as a recording; no voxel is read yet."""
        _check(options)
        name = nifti_stem(source.path.name) if isinstance(source, FileSource) else source.title
        if isinstance(source, FileSource) and not is_nifti_name(source.path.name):
            name = source.path.stem
        loads: dict[str, Load] = {
            "scene video": lambda recording: _slices(recording, options),
            "frame times": lambda recording: recording.scene.pts_ns,
        }
        about = About(id=name, name=name, kind=self.name, path=source.path)
        remedies = {"gaze": "A volume has no time, so gaze on a video cannot be matched to it."}
        return [VolumeRecording(about, loads, remedies=remedies)]


class VolumeRecording(Recording):
    """A recording whose frames are ``Slices``. It has no clock: frame times are nominal, 1/30 s apart."""

    @property
    def slices(self) -> Slices:
        """The same as ``scene``.

        Raises:
            VolumeError: the file cannot be used.
        """
        slices = self.scene
        assert isinstance(slices, Slices)
        return slices

    def use_window(self, window: str | Window) -> Slices:
        """Show other values from now on, in ``scene``; slices that were given out before show what they did.

        Args:
            window: see ``choose_window``.

        Raises:
            VolumeError: the file cannot be used.
            ValueError: there is no such window.
        """
        before = self.slices
        slices = before.with_window(window)
        with self._lock:
            self._loaded["scene video"] = slices
            self.notes[:] = [note for note in self.notes if note != before.window_note]
        self.note(slices.window_note)
        return slices

    def summary(self) -> dict[str, Any]:
        """What ``dwell info`` shows of a volume; see ``Recording.summary``."""
        facts: Mapping[str, Any] = dict.fromkeys(_FACTS)
        problems = []
        try:
            facts = _facts(self.slices)
        except DwellError as error:
            problems.append(str(error))
        about = {"name": self.name, "id": self.id, "kind": self.kind, "path": str(self.path)}
        return about | dict(facts) | {"problems": problems, "notes": list(self.notes)}


_FACTS = (
    "modality", "size_voxels", "spacing_mm", "voxel_ml", "orientation", "oblique_deg",
    "plane", "slices", "size_wh", "px_mm", "window",
)  # fmt: skip


def _facts(slices: Slices) -> dict[str, Any]:
    volume, view = slices.volume, slices.view
    height, width = slices.size_hw
    values = (
        volume.modality,
        volume.shape,
        tuple(round(size, 4) for size in volume.spacing_mm),
        volume.voxel_ml,
        "".join(volume.codes),
        round(view.oblique_deg, 2),
        view.plane,
        len(slices),
        (width, height),
        round(view.px_mm, 4),
        str(slices.window),
    )
    return dict(zip(_FACTS, values, strict=True))


def _check(options: Options) -> None:
    """Refuse values that no volume has, before anything is read.

    Raises:
        ValueError: there is one.
    """
    plane, window, number = options.get("plane"), options.get("window"), options.get("volume")
    if plane is not None and plane not in PLANES:
        raise ValueError(f"plane must be {', '.join(PLANES)}; got {plane!r}.")
    if window is not None:
        check_window(window)
    if number is not None and (isinstance(number, bool) or not isinstance(number, int) or number < 0):
        raise ValueError(f"volume must be a whole number from 0, got {number!r}.")


def _slices(recording: Recording, options: Options) -> Slices:
    volume = _volume(recording.path, options)
    slices = Slices(volume, options.get("plane"), options.get("window"))
    for note in (*volume.notes, slices.window_note):
        recording.note(note)
    if slices.view.oblique_deg > 1:
        recording.note(
            f"The grid is turned by {slices.view.oblique_deg:.1f}° against the patient; {slices.plane} "
            "slices are those of the grid, which come closest, and are not straightened."
        )
    return slices


def _volume(path: Path, options: Options) -> Volume:
    if is_nifti_name(path.name):
        if options.get("series") is not None:
            raise ValueError("series is for DICOM; a NIfTI file holds one, so leave it out.")
        return open_nifti(path, options.get("volume"))
    if options.get("volume") is not None:
        raise ValueError("volume is for 4D NIfTI files; of a DICOM folder choose a series.")
    return open_dicom(path, series=options.get("series"))


def _candidates(source: Source) -> list[str]:
    """The files that may be DICOM, those that are named so first."""
    names = [name for name in source.files if not name.lower().endswith(_NO_DICOM)]
    return sorted(names, key=lambda name: not name.lower().endswith(_DICOM))
