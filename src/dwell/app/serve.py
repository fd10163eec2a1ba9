"""Running the server: a free port, one clear line with the address, and a good end."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from getpass import getuser
from pathlib import Path
from urllib.parse import quote

import uvicorn

from dwell.app.office import Office
from dwell.app.settings import LOOPBACK, Settings
from dwell.app.site import create_site
from dwell.app.token import kept_token
from dwell.errors import DwellError

__all__ = ["AppServer", "Served", "address_of", "serve", "start_in_thread"]

FIRST_PORT = 8642
TRIES = 50


def serve(
    settings: Settings,
    *,
    open_path: Path | None = None,
    look: str | None = None,
    open_browser: bool = True,
    allow_remote: bool = False,
    say: Callable[[str], None] = print,
) -> None:
    """Run the server until Ctrl-C; everything is saved then.

    Args:
        settings: port 0 takes the first free one from 8642 on.
        open_path: recording or project that the page opens at once.
        look: the gaze source with which the page's Look mode begins at once.
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
    port = listener.getsockname()[1]
    token = kept_token(port) if settings.local else settings.token
    settings = replace(settings, port=port, token=token)
    server = _server(settings)
    server.on_start = lambda: _greet(settings, open_path, look, open_browser, say)
    server.on_stop = lambda: say("Stopping and saving …")
    asyncio.run(server.serve(sockets=[listener]))
    say("Stopped. Everything is saved.")


def _greet(
    settings: Settings,
    open_path: Path | None,
    look: str | None,
    open_browser: bool,
    say: Callable[[str], None],
) -> None:
    for line in _banner(settings, address_of(settings, open_path, look=look)):
        say(line)
    if open_browser and _has_browser():
        ticket = secrets.token_urlsafe(32)  # the browser's command line can be seen by others
        settings.tickets.add(ticket)
        address = address_of(settings, open_path, ticket, look)
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _has_browser() -> bool:
    """Whether a browser has a screen to open on; without one, Python would take the terminal for it."""
    if os.environ.get("SSH_CONNECTION"):
        return False
    screen = (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("WSL_DISTRO_NAME")
    )
    return sys.platform in ("win32", "darwin") or bool(screen)


class AppServer(uvicorn.Server):
    """A server that closes projects before it waits for connections, since pages listen as long as they can.

    Signals end it and are not raised again; a second one does not wait.
    """

    def __init__(self, config: uvicorn.Config, office: Office) -> None:
        super().__init__(config)
        self.on_start: Callable[[], None] = lambda: None
        """Called once it listens."""
        self.on_stop: Callable[[], None] = lambda: None
        """Called when it begins to end."""
        self._office = office

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Save everything, and end."""
        self.on_stop()
        closing = asyncio.ensure_future(self._office.close())
        while not closing.done() and not self.force_exit:
            await asyncio.wait({closing}, timeout=0.1)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End in good order when asked to; in a thread other than the first, nobody asks."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
        numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
        before = {number: signal.signal(number, self.handle_exit) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Served:
    """A server in a thread of its own."""

    def __init__(self, server: AppServer, thread: threading.Thread, address: str, settings: Settings) -> None:
        self._server = server
        self._thread = thread
        self.address = address
        """With the token."""
        self.settings = settings
        """As it runs, its port included."""

    def stop(self) -> None:
        """Save everything and end."""
        self._server.should_exit = True
        self._thread.join(timeout=60)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._thread.is_alive()


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
            return Served(server, thread, address_of(settings, open_path), settings)
        thread.join(0.05)
    raise DwellError("The server did not start within 30 s; try again, or another port.")


def _server(settings: Settings) -> AppServer:
    site = create_site(settings)
    config = uvicorn.Config(
        site,
        log_level="warning",
        access_log=False,  # addresses may carry the token
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=3,
        timeout_keep_alive=65,
    )
    return AppServer(config, site.state.office)


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


def address_of(
    settings: Settings,
    open_path: Path | None = None,
    token: str | None = None,
    look: str | None = None,
) -> str:
    """The address that lets somebody in.

    Args:
        settings: with the port.
        open_path: recording or project that the page opens at once.
        token: a ticket instead of the token.
        look: the gaze source with which the page's Look mode begins.
    """
    if settings.host in ("0.0.0.0", "::"):
        name = socket.gethostname()
    else:
        name = "127.0.0.1" if settings.host in LOOPBACK else settings.host
    wanted = f"&open={quote(str(open_path))}" if open_path is not None else ""
    wanted += f"&look={quote(look)}" if look is not None else ""
    given = token or settings.token
    return f"http://{f'[{name}]' if ':' in name else name}:{settings.port}/?token={given}{wanted}"


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
            "You are logged in from another computer. There, run (with the name that you log in to)",
            f"    ssh -N -L {settings.port}:127.0.0.1:{settings.port} {_user()}{here}",
            "and open the address above in its browser.",
        ]
    shown = ", ".join(str(root) for root in settings.roots)
    return [*lines, f"Folders that it may use: {shown}", ""]


def _user() -> str:
    try:
        return f"{getuser()}@"
    except (OSError, KeyError):  # a user without a name
        return ""
