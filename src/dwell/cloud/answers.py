"""What Pupil Cloud answers: an envelope of status and result, or why not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

import httpx

from dwell.cloud.token import Token
from dwell.errors import CloudBusy, CloudError, CloudFault, CloudMissing, CloudRefused

__all__ = ["Answer", "explain", "parse"]


@dataclass(frozen=True)
class Answer:
    """A good answer."""

    result: Any
    """What was asked for."""
    next_page: str | None = None
    """Whole address of the rest of a list, where there is one."""
    total: int | None = None
    """Length of the whole list, where the server says so."""


def parse(response: httpx.Response, token: Token) -> Answer:
    """The result in an answer that has been read; ``None`` for an empty one, as a deletion's.

    Raises:
        CloudFault: it is no JSON, or says that it failed.
    """
    if not response.content:
        return Answer(None)
    envelope = _envelope(response, token)
    if envelope.get("status", "success" if "result" in envelope else None) != "success":
        raise CloudFault(f"Pupil Cloud answered: {_message(response, token)}")
    link = response.links.get("next", {}).get("url")
    next_page, total = envelope.get("next") or link, envelope.get("total")
    return Answer(
        envelope.get("result"),
        _joined(response, next_page) if isinstance(next_page, str) else None,
        total if isinstance(total, int) else None,
    )


def _joined(response: httpx.Response, address: str) -> str:
    try:
        return str(response.url.join(address))
    except httpx.InvalidURL:
        raise CloudFault("Pupil Cloud names an address that is none; try again later.") from None


def explain(response: httpx.Response, token: Token) -> CloudError:
    """The error that a bad answer stands for; it must have been read."""
    error = _error(response.status_code, _message(response, token), token)
    error.status = response.status_code
    return error


def _error(status: int, said: str, token: Token) -> CloudError:
    if status == 401:
        return CloudRefused(
            f"Pupil Cloud does not accept the token from {token.origin} ({said}); make a new one at "
            "https://cloud.pupil-labs.com/settings/developer and run `dwell cloud login`."
        )
    if status == 403:
        return CloudRefused(
            f"The token may not do this ({said}); ask the workspace's owner to make you an editor, or use "
            "another token."
        )
    if status == 404:
        return CloudMissing(
            f"Pupil Cloud has no such thing ({said}); check the address, and whether the token's owner is in "
            "its workspace."
        )
    if status in (429, 503):
        return CloudBusy(f"Pupil Cloud is busy ({said}); run the same again in some minutes.")
    later = " It is a fault there; try again later." if status >= 500 else ""
    return CloudFault(f"Pupil Cloud answered {status}: {said}.{later}")


def _message(response: httpx.Response, token: Token) -> str:
    envelope = _envelope(response, token, strict=False)
    said = envelope.get("message") or envelope.get("error") or response.reason_phrase or "no reason given"
    return shorten(str(said).rstrip("."), 160, placeholder=" …")


def _envelope(response: httpx.Response, token: Token, *, strict: bool = True) -> Mapping[str, Any]:
    try:
        value = json.loads(token.hide_in(response.text))
    except ValueError:
        value = None
    if isinstance(value, dict):
        return value
    if strict:
        raise CloudFault(
            "Pupil Cloud gave an answer that is no JSON object; is a proxy or login page in between?"
        )
    return {}
