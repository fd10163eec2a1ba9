"""Which source of gaze a page may have, and with what settings."""

from __future__ import annotations

from typing import Any, cast

from dwell.app.messages import LookMouse
from dwell.app.places import Places
from dwell.errors import LiveError, MissingSource
from dwell.live import GazeSource
from dwell.live.spec import split_spec
from dwell.registry import GAZE_SOURCES, load
from dwell.types import Space

__all__ = ["SourceRefused", "gaze_source"]

_BLINK_RATE_HZ = 0.25
"""15 a minute, as ``dwell.live.GazeNoise`` has it by itself."""
_AT_ADDRESSES = ("neon", "tobii")
"""Sources whose target is an address that is connected to."""


class SourceRefused(LiveError):
    """This server does not connect to that for its pages."""


def gaze_source(spec: str, mouse: LookMouse, places: Places, *, local: bool) -> GazeSource:
    """The source that a page asks for, not connected yet.

    A server that others can reach connects to no address that a page names: it would be a way into the
    network behind it. What announces itself there may be used.

    Args:
        spec: see ``dwell.live.open_source``.
        mouse: how a mouse plays the eye; what ``spec`` says wins.
        places: where a file to replay may be.
        local: only this computer can reach the server.

    Raises:
        MissingSource: there is no such source, or a package it needs is not installed.
        OutsidePlaces: the file lies in none of the places.
        SourceRefused: an address, and the server is not local.
        LiveError: what stands behind the name cannot be used.
        BadTable: the file to replay is no table of gaze.
    """
    name, target, options = split_spec(spec)
    if not name:
        raise MissingSource(f"No gaze source is named; choose one of: {', '.join(GAZE_SOURCES)}.")
    if name in _AT_ADDRESSES and target and not local:
        raise SourceRefused(
            f"This server can be reached by others, so it connects to no address that a page names. Choose "
            f"{name!r} without an address, or start dwell app on the computer that you sit at."
        )
    given: dict[str, Any] = dict(options)
    if name == "mouse":
        given = {**_mouse(mouse), **given}
    elif name == "replay":
        target, given = _replay(target, given, places)
    return cast(GazeSource, load(GAZE_SOURCES, name).from_spec(target, given))


def _mouse(mouse: LookMouse) -> dict[str, Any]:
    values = mouse.model_dump(exclude={"blinks"})
    return {**values, "blink_rate_hz": _BLINK_RATE_HZ if mouse.blinks else 0.0}


def _replay(target: str, given: dict[str, Any], places: Places) -> tuple[str, dict[str, Any]]:
    """A replay in a look is of px of the picture, unless it says otherwise, and as if it were now."""
    if not target:
        raise LiveError("No file is named to be replayed; write replay:FILE.csv.")
    if given.get("space") == Space.SCENE:
        raise LiveError(
            "Gaze in a scene camera needs the camera's pictures, which a table does not have; replay gaze in "
            "px of the picture (space=image), of the page (space=page) or of the display (space=display)."
        )
    return str(places.checked(target)), {"space": Space.IMAGE, **given, "shift": True}
