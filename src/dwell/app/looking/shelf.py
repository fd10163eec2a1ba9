"""Looks that a project has, for a list: read from their folders."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from dwell.app.messages import LookEntry
from dwell.errors import RecordingError
from dwell.looks import looks_folder
from dwell.project import Project
from dwell.recordings.look import read_look_file

__all__ = ["UnknownLook", "folder_of", "list_looks"]

_NAME = re.compile(r"look-\d{4,9}")


class UnknownLook(RecordingError):
    """The project has no such look."""


def folder_of(project: Project, name: str) -> Path:
    """Where a look is.

    Raises:
        UnknownLook: there is none of this name.
    """
    folder = looks_folder(project) / name
    if not (_NAME.fullmatch(name) and folder.is_dir()):
        raise UnknownLook(f"This project has no look {name[:40]!r}; choose one of the list.")
    return folder


def list_looks(project: Project, running: str) -> list[LookEntry]:
    """All looks of a project, the newest first; damaged ones are left out.

    Args:
        project: saved in a folder.
        running: name of the look under way; empty = none.
    """
    found = sorted(looks_folder(project).glob("look-*"), reverse=True)
    entries = (_entry(each, running) for each in found if _NAME.fullmatch(each.name))
    return [each for each in entries if each is not None]


def _entry(folder: Path, running: str) -> LookEntry | None:
    try:
        about = read_look_file(folder)
    except RecordingError:
        return None
    source, summary = about.get("source", {}), about.get("summary") or _summary(folder)
    start_ns = int(about.get("start_ns") or summary["start_ns"])
    return LookEntry(
        name=folder.name,
        start_ns=start_ns,
        duration_ms=max(int(summary["end_ns"]) - start_ns, 0) / 1e6,
        source=str(source.get("title") or source.get("spec") or source.get("name") or ""),
        n_gaze=int(summary["n_gaze"]),
        n_kept=int(summary["n_kept"]),
        running=folder.name == running,
    )


def _summary(folder: Path) -> dict[str, Any]:
    """Of a look that has none: it goes on, was made by ``dwell look``, or the computer stopped."""
    times = _column(folder / "gaze.csv", "timestamp [ns]")
    return {
        "start_ns": times[0] if times else 0,
        "end_ns": times[-1] if times else 0,
        "n_gaze": len(times),
        "n_kept": len(_column(folder / "kept.csv", "number")),
    }


def _column(path: Path, name: str) -> list[int]:
    try:
        values = pd.read_csv(path, usecols=[name], on_bad_lines="skip")[name]
    except (OSError, ValueError):
        return []
    return [int(each) for each in pd.to_numeric(values, errors="coerce").dropna().astype("int64")]
