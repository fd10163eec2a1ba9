"""The commands below ``dwell cloud``."""

from __future__ import annotations

import typer

from dwell.cli.cloud.account import login, logout
from dwell.cli.cloud.events import events
from dwell.cli.cloud.listing import ls
from dwell.cli.cloud.pulling import pull
from dwell.cli.cloud.pushing import push
from dwell.cli.cloud.removing import rm
from dwell.cli.console import EXIT_CODES

__all__ = ["cloud"]

cloud = typer.Typer(
    name="cloud",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


@cloud.callback()
def _cloud() -> None:
    """Download from Pupil Cloud, and send AOIs and events to it.

    A URL is what the browser shows in Pupil Cloud. The API token is read from
    DWELL_PUPIL_CLOUD_TOKEN, or from the keyring after `dwell cloud login`.

    [bold]Examples[/bold]

      dwell cloud login

      dwell cloud pull https://cloud.pupil-labs.com/workspaces/…/enrichments/… --to downloads

      dwell cloud push shelf.dwell https://cloud.pupil-labs.com/workspaces/…/enrichments/… --dry-run
    """


for _command in (login, logout, ls, pull, push, rm, events):
    cloud.command(epilog=EXIT_CODES)(_command)
