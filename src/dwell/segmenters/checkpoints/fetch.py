"""Downloads of models from the Hugging Face hub, which may be stopped at any time and go on later.

The library's own download starts a file anew when it was interrupted. Here the part that has come stays in
the cache, under the name that the library once used for it, and the rest is asked for; the result is the same
cache, which other programs read, too. Every file is compared with the digest that the hub gives.
Source of the layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from textwrap import shorten
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from dwell.errors import (
    GatedModel,
    IncompleteModel,
    MissingBackend,
    MissingModel,
    ModelError,
    StorageFull,
)
from dwell.files import replacing
from dwell.models import Model
from dwell.segmenters.checkpoints.cache import how_offline, is_offline, repo_folder
from dwell.types import ProgressFn

__all__ = ["fetch"]

_WANTED = ("*.json", "*.safetensors", "merges.txt", "vocab.txt")
_CHUNK = 1 << 20


def fetch(model: Model, show: ProgressFn | None = None) -> Path:
    """Download what is missing of a model's newest version; its folder in the cache.

    Args:
        model: what to fetch.
        show: called with (bytes done, bytes in all); may raise ``Cancelled``. What has come is kept.

    Raises:
        GatedModel: its owner has not given access.
        MissingModel: it is not on the hub, or the hub cannot be reached.
        IncompleteModel: a file came damaged.
        StorageFull: no room for it.
        MissingBackend: huggingface_hub is not installed.
    """
    if is_offline():
        raise MissingModel(f"{model.name} was not fetched: HF_HUB_OFFLINE forbids it; unset it to download.")
    with _explaining(model), _alone(model):
        commit, files = _listing(model)
        _check_room(model, commit, files)
        report = _Report(sum(file.size for file in files), show)
        for file in files:
            _fetch_file(model, commit, file, report)
        (repo_folder(model.repo) / "refs").mkdir(exist_ok=True)
        with replacing(repo_folder(model.repo) / "refs" / "main") as ref:
            ref.write_text(commit, encoding="utf-8")
    return repo_folder(model.repo) / "snapshots" / commit


@dataclass(frozen=True)
class _File:
    """One file on the hub."""

    name: str
    size: int
    """Bytes."""
    digest: str
    """Its name in the cache: SHA-256 of a large file, git's SHA-1 of a small one."""

    def blob(self, model: Model) -> Path:
        return repo_folder(model.repo) / "blobs" / self.digest

    def partial(self, model: Model) -> Path:
        return repo_folder(model.repo) / "blobs" / f"{self.digest}.incomplete"


class _Report:
    """How many bytes are here, told to the caller."""

    def __init__(self, total: int, show: ProgressFn | None) -> None:
        self._total, self._show, self._done = total, show, 0

    def add(self, n_bytes: int) -> None:
        self._done += n_bytes
        if self._show is not None:
            self._show(self._done, self._total)


def _listing(model: Model) -> tuple[str, list[_File]]:
    """The newest commit and its files that are wanted, the smallest first: a missing right shows at once."""
    info = _hub().HfApi().model_info(model.repo, files_metadata=True)
    wanted = [each for each in info.siblings or [] if any(fnmatch(each.rfilename, like) for like in _WANTED)]
    files = [
        _File(each.rfilename, each.size, each.lfs.sha256 if each.lfs else each.blob_id) for each in wanted
    ]
    if not any(file.name.endswith(".safetensors") for file in files):
        raise MissingModel(f"{_page(model)} has no .safetensors files; Dwell reads no other weights.")
    return str(info.sha), sorted(files, key=lambda file: file.size)


def _check_room(model: Model, commit: str, files: list[_File]) -> None:
    folder = repo_folder(model.repo) / "blobs"
    folder.mkdir(parents=True, exist_ok=True)
    missing = sum(file.size - _here(file, model, commit) for file in files)
    free = shutil.disk_usage(folder).free
    if missing > free:
        raise StorageFull(
            f"{model.name} needs {missing / 1e6:.0f} MB in {folder}, and only {free / 1e6:.0f} MB are free; "
            "free some space, or set HF_HOME to a folder on another disk.",
            path=folder,
        )


def _here(file: _File, model: Model, commit: str) -> int:
    """Bytes of a file that have come; without links, as on some Windows, it lies in the snapshot itself."""
    link = repo_folder(model.repo) / "snapshots" / commit / file.name
    if file.blob(model).exists() or link.exists():
        return file.size
    return file.partial(model).stat().st_size if file.partial(model).exists() else 0


def _fetch_file(model: Model, commit: str, file: _File, report: _Report) -> None:
    link = repo_folder(model.repo) / "snapshots" / commit / file.name
    if link.exists() and link.stat().st_size == file.size:
        report.add(file.size)
        return
    if file.blob(model).exists():
        report.add(file.size)
    else:
        _fetch_blob(model, commit, file, report)
    _link(link, file.blob(model))


