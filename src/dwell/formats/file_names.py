"""Names of files and folders, made of names that people chose."""

from __future__ import annotations

import re
from pathlib import Path

from dwell.errors import OutputError

__all__ = ["OnceEach", "file_name"]

_UNSAFE = re.compile(r'[\s<>:"/\\|?*\x00-\x1f\x7f]+')
"""What no file system, or not every one, takes in a name; spaces, as lists of files are split at them."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def file_name(text: str) -> str:
    """The text as the name of a file or folder, without an ending: any script, but no space and no ``/``.

    Example:
        >>> file_name("Küche: 3/4 links.")
        'Küche_3_4_links'
    """
    name = _UNSAFE.sub("_", text).strip(".") or "_"
    return f"_{name}" if _RESERVED.fullmatch(name) else name


class OnceEach:
    """Names that are given to files, none twice, also where capitals do not count."""

    def __init__(self, out: Path, what: str) -> None:
        """The names of a ``what``, such as ``pictures``, below ``out``."""
        self._out, self._what = out, what
        self._taken: dict[str, str] = {}

    def take(self, name: str, of: str) -> str:
        """The name, which nothing else has.

        Args:
            name: of the file, without an ending.
            of: what it is the name of, for the message.

        Raises:
            OutputError: it is taken.
        """
        before = self._taken.setdefault(name.casefold(), of)
        if before != of:
            raise OutputError(
                f"Two {self._what}, {before!r} and {of!r}, would be one file, {name!r}; give them names that "
                "differ in letters or digits.",
                path=self._out / name,
            )
        return name
