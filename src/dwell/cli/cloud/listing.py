"""``dwell cloud ls``: what there is in Pupil Cloud."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dwell.cli.cloud.opening import opened_cloud
from dwell.cli.console import print_json, print_table, reporting_errors, say
from dwell.cli.options import AsJson

if TYPE_CHECKING:
    from dwell.cloud import CloudAddress, CloudAoi, PupilCloud

__all__ = ["ls"]

Rows = list[dict[str, Any]]


def ls(
    url: Annotated[
        str | None,
        typer.Argument(metavar="[URL]", help="What the browser shows in Pupil Cloud.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what a place in Pupil Cloud holds.

    Without a URL the workspaces; of a workspace its recordings and projects; of
    a project its recordings and enrichments; of an enrichment its AOIs; of a
    recording its events.

    [bold]Examples[/bold]

      dwell cloud ls

      dwell cloud ls https://cloud.pupil-labs.com/workspaces/…/projects/…
    """
    with reporting_errors(as_json=as_json):
        from dwell.cloud import parse_address

        place = None if url is None else parse_address(url)
        with opened_cloud() as cloud:
            found = _found(cloud, place)
        if as_json:
            print_json(found)
            return
        for title, rows in found.items():
            _print(title, rows)


def _found(cloud: PupilCloud, place: CloudAddress | None) -> dict[str, Rows]:
    if place is None:
        return {"workspaces": [asdict(each) for each in cloud.workspaces()]}
    if place.kind == "enrichment":
        return {"aois": [_aoi(each) for each in cloud.aois(place)]}
    if place.kind == "recording":
        ids = place.recording_ids
        return {"events": [asdict(event) for each in ids for event in cloud.events(place.workspace_id, each)]}
    recordings: Rows = [asdict(each) for each in cloud.recordings(place)]
    if place.kind == "project":
        return {"recordings": recordings, "enrichments": [asdict(each) for each in cloud.enrichments(place)]}
    projects = [asdict(each) for each in cloud.projects(place.workspace_id)]
    return {"recordings": recordings, "projects": projects}


def _aoi(aoi: CloudAoi) -> dict[str, Any]:
    size_hw = None if aoi.mask is None else list(aoi.mask.size_hw)
    area = None if aoi.mask is None else aoi.mask.area
    return {"id": aoi.id, "name": aoi.name, "colour": aoi.colour, "area_px": area, "size_hw": size_hw}


def _print(title: str, rows: Rows) -> None:
    if not rows:
        say(f"{title}: none")
        return
    columns = list(rows[0])
    print_table(columns, [[_cell(row[column]) for column in columns] for row in rows], title=title)


def _cell(value: Any) -> Any:
    return str(value) if isinstance(value, bool | list) else value
