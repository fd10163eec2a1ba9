"""A hub on this computer: answers as huggingface.co does to those who list and fetch a repository's files.

Source of the answers: https://huggingface.co/docs/hub/api and the headers that huggingface_hub reads.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from checkpoints.drawn_models import COMMIT


@dataclass
class DrawnHub:
    """What the hub holds, how it misbehaves, and what it was asked."""

    repo: str
    files: dict[str, bytes]
    damaged: set[str] = field(default_factory=set)
    """Files that arrive with their last byte wrong."""
    error: tuple[int, str] | None = None
    """Status and X-Error-Code of every answer to a request for a file."""
    takes_ranges: bool = True
    breaks_off_at: int | None = None
    """Bytes after which the connection for weights ends, once."""
    pause_after: int | None = None
    """Bytes after which weights come no further, until it is None again."""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """(file, Range) of every request for a file."""
    url: str = ""

    def listing(self) -> dict[str, object]:
        siblings = []
        for name, data in self.files.items():
            entry: dict[str, object] = {"rfilename": name, "size": len(data), "blobId": git_sha1(data)}
            if name.endswith(".safetensors"):
                sha256 = hashlib.sha256(data).hexdigest()
                entry["lfs"] = {"size": len(data), "sha256": sha256, "pointerSize": 134}
            siblings.append(entry)
        return {"id": self.repo, "sha": COMMIT, "siblings": siblings, "tags": [], "private": False}


def git_sha1(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    """Answers for the server's ``hub``."""

    def do_GET(self) -> None:
        hub, path = self.server.hub, self.path.partition("?")[0]
        if path == f"/api/models/{hub.repo}":
            self._send(200, json.dumps(hub.listing()).encode(), {"Content-Type": "application/json"})
        elif path.startswith(f"/{hub.repo}/resolve/{COMMIT}/"):
            self._send_file(path.rpartition("/")[2])
        else:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"})

    def _send_file(self, name: str) -> None:
        hub, asked = self.server.hub, self.headers["Range"]
        hub.asked.append((name, asked))
        if hub.error:
            self._send(hub.error[0], b"", {"X-Error-Code": hub.error[1]})
            return
        data = hub.files[name]
        if name in hub.damaged:
            data = data[:-1] + bytes([data[-1] ^ 1])
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and hub.takes_ranges else 0
        self._send(206 if start else 200, data[start:], {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        n_sent = self.server.hub.breaks_off_at
        if n_sent is not None and len(body) > max(n_sent, 10_000):
            self.server.hub.breaks_off_at = None
            self.close_connection = True
            body = body[:n_sent]
        n_before = self.server.hub.pause_after
        if n_before is not None and len(body) > max(n_before, 10_000):
            self.wfile.write(body[:n_before])
            self.wfile.flush()
            while self.server.hub.pause_after is not None:
                time.sleep(0.02)
            body = b""
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving(hub: DrawnHub) -> Iterator[DrawnHub]:
    """The hub, reachable at its ``url``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.hub = hub
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
