"""What a look keeps: masks in the project, and the log beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from dwell.errors import ProjectError
from dwell.looking import Commit, LookOptions, Turned
from dwell.looking.log import Kept, LookLog
from dwell.masks import Mask
from dwell.project import Project
from dwell.segmenters.contract import Backend
from dwell.tracking import TrackingSession

__all__ = ["about_look", "begin_log", "keep_commit", "looks_folder", "picked", "png_of"]

FOLDER = "looks"
"""In the project's folder."""


def begin_log(
    project: Project, backend: Backend, source: Mapping[str, Any], options: LookOptions | None = None
) -> LookLog:
    """A new log in the project's folder.

    Args:
        project: saved in a folder.
        backend: who segments.
        source: what is known of where gaze comes from: name, title, space, rate, settings.
        options: how looking becomes masks.

    Raises:
        ProjectError: the project is in memory only.
        StorageFull: nothing can be written there.
    """
    options = options or LookOptions()
    return LookLog(looks_folder(project), about_look(project, backend, source, options), options)


def about_look(
    project: Project, backend: Backend, source: Mapping[str, Any], options: LookOptions
) -> dict[str, Any]:
    """What ``look.json`` says of a look; plain values."""
    return {
        "format": 1,
        "dwell": version("dwell"),
        "source": dict(source),
        "picture": {"path": str(project.source.path), "options": dict(project.source.options)},
        "backend": {"name": backend.name, "parameters": backend.describe()},
        "options": asdict(options),
    }


def looks_folder(project: Project) -> Path:
    """Where the looks of a project are kept.

    Raises:
        ProjectError: the project is in memory only.
    """
    if project.path is None:
        raise ProjectError("A look is kept beside its project, but this project is in memory; save it first.")
    return project.path / FOLDER


def picked(project: Project, t_ns: int, frame_idx: int, object_id: int | None = None) -> Turned:
    """The event that a picture is shown, with the mask that the picked AOI has on it."""
    record = None if object_id is None else project.record(object_id, frame_idx)
    mask = None if record is None or not record.mask else record.mask
    return Turned(t_ns, frame_idx, object_id, mask)


def keep_commit(session: TrackingSession, commit: Commit, t_ns: int) -> Kept:
    """Save a mask in the project: as the AOI's anchor on that frame, or as that of a new AOI, ``look 1`` ….

    Raises:
        PromptError: the frame is approved for that AOI.
        UnknownAoi: the AOI was removed meanwhile.
    """
    project = session.project
    aoi = _new_name(project) if commit.object_id is None else commit.object_id
    session.keep(aoi, commit.mask, commit.prompts, commit.frame_idx)
    saved = project.aoi(aoi)
    return Kept(t_ns, commit.frame_idx, saved.object_id, saved.name)


def png_of(mask: Mask) -> bytes:
    """The mask as a lossless PNG: 255 inside, 0 outside."""
    ok, data = cv2.imencode(".png", mask.to_array().astype(np.uint8) * 255)
    assert ok
    return bytes(data)


def _new_name(project: Project) -> str:
    names = {each.name for each in project.aois()}
    number = 1
    while f"look {number}" in names:
        number += 1
    return f"look {number}"
