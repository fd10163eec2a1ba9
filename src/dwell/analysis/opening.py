"""Opening a recording together with the project that keeps the work on it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dwell.analysis.analysis import Analysis
from dwell.errors import NotAProject, ProjectError
from dwell.pairing import is_project, paired, reopened
from dwell.project import Project
from dwell.segmenters.contract import Backend

__all__ = ["open_analysis"]


def open_analysis(
    path: str | Path,
    project: str | Path | None = None,
    *,
    backend: Backend | str | Path | None = None,
    backend_options: Mapping[str, Any] | None = None,
    write: bool = True,
    source: str | Path | None = None,
    **reader_options: Any,
) -> Analysis:
    """A recording with the project that keeps the work on it.

    Args:
        path: a recording (see ``open_recording``), or a ``.dwell`` project.
        project: folder of the project; default ``<recording's name>.dwell`` in the current folder. It is made
            when it is not there, and opened when it is.
        backend: who segments and tracks: a backend, its name, or the folder of a model; None = who did so
            last in this project, with the options of then, else ``embedded``. It is opened on first use.
        backend_options: what ``open_backend`` is given with it, such as ``{"resolution": 512}``.
        write: False opens an existing project for reading, also while another process writes to it; then no
            project is made.
        source: where the recording of an existing project is now, if it was moved.
        reader_options: passed to ``open_recording`` and kept in the project, beside those given earlier.

    Raises:
        RecordingError: the recording cannot be read.
        ProjectError: the project cannot be opened, or belongs to another recording.
    """
    path = Path(path)
    if is_project(path):
        if project is not None and Path(project) != path:
            raise ProjectError(f"{path} is a project already; leave out the other one, {project}.", path=path)
        opened = Project.open(path, write=write)
        recording = reopened(opened, source, reader_options)
        return Analysis(opened, recording, backend=backend, backend_options=backend_options)
    if path.suffix == ".dwell":
        raise NotAProject(
            f"There is no project {path}; make one with: dwell track RECORDING --project {path}", path=path
        )
    opened, recording = paired(path, project, reader_options, write=write)
    return Analysis(opened, recording, backend=backend, backend_options=backend_options)
