"""Opening the project that a command works on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from dwell.errors import NotAProject, OutputError

if TYPE_CHECKING:
    from dwell.analysis import Analysis

__all__ = ["make_folder", "open_project"]


def open_project(path: Path, source: Path | None = None, *, write: bool = False) -> Analysis:
    """An existing project, for reading, also while another process tracks in it.

    Args:
        path: the project's folder.
        source: where its recording is now, if it was moved; this is kept, so nobody else may be writing.
        write: to change it; nobody else may be writing.

    Raises:
        NotAProject: there is none.
    """
    from dwell.analysis import is_project, open_analysis

    if is_project(path):
        return open_analysis(path, write=write or source is not None, source=source)
    if not path.exists():
        raise NotAProject(
            f"There is no project {path}; check the path, or make one with `dwell track`.",
            path=path,
        )
    if path.suffix == ".dwell":
        raise NotAProject(
            f"{path} holds no project.db, so it is no project; restore it from a copy.", path=path
        )
    raise NotAProject(
        f"{path} is no project; make one with `dwell track {path}`, then give its folder NAME.dwell here.",
        path=path,
    )


def make_folder(folder: Path) -> None:
    """See to it that the folder for results is there, before any work is done.

    Raises:
        OutputError: it cannot be made, or may not be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "a file of that name is in the way" if isinstance(error, FileExistsError) else error.strerror
        raise OutputError(
            f"The folder {folder} cannot be made ({reason}); choose another with --out.", path=folder
        ) from error
    if not os.access(folder, os.W_OK):
        raise OutputError(f"The folder {folder} may not be written; choose another with --out.", path=folder)
