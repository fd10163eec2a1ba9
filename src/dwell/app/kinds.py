"""What a file or folder probably is, from names alone; opening it will tell for sure."""

from __future__ import annotations

import os
import re
from itertools import islice
from pathlib import Path
from typing import Literal

from dwell.pairing import is_project
from dwell.recordings.source import VIDEO_SUFFIXES
from dwell.volumes.nifti_header import NIFTI_SUFFIXES

__all__ = ["OPENABLE", "TABLE_SUFFIXES", "Kind", "kind_of"]

Kind = Literal[
    "folder", "project", "recording", "video", "archive", "table", "images", "image", "volume", "scan", "file"
]
OPENABLE = ("project", "recording", "video", "archive", "images", "image", "volume", "scan")
"""What can be opened as it is."""
TABLE_SUFFIXES = (".csv", ".tsv")
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png")
DICOM_SUFFIX = ".dcm"
VOLUME_SUFFIXES = (*NIFTI_SUFFIXES, DICOM_SUFFIX)

_LOOKED_AT = 300
"""Names in a folder that are looked at."""
_LOOKED_INTO = 3
"""Inner folders that are looked into."""
_TABLES = {"gaze.csv", "world_timestamps.csv", "fixations.csv", "events.csv"}
_ENRICHMENT = {"aoi_metrics.csv", "aoi_fixations.csv", "sections.csv", "surface_positions.csv"}
"""Beside gaze.csv or fixations.csv they tell that it is gaze on a picture."""
_NUMBERED_IMAGE = re.compile(r"\d.*\.(jpe?g|png)$")
_IMAGE_TABLE = re.compile(r"\.(csv|json|ya?ml|txt)$")


def kind_of(path: Path) -> Kind:
    """The kind of a file or folder; a folder that cannot be read is just a folder."""
    if not path.is_dir():
        return _kind_of_file(path.name.lower())
    return "project" if is_project(path) else _kind_of_folder(path)


def _kind_of_file(name: str) -> Kind:
    if name.endswith(VIDEO_SUFFIXES):
        return "video"
    if name.endswith(".zip"):
        return "archive"
    if name.endswith(VOLUME_SUFFIXES):
        return "volume"
    if name.endswith(IMAGE_SUFFIXES):
        return "image"
    return "table" if name.endswith(TABLE_SUFFIXES) else "file"


def _kind_of_folder(path: Path) -> Kind:
    names = set(_names(path))
    if _is_recording(names) or _is_download(path, names):
        return "recording"
    if any(name.endswith(DICOM_SUFFIX) for name in names):
        return "scan"
    images = {name for name in names if _NUMBERED_IMAGE.search(name)}
    others = {name for name in names - images if not _IMAGE_TABLE.search(name)}
    return "images" if images and not others else "folder"


def _is_recording(names: set[str]) -> bool:
    if "export_info.csv" in names:
        return False
    if "world_timestamps.csv" in names and "gaze.csv" in names:
        return True
    if names & {"gaze.csv", "fixations.csv"} and names & _ENRICHMENT and "info.json" not in names:
        return True
    if "info.json" in names:
        return bool(names & _TABLES)
    return "gaze.csv" in names and any(name.endswith(VIDEO_SUFFIXES) for name in names)


def _is_download(path: Path, names: set[str]) -> bool:
    """A download from Pupil Cloud: recordings in inner folders, and a word about them beside."""
    if not names & {"enrichment_info.txt", "sections.csv"}:
        return False
    inner = (path / name for name in sorted(_names(path, lower=False)))
    folders = islice((each for each in inner if each.is_dir()), _LOOKED_INTO)
    return any(_is_recording(set(_names(folder))) for folder in folders)


def _names(folder: Path, *, lower: bool = True) -> list[str]:
    """Names in a folder, hidden ones and projects left out."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, _LOOKED_AT)]
    except OSError:
        return []
    shown = [name for name in names if not name.startswith(".") and not name.endswith(".dwell")]
    return [name.lower() for name in shown] if lower else shown
