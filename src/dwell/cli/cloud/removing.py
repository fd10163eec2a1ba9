"""``dwell cloud rm``: AOIs deleted in Pupil Cloud."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from dwell.cli.cloud.opening import Url, opened_cloud
from dwell.cli.console import FAILED, note, print_json, print_table, reporting_errors, say
from dwell.cli.options import AsJson

if TYPE_CHECKING:
    from dwell.cloud import CloudAoi

__all__ = ["rm"]


def rm(
    url: Url,
    aoi: Annotated[
        list[str] | None, typer.Argument(metavar="[AOI]...", help="Names or ids.", show_default=False)
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Every AOI of the enrichment, whoever made it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete AOIs of an enrichment in Pupil Cloud.

    Shows which, and asks. There is no undo in Pupil Cloud; the project here
    keeps its AOIs, and `dwell cloud push` makes them again.

    [bold]Examples[/bold]

      dwell cloud rm https://cloud.pupil-labs.com/workspaces/…/enrichments/… bottle flag

      dwell cloud rm https://cloud.pupil-labs.com/workspaces/…/enrichments/… --all --yes
    """
    if all_ == bool(aoi):
        raise typer.BadParameter("Name the AOIs to delete, or give --all; not both.")
    with reporting_errors(as_json=as_json):
        from dwell.cloud import choose_aois, parse_address, remove_aois

        place = parse_address(url).expected("enrichment")
        with opened_cloud() as cloud:
            there = cloud.aois(place)
            chosen = there if all_ else choose_aois(there, aoi or [])
            if not yes and not _confirmed(chosen, len(there), as_json):
                raise typer.Exit(FAILED)
            removed = remove_aois(cloud, place, chosen)
        if as_json:
            gone, left = (
                [{"name": each.name, "aoi_id": each.id} for each in aois]
                for aois in (removed.gone, removed.left)
            )
            print_json({"deleted": gone, "left": left, "why": removed.why})
        else:
            say(f"{len(removed.gone)} of {len(chosen)} AOIs deleted in Pupil Cloud.")
        if removed.left:
            note(f"Still there: {', '.join(each.name for each in removed.left)}. {removed.why}")
            raise typer.Exit(FAILED)


def _confirmed(chosen: Sequence[CloudAoi], n_there: int, as_json: bool) -> bool:
    if not chosen:
        return True
    if as_json:
        raise typer.BadParameter("With --json nobody can be asked; give --yes.")
    print_table(("AOI", "id in Pupil Cloud"), [(each.name, each.id) for each in chosen])
    return typer.confirm(f"Delete {len(chosen)} of {n_there} AOIs in Pupil Cloud, for good?", err=True)
