"""Where a run has got to, kept in the project so that it can go on at any time. Source: ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dwell.errors import ProjectError
from dwell.project import Project

__all__ = ["REPORT", "begin", "ended", "forget", "save", "unfinished"]

KEY = "everything run"
"""Setting that keeps the state of a run that has not ended."""
REPORT = "everything report"
"""Setting that keeps what the last run that ended has done."""
VERSION = 1
_LABELS = {"everything": "find everything", "gaze-first": "find what was looked at"}
"""What steps of a run of each kind are called in the history."""


def begin(project: Project, kind: str, given: Mapping[str, Any], first: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a run: a new one, or that of an unfinished one that was given the same.

    Args:
        project: open for writing.
        kind: ``everything`` or ``gaze-first``.
        given: all that fixes the result: options, budget, proposer, backend; dataclasses and plain values.
        first: the state of a new run beside that; JSON values.

    Raises:
        ProjectError: an unfinished run was given something else.
    """
    plain = _plain(given)
    there = unfinished(project)
    if there is None:
        state = {"version": VERSION, "kind": kind, **plain, **first}
        save(project, state)
        return state
    differs = [name for name in plain if there.get(name) != plain[name]]
    if there["kind"] != kind or differs:
        what = f"other {', '.join(differs)}" if there["kind"] == kind else f"the kind {there['kind']!r}"
        raise ProjectError(
            f"An unfinished run is in the project, with {what}. Give the same again to go on with it, or "
            "forget it and start afresh; AOIs that it made stay either way.",
            path=project.path,
        )
    return there


def save(project: Project, state: Mapping[str, Any]) -> None:
    """Keep the state, inside the action that is running."""
    project.set_setting(KEY, dict(state))


def unfinished(project: Project) -> dict[str, Any] | None:
    """The state of a run that has not ended: ``kind``, ``options``, ``phase`` …; None if there is none.

    Raises:
        ProjectError: it was begun by another version of Dwell.
    """
    state = project.get_setting(KEY)
    if state is None:
        return None
    if state.get("version") != VERSION:
        raise ProjectError(
            f"An unfinished run in the project is of format {state.get('version')}, this Dwell goes on with "
            f"{VERSION}; forget it and start afresh. AOIs that it made stay.",
            path=project.path,
        )
    return dict(state)


def ended(project: Project, kind: str, given: Mapping[str, Any]) -> bool:
    """Whether the last run was of this kind, was given the same, has ended, and is not undone.

    Args:
        project: may be open for reading only.
        kind: as for ``begin``.
        given: as for ``begin``.
    """
    report = project.get_setting(REPORT)
    if report is None or report["kind"] != kind or unfinished(project) is not None or not project.aois():
        return False
    if any(step.undone and step.label == _LABELS[kind] for step in project.history()):
        return False
    plain = json.loads(json.dumps(_plain(given)))
    return all(name in report and report[name] == plain[name] for name in plain)


def forget(project: Project) -> None:
    """Drop what an unfinished run has noted; AOIs and masks that it made stay."""
    with project.at_once("forget an unfinished run"):
        project.set_setting(KEY, None)
        for kind in ("everything", "gaze-first"):
            project.clear_frame_notes(kind)


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON gives it back."""
    return {
        name: asdict(value) if hasattr(value, "__dataclass_fields__") else value
        for name, value in given.items()
    }
