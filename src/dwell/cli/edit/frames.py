"""``dwell edit``: which frames have masks – copy, interpolate, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dwell.cli.console import EXIT_CODES
from dwell.cli.edit.group import edit, run
from dwell.cli.edit.options import Approved, FirstAoi, From, SomeAois, To, frame_of, span_of
from dwell.cli.options import AsJson

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.editing import EditReport
    from dwell.types import ProgressFn

__all__ = ["copy", "delete", "interpolate"]


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

    run(context, tool, as_json)


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

    run(context, tool, as_json)


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

    run(context, tool, as_json)
