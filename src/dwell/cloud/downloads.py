"""Downloads that may be cut off at any time, go on later, and are there whole or not at all.

What has come lies in ``NAME.part``, with what tells the server's version in ``NAME.part.json``. Whether Cloud
lets a download go on where it stopped is not documented; where it does not, the download starts anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import httpx

from dwell.cloud.checking import check_download, is_same
from dwell.cloud.wire import Wire
from dwell.errors import CloudError, CloudFault, CloudUnreachable, OutputError, StorageFull
from dwell.types import ProgressFn

__all__ = ["Download", "download", "safe_name"]

IfHere = Literal["keep", "compare", "replace"]


@dataclass(frozen=True)
class Download:
    """A file that is here, whole."""

    path: Path
    n_bytes: int
    was_here: bool
    """True: it was not fetched again."""


def safe_name(name: str, thing_id: str, ending: str = ".zip") -> str:
    """A name for a file on any system, which tells things of one name apart.

    Example:
        >>> safe_name("2025-10-17_17:53:08", "3f2a9c0d-77aa")
        '2025-10-17_17-53-08-3f2a9c0d.zip'
    """
    kept = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "-", name).strip(" .-")[:80]
    return f"{kept or 'unnamed'}-{thing_id[:8]}{ending}"


def download(
    wire: Wire, path: str, target: Path, show: ProgressFn | None = None, *, if_here: IfHere = "compare"
) -> Download:
    """Fetch a zip.

    Args:
        wire: from where.
        path: of the API.
        target: the file to be; one that is the same already is left as it is.
        show: called with (bytes done, bytes in all; 0 where unknown); may raise ``Cancelled``. What has come
            stays, and the same again goes on.
        if_here: what to do with a file that is here: ``keep`` it, ``compare`` it by the digest that the
            server gives (and fetch it where that gives none), or ``replace`` it.

    Raises:
        CloudFault: it came damaged, twice.
        CloudError: it cannot be had; see ``PupilCloud``.
        StorageFull: no room for it.
    """
    with _writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        here = target.exists() and if_here != "replace"
        if here and if_here == "keep":
            return Download(target, target.stat().st_size, was_here=True)
        part = _Part(target, compare=here)
        try:
            is_new = _complete(wire, path, part, show)
        except _Damaged:  # once more, from the start
            is_new = _complete(wire, path, part, show)
        if is_new:
            part.path.replace(target)
        part.drop()
    return Download(target, target.stat().st_size, was_here=not is_new)


class _Damaged(CloudFault):
    """What came is not what was sent."""


class _Part:
    """What has come of a file, and of which version it is."""

    def __init__(self, target: Path, compare: bool) -> None:
        self._target, self._compare = target, compare
        self.path = target.with_name(f"{target.name}.part")
        self._about = target.with_name(f"{target.name}.part.json")

    @property
    def n_bytes(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def validator(self) -> str | None:
        """What the server called the version: a strong ETag; None if it cannot be gone on with."""
        if not self.n_bytes:
            return None
        with suppress(OSError, ValueError, KeyError, TypeError):
            return str(json.loads(self._about.read_text(encoding="utf-8"))["etag"])
        return None

    def remember(self, response: httpx.Response) -> None:
        etag = response.headers.get("ETag", "")
        if etag and not etag.startswith("W/"):
            self._about.write_text(json.dumps({"etag": etag}), encoding="utf-8")
        else:
            self._about.unlink(missing_ok=True)

    def is_needless(self, response: httpx.Response) -> bool:
        """Whether what comes is here already."""
        return self._compare and is_same(self._target, response)

    def drop(self) -> None:
        for path in (self.path, self._about):
            path.unlink(missing_ok=True)


def _complete(wire: Wire, path: str, part: _Part, show: ProgressFn | None) -> bool:
    """Get all of the file, in as many requests as it takes while each brings something.

    False: it is here already, and nothing came.
    """
    n_idle = 0
    while True:
        before = part.n_bytes
        try:
            answer = _go_on(wire, path, part, show)
            break
        except httpx.TransportError as error:
            n_idle = 0 if part.n_bytes > before and part.validator() else n_idle + 1
            if n_idle >= wire.retry.attempts:
                raise CloudUnreachable(
                    f"The download breaks off again and again ({type(error).__name__}), now at "
                    f"{part.n_bytes} bytes; run the same again later."
                ) from None
            wire.retry.sleep(wire.retry.pause_s(n_idle))
    if answer is None:
        return False
    if problem := check_download(part.path, answer):
        part.drop()
        raise _Damaged(f"A download from Pupil Cloud came damaged: {problem}. Run the same again.")
    return True


def _go_on(wire: Wire, path: str, part: _Part, show: ProgressFn | None) -> httpx.Response | None:
    start, etag = part.n_bytes, part.validator()
    headers = {"Range": f"bytes={start}-", "If-Range": etag} if etag else {}
    with wire.opened(path, headers, lambda: _tell(show, 0, 0)) as response:
        goes_on = response.status_code == 206 and _starts_at(response) == start
        if response.status_code not in (200, 206) or (response.status_code == 206 and not goes_on):
            part.drop()
            raise httpx.ReadError("no such range")  # asked again, from the start
        _check_kind(response)
        if not goes_on:
            if part.is_needless(response):
                return None
            part.remember(response)
        with part.path.open("ab" if goes_on else "wb") as out:
            _copy(response, out, _total(response, start if goes_on else 0), show)
        return response


def _copy(response: httpx.Response, out: BinaryIO, total: int, show: ProgressFn | None) -> None:
    done = out.tell()
    _tell(show, done, total)
    for chunk in response.iter_raw():
        out.write(chunk)
        done += len(chunk)
        _tell(show, done, total)


def _tell(show: ProgressFn | None, done: int, total: int) -> None:
    if show is not None:
        show(done, total)


def _total(response: httpx.Response, start: int) -> int:
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isdigit() else 0


def _starts_at(response: httpx.Response) -> int | None:
    match = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(match[1]) if match else None


def _check_kind(response: httpx.Response) -> None:
    if "json" in response.headers.get("Content-Type", "") or "html" in response.headers.get(
        "Content-Type", ""
    ):
        raise CloudFault("Pupil Cloud sends no zip but a message; look at the recording or enrichment there.")


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """The system's errors as ours."""
    try:
        yield
    except CloudError:
        raise
    except OSError as error:
        raise _cannot_write(target, error) from error


def _cannot_write(target: Path, error: OSError) -> Any:
    reason = error.strerror or str(error)
    kind = StorageFull if error.errno in (28, 122) else OutputError
    return kind(f"Cannot write {target} ({reason}); free some space or choose another folder.", path=target)
