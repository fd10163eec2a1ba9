"""``dwell edit``: back and forth – undo, redo."""

from __future__ import annotations

import typer

from dwell.cli.console import EXIT_CODES, print_json, reporting_errors, say
from dwell.cli.edit.group import edit
from dwell.cli.opening import open_project
from dwell.cli.options import AsJson

__all__ = ["redo", "undo"]


@edit.command(epilog=EXIT_CODES)
def undo(context: typer.Context, as_json: AsJson = False) -> None:
    """Take back the last step, whoever made it.

    [bold]Example[/bold]

      dwell edit kitchen.dwell undo
    """
    _move(context, "undo", as_json)


@edit.command(epilog=EXIT_CODES)
def redo(context: typer.Context, as_json: AsJson = False) -> None:
    """Do again what was last undone.

    [bold]Example[/bold]

      dwell edit kitchen.dwell redo
    """
    _move(context, "redo", as_json)


def _move(context: typer.Context, which: str, as_json: bool) -> None:
    with reporting_errors(as_json=as_json), open_project(context.obj, write=True) as analysis:
        label = analysis.project.undo() if which == "undo" else analysis.project.redo()
    if as_json:
        print_json({which: label})
        return
    say(f"There is nothing to {which}." if label is None else f"{which.capitalize()}: {label}.")
