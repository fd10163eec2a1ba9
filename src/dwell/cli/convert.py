"""``dwell convert``: labels from one format to another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from dwell.cli.console import reporting_errors
from dwell.cli.export import print_reports
from dwell.cli.label_options import Polygons, write_options
from dwell.cli.opening import make_folder
from dwell.cli.options import AsJson
from dwell.cli.progress import progress

__all__ = ["convert"]


def convert(
    source: Annotated[
        Path,
        typer.Argument(metavar="LABELS", help="File or folder of labels.", show_default=False),
    ],
    out: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Folder for the new ones; made if need be.", show_default=False),
    ],
    format: Annotated[str, typer.Option(metavar="NAME", help="Format to write; `dwell formats` lists them.")],
    source_format: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="NAME",
            help="Format of LABELS; default what they look like.",
            show_default=False,
        ),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(
            metavar="WIDTHxHEIGHT",
            help="Size of the pictures in px, for formats that do not say it.",
            show_default=False,
        ),
    ] = None,
    polygons: Polygons = False,
    as_json: AsJson = False,
) -> None:
    """Write labels that are in one format in another; no project, no video.

    Ids, names, colours and categories stay. What the new format cannot keep is
    said. Boxes do not become masks; for that, `dwell import` them as prompts.

    [bold]Examples[/bold]

      dwell convert annotations.json masks --format davis

      dwell convert gt.txt boxes --from mot --format voc --size 1920x1080
    """
    size_hw = _size_hw(size)
    with reporting_errors(as_json=as_json), progress("Converting", as_json=as_json) as show:
        from dwell.labels import convert_labels

        make_folder(out)
        report = convert_labels(
            source,
            format,
            out,
            source_format=source_format,
            size_hw=size_hw,
            options=write_options(None, polygons),
            progress=show,
        )
    print_reports([report], as_json=as_json)


def _size_hw(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = re.fullmatch(r"([1-9]\d{0,5})[x×]([1-9]\d{0,5})", text.strip())
    if match is None:
        raise typer.BadParameter(f"--size {text}: expected WIDTHxHEIGHT in px, such as 1920x1080.")
    return int(match[2]), int(match[1])
