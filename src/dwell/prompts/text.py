"""Prompts written as text: ``cup:click=310,220@f40``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from dwell.errors import PromptError
from dwell.prompts.values import Absent, Box, Point, Polygon, Prompt

__all__ = ["NamedPrompt", "clean_name", "parse_prompt"]


@dataclass(frozen=True, slots=True)
class NamedPrompt:
    """A prompt written as text: ``cup:click=310,220@f40``."""

    name: str
    """AOI name."""
    frame_idx: int
    prompt: Prompt | None
    """None when the prompt is a mask file, still to be read."""
    mask_file: str | None = None
    """Path as written, for ``NAME:mask=FILE.png@fN``."""


_TEXT = re.compile(r"^(?P<name>.+):(?P<kind>[a-z]+)(?:=(?P<value>.+))?@f(?P<frame>\d+)$", re.DOTALL)
_FORMS = (
    "NAME:click=X,Y@fN, NAME:exclude=X,Y@fN, NAME:box=X0,Y0,X1,Y1@fN, "
    "NAME:lasso=X,Y;X,Y;X,Y@fN, NAME:mask=FILE.png@fN, NAME:absent@fN"
)


def clean_name(name: str) -> str:
    """An AOI's name without blanks around it, and with its letters put together in one way (NFC).

    Example:
        >>> clean_name(" Tu\u0308r ") == "T\u00fcr"
        True
    """
    return unicodedata.normalize("NFC", name.strip())


def parse_prompt(text: str) -> NamedPrompt:
    """The prompt in a text such as ``cup:click=310,220@f40``.

    Forms: ``NAME:click=X,Y@fN``, ``NAME:exclude=X,Y@fN`` (a negative point), ``NAME:box=X0,Y0,X1,Y1@fN``,
    ``NAME:lasso=X,Y;X,Y;…@fN``, ``NAME:mask=FILE.png@fN``, ``NAME:absent@fN``. N is the 0-based frame_idx.

    Raises:
        PromptError: the text has none of these forms.

    Example:
        >>> parse_prompt("cup:click=310,220@f40")
        NamedPrompt(name='cup', frame_idx=40, prompt=Point(x=310.0, y=220.0, positive=True), mask_file=None)
    """
    match = _TEXT.match(text.strip())
    if match is None:
        raise PromptError(f"Cannot read the prompt {text!r}; write one of {_FORMS}.")
    name, kind, value = clean_name(match["name"]), match["kind"], match["value"]
    frame_idx = int(match["frame"])
    if kind == "mask" and value:
        return NamedPrompt(name, frame_idx, None, mask_file=value)
    return NamedPrompt(name, frame_idx, _prompt_of(kind, value, text))


def _prompt_of(kind: str, value: str | None, text: str) -> Prompt:
    if kind == "absent" and value is None:
        return Absent()
    try:
        pairs = [[float(v) for v in part.split(",")] for part in (value or "").split(";")]
        if kind in ("click", "exclude"):
            ((x, y),) = pairs
            return Point(x, y, positive=kind == "click")
        if kind == "box":
            ((x0, y0, x1, y1),) = pairs
            return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        if kind == "lasso" and len(pairs) >= 3:
            return Polygon(tuple((x, y) for x, y in pairs))
    except ValueError as error:
        raise PromptError(f"Cannot read the numbers in {text!r}; write one of {_FORMS}.") from error
    raise PromptError(f"Unknown prompt {kind!r} in {text!r}; write one of {_FORMS}.")
