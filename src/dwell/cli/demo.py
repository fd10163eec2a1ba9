"""``dwell demo``: everything at once, on a recording that Dwell draws itself."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dwell.cli.console import print_json, print_table, reporting_errors, say
from dwell.cli.options import AsJson
from dwell.cli.progress import progress

__all__ = ["demo"]


def demo(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the results.")] = Path("dwell-demo"),
    seconds: Annotated[
        float, typer.Option(metavar="S", min=4, help="Length of the recording in seconds.")
    ] = 12.0,
    seed: Annotated[int, typer.Option(metavar="N", help="Another seed draws another recording.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Draw a small recording, click its AOIs, track them, map gaze, and show how well it went.

    Needs no download, no GPU and about a minute.

    [bold]Example[/bold]

      dwell demo --out dwell-demo
    """
    with reporting_errors(as_json=as_json):
        from dwell.demo import run_demo

        report = run_demo(
            out, seed=seed, duration_s=seconds, watch=lambda what: progress(what, as_json=as_json)
        )
        if as_json:
            print_json(asdict(report))
            return
        columns = ("AOI", "mask J", "hit κ", "dwell time [s]", "true dwell time [s]")
        rows = [(a.name, a.mask_j, a.hit_kappa, a.dwell_s, a.true_dwell_s) for a in report.aois]
        print_table(columns, rows, title="Agreement with the known truth (1 = perfect)")
        say(f"\nIn {sum(report.seconds.values()):.0f} s. Look at:")
        for what, path in report.files.items():
            say(f"  {what}: {path}")
        say(f"\nGo on with it: dwell info {report.files['project']}")