def _fetch_blob(model: Model, commit: str, file: _File, report: _Report) -> None:
    partial = file.partial(model)
    if partial.exists() and partial.stat().st_size > file.size:
        partial.unlink()
    with partial.open("ab") as out:
        report.add(out.tell())
        url = _hub().hf_hub_url(model.repo, file.name, revision=commit)
        while out.tell() < file.size:
            _go_on(url, out, report)
    if _digest(partial, file) != file.digest:
        partial.unlink()
        raise IncompleteModel(
            f"{file.name} of {model.name} came damaged and was deleted; run it again: dwell models fetch "
            f"{model.name}"
        )
    partial.replace(file.blob(model))


def _go_on(url: str, out: BinaryIO, report: _Report) -> None:
    """Append what is missing of a file; less, if the connection breaks off after some of it."""
    errors, start = _hub().errors, out.tell()
    try:
        for part in _parts(url, start):
            out.write(part)
            report.add(len(part))
    except errors.HTTPError as error:
        if out.tell() == start or isinstance(error, errors.HfHubHTTPError):
            raise
    if out.tell() == start:
        raise ConnectionError("the connection breaks off")


def _parts(url: str, start: int) -> Iterator[bytes]:
    """The bytes behind an address from ``start`` on."""
    hub = _hub().utils
    headers = hub.build_hf_headers() | {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    with hub.get_session().stream("GET", url, headers=headers, follow_redirects=True, timeout=30) as answer:
        if answer.is_error:
            answer.read()
        hub.hf_raise_for_status(answer)
        skip = start if answer.status_code != 206 else 0  # a server that sends all from the beginning
        for part in answer.iter_bytes(_CHUNK):
            if len(part) > skip:
                yield part[skip:]
            skip = max(0, skip - len(part))


def _digest(path: Path, file: _File) -> str:
    large = len(file.digest) == 64
    digest = hashlib.sha256() if large else hashlib.sha1(usedforsecurity=False)
    if not large:
        digest.update(f"blob {file.size}\0".encode())
    with path.open("rb") as source:
        while part := source.read(_CHUNK):
            digest.update(part)
    return digest.hexdigest()


def _link(link: Path, blob: Path) -> None:
    """Put a blob where the snapshot has it; where links are forbidden it moves there, as the library does."""
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    try:
        link.symlink_to(os.path.relpath(blob, link.parent))
    except OSError:
        blob.replace(link)


# -------------------------------------------------------------------- what may go wrong


@contextmanager
def _alone(model: Model) -> Iterator[None]:
    """Keep others from fetching the same model meanwhile."""
    folder = repo_folder(model.repo)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".dwell.lock", timeout=0):
            yield
    except Timeout:
        raise ModelError(
            f"Another process is fetching {model.name}; wait until it is done.", path=folder
        ) from None


@contextmanager
def _explaining(model: Model) -> Iterator[None]:
    """The library's errors as ours."""
    errors = _hub().errors
    try:
        yield
    except errors.GatedRepoError as error:
        raise GatedModel(
            f"{model.name} is gated: its owner decides who gets it. Ask for access at {_page(model)}, log in "
            f"with `hf auth login` or set HF_TOKEN, then run: dwell models fetch {model.name}"
        ) from error
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError, errors.EntryNotFoundError) as error:
        raise MissingModel(
            f"{_page(model)} is not there, or your token may not see it; has it moved? Any folder with its "
            "config.json and model.safetensors will do instead."
        ) from error
    except errors.HfHubHTTPError as error:
        raise MissingModel(f"{_page(model)} answered: {_reason(error)}. Try again later.") from error
    except (errors.HTTPError, errors.OfflineModeIsEnabled, ConnectionError, TimeoutError) as error:
        raise MissingModel(
            f"{model.name} cannot be fetched: {_page(model)} cannot be reached ({_reason(error)}). "
            f"{how_offline(model)}"
        ) from error
    except OSError as error:
        raise StorageFull(
            f"{model.name} cannot be saved in {repo_folder(model.repo)} ({error.strerror or error}); free "
            "some space, or set HF_HOME to a folder on another disk.",
            path=repo_folder(model.repo),
        ) from error


def _hub() -> Any:
    try:
        import huggingface_hub
        import huggingface_hub.errors
        import huggingface_hub.utils
    except ModuleNotFoundError as error:
        raise MissingBackend(
            f"To fetch models, the package {error.name!r} is needed, which is not installed; run: "
            'pip install "dwell[sam]"'
        ) from error
    return huggingface_hub


def _page(model: Model) -> str:
    return f"https://huggingface.co/{model.repo}"


def _reason(error: Exception) -> str:
    text = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
    return shorten(text, 120, placeholder=" …")
