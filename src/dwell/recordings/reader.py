"""What every reader of recordings answers.

A reader is one file and one line in ``dwell.registry.READERS``. It keeps no state. It sees a ``Source``, so
that a folder, a zip and a file are one and the same to it. Promises, checked for every registered reader by
``tests/recordings/test_contract.py``: ``sniff`` reads only names and small files; ``open`` reads no table; a
damaged table raises when its stream is touched and not before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from dwell.errors import BadTable
from dwell.recordings.recording import Recording
from dwell.recordings.source import Source

__all__ = ["Options", "Reader", "read_json"]

Options = Mapping[str, Any]
"""What the user said beyond the path, by name."""


class Reader(Protocol):
    """Opens one kind of recording."""

    name: str
    """As in the registry; becomes ``Recording.kind``."""
    title: str
    """What messages call it: ``Pupil Cloud download``."""
    options: Mapping[str, str]
    """Name of each option it takes → what it means, in one sentence."""

    def sniff(self, source: Source, options: Options) -> str | None:
        """None when the source is this reader's, else why not, in a few words."""
        ...

    def open(self, source: Source, options: Options) -> list[Recording]:
        """Every recording in the source, which ``sniff`` has accepted."""
        ...


def read_json(source: Source, name: str) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        BadTable: not UTF-8, not JSON, or no object.
    """
    label, path = source.label(name), source.where(name)
    try:
        content = json.loads(source.read(name).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadTable(f"{label} is not UTF-8; copy or download the recording again.", path=path) from error
    except json.JSONDecodeError as error:
        raise BadTable(
            f"{label}, line {error.lineno}: not JSON ({error.msg}); copy or download the recording again.",
            path=path,
            line=error.lineno,
        ) from error
    if not isinstance(content, dict):
        raise BadTable(
            f"{label} holds {type(content).__name__}, expected an object {{…}}.", path=path, line=1
        )
    return content
