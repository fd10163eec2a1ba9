"""The app as a real process on a port of its own, to be started, killed and started again."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

PATIENCE_S = 40.0
DEMO_S = 4.0
"""Length of the demo recording; shorter than people get it."""


class Server:
    """``dwell app ROOT`` in a process group of its own.

    It keeps its port over restarts, as it would behind an SSH tunnel; the state that it keeps for a person
    (recent projects, the demo) lies below ``home``.
    """

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self.home = home
        self.port = free_port()
        self.address = ""
        self._log = home / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """The address with the token, once the server answers."""
        for folder in (self.root, self.home):
            folder.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dwell.cli", "app", str(self.root), "--port", str(self.port),
                 "--no-browser"],
                stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                env=os.environ | state_below(self.home), start_new_session=True,
            )  # fmt: skip
        self.address = self._printed_address()
        return self.address

    def kill(self, *, everything: bool = True) -> None:
        """The server is gone at once: with all its processes, as when the power fails, or alone."""
        self._end(signal.SIGKILL, everything)

    def stop(self) -> None:
        """As with Ctrl-C; killed if that does not help."""
        self._end(signal.SIGINT)

    def restart(self) -> str:
        """The address after a kill and a start."""
        self.kill()
        return self.start()

    @property
    def log(self) -> str:
        """What it has printed."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def _end(self, how: signal.Signals, everything: bool = False) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            os.killpg(process.pid, how) if everything else process.send_signal(how)
        timer = threading.Timer(PATIENCE_S, process.kill)
        timer.start()
        process.wait()
        timer.cancel()

    def _printed_address(self) -> str:
        assert self._process is not None
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            found = re.search(rf"http://[^\s:]+:{self.port}/\S*", self.log)
            if found and answers(self.port):
                return found[0]
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"dwell app did not start:\n{self.log}")


def state_below(home: Path) -> dict[str, str]:
    """Environment in which a person's state, settings and caches lie below a folder."""
    names = ("STATE", "DATA", "CONFIG", "CACHE")
    kept = {f"XDG_{name}_HOME": str(home / name.lower()) for name in names}
    own = {"DWELL_STATE": str(home / "dwell"), "DWELL_DEMO_SECONDS": f"{DEMO_S:g}"}
    return kept | own | {"PYTHONUNBUFFERED": "1"}


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
