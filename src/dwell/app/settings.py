"""What a server is started with."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["LOOPBACK", "Settings", "checked_origin"]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names under which a computer reaches itself, and nobody else reaches it."""


@dataclass(frozen=True)
class Settings:
    """Where files may be, who may ask, and how much they may send."""

    roots: tuple[Path, ...]
    """Folders that the user named; nothing outside is read or written."""
    host: str = "127.0.0.1"
    """Address that is listened on."""
    port: int = 0
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """Whoever knows it may use the server."""
    allowed_origins: tuple[str, ...] = ()
    """Other addresses of the page, such as a proxy's: ``https://hub.example.org``."""
    embedded: bool = False
    """The page is shown inside another site's page (a notebook); it must then come over HTTPS or loopback."""
    framed_by: tuple[str, ...] = ()
    """Where ``embedded``, further pages that may show it, as in a Content-Security-Policy."""
    any_host: bool = False
    """Behind a proxy whose name is not known: it answers under any, and the token alone guards."""
    only_roots: bool = False
    """Projects that were opened lately but lie elsewhere are not offered."""
    tickets: set[str] = field(default_factory=set, repr=False, compare=False)
    """Good for the token once: for what others on this computer may see, such as a command line."""
    max_json_bytes: int = 4 << 20
    max_upload_bytes: int = 20 << 30

    @property
    def local(self) -> bool:
        """Whether only this computer can reach the server."""
        return self.host in LOOPBACK


def checked_origin(origin: str) -> str:
    """An origin as browsers write it: scheme, host and, unless it is the usual one, port.

    Raises:
        ValueError: it is none.

    Example:
        >>> checked_origin("https://Hub.example.org/")
        'https://hub.example.org'
    """
    parts = urlsplit(origin.strip().lower().rstrip("/"))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise ValueError(
            f"{origin!r} is no origin; write what the browser's address begins with: https://hub.example.org"
        )
    return f"{parts.scheme}://{parts.netloc}"
