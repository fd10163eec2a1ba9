"""Who may ask: a token, the right host, the right origin; and what a page may do: a strict policy.

A page of another site can make a browser send requests here, under the user's own address, or give this
computer's address a name of its own (DNS rebinding). So the token comes in a cookie that the requests of
other sites do not carry, the host must be one of ours, and what other sites start is refused. Source: ours;
the attacks as in OWASP's cheat sheets on cross-site request forgery and DNS rebinding.
"""

from __future__ import annotations

import ipaddress
import logging
import secrets
import socket
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import cookie_parser

from dwell.app.messages import Failure
from dwell.app.settings import LOOPBACK, Settings

__all__ = ["Guard"]

LOG = logging.getLogger("dwell.app")
MAX_PART_BYTES = 16 << 20
"""Of one part of an upload."""
_UPLOADS = "/api/uploads/"
_SAFE = {"GET", "HEAD"}
_DOORS = ("/", "/index.html")
"""Where the token may be shown."""
_NO_TOKEN = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Dwell</title>{again}
<h1>This is Dwell, but it does not know you</h1>
<p>Open the whole address that was printed in the terminal where you started <code>dwell app</code>; it
ends in <code>?token=…</code>. If you have closed that terminal, start Dwell again: nothing is
lost.</p></html>"""
_AGAIN = '<meta http-equiv="refresh" content="0; url=./{query}">'
"""Who follows a link from another site comes without the cookie; asked again by us, the browser sends it."""
_NO_TOKEN_SHORT = "Open the address that was printed in the terminal; it ends in ?token=…"


_MISTAKE = (
    "Dwell made a mistake. Reload the page and try again; if it stays, please report what the terminal shows "
    "in which `dwell app` runs."
)


class _TooMuch(Exception):
    """A request's body is larger than it may be."""


