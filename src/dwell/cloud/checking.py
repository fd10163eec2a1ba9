"""Whether a download is what was sent: length, digest where one is given, and the sums inside a zip."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zipfile
from pathlib import Path

import httpx

__all__ = ["check_download", "is_same"]

_CHUNK = 1 << 20


def check_download(path: Path, response: httpx.Response) -> str:
    """What is wrong with a download, for people; empty if nothing is.

    Args:
        path: all that came.
        response: the last answer, for its headers.
    """
    size, expected = path.stat().st_size, _length(response)
    if expected is not None and size != expected:
        return f"{size} of {expected} bytes"
    digest = _md5(response)
    if digest is not None and _md5_of(path) != digest:
        return "its digest is wrong"
    try:
        with zipfile.ZipFile(path) as archive:
            bad = archive.testzip()
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return "it is no whole zip"
    return f"{bad} in it is broken" if bad else ""


def is_same(path: Path, response: httpx.Response) -> bool:
    """Whether a file has the digest that an answer's headers give. No digest, no proof."""
    digest = _md5(response)
    return digest is not None and _md5_of(path) == digest


def _length(response: httpx.Response) -> int | None:
    """Bytes of the whole file."""
    if match := re.fullmatch(r"bytes \d+-\d+/(\d+)", response.headers.get("Content-Range", "")):
        return int(match[1])
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdigit() and response.status_code == 200 else None


def _md5(response: httpx.Response) -> bytes | None:
    """The digest of the whole file, as storage services give it.

    Sources: RFC 1864 (Content-MD5); Google Cloud Storage, x-goog-hash; Amazon S3, whose ETag is the digest of
    an object that was neither uploaded in parts nor encrypted with a key of its own.
    """
    headers = response.headers
    found = re.search(r"md5=([A-Za-z0-9+/=]+)", headers.get("x-goog-hash", ""))
    written = found[1] if found else headers.get("Content-MD5", "") if response.status_code == 200 else ""
    try:
        digest = base64.b64decode(written, validate=True)
    except binascii.Error:
        digest = b""
    etag = headers.get("ETag", "").strip('"')
    encrypted = "kms" in headers.get("x-amz-server-side-encryption", "")
    if not digest and re.fullmatch(r"[0-9a-f]{32}", etag) and not encrypted:
        digest = bytes.fromhex(etag)
    return digest if len(digest) == 16 else None


def _md5_of(path: Path) -> bytes:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as source:
        while part := source.read(_CHUNK):
            digest.update(part)
    return digest.digest()
