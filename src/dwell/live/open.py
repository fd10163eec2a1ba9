"""A gaze source from what a person types. Source: ours."""

from __future__ import annotations

from typing import Any, cast

from dwell.errors import MissingSource
from dwell.live.source import GazeSource
from dwell.live.spec import split_spec
from dwell.registry import GAZE_SOURCES, load

__all__ = ["open_source"]


def open_source(spec: str, **options: Any) -> GazeSource:
    """The source that is meant, not connected yet. Imports its package, which may take seconds.

    Args:
        spec: ``NAME``, ``NAME:WHERE`` or either with ``?key=value&key=value`` behind it: ``neon``,
            ``neon:192.168.1.21``, ``lsl:STREAM NAME``, ``tobii``, ``mouse?accuracy_deg=1``, ``replay:FILE``.
        **options: Options of the source; they win over those in ``spec``.

    Raises:
        MissingSource: there is no such source, or a package it needs is not installed.
        LiveError: what stands behind the name cannot be used.
        BadTable: the file to replay is no table of gaze.
    """
    name, target, given = split_spec(spec)
    if not name:
        raise MissingSource(f"No gaze source is named in {spec!r}; choose one of: {', '.join(GAZE_SOURCES)}.")
    return cast(GazeSource, load(GAZE_SOURCES, name).from_spec(target, {**given, **options}))
