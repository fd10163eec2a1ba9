"""What a server is started with."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["LOOPBACK", "Settings"]

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
    max_json_bytes: int = 4 << 20
    max_upload_bytes: int = 20 << 30

    @property
    def local(self) -> bool:
        """Whether only this computer can reach the server."""
        return self.host in LOOPBACK
