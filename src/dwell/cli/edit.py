"""``dwell edit``: tools that correct masks over many frames, each one step that undo takes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dwell.cli.console import EXIT_CODES, note, print_json, reporting_errors, say, wrong_usage
from dwell.cli.edit_options import (
    Absent,
    Approved,
    Colour,
    FirstAoi,
    From,
    MaxPx,
    MinPx,
    OtherAoi,
    Px,
    SomeAois,
    To,
    click_of,
    frame_of,
    span_of,
)
from dwell.cli.opening import open_project
from dwell.cli.options import AsJson, ProjectPath
from dwell.cli.progress import progress

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.editing import EditReport
    from dwell.types import ProgressFn

__all__ = ["edit"]

edit = typer.Typer(
    name="edit",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


@edit.callback()
def _edit(context: typer.Context, project: ProjectPath) -> None:
    """Correct masks over many frames; each command is one step that undo takes back.

    Frames are counted from 0. --from is the first, --to the one to stop
    before (but for interpolate: the two with known masks, what is between
    is filled); both may be times since the recording's start: 12.5s or 1:02.5.
    Approved masks are left alone, and counted, unless --approved is given.

    [bold]Examples[/bold]

      dwell edit kitchen.dwell swap cup mug --from 120

      dwell edit kitchen.dwell fill-holes cup --max-px 50

      dwell edit kitchen.dwell split "two cups" --at 412,300@f90 --name "left cup"

      dwell edit kitchen.dwell delete cup --from 1:02.5 --to 1:10 --absent

      dwell edit kitchen.dwell undo
    """
    context.obj = project


Tool = Callable[["Analysis", "ProgressFn"], "EditReport"]


def _run(context: typer.Context, tool: Tool, as_json: bool, *, masks: bool = True) -> None:
    """Use a tool on the project, and say what it did; ``masks``: to how many."""
    project: Path = context.obj
    with (
        reporting_errors(
            as_json=as_json, stopped="Nothing was changed; run the same command to do it again."
        ),
        open_project(project, write=True) as analysis,
        progress("Editing", unit="masks", as_json=as_json) as show,
        wrong_usage(),
    ):
        report = tool(analysis, show)
    if as_json:
        print_json(_facts(report))
        return
    first, *more = report.lines()
    say(first if masks else f"{report.label}.")
    for line in more:
        note(line)


def _facts(report: EditReport) -> dict[str, object]:
    return {
        "label": report.label,
        "aois": [each.name for each in report.aois],
        "made": [each.name for each in report.made],
        "masks": report.n_masks,
        "made_by_a_person": report.n_user_made,
        "approved": report.n_approved,
        "out_of_date": report.n_outdated,
        "left_alone": [
            {"aoi": each.aoi.name, "why": str(each.why), "frames": each.n_frames, "spans": each.spans}
            for each in report.left
        ],
        "notes": list(report.notes),
    }


# -------------------------------------------------------------------- who is who


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
    _run(context, lambda it, _: it.edit.swap(one, other, *span_of(it, start, stop)), as_json)


@edit.command(epilog=EXIT_CODES)
def merge(context: typer.Context, keep: FirstAoi, others: SomeAois, as_json: AsJson = False) -> None:
    """Make several AOIs one: KEEP gets all that the others have.

    [bold]Example[/bold]

      dwell edit kitchen.dwell merge cup "cup 2" "cup 3"
    """
    _run(context, lambda it, _: it.edit.merge(keep, others or ()), as_json)


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

    _run(context, tool, as_json)


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
    _run(context, lambda it, _: _edited(it, f"rename {aoi} to {name}", aoi, name=name), as_json, masks=False)


@edit.command(epilog=EXIT_CODES)
def recolour(context: typer.Context, aoi: FirstAoi, colour: Colour, as_json: AsJson = False) -> None:
    """Give an AOI another colour.

    [bold]Example[/bold]

      dwell edit kitchen.dwell recolour cup "#E69F00"
    """
    label = f"recolour {aoi} {colour}"
    _run(context, lambda it, _: _edited(it, label, aoi, colour=colour), as_json, masks=False)


def _edited(
    analysis: Analysis, label: str, aoi: str, *, name: str | None = None, colour: str | None = None
) -> EditReport:
    from dwell.editing import EditReport

    object_id = analysis.project.aoi(aoi).object_id
    with analysis.project.action(label):
        edited = analysis.project.edit_aoi(object_id, name=name, colour=colour)
    return EditReport(label, (edited,))


# -------------------------------------------------------------------- what masks show


@edit.command(epilog=EXIT_CODES)
def fill_holes(
    context: typer.Context,
    aois: SomeAois = None,
    max_px: MaxPx = None,
    start: From = None,
    stop: To = None,
    approved: Approved = False,
    as_json: AsJson = False,
) -> None:
    """Fill the holes of masks.

    [bold]Example[/bold]

      dwell edit kitchen.dwell fill-holes cup mug --max-px 50
    """

    def tool(it: Analysis, show: ProgressFn) -> EditReport:
        span = span_of(it, start, stop)
        return it.edit.fill_holes(aois, span, max_px=max_px, approved=approved, progress=show)

    _run(context, tool, as_json)


@edit.command(epilog=EXIT_CODES)
def remove_specks(
    context: typer.Context,
    aois: SomeAois = None,
    min_px: MinPx = None,
    start: From = None,
    stop: To = None,
    approved: Approved = False,
    as_json: AsJson = False,
) -> None:
    """Remove the small parts of masks; the largest part of each stays.

    [bold]Example[/bold]

      dwell edit kitchen.dwell remove-specks --min-px 30
    """

    def tool(it: Analysis, show: ProgressFn) -> EditReport:
        span = span_of(it, start, stop)
        return it.edit.remove_specks(aois, span, min_px=min_px, approved=approved, progress=show)

    _run(context, tool, as_json)


@edit.command(epilog=EXIT_CODES)
def grow(
    context: typer.Context,
    aois: SomeAois = None,
    px: Px = 1.0,
    start: From = None,
    stop: To = None,
    approved: Approved = False,
    as_json: AsJson = False,
) -> None:
    """Grow masks on all sides.

    [bold]Example[/bold]

      dwell edit kitchen.dwell grow cup --px 3 --from 100 --to 200
    """

    def tool(it: Analysis, show: ProgressFn) -> EditReport:
        return it.edit.grow(aois, px, span_of(it, start, stop), approved=approved, progress=show)

    _run(context, tool, as_json)


@edit.command(epilog=EXIT_CODES)
def shrink(
    context: typer.Context,
    aois: SomeAois = None,
    px: Px = 1.0,
    start: From = None,
    stop: To = None,
    approved: Approved = False,
    as_json: AsJson = False,
) -> None:
    """Shrink masks on all sides.

    [bold]Example[/bold]

      dwell edit kitchen.dwell shrink cup --px 2
    """

    def tool(it: Analysis, show: ProgressFn) -> EditReport:
        return it.edit.shrink(aois, px, span_of(it, start, stop), approved=approved, progress=show)

    _run(context, tool, as_json)


@edit.command(epilog=EXIT_CODES)
def union(
    context: typer.Context,
    aoi: FirstAoi,
    other: OtherAoi,
    start: From = None,
    stop: To = None,
    approved: Approved = False,
    as_json: AsJson = False,
) -> None:
    """Add the pixels of another AOI to an AOI's masks.

    [bold]Example[/bold]

      dwell edit kitchen.dwell union cup handle
    """

    def tool(it: Analysis, show: ProgressFn) -> EditReport:
        return it.edit.union(aoi, other, span_of(it, start, stop), approved=approved, progress=show)

    _run(context, tool, as_json)


@edit.command(epilog=EXIT_CODES)
def intersect(
    context: typer.Context,
    aoi: FirstAoi,
    other: OtherAoi,
    start: From = None,
    stop: To = None,
    absent: Absent = False,
    approved: Approved = False,
    as_json: AsJson = False,
) -> None:
    """Keep of an AOI's masks what lies in those of another AOI.

    [bold]Example[/bold]

      dwell edit kitchen.dwell intersect label bottle
    """

    def tool(it: Analysis, show: ProgressFn) -> EditReport:
        span = span_of(it, start, stop)
        return it.edit.intersect(aoi, other, span, absent=absent, approved=approved, progress=show)

    _run(context, tool, as_json)


@edit.command(epilog=EXIT_CODES)
def subtract(
    context: typer.Context,
    aoi: FirstAoi,
    other: OtherAoi,
    start: From = None,
    stop: To = None,
    absent: Absent = False,
    approved: Approved = False,
    as_json: AsJson = False,
) -> None:
    """Take the pixels of another AOI out of an AOI's masks.

    [bold]Example[/bold]

      dwell edit kitchen.dwell subtract cup hand --from 300 --to 360
    """

    def tool(it: Analysis, show: ProgressFn) -> EditReport:
        span = span_of(it, start, stop)
        return it.edit.subtract(aoi, other, span, absent=absent, approved=approved, progress=show)

    _run(context, tool, as_json)


# -------------------------------------------------------------------- which frames have masks


@edit.command(epilog=EXIT_CODES)
def copy(
    context: typer.Context,
    aoi: FirstAoi,
    frame: Annotated[str, typer.Option(metavar="N", help="The frame, or time, whose mask is copied.")],
    start: From = None,
    stop: To = None,
    approved: Approved = False,
    as_json: AsJson = False,
) -> None:
    """Put the mask of one frame on other frames, as if drawn there.

    [bold]Example[/bold]

      dwell edit kitchen.dwell copy poster --frame 90 --from 91 --to 300
    """

    def tool(it: Analysis, show: ProgressFn) -> EditReport:
        to = range(*span_of(it, start, stop))
        return it.edit.copy_to(aoi, frame_of(it, frame), to, approved=approved, progress=show)

    _run(context, tool, as_json)


@edit.command(epilog=EXIT_CODES)
def interpolate(
    context: typer.Context,
    aoi: FirstAoi,
    first: Annotated[str, typer.Option("--from", metavar="N", help="A frame, or time, with a known mask.")],
    last: Annotated[str, typer.Option("--to", metavar="N", help="Another one, after it.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what was tracked between them, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fill the frames between two masks with shapes between theirs.

    [bold]Example[/bold]

      dwell edit kitchen.dwell interpolate cup --from 120 --to 150
    """

    def tool(it: Analysis, show: ProgressFn) -> EditReport:
        ends = frame_of(it, first), frame_of(it, last)
        return it.edit.interpolate(aoi, *ends, overwrite=overwrite, progress=show)

    _run(context, tool, as_json)


@edit.command(epilog=EXIT_CODES)
def delete(
    context: typer.Context,
    aois: SomeAois = None,
    start: From = None,
    stop: To = None,
    absent: Annotated[
        bool, typer.Option("--absent", help="Say that the AOI is absent there; default nobody knows.")
    ] = False,
    approved: Approved = False,
    as_json: AsJson = False,
) -> None:
    """Forget masks and prompts: of some AOIs, of some frames, or both.

    [bold]Example[/bold]

      dwell edit kitchen.dwell delete cup --from 1200
    """
    if not aois and start is None and stop is None:
        raise typer.BadParameter(
            "This would forget every mask and prompt of all AOIs; name AOIs, or frames with --from and --to "
            "(--from 0 means all)."
        )

    def tool(it: Analysis, show: ProgressFn) -> EditReport:
        span = span_of(it, start, stop)
        return it.edit.delete_frames(aois, span, absent=absent, approved=approved, progress=show)

    _run(context, tool, as_json)


# -------------------------------------------------------------------- back and forth


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
