"""The ``dwell`` command."""

from __future__ import annotations

import signal
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from dwell import __version__
from dwell.cli import app as page
from dwell.cli import (
    convert,
    demo,
    everything,
    export,
    formats,
    import_labels,
    info,
    look,
    map,
    models,
    render,
    review,
    segment,
    track,
)
from dwell.cli.cloud import cloud
from dwell.cli.console import EXIT_CODES, USAGE, UsageError, print_error_json, say
from dwell.cli.edit import edit

__all__ = ["app", "main"]


class _Commands(TyperGroup):
    """Reports wrong usage as JSON, too, where JSON was asked for."""

    def main(  # type: ignore[override]
        self, args: Any = None, prog_name: str | None = None, **extra: Any
    ) -> Any:
        given = sys.argv[1:] if args is None else list(args)
        if "--json" not in given or not extra.get("standalone_mode", True):
            return super().main(args, prog_name, **extra)
        try:
            code = super().main(args, prog_name, **(extra | {"standalone_mode": False}))
        except UsageError as error:
            print_error_json("UsageError", error.format_message())
            code = USAGE
        sys.exit(code or 0)


app = typer.Typer(
    name="dwell",
    cls=_Commands,
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"dwell {__version__}")
        raise typer.Exit


@app.callback()
def _dwell(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """What did they look at, when, and for how long – when the things looked at move."""


COMMANDS = (
    page.app,
    info.info,
    track.track,
    segment.segment,
    everything.everything,
    look.look,
    review.review,
    map.map_gaze,
    render.render,
    export.export,
    import_labels.import_labels,
    convert.convert,
    formats.formats,
    demo.demo,
)
NAMES = {map.map_gaze: "map", import_labels.import_labels: "import"}
for command in COMMANDS:
    app.command(NAMES.get(command), epilog=EXIT_CODES)(command)
app.add_typer(models.models)
app.add_typer(cloud)
app.add_typer(edit)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows a mark instead
    try:
        app()
    finally:
        signal.signal(
            signal.SIGINT, signal.SIG_IGN
        )  # an impatient second Ctrl-C must not spoil the exit code
