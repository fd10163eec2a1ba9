"""``dwell cloud login`` and ``logout``: the token in the computer's keyring."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dwell.cli.cloud.opening import opened_cloud
from dwell.cli.console import note, print_json, reporting_errors, say
from dwell.cli.options import AsJson

__all__ = ["login", "logout"]


def login(
    stdin: Annotated[bool, typer.Option("--stdin", help="Read the token from a pipe; do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check an API token and keep it in this computer's keyring.

    Make the token at https://cloud.pupil-labs.com/settings/developer. It is
    asked for without showing it, and is never an argument, as shells remember
    those.

    [bold]Examples[/bold]

      dwell cloud login

      pass show pupil-cloud | dwell cloud login --stdin
    """
    with reporting_errors(as_json=as_json):
        from dwell.cloud import TOKEN_VARIABLE, Token, find_token, keep_token

        secret = sys.stdin.readline() if stdin else typer.prompt("API token", hide_input=True, err=True)
        token = Token(secret)
        with opened_cloud(token) as cloud:
            names = [each.name for each in cloud.workspaces()]
        keep_token(token)
        if find_token().origin == "environment":
            note(f"{TOKEN_VARIABLE} is set, and comes before the keyring.")
        if as_json:
            print_json({"workspaces": names})
        else:
            say(f"The token is good, and kept in the keyring. Workspaces: {', '.join(names) or 'none'}.")


def logout(as_json: AsJson = False) -> None:
    """Delete the API token from this computer's keyring.

    It stays valid in Pupil Cloud until you revoke it there.

    [bold]Example[/bold]

      dwell cloud logout
    """
    with reporting_errors(as_json=as_json):
        from dwell.cloud import forget_token

        was_there = forget_token()
        if as_json:
            print_json({"deleted": was_there})
        else:
            say("The token is deleted from the keyring." if was_there else "The keyring held no token.")
