"""Pupil Cloud on this computer: answers as its API's description says, and misbehaves when told to.

Two servers run: the API, which wants the key, and a storage, to which downloads may be redirected.
Source of the answers: the vendor's OpenAPI description of version 2, as published in generated clients.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qs, urlsplit

from cloud.masks import shrunk

SECRET = "k3yOfNobody5uppose1T1sL0ngEnough"
"""The one token that is accepted."""
PAGE = "https://cloud.pupil-labs.com/workspaces/ws-1/projects/pr-1/enrichments/en-1"
"""What a browser would show for the enrichment."""
AOIS = "/workspaces/ws-1/projects/pr-1/enrichments/en-1/aois"
EVENTS = "/workspaces/ws-1/recordings/rec-1/events"
"""Every recording has the same events."""


@dataclass
class Trick:
    """A misbehaviour, played once, at the next request that fits."""

    method: str
    path: str
    """Part of the request's path."""
    status: int | None = None
    """Answer this instead of doing what was asked."""
    says: str = "as told"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Instead of JSON."""
    cut: str = ""
    """``before``: end the connection before anything is done; ``after``: once it is done; ``amid``: half way
    in the answer."""
    delay_s: float = 0.0


def zip_of(files: dict[str, bytes]) -> bytes:
    """A zip, not compressed, the same every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


@dataclass
class FakeCloud:
    """What Cloud holds, how it misbehaves, and what it was asked."""

    aois: list[dict] = field(default_factory=list)
    events: list[dict] = field(default_factory=list)
    is_processed: bool = True
    """Whether the first recording is."""
    enrichment_zip: bytes = zip_of({"Bakery/gaze.csv": b"section id\n" * 9000})
    recording_zip: bytes = zip_of({"rec/gaze.csv": b"recording id\n" * 9000})
    tricks: list[Trick] = field(default_factory=list)
    page_size: int | None = None
    """Lists come in pages of this many."""
    takes_patch: bool = True
    """Whether AOIs can be changed."""
    keeps_ids: bool = True
    """Whether an AOI keeps the id that it is sent with."""
    mask_side: int | None = None
    """Masks are kept at this width."""
    to_storage: bool = False
    """Downloads are redirected to the storage."""
    takes_ranges: bool = True
    tells_length: bool = True
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """(method, path, headers) of every request to the API."""
    asked_storage: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    url: str = ""
    storage_url: str = ""
    lock: Lock = field(default_factory=Lock)

    def play(self, *tricks: Trick) -> None:
        """Misbehave so, in this order."""
        self.tricks += tricks

    def n_asked(self, method: str, path: str = "") -> int:
        """How many requests there were."""
        return sum(m == method and path in p for m, p, _ in self.asked)

    def names(self) -> list[str]:
        """Of the AOIs that are there."""
        return [aoi["name"] for aoi in self.aois]

    def trick_for(self, method: str, path: str) -> Trick | None:
        with self.lock:
            for trick in self.tricks:
                if trick.method == method and trick.path in path:
                    self.tricks.remove(trick)
                    return trick
        return None

    # ---------------------------------------------------------------- what was asked for

    def answer(self, method: str, path: str, body: dict | None) -> tuple[int, object]:
        """Status and result."""
        first = RECORDING | {"is_processed": self.is_processed}
        lists = {
            "/workspaces/": [{"id": "ws-1", "name": "Lab"}],
            "/workspaces/ws-1/recordings/": [first, RECORDING | {"id": "rec-2", "name": "second"}],
            "/workspaces/ws-1/projects/": [{"id": "pr-1", "name": "Bakery"}],
            "/workspaces/ws-1/projects/pr-1/recordings/": [first],
            "/workspaces/ws-1/projects/pr-1/enrichments/": [ENRICHMENT],
            "/workspaces/ws-1/projects/pr-1/enrichments/en-1": ENRICHMENT,
            "/workspaces/ws-1/recordings/rec-1": first,
        }
        if method == "GET" and path in lists:
            return 200, lists[path]
        with self.lock:
            if path.startswith("/workspaces/ws-1/recordings/") and path.endswith("/events"):
                return self._events(method, body)
            if path.startswith(AOIS):
                return self._aois(method, path.removeprefix(AOIS).strip("/"), body)
        return 404, "no such path"

    def _events(self, method: str, body: dict | None) -> tuple[int, object]:
        if method == "GET":
            return 200, list(self.events)
        self.events.append({"id": f"ev-{len(self.events)}", "origin": "cloud", **body})
        return 200, self.events[-1]

    def _aois(self, method: str, aoi_id: str, body: dict | None) -> tuple[int, object]:
        if method == "GET":
            return 200, list(self.aois)
        if method == "POST":
            return self._add(body)
        if method == "PATCH" and not self.takes_patch:
            return 405, "not allowed"
        if method == "PATCH":
            found = [aoi for aoi in self.aois if aoi["id"] == aoi_id]
            if not found:
                return 404, "no such AOI"
            found[0].update(self._kept(body))
            return 200, found[0]
        gone = {aoi_id} if aoi_id else set(body["aoi_ids"])
        self.aois = [aoi for aoi in self.aois if aoi["id"] not in gone]
        return 200, None

    def _add(self, body: dict) -> tuple[int, object]:
        if not body.get("name"):
            return 400, "name is required"
        if any(aoi["id"] == body["id"] for aoi in self.aois):
            return 409, "there is one with this id"
        own = {} if self.keeps_ids else {"id": f"cloud-{len(self.aois)}"}
        self.aois.append(self._kept(body) | own)
        return 201, self.aois[-1]

    def _kept(self, body: dict) -> dict:
        url = body.get("mask_image_data_url")
        return (
            body
            if url is None or self.mask_side is None
            else body | {"mask_image_data_url": shrunk(url, self.mask_side)}
        )


