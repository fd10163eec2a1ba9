"""Which source a person means: ``neon:192.168.1.21``, ``lsl:My stream?x=gx&y=gy``, ``replay:gaze.csv``.

Source: ours.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from dwell.errors import LiveError
from dwell.types import Space

__all__ = ["number", "read_options", "size_wh", "space", "split_spec", "text", "whole", "yes_no"]


def split_spec(spec: str) -> tuple[str, str, dict[str, str]]:
    """Name of the source, what stands behind the colon, and the options behind a question mark.

    >>> split_spec("lsl:My stream?x=gaze x&space=scene")
    ('lsl', 'My stream', {'x': 'gaze x', 'space': 'scene'})
    """
    head, mark, query = spec.rpartition("?")
    if not mark or "=" not in query:
        head, query = spec, ""
    name, _, target = head.partition(":")
    return name.strip(), target.strip(), dict(_pairs(query, spec)) if query else {}


def read_options(
    source: str, options: Mapping[str, Any], known: Mapping[str, Callable[[str], Any]]
) -> dict[str, Any]:
    """Keyword arguments for a source: texts are read, other values are kept.

    Raises:
        LiveError: there is no such option, or its text cannot be read.
    """
    for key in options:
        if key not in known:
            close = difflib.get_close_matches(key, list(known), n=1)
            guess = f" Did you mean {close[0]!r}?" if close else ""
            listed = ", ".join(known) or "no options"
            raise LiveError(f"The gaze source {source!r} has no option {key!r}; it takes {listed}.{guess}")
    return {key: _read(source, key, value, known[key]) for key, value in options.items()}


def number(value: str) -> float:
    """A number that is finite."""
    result = float(value)
    if not math.isfinite(result):
        raise ValueError("say a finite number")
    return result


def whole(value: str) -> int:
    """A whole number."""
    return int(value)


def text(value: str) -> str:
    """The text itself."""
    return value


def yes_no(value: str) -> bool:
    """``yes`` or ``no``."""
    answers = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
    if value.lower() not in answers:
        raise ValueError("say yes or no")
    return answers[value.lower()]


def size_wh(value: str) -> tuple[int, int]:
    """A size such as ``1920x1080``."""
    w, cross, h = value.lower().partition("x")
    if not cross or not (w.strip().isdigit() and h.strip().isdigit()) or int(w) < 1 or int(h) < 1:
        raise ValueError("say width and height in px, such as 1920x1080")
    return int(w), int(h)


def space(value: str) -> Space:
    """The space of positions, by name."""
    if value not in set(Space):
        raise ValueError(f"say one of {', '.join(Space)}")
    return Space(value)


def _pairs(query: str, spec: str) -> list[tuple[str, str]]:
    pairs = []
    for part in query.split("&"):
        key, equals, value = part.partition("=")
        if not equals or not key:
            raise LiveError(f"In the gaze source {spec!r}, {part!r} is no option; write key=value.")
        pairs.append((key.strip(), unquote(value.strip())))
    return pairs


def _read(source: str, key: str, value: Any, read: Callable[[str], Any]) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return read(value)
    except ValueError as error:
        raise LiveError(
            f"The option {key!r} of the gaze source {source!r} cannot be {value!r}: {error}."
        ) from error
