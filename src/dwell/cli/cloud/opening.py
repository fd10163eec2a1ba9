"""What the commands below ``dwell cloud`` share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dwell.errors import DwellError

if TYPE_CHECKING:
    from dwell.cloud import AoiUpload, PupilCloud, Token
    from dwell.project import Project

__all__ = ["DryRun", "Url", "key_of", "opened_cloud", "selected"]

Url = Annotated[
    str,
    typer.Argument(metavar="URL", help="What the browser shows in Pupil Cloud.", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be sent, and send nothing.")]


def opened_cloud(token: Token | None = None) -> PupilCloud:
    """Pupil Cloud, to be closed."""
    from dwell.cloud import PupilCloud

    return PupilCloud(token)


def key_of(path: Path, project: Project, *, dry_run: bool) -> str:
    """What tells the project's AOIs from others'.

    It is made at the first push, and for that nobody else may be writing to the project.
    """
    from dwell.cloud import project_key
    from dwell.project import Project

    key = project_key(project)
    if key is None and not dry_run:
        with Project.open(path) as writing:
            key = project_key(writing)
    return key or "a project that never was in Pupil Cloud"


def selected(uploads: list[AoiUpload], names: list[str]) -> list[AoiUpload]:
    """The AOIs of these names; all if none are given.

    Raises:
        DwellError: there is none of a name with a mask.
    """
    known = {each.name: each for each in uploads}
    for name in names:
        if name not in known:
            raise DwellError(
                f"There is no AOI {name!r} with a mask; there are: {', '.join(known) or 'none'}."
            )
    return [known[name] for name in dict.fromkeys(names)] if names else uploads
