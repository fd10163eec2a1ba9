"""Who may ask: a token, the right host, the right origin; and what a page may do: a strict policy.

A page of another site can make a browser send requests here, under the user's own address, or give this
computer's address a name of its own (DNS rebinding). So the token comes in a cookie that the requests of
other sites do not carry, the host must be one of ours, and what other sites start is refused. Source: ours;
the attacks as in OWASP's cheat sheets on cross-site request forgery and DNS rebinding.
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from dwell.app.messages import Failure
from dwell.app.settings import LOOPBACK, Settings

__all__ = ["Guard"]

_SAFE = {"GET", "HEAD"}
_NO_TOKEN = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Dwell</title>
<h1>This is Dwell, but it does not know you</h1>
<p>Open the whole address that was printed in the terminal where you started <code>dwell app</code>; it
ends in <code>?token=…</code>. If you have closed that terminal, start Dwell again: nothing is
lost.</p></html>"""
_NO_TOKEN_SHORT = "Open the address that was printed in the terminal; it ends in ?token=…"


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
        self._headers = [(k.encode(), v.encode()) for k, v in _policy(settings, self._origins).items()]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no WebSockets here
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        answering = _Answering(send, self._headers)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await answering.say(*refusal)
            return
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(query).get("token")
        if given is not None and scope["method"] in _SAFE and self._is_token(given):
            await self._welcome(answering, [(k, v) for k, v in query if k != "token"])
        elif not self._knows(headers):
            await answering.say(401, _NO_TOKEN if _wants_page(headers) else _NO_TOKEN_SHORT)
        else:
            await self._pass_on(scope, receive, answering)

    # ---------------------------------------------------------------- who asks

    def _refusal(self, scope: Any, headers: Mapping[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not self._is_ours(host):
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
        if name in self._hosts:
            return True
        if self._settings.local:
            return False
        try:  # an address is no name, so nobody can have given it to a page of theirs
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _same_site(self, headers: Mapping[str, str], host: str) -> bool:
        origin = headers.get("origin")
        if origin is not None:
            return urlsplit(origin).netloc.lower() == host.lower() or origin.lower() in self._origins
        return headers.get("sec-fetch-site", "none") in ("same-origin", "none")

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self._settings.token.encode())

    def _knows(self, headers: Mapping[str, str]) -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(self._cookie_name)
        except CookieError:
            return False
        if cookie is not None and self._is_token(cookie.value):
            return True
        kind, _, token = headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and self._is_token(token)

    # ---------------------------------------------------------------- answers

    @property
    def _cookie_name(self) -> str:
        return f"dwell-{self._settings.port}"

    async def _welcome(self, answering: _Answering, query: list[tuple[str, str]]) -> None:
        """Keep the token in a cookie, and go on to the address without it."""
        site = "SameSite=None; Secure; Partitioned" if self._settings.embedded else "SameSite=Strict"
        cookie = f"{self._cookie_name}={self._settings.token}; Path=/; HttpOnly; {site}"
        location = "./" + (f"?{urlencode(query)}" if query else "")
        await answering.say(303, "", {"set-cookie": cookie, "location": location})

    async def _pass_on(self, scope: Any, receive: Any, answering: _Answering) -> None:
        left = self._settings.max_json_bytes
        if scope["path"].startswith("/api/uploads/"):
            left = 16 << 20

        async def counted() -> Any:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise _TooMuch
            return message

        try:
            await self._app(scope, counted, answering.send)
        except _TooMuch:
            if not answering.begun:
                await answering.say(413, "That is more than fits into one request; send it in smaller parts.")


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

    async def say(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        """Answer by itself: a page if it is one, else a failure."""
        page = text.startswith("<!doctype") or not text
        body = text if page else Failure(error=text, kind="Refused").model_dump_json()
        kind = "text/html; charset=utf-8" if page else "application/json"
        sent = {"content-type": kind, "cache-control": "no-store", **(headers or {})}
        pairs = [(k.encode(), v.encode("latin-1")) for k, v in sent.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": pairs})
        await self.send({"type": "http.response.body", "body": body.encode()})


def _wants_page(headers: Mapping[str, str]) -> bool:
    return "text/html" in headers.get("accept", "")


def _policy(settings: Settings, origins: set[str]) -> dict[str, str]:
    ancestors = "'self' " + " ".join(sorted(origins)) if settings.embedded else "'self'"
    content = (
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; "
        f"connect-src 'self'; frame-ancestors {ancestors.strip()}; object-src 'none'; base-uri 'none'; "
        "form-action 'self'"
    )
    return {
        "content-security-policy": content,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
