"""``dwell cloud pull``: downloads from Pupil Cloud."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dwell.cli.cloud.opening import Url, opened_cloud
from dwell.cli.console import FAILED, note, print_json, reporting_errors, say
from dwell.cli.options import AsJson
from dwell.cli.progress import in_megabytes, progress

__all__ = ["pull"]


def pull(
    url: Url,
    to: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the zips; made if need be.")],
    again: Annotated[bool, typer.Option("--again", help="Download also what is here already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Download an enrichment, recordings, or all of a project.

    What was cut off goes on where it stopped, if Pupil Cloud lets it; every
    file is checked, and is there whole or not at all. A recording that is here
    is not downloaded again; an enrichment is, unless it is provably the same.

    [bold]Examples[/bold]

      dwell cloud pull https://cloud.pupil-labs.com/workspaces/…/projects/…/enrichments/… --to downloads

      dwell cloud pull "https://cloud.pupil-labs.com/workspaces/…/recordings?id=…" --to downloads
    """
    stopped = "What has come is kept; run the same command to go on."
    with reporting_errors(as_json=as_json, stopped=stopped):
        from dwell.cloud import parcels_at, parse_address
        from dwell.cloud import pull as pull_parcel

        place = parse_address(url)
        found, n_missing = [], 0
        with opened_cloud() as cloud:
            for parcel in parcels_at(cloud, place):
                if not parcel.is_ready:
                    note(f"{parcel.name} is left out: Pupil Cloud has not yet processed it; run this later.")
                    n_missing += 1
                    continue
                with progress(f"Fetching {parcel.name}", unit="MB", as_json=as_json) as show:
                    got = pull_parcel(cloud, parcel, to, in_megabytes(show), again=again)
                found.append({"kind": parcel.kind, "id": parcel.id, **vars(got)})
                if not as_json:
                    where = "was here already" if got.was_here else "is here"
                    say(f"{parcel.kind} {parcel.name} {where}: {got.path}")
        if as_json:
            print_json({"files": found, "n_not_ready": n_missing})
        if n_missing:
            raise typer.Exit(FAILED)
