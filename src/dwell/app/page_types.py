"""The page's types, generated from the messages: ``python -m dwell.app.page_types`` rewrites the file."""

from __future__ import annotations

import types
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from dwell.app import messages
from dwell.app.messages import Message, Ns, Request

__all__ = ["TARGET", "page_types"]

TARGET = Path(__file__).parent / "web" / "core" / "messages.js"

_PLAIN = {int: "number", float: "number", str: "string", bool: "boolean", type(None): "null", Any: "any"}
_HEADER = """\
// Types of the messages between server and page. Generated from dwell/app/messages/ by
// `python -m dwell.app.page_types`; change them there.

/** A time: int64 ns as a string of digits. @typedef {string} Ns */
"""


def page_types() -> str:
    """The text of ``web/core/messages.js``: one JSDoc typedef per message."""
    kinds = [value for name in messages.__all__ if _is_message(value := getattr(messages, name))]
    parts = [_HEADER, *(_typedef(kind) for kind in kinds)]
    return "\n".join([*parts, f"export const PROTOCOL = {messages.PROTOCOL};\n"])


def _is_message(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Message) and value not in (Message, Request)


def _typedef(kind: type[Message]) -> str:
    first_line = (kind.__doc__ or "").strip().splitlines()[0]
    lines = [f"/**\n * {first_line}\n * @typedef {{object}} {kind.__name__}"]
    hints = get_type_hints(kind, include_extras=True)
    for name, field in kind.model_fields.items():
        optional = issubclass(kind, Request) and not field.is_required()
        lines.append(f" * @property {{{_js(hints[name])}}} {f'[{name}]' if optional else name}")
    return "\n".join([*lines, " */\n"])


def _js(hint: Any) -> str:
    if hint == Ns:
        return "Ns"
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _js(inside[0])
    if origin is Literal:
        return "|".join(f"'{value}'" for value in inside)
    if origin in (Union, types.UnionType):
        return "|".join(_js(each) for each in inside)
    if origin is list:
        return f"Array<{_js(inside[0])}>"
    if origin is tuple:
        return f"[{', '.join(_js(each) for each in inside)}]"
    if origin is dict:
        return f"Record<string, {_js(inside[1])}>"
    if isinstance(hint, type) and issubclass(hint, Message):
        return hint.__name__
    raise TypeError(f"No page type for {hint}; add it to dwell.app.page_types.")


if __name__ == "__main__":
    TARGET.write_text(page_types(), encoding="utf-8")