class Guard:
    """ASGI middleware around the whole site."""

    def __init__(self, app: Any, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._origins = {origin.rstrip("/").lower() for origin in settings.allowed_origins}
        self._hosts = LOOPBACK | {settings.host, socket.gethostname().lower()}
        self._hosts |= {str(urlsplit(origin).hostname) for origin in self._origins}
        self._cookie_names = (f"dwell-{settings.port}", f"dwell-{settings.port}-framed")
        self._headers = [(k.encode(), v.encode()) for k, v in _policy(settings, self._origins).items()]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})  # no WebSockets here
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        answering = _Answering(send, self._headers)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await answering.say(*refusal)
            return
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(query).get("token")
        at_door = scope["method"] in _SAFE and scope["path"] in _DOORS
        if given is not None and at_door and self._admits(given):
            await self._welcome(answering, [(k, v) for k, v in query if k != "token"])
        elif not self._knows(headers):
            ask_again = at_door and given is None and _was_linked(headers)
            again = _AGAIN.format(query=escape(f"?{urlencode(query)}" if query else "")) if ask_again else ""
            await answering.say(
                401, _NO_TOKEN.format(again=again) if _wants_page(headers) else _NO_TOKEN_SHORT
            )
        else:
            await self._pass_on(scope, receive, answering)

    # ---------------------------------------------------------------- who asks

    def _refusal(self, scope: Any, headers: Mapping[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if sum(name == b"host" for name, _ in scope["headers"]) != 1 or not self._is_ours(host):
            return 421, "This server is not known by that name; open the address printed in the terminal."
        if scope["method"] in _SAFE and not scope["path"].startswith("/api/"):
            return None
        if not self._same_site(headers, host):
            return 403, "This was asked for by another site; open Dwell's own address."
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if self._settings.any_host or name in self._hosts:
            return True
        if self._settings.local:
            return False
        try:  # an address is no name, so nobody can have given it to a page of theirs
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _same_site(self, headers: Mapping[str, str], host: str) -> bool:
        """Whether our own page asks, as browsers say; other programs say nothing, but had the token."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None and origin.lower() in self._origins:
            return True
        if site is not None and site not in ("same-origin", "none"):
            return False
        behind_proxy = self._settings.any_host and site == "same-origin"
        return origin is None or behind_proxy or _same_host(origin, host)

    def _admits(self, given: str) -> bool:
        """The token, or a ticket, which is good for once."""
        for ticket in list(self._settings.tickets):
            if secrets.compare_digest(given.encode(), ticket.encode()):
                self._settings.tickets.discard(ticket)
                return True
        return self._is_token(given)

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self._settings.token.encode())

    def _knows(self, headers: Mapping[str, str]) -> bool:
        cookies = cookie_parser(headers.get("cookie", ""))  # not Python's, which one odd cookie makes give up
        if any(self._is_token(cookies[name]) for name in self._cookie_names if name in cookies):
            return True
        kind, _, token = headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and self._is_token(token)

    # ---------------------------------------------------------------- answers

    async def _welcome(self, answering: _Answering, query: list[tuple[str, str]]) -> None:
        """Keep the token in a cookie, and go on to the address without it.

        The cookie has no path, so that behind a proxy other programs do not get it.
        """
        strict, framed = self._cookie_names
        token = self._settings.token
        cookies = [f"{strict}={token}; HttpOnly; SameSite=Strict"]
        if self._settings.embedded:
            cookies.append(f"{framed}={token}; HttpOnly; SameSite=None; Secure; Partitioned")
        location = "./" + (f"?{urlencode(query)}" if query else "")
        await answering.say(303, "", [*(("set-cookie", each) for each in cookies), ("location", location)])

    async def _pass_on(self, scope: Any, receive: Any, answering: _Answering) -> None:
        uploading = scope["method"] == "PUT" and scope["path"].startswith(_UPLOADS)
        body = _Body(receive, MAX_PART_BYTES if uploading else self._settings.max_json_bytes)
        try:
            if not uploading and scope["method"] not in _SAFE:
                await body.read_ahead()
            await self._app(scope, body.receive, answering.send)
        except _TooMuch:
            if not answering.begun:
                await answering.say(413, "That is more than fits into one request; send it in smaller parts.")
        except Exception:  # whatever it is, the page hears of it in words
            LOG.exception("%s %s failed", scope["method"], scope["path"])
            if not answering.begun:
                await answering.say(500, _MISTAKE)


class _Body:
    """A request's body, counted as it comes, whatever was said of its length."""

    def __init__(self, receive: Any, limit: int) -> None:
        self._receive = receive
        self._left = limit
        self._kept: list[Any] = []

    async def read_ahead(self) -> None:
        """Read all of it, so that one too large is refused before anything is done.

        Raises:
            _TooMuch: it is.
        """
        while not self._kept or self._kept[-1].get("more_body"):
            self._kept.append(await self._counted())

    async def receive(self) -> Any:
        """The next ASGI message."""
        return self._kept.pop(0) if self._kept else await self._counted()

    async def _counted(self) -> Any:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _TooMuch
        return message


class _Answering:
    """Adds the policy to whatever is answered."""

    def __init__(self, send: Any, headers: list[tuple[bytes, bytes]]) -> None:
        self._send = send
        self._headers = headers
        self.begun = False

    async def send(self, message: Any) -> None:
        """Pass an ASGI message on."""
        if message["type"] == "http.response.start":
            self.begun = True
            message = {**message, "headers": [*message.get("headers", []), *self._headers]}
        await self._send(message)

    async def say(self, status: int, text: str, headers: Iterable[tuple[str, str]] = ()) -> None:
        """Answer by itself: a page if it is one, else a failure."""
        page = text.startswith("<!doctype") or not text
        body = text if page else Failure(error=text, kind="Refused").model_dump_json()
        kind = "text/html; charset=utf-8" if page else "application/json"
        sent = [("content-type", kind), ("cache-control", "no-store"), *headers]
        pairs = [(k.encode(), v.encode("latin-1")) for k, v in sent]
        await self.send({"type": "http.response.start", "status": status, "headers": pairs})
        await self.send({"type": "http.response.body", "body": body.encode()})


def _wants_page(headers: Mapping[str, str]) -> bool:
    return "text/html" in headers.get("accept", "")


def _was_linked(headers: Mapping[str, str]) -> bool:
    """Whether the browser comes here from another site's page."""
    return headers.get("sec-fetch-site") in ("cross-site", "same-site")


def _same_host(origin: str, host: str) -> bool:
    """Whether an Origin and a Host header name the same server, the usual ports left out or not."""
    names = (urlsplit(origin).netloc.lower(), host.lower())
    one, other = (name.removesuffix(":80").removesuffix(":443") for name in names)
    return bool(one) and one == other


def _policy(settings: Settings, origins: set[str]) -> dict[str, str]:
    ancestors = " ".join(
        ["'self'", *sorted(origins), *settings.framed_by] if settings.embedded else ["'self'"]
    )
    content = (
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; "
        f"connect-src 'self'; frame-ancestors {ancestors}; object-src 'none'; base-uri 'none'; "
        "form-action 'self'"
    )
    return {
        "content-security-policy": content,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
