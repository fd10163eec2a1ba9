"""The ``dwell`` command."""

from __future__ import annotations

import sys

import typer

from dwell.cli import demo, export, info, map, render, track
from dwell.cli.console import EXIT_CODES

__all__ = ["app", "main"]

app = typer.Typer(
    name="dwell",
    help="What did they look at, when, and for how long – when the things looked at move.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
for command in (info.info, track.track, map.map_gaze, render.render, export.export, demo.demo):
    name = "map" if command is map.map_gaze else None
    app.command(name, epilog=EXIT_CODES)(command)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows a mark instead
    app()
