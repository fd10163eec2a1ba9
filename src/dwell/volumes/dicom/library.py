"""pydicom, imported when it is needed, and kept quiet."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from dwell.errors import MissingBackend

__all__ = ["need", "quiet"]


def need(package: str) -> None:
    """Make sure that ``pydicom`` or ``highdicom`` can be imported.

    Raises:
        MissingBackend: it is not installed; the message has the install line.
    """
    try:
        import_module(package)
    except ModuleNotFoundError as error:
        raise MissingBackend(
            f"DICOM needs the package {package!r}, which is not installed ({error.name!r} was not found); "
            'run: pip install "dwell[medical]"'
        ) from error


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings of pydicom and highdicom about values that bend the standard, as scanners' do.

    What matters of it is checked by Dwell, and is an error or a note.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
