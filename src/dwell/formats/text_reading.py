"""Small text files of others, read whole."""

from __future__ import annotations

from pathlib import Path

from dwell.errors import BadLabels

__all__ = ["read_text"]


def read_text(file: Path) -> str:
    """The text of a file in UTF-8, with or without a mark at its start.

    Raises:
        BadLabels: it is in another encoding.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadLabels(
            f"{file}: expected a text file in UTF-8 ({error.reason}); save it so.", path=file
        ) from error
