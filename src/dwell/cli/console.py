"""What commands print: tables for people, one JSON object for machines; errors and exit codes."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dwell.errors import Cancelled, DwellError

__all__ = ["EXIT_CODES", "note", "print_json", "print_table", "reporting_errors", "say"]

EXIT_CODES = (
    "Exit codes: 0 done; 1 it could not be done, the message says why; 2 wrong usage; "
    "130 stopped by Ctrl-C, with everything so far saved."
)

FAILED, STOPPED = 1, 130


def say(text: str) -> None:
    """A line for people, on stdout."""
    Console(highlight=False, soft_wrap=True).print(text, markup=False)


def note(text: str) -> None:
    """A remark for people, on stderr."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"Note: {text}", style="yellow", markup=False)


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object on stdout; paths as text, missing numbers as null."""
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "item"):  # a NumPy scalar
        value = value.item()
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> None:
    """A table on stdout; numbers to the right, a missing value as a dash."""
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        numeric = all(isinstance(row[number], int | float | None) for row in rows)
        table.add_column(Text(column), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    Console(highlight=False).print(table)


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return "–"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    return str(value)


@contextmanager
def reporting_errors(*, as_json: bool) -> Iterator[None]:
    """Turn what goes wrong into one clear message and an exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except (KeyboardInterrupt, Cancelled) as error:
        _fail("Stopped. What was done so far is saved; run the same command to go on.", error, as_json)
        raise typer.Exit(STOPPED) from None
    except DwellError as error:
        _fail(str(error), error, as_json)
        raise typer.Exit(FAILED) from None


def _interrupt(signum: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _fail(message: str, error: BaseException, as_json: bool) -> None:
    if as_json:
        facts = {key: getattr(error, key, None) for key in ("path", "stream", "line", "frame_idx")}
        known = {key: value for key, value in facts.items() if value is not None}
        print_json({"error": {"type": type(error).__name__, "message": message, **known}})
    else:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            f"Error: {message}" if isinstance(error, DwellError) else message, style="red", markup=False
        )