RECORDING = {
    "id": "rec-1",
    "name": "2025-10-17_17:53:08",
    "duration_ns": 12_500_000_000,
    "recorded_at": "2025-10-17T15:53:08Z",
    "family": "neon",
    "is_processed": True,
}
ENRICHMENT = {"id": "en-1", "name": "Bakery shelf", "kind": "reference_image_mapper", "status": "success"}


class _Handler(BaseHTTPRequestHandler):
    """What both servers do."""

    protocol_version = "HTTP/1.1"

    @property
    def cloud(self) -> FakeCloud:
        return self.server.cloud

    def log_message(self, *args: object) -> None:
        pass

    def cut(self) -> None:
        self.close_connection = True

    def send(
        self, status: int, body: bytes, headers: dict[str, str], *, amid: bool = False, length: bool = True
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if length:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if amid else body)
        self.wfile.flush()
        if amid:
            self.cut()

    def send_zip(self, data: bytes, trick: Trick | None) -> None:
        """The zip, or the part of it that is asked for."""
        etag = f'"{hashlib.md5(data).hexdigest()}"'
        headers = {"Content-Type": "application/zip"}
        if self.cloud.takes_ranges:
            headers |= {"ETag": etag, "Accept-Ranges": "bytes"}
        asked = self.headers["Range"]
        status, body = 200, data
        if asked and self.cloud.takes_ranges and self.headers["If-Range"] in (None, etag):
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            status, body = 206, data[start:]
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        headers |= trick.headers if trick else {}
        amid = trick is not None and trick.cut == "amid"
        self.send(
            status,
            trick.body if trick and trick.body else body,
            headers,
            amid=amid,
            length=self.cloud.tells_length,
        )


class _Api(_Handler):
    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        self.cloud.asked.append((self.command, self.path, dict(self.headers)))
        path, trick = (
            urlsplit(self.path).path.removeprefix("/v2"),
            self.cloud.trick_for(self.command, self.path),
        )
        if trick and trick.delay_s:
            time.sleep(trick.delay_s)
        if trick and trick.cut == "before":
            return self.cut()
        if self.headers["api-key"] != SECRET:
            said = f"the key {self.headers['api-key']} is wrong"
            return self._say(401, None, said)
        if trick and trick.status:
            if trick.body is not None:
                return self.send(trick.status, trick.body, trick.headers)
            return self._say(trick.status, None, trick.says, trick.headers)
        if path.endswith("/export") or path.endswith(":raw-data-export"):
            return self._download(path, trick)
        status, result = self.cloud.answer(self.command, path, json.loads(raw) if raw else None)
        if trick and trick.cut == "after":
            return self.cut()
        return self._say(
            status, result, "" if status < 400 else str(result), amid=bool(trick and trick.cut == "amid")
        )

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815

    def _download(self, path: str, trick: Trick | None) -> None:
        if self.cloud.to_storage:
            return self.send(302, b"", {"Location": f"{self.cloud.storage_url}{path}"})
        is_enrichment = path.endswith("/export")
        return self.send_zip(self.cloud.enrichment_zip if is_enrichment else self.cloud.recording_zip, trick)

    def _say(
        self,
        status: int,
        result: object,
        message: str = "",
        headers: dict[str, str] | None = None,
        amid: bool = False,
    ) -> None:
        envelope: dict[str, object] = {"status": "success" if status < 400 else "error", "code": status}
        envelope |= {"result": result} if status < 400 else {"message": message}
        if isinstance(result, list) and self.cloud.page_size:
            size, url = self.cloud.page_size, urlsplit(self.path)
            page = int(parse_qs(url.query).get("page", ["1"])[0])
            envelope |= {"result": result[(page - 1) * size : page * size], "total": len(result)}
            if page * size < len(result):
                envelope["next"] = f"{url.path}?page={page + 1}"
        body = json.dumps(envelope).encode()
        self.send(status, body, {"Content-Type": "application/json", **(headers or {})}, amid=amid)


class _Storage(_Handler):
    def do_GET(self) -> None:
        self.cloud.asked_storage.append((self.command, self.path, dict(self.headers)))
        trick = self.cloud.trick_for("GET", "storage")
        is_enrichment = self.path.endswith("/export")
        self.send_zip(self.cloud.enrichment_zip if is_enrichment else self.cloud.recording_zip, trick)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no fault."""


@contextmanager
def serving(cloud: FakeCloud) -> Iterator[FakeCloud]:
    """The cloud, reachable at its ``url``."""
    servers = [_Server(("127.0.0.1", 0), handler) for handler in (_Api, _Storage)]
    threads = [Thread(target=each.serve_forever, args=(0.02,), daemon=True) for each in servers]
    for server, thread in zip(servers, threads, strict=True):
        server.cloud = cloud
        thread.start()
    cloud.url, cloud.storage_url = (f"http://127.0.0.1:{each.server_address[1]}" for each in servers)
    cloud.url += "/v2"
    try:
        yield cloud
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            with suppress(OSError):
                server.server_close()
            thread.join()
