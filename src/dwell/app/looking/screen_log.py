"""What the page, the source and checks said during a look: with it, raw gaze can be mapped anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dwell.errors import StorageFull

__all__ = ["SCREEN_FILE", "ScreenLog"]

SCREEN_FILE = "screen.jsonl"


class ScreenLog:
    """Lines of JSON in a look's folder: ``kind``, ``t_ns`` and what belongs to it.

    Kinds: ``view`` (as ``dwell.screen.as_report``), ``settings``, ``source``, ``check``, ``correction``,
    ``note``.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / SCREEN_FILE
        self._file = self._path.open("x", encoding="utf-8")

    def write(self, kind: str, t_ns: int, **values: Any) -> None:
        """One line, on disk at once.

        Raises:
            StorageFull: the disk is full.
        """
        line = json.dumps({"kind": kind, "t_ns": t_ns, **values}, ensure_ascii=False, allow_nan=False)
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except OSError as error:
            raise StorageFull(
                f"The log of this look cannot be written ({error.strerror}); free some space on the disk and "
                "begin another look.",
                path=self._path,
            ) from error

    def close(self) -> None:
        """No more lines."""
        self._file.close()
