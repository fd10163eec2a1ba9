"""Requests to Pupil Cloud's REST API: the key, redirects, asking again, and errors as ours.

Source of the answers' form: the vendor's OpenAPI description of version 2, and the vendor's own tools.
Nothing here was run against the live service.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

import httpx

from dwell.cloud.answers import Answer, explain, parse
from dwell.cloud.retry import Retry, wait_asked_for_s
from dwell.cloud.token import Token
from dwell.errors import CloudBusy, CloudError, CloudFault, CloudUnreachable

__all__ = ["URL_VARIABLE", "Wire"]

URL_VARIABLE = "DWELL_PUPIL_CLOUD_URL"
"""The environment variable that sends requests elsewhere, for tests and for a server of one's own."""

_BASE_URL = "https://api.cloud.pupil-labs.com/v2"
_N_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_LATER = {429, 500, 502, 503, 504}
_STILL_MADE = 202


@dataclass(frozen=True)
class _Ask:
    """One request, to be made as often as need be."""

    method: str
    path: str
    """Below the base address, or a whole address."""
    body: Any = None
    """Sent as JSON, unless None."""
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, Any] | None = None
    streamed: bool = False


class Wire:
    """Speaks to one server with one token; close it, or use it in a ``with`` statement."""

    def __init__(self, token: Token, base_url: str | None = None, retry: Retry | None = None) -> None:
        """See the class.

        Args:
            token: sent to this server, and to no other.
            base_url: of the API; default that of ``DWELL_PUPIL_CLOUD_URL``, else Pupil Cloud's.
            retry: when to ask again.

        Raises:
            CloudError: an address that would send the token in the open.
        """
        self._token = token
        self._base = _checked((base_url or os.environ.get(URL_VARIABLE) or _BASE_URL).rstrip("/"))
        self.retry = retry or Retry()
        timeout = httpx.Timeout(60.0, connect=15.0)
        self._client = httpx.Client(timeout=timeout, headers={"User-Agent": "dwell"})

    def close(self) -> None:
        """End all connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Wire to {self._base}>"

    # ---------------------------------------------------------------- asking

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        """What is there."""
        return parse(self._persist(_Ask("GET", path, params=params)), self._token)

    def change(self, method: str, path: str, body: Any = None) -> Answer:
        """A change that may be asked for twice, as the second time changes nothing: PATCH or DELETE."""
        return parse(self._persist(_Ask(method, path, body)), self._token)

    def add(self, path: str, body: Any, made: Callable[[], Any | None]) -> Any:
        """Make a new thing, once; its description.

        Args:
            path: of the list it joins.
            body: what it is.
            made: looks whether it is there, and gives its description or None; asked before every further
                try, as an answer that got lost does not mean that nothing was done.
        """
        for attempt in range(self.retry.attempts):
            try:
                return parse(self._send(_Ask("POST", path, body)), self._token).result
            except _Unsure as unsure:
                problem = unsure
            if (there := made()) is not None:
                return there
            self._pause(attempt, problem)
        raise AssertionError("the last pause raises")

    @contextmanager
    def opened(
        self, path: str, headers: Mapping[str, str] | None = None, waiting: Callable[[], None] | None = None
    ) -> Iterator[httpx.Response]:
        """An answer to be read as it comes, once it is ready.

        Exports are asked for with GET, or with POST where a server wants that: both are described.

        Args:
            path: what to get.
            headers: more of them.
            waiting: called before each wait; may raise to stop.
        """
        ask = _Ask("GET", path, headers={"Accept-Encoding": "identity", **(headers or {})}, streamed=True)
        try:
            response = self._persist(ask)
        except CloudFault as error:
            if error.status != 405:
                raise
            ask = replace(ask, method="POST", body={})
            response = self._persist(ask)
        waited_s, n_asked = 0.0, 0
        while response.status_code == _STILL_MADE:
            response.close()
            if waited_s >= self.retry.processing_s:
                raise CloudBusy(
                    f"Pupil Cloud is still making this download after {waited_s / 60:.0f} minutes; run the "
                    "same again later."
                )
            if waiting is not None:
                waiting()
            wished_s = wait_asked_for_s(response.headers.get("Retry-After"))
            wait_s = min(self.retry.longest_s, wished_s or self.retry.pause_s(n_asked))
            self.retry.sleep(wait_s)
            waited_s, n_asked = waited_s + wait_s, n_asked + 1
            response = self._persist(ask)
        try:
            yield response
        finally:
            response.close()

    # ---------------------------------------------------------------- once and again

    def _persist(self, ask: _Ask) -> httpx.Response:
        """The first good answer to a request that may be made twice."""
        for attempt in range(self.retry.attempts):
            try:
                return self._send(ask)
            except _Unsure as unsure:
                problem = unsure
            self._pause(attempt, problem)
        raise AssertionError("the last pause raises")

    def _send(self, ask: _Ask) -> httpx.Response:
        """A good answer at the first try; its body is yet to be read if it is streamed."""
        try:
            response = self._follow(ask)
            if response.status_code >= 400:
                response.read()
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _Unsure(_lost(error)) from None
        if response.status_code < 400 or (ask.streamed and response.status_code == 416):
            return response
        wait_s = wait_asked_for_s(response.headers.get("Retry-After"))
        problem = explain(response, self._token)
        if response.status_code in _LATER or (response.status_code == 409 and ask.method == "POST"):
            raise _Unsure(problem, wait_s)
        raise problem

    def _follow(self, ask: _Ask) -> httpx.Response:
        """The answer at the end of all redirects; the key goes to our own server only."""
        url = ask.path if ask.path.startswith(("http://", "https://")) else self._base + ask.path
        params = ask.params
        for _ in range(_N_REDIRECTS):
            response = self._client.send(
                self._client.build_request(
                    ask.method, url, params=params, json=ask.body, headers=ask.headers
                ),
                stream=ask.streamed,
                auth=_ApiKey(self._token) if _origin(url) == _origin(self._base) else None,
                follow_redirects=False,
            )
            if response.status_code not in _REDIRECTS:
                return response
            response.close()
            url, params = _target(ask, url, response), None
            if ask.streamed:
                ask = replace(ask, method="GET", body=None)
        raise CloudFault("Pupil Cloud sends from one address to the next without end; try again later.")

    def _pause(self, attempt: int, problem: _Unsure) -> None:
        """Wait until the next try, or raise what went wrong if there is to be none."""
        wait_s = problem.wait_s or 0.0
        if attempt + 1 >= self.retry.attempts:
            raise problem.error from None
        if wait_s > self.retry.patience_s:
            raise CloudBusy(
                f"Pupil Cloud asks to come back in {wait_s / 60:.0f} minutes; run the same again then."
            ) from None
        self.retry.sleep(max(wait_s, self.retry.pause_s(attempt)))


def _target(ask: _Ask, url: str, response: httpx.Response) -> str:
    """Where a redirect leads: with changes only within the same server, never out of https."""
    there = str(httpx.URL(url).join(response.headers.get("Location", "")))
    kept = (
        ask.method == "GET"
        or ask.streamed
        or (response.status_code in (307, 308) and _origin(there) == _origin(url))
    )
    if not kept or (url.startswith("https:") and not there.startswith("https:")):
        raise CloudFault(
            "Pupil Cloud sends this request to a place that Dwell does not trust; it was not sent."
        )
    return there


class _ApiKey(httpx.Auth):
    """Puts the key into a request while it is on its way, and takes it out again."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["api-key"] = self._token.reveal()
        try:
            yield request
        finally:
            del request.headers["api-key"]


class _Unsure(Exception):
    """It did not work this time, and may another time."""

    def __init__(self, error: CloudError, wait_s: float | None = None) -> None:
        super().__init__(str(error))
        self.error, self.wait_s = error, wait_s


def _lost(error: httpx.RequestError) -> CloudUnreachable:
    what = "does not answer in time" if isinstance(error, httpx.TimeoutException) else "cannot be reached"
    if isinstance(error, httpx.DecodingError):
        what = "gives a garbled answer"
    if isinstance(error, httpx.ReadError | httpx.RemoteProtocolError | httpx.WriteError):
        what = "breaks the connection off"
    return CloudUnreachable(
        f"Pupil Cloud {what} ({type(error).__name__}); check the network, then run the same again."
    )


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = httpx.URL(url)
    return parts.scheme, parts.host, parts.port


def _checked(url: str) -> str:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        raise CloudError(f"{url} is no address of a server; correct {URL_VARIABLE}.") from None
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.host)):
        return url
    raise CloudError(
        f"{url} would send the token in the open; expected an address that begins with https:// (see "
        f"{URL_VARIABLE})."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
