"""Running the server: a free port, one clear line with the address, and a good end."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import uvicorn

from dwell.app.settings import LOOPBACK, Settings
from dwell.app.site import create_site
from dwell.errors import DwellError

__all__ = ["Served", "serve", "start_in_thread"]

FIRST_PORT = 8642
TRIES = 50


def serve(
    settings: Settings,
    *,
    open_path: Path | None = None,
    open_browser: bool = True,
    allow_remote: bool = False,
    say: Callable[[str], None] = print,
) -> None:
    """Run the server until Ctrl-C; everything is saved then.

    Args:
        settings: port 0 takes the first free one from 8642 on.
        open_path: recording or project that the page opens at once.
        open_browser: open the page in the user's browser.
        allow_remote: needed for a host that others can reach.
        say: prints a line.

    Raises:
        DwellError: the port is taken, or the host needs ``allow_remote``.
    """
    if not settings.local and not allow_remote:
        raise DwellError(
            f"With --host {settings.host} others on your network could reach your recordings. If that is "
            "what you want, add --allow-remote; for your own use from afar an SSH tunnel is safer "
            "(docs/app.md)."
        )
    listener = _listener(settings)
    settings = replace(settings, port=listener.getsockname()[1])
    address = _address(settings, open_path)
    for line in _banner(settings, address):
        say(line)
    if open_browser:
        threading.Timer(0.8, webbrowser.open, (address,)).start()
    with suppress(KeyboardInterrupt):  # which the server raises again once it has ended
        _server(settings).run(sockets=[listener])
    say("Stopped. Everything is saved.")


class Served:
    """A server in a thread of its own."""

    def __init__(self, server: uvicorn.Server, thread: threading.Thread, address: str, port: int) -> None:
        self._server = server
        self._thread = thread
        self.address = address
        """With the token."""
        self.port = port

    def stop(self) -> None:
        """Save everything and end."""
        self._server.should_exit = True
        self._thread.join(timeout=60)


def start_in_thread(settings: Settings, open_path: Path | None = None) -> Served:
    """A server in a thread of its own, ready to be asked. For notebooks and tests.

    Raises:
        DwellError: the port is taken, or it did not start.
    """
    listener = _listener(settings)
    settings = replace(settings, port=listener.getsockname()[1])
    server = _server(settings)

    def run() -> None:
        asyncio.run(server.serve(sockets=[listener]))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    for _ in range(600):
        if server.started:
            return Served(server, thread, _address(settings, open_path), settings.port)
        thread.join(0.05)
    raise DwellError("The server did not start within 30 s; try again, or another port.")


def _server(settings: Settings) -> uvicorn.Server:
    config = uvicorn.Config(
        create_site(settings),
        log_level="warning",
        access_log=False,  # addresses may carry the token
        server_header=False,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=65,
    )
    return uvicorn.Server(config)


def _listener(settings: Settings) -> socket.socket:
    ports: Sequence[int] = [settings.port] if settings.port else range(FIRST_PORT, FIRST_PORT + TRIES)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    for port in ports:
        listener = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":  # there it would let two programs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, port))
        except OSError as error:
            listener.close()
            reason = error.strerror
            continue
        return listener
    raise DwellError(
        f"Port {ports[0]} on {settings.host} cannot be used ({reason}); choose another one with --port."
    )


def _address(settings: Settings, open_path: Path | None) -> str:
    name = "127.0.0.1" if settings.host in LOOPBACK | {"0.0.0.0", "::"} else settings.host
    wanted = f"&open={quote(str(open_path))}" if open_path is not None else ""
    return f"http://{f'[{name}]' if ':' in name else name}:{settings.port}/?token={settings.token}{wanted}"


def _banner(settings: Settings, address: str) -> list[str]:
    lines = [
        "",
        f"Dwell is running at  {address}",
        "Stop it with Ctrl-C; everything is saved as you work.",
        "",
    ]
    if not settings.local:
        lines[3:3] = [
            f"Warning: whoever can reach port {settings.port} of this computer and knows the token can read "
            "and change what is in the folders below, and the token travels unencrypted.",
        ]
    elif os.environ.get("SSH_CONNECTION"):
        here = socket.gethostname()
        lines[3:3] = [
            "You are logged in from another computer. There, run",
            f"    ssh -N -L {settings.port}:127.0.0.1:{settings.port} {here}",
            "and open the address above in its browser.",
        ]
    shown = ", ".join(str(root) for root in settings.roots)
    return [*lines, f"Folders that it may use: {shown}", ""]
