"""Show a folder in the file manager of the computer that the server runs on."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from subprocess import DEVNULL, Popen

from dwell.errors import DwellError

__all__ = ["NoDesktop", "open_folder"]


class NoDesktop(DwellError):
    """Nothing can show a folder here."""


def open_folder(folder: Path) -> None:
    """Open the folder in the file manager; it is not waited for.

    Raises:
        NoDesktop: there is no desktop, or no file manager.
    """
    opener = _opener()
    if opener is None:
        raise NoDesktop(
            f"There is no desktop on the computer that Dwell runs on; the files are in {folder} there.",
            path=folder,
        )
    try:
        Popen(
            [opener, str(folder.resolve())],
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise NoDesktop(
            f"Cannot open {folder} ({error.strerror}); look for it there.", path=folder
        ) from error


def _opener() -> str | None:
    """The program that shows a folder; None without a desktop."""
    if sys.platform == "darwin":
        return shutil.which("open")
    if sys.platform == "win32":
        return shutil.which("explorer")
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return None
    return shutil.which("xdg-open")
