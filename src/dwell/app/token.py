"""The token of a port, kept for a while, so that a page that is open goes on after the server was restarted.

Only for servers that nobody but this computer reaches. The file can be read by its owner alone, who could
read the recordings anyway.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from contextlib import suppress
from pathlib import Path

from dwell.app.recents import state_folder

__all__ = ["kept_token"]

KEPT_S = 7 * 24 * 3600
"""After so long without a start, the next one has a new token."""
LENGTH = 32


def kept_token(port: int, folder: Path | None = None) -> str:
    """The token that this port had lately, else a new one, which is kept if that can be done safely.

    Args:
        port: that the server listens on.
        folder: where tokens are kept; default the user's own folder for such things.
    """
    file = (folder or state_folder()) / f"token-{port}"
    token = _read(file)
    if token is None:
        token = secrets.token_urlsafe(LENGTH)
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
            with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
                out.write(token)
    with suppress(OSError):
        os.utime(file)
    return token


def _read(file: Path) -> str | None:
    """The token in a file that is ours alone and not too old."""
    try:
        info = file.lstat()
        token = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    private = sys.platform == "win32" or (info.st_uid == os.getuid() and not info.st_mode & 0o077)
    fresh = 0 <= time.time() - info.st_mtime < KEPT_S
    return token if private and fresh and not file.is_symlink() and len(token) >= LENGTH else None
