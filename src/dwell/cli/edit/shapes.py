"""``dwell edit``: what masks show – holes, specks, size, one AOI with another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from dwell.cli.console import EXIT_CODES
from dwell.cli.edit.group import edit, run
from dwell.cli.edit.options import (
    Absent,
    Approved,
    FirstAoi,
    From,
    MaxPx,
    MinPx,
    OtherAoi,
    Px,
    SomeAois,
    To,
    span_of,
)
from dwell.cli.options import AsJson

if TYPE_CHECKING:
    from dwell.analysis import Analysis
    from dwell.editing import EditReport
    from dwell.types import ProgressFn

__all__ = ["fill_holes", "grow", "intersect", "remove_specks", "shrink", "subtract", "union"]


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

    run(context, tool, as_json)


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

    run(context, tool, as_json)


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

    run(context, tool, as_json)


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

    run(context, tool, as_json)


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

    run(context, tool, as_json)


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

    run(context, tool, as_json)


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

    run(context, tool, as_json)
