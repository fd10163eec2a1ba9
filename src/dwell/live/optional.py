"""Packages that only one source needs, imported when it is opened. Source: ours."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import av.logging

from dwell.errors import MissingSource

__all__ = ["need"]


def need(module: str, source: str, install: str) -> Any:
    """The module, imported now.

    PyAV's logging stays as it was: a package that switches it on as it is imported (pupil-labs-video does)
    would let every video of this process wait for ever when it is closed, FFmpeg's threads for Python and
    Python for them.

    Raises:
        MissingSource: it is not installed, or cannot be loaded; says how to install it.
    """
    level = av.logging.get_level()
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise MissingSource(
            f"The gaze source {source!r} needs the package {error.name!r}, which is not installed; "
            f"run: {install}"
        ) from error
    except (ImportError, OSError, RuntimeError) as error:
        raise MissingSource(
            f"The gaze source {source!r} needs {module!r}, which is installed but cannot be loaded "
            f"({error}). Install it again: {install}"
        ) from error
    finally:
        if av.logging.get_level() != level:
            av.logging.set_level(level)
