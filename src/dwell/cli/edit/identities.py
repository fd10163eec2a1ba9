"""``dwell edit``: who is who – swap, merge, split, names and colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dwell.cli.console import EXIT_CODES
from dwell.cli.edit.group import edit, run
from dwell.cli.edit.options import Approved, Colour, FirstAoi, From, OtherAoi, SomeAois, To, click_of, span_of
from dwell.cli.options import AsJson

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.editing import EditReport
    from dwell.types import ProgressFn

__all__ = ["merge", "recolour", "rename", "split", "swap"]


@edit.command(epilog=EXIT_CODES)
def swap(
    context: typer.Context,
    one: FirstAoi,
    other: OtherAoi,
    start: From = None,
    stop: To = None,
    as_json: AsJson = False,
) -> None:
    """Swap the identities of two AOIs from a frame on.

    [bold]Example[/bold]

      dwell edit kitchen.dwell swap cup mug --from 120
    """
    run(context, lambda it, _: it.edit.swap(one, other, *span_of(it, start, stop)), as_json)


@edit.command(epilog=EXIT_CODES)
def merge(context: typer.Context, keep: FirstAoi, others: SomeAois, as_json: AsJson = False) -> None:
    """Make several AOIs one: KEEP gets all that the others have.

    [bold]Example[/bold]

      dwell edit kitchen.dwell merge cup "cup 2" "cup 3"
    """
    run(context, lambda it, _: it.edit.merge(keep, others or ()), as_json)


@edit.command(epilog=EXIT_CODES)
def split(
    context: typer.Context,
    aoi: FirstAoi,
    at: Annotated[
        str | None,
        typer.Option(metavar="X,Y@fN", help="Split off the part at this place; default every part."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --at: the new AOI; default like AOI, numbered.")
    ] = None,
    min_px: Annotated[
        int | None,
        typer.Option(
            metavar="PX", min=1, help="Without --at: smaller parts do not count; default a tenth of the mask."
        ),
    ] = None,
    start: From = None,
    stop: To = None,
    approved: Approved = False,
    as_json: AsJson = False,
) -> None:
    """Make several AOIs of one: every part of its masks, or the one part that is clicked.

    [bold]Examples[/bold]

      dwell edit kitchen.dwell split cups

      dwell edit kitchen.dwell split cups --at 412,300@f90 --name "left cup"
    """
    if (at is None and name is not None) or (at is not None and min_px is not None):
        raise typer.BadParameter("--name goes with --at, and --min-px without it.")
    frame_idx, point_xy = (0, (0.0, 0.0)) if at is None else click_of(at)

    def tool(it: Analysis, show: ProgressFn) -> EditReport:
        span = span_of(it, start, stop)
        if at is None:
            return it.edit.split_components(aoi, span, min_px=min_px, approved=approved, progress=show)
        return it.edit.split_at(aoi, frame_idx, point_xy, span, name=name, approved=approved, progress=show)

    run(context, tool, as_json)


@edit.command(epilog=EXIT_CODES)
def rename(
    context: typer.Context,
    aoi: FirstAoi,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its new name.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Give an AOI another name.

    [bold]Example[/bold]

      dwell edit kitchen.dwell rename "thing 3" kettle
    """
    run(context, lambda it, _: _edited(it, f"rename {aoi} to {name}", aoi, name=name), as_json, masks=False)


@edit.command(epilog=EXIT_CODES)
def recolour(context: typer.Context, aoi: FirstAoi, colour: Colour, as_json: AsJson = False) -> None:
    """Give an AOI another colour.

    [bold]Example[/bold]

      dwell edit kitchen.dwell recolour cup "#E69F00"
    """
    label = f"recolour {aoi} {colour}"
    run(context, lambda it, _: _edited(it, label, aoi, colour=colour), as_json, masks=False)


def _edited(
    analysis: Analysis, label: str, aoi: str, *, name: str | None = None, colour: str | None = None
) -> EditReport:
    from dwell.editing import EditReport

    object_id = analysis.project.aoi(aoi).object_id
    with analysis.project.action(label):
        edited = analysis.project.edit_aoi(object_id, name=name, colour=colour)
    return EditReport(label, (edited,))
