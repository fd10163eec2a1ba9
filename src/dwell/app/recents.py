"""The projects opened last, kept between sessions in the user's own folder."""

from __future__ import annotations

import json
import os
import time
from datetime import datetime
from pathlib import Path

from platformdirs import user_state_path

from dwell.app.messages import Place
from dwell.errors import DwellError
from dwell.files import replacing

__all__ = ["Recents", "state_folder"]

MAX_KEPT = 30


def state_folder() -> Path:
    """The user's own folder for what is kept between sessions; ``DWELL_STATE`` names another."""
    return Path(os.environ.get("DWELL_STATE") or user_state_path("dwell"))


class Recents:
    """A list of projects in a small file; a broken or unwritable file is an empty list."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or state_folder() / "recents.json"

    def all(self) -> list[Place]:
        """Last opened first."""
        return [
            Place(
                path=path,
                name=Path(path).name.removesuffix(".dwell"),
                note=f"opened {datetime.fromtimestamp(at_s):%Y-%m-%d %H:%M}",
                exists=(Path(path) / "project.db").is_file(),
            )
            for path, at_s in self._read()
        ]

    def add(self, project: Path) -> None:
        """Put a project first."""
        path = str(project)
        self._write([(path, time.time()), *((other, at) for other, at in self._read() if other != path)])

    def forget(self, path: str) -> None:
        """Leave a project out from now on; the project itself stays."""
        self._write([(other, at) for other, at in self._read() if other != path])

    def _read(self) -> list[tuple[str, float]]:
        try:
            rows = json.loads(self._file.read_text(encoding="utf-8"))
            return [(str(path), float(at_s)) for path, at_s in rows][:MAX_KEPT]
        except (OSError, ValueError, TypeError, RecursionError):
            return []

    def _write(self, rows: list[tuple[str, float]]) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self._file) as temporary:
                temporary.write_text(json.dumps(rows[:MAX_KEPT]), encoding="utf-8")
        except (OSError, DwellError):
            pass  # a list of conveniences is not worth an error
