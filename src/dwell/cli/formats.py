"""``dwell formats``: the label formats, with what each keeps and loses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dwell.cli.console import print_json, print_table, reporting_errors, say
from dwell.cli.options import AsJson

if TYPE_CHECKING:
    from dwell.formats.contract import LabelFormat

__all__ = ["formats"]


def formats(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Only this one, in full.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the formats of labels: what is written, what it keeps and what it loses.

    [bold]Examples[/bold]

      dwell formats

      dwell formats coco

      dwell formats --json
    """
    with reporting_errors(as_json=as_json):
        from dwell.registry import FORMATS, load

        rows = [_facts(load(FORMATS, each)) for each in ([name] if name is not None else FORMATS)]
    if as_json:
        print_json({"labels": rows})
        return
    if name is not None:
        for key, value in rows[0].items():
            say(f"{key}: {_cell(value)}")
        return
    columns = ("name", "title", "in", "says", "files", "keeps", "loses")
    print_table(
        ("name", "title", "read", "shape", "files", "keeps", "loses"),
        [[_cell(row[key]) for key in columns] for row in rows],
        "Labels (all are written)",
    )


def _facts(kind: type[LabelFormat]) -> dict[str, Any]:
    from dwell.labels import can_read

    about = kind.about
    return {
        "name": kind.name,
        "title": about.title,
        "in": can_read(kind),
        "out": True,
        "says": about.shape,
        "volumes": about.of_volume,
        "files": about.files,
        "keeps": about.keeps,
        "loses": about.loses,
        "source": about.source,
    }


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "nothing"
