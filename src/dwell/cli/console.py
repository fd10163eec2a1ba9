"""What commands print: tables for people, one JSON object for machines; errors and exit codes."""

from __future__ import annotations

import json
import signal
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dwell.cli.wording import for_command_line
from dwell.errors import Cancelled, DwellError

__all__ = [
    "EXIT_CODES",
    "FAILED",
    "USAGE",
    "UsageError",
    "note",
    "print_error_json",
    "print_json",
    "print_table",
    "reporting_errors",
    "say",
    "status",
    "wrong_usage",
]

EXIT_CODES = (
    "Exit codes: 0 done; 1 it could not be done, the message says why; 2 wrong usage; "
    "130 stopped by Ctrl-C, with everything so far saved."
)

FAILED, USAGE, STOPPED = 1, 2, 130

UsageError: Any = typer.BadParameter.__base__
"""What Typer raises for any wrong usage; newer versions of Typer no longer take it from Click."""

_FACTS = ("path", "stream", "line", "frame_idx")


def say(text: str) -> None:
    """A line for people, on stdout."""
    Console(highlight=False, soft_wrap=True).print(text, markup=False)


def note(text: str) -> None:
    """A remark for people, on stderr."""
    _to_stderr(f"Note: {for_command_line(text)}", "yellow")


def status(text: str) -> None:
    """What is being done now, on stderr."""
    _to_stderr(text, "dim")


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object on stdout; paths as text, missing numbers as null."""
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def print_error_json(kind: str, message: str, facts: Mapping[str, Any] | None = None) -> None:
    """The JSON object that stands for an error."""
    print_json({"error": {"type": kind, "message": message, **(facts or {})}})


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
    """A table on stdout; numbers to the right, a missing value as a dash. Not folded in a file or pipe."""
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        numeric = all(isinstance(row[number], int | float | None) for row in rows)
        table.add_column(Text(column), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=Console(width=10_000).measure(table).maximum)
    console.print(table)


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return "–"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    return str(value)


@contextmanager
def reporting_errors(
    *,
    as_json: bool,
    stopped: str = "Run the same command to do it again.",
    reader_options: str | None = None,
) -> Iterator[None]:
    """Turn what goes wrong into one clear message and an exit code.

    Args:
        as_json: as one JSON object on stdout.
        stopped: what to do after Ctrl-C.
        reader_options: the command to give options for reading a recording to, if not the running one.
    """
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except (KeyboardInterrupt, Cancelled):
        _fail("Cancelled", f"Stopped. {stopped}", as_json)
        raise typer.Exit(STOPPED) from None
    except DwellError as error:
        facts = {key: getattr(error, key) for key in _FACTS if getattr(error, key) is not None}
        _fail(type(error).__name__, for_command_line(str(error), reader_options), as_json, facts)
        raise typer.Exit(FAILED) from None
    except BrokenPipeError:
        raise  # who read our output has gone: nobody to tell
    except Exception as error:
        if isinstance(error, typer.Exit | typer.Abort | UsageError):
            raise
        _fail_unforeseen(error, as_json)
        raise typer.Exit(FAILED) from None
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def wrong_usage() -> Iterator[None]:
    """Errors that Python reports as wrong use of a function become wrong use of the command."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise typer.BadParameter(for_command_line(str(error))) from error


def _interrupt(signum: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _fail(kind: str, message: str, as_json: bool, facts: Mapping[str, Any] | None = None) -> None:
    if as_json:
        print_error_json(kind, message, facts)
    else:
        _to_stderr(message if kind == "Cancelled" else f"Error: {message}", "red")


def _fail_unforeseen(error: Exception, as_json: bool) -> None:
    """A mistake of ours: say so, and give what is needed to find it."""
    lines = "".join(traceback.format_exception(error))
    message = f"Dwell made a mistake ({type(error).__name__}: {error}). Please report it with these lines."
    _fail(type(error).__name__, message, as_json, {"traceback": lines})
    if not as_json:
        sys.stderr.write(lines)


def _to_stderr(text: str, style: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, style=style, markup=False)
