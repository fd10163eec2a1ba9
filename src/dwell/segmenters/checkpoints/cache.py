"""Where downloaded models lie: the Hugging Face cache, read without any package of theirs.

Source of the layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from dwell.models import Model
from dwell.segmenters.checkpoints.family import family_of

__all__ = ["cache_folder", "how_offline", "is_offline", "repo_folder", "snapshots"]


def cache_folder() -> Path:
    """Folder of all downloaded models, as ``HF_HUB_CACHE``, ``HF_HOME`` or ``XDG_CACHE_HOME`` say."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if os.environ.get(variable):
            return _expanded(os.environ[variable])
    if os.environ.get("HF_HOME"):
        return _expanded(os.environ["HF_HOME"]) / "hub"
    return _expanded(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface" / "hub"


def is_offline() -> bool:
    """Whether the environment forbids downloads: ``HF_HUB_OFFLINE`` or ``TRANSFORMERS_OFFLINE``."""
    said = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return said.upper() in {"1", "ON", "YES", "TRUE"}


def repo_folder(repo: str) -> Path:
    """Folder of one repository, there or not."""
    return cache_folder() / ("models--" + repo.replace("/", "--"))


def snapshots(repo: str) -> Iterator[Path]:
    """Folders of the downloaded versions, each named by its commit: that of ``main`` first, then the newest.

    They need not be complete.
    """
    folder = repo_folder(repo)
    main = folder / "refs" / "main"
    commit = main.read_text(encoding="utf-8").strip() if main.is_file() else None
    if not (folder / "snapshots").is_dir():
        return
    there = [path for path in (folder / "snapshots").iterdir() if path.is_dir()]
    yield from sorted(there, key=lambda path: (path.name != commit, -path.stat().st_mtime_ns, path.name))


def how_offline(model: Model) -> str:
    """What someone without a network can do."""
    return (
        f"Without a network: on a computer that has one, run `dwell models fetch {model.name}`; copy the "
        f"folder that `dwell models path {model.name}` names with `cp -rL`, and use it here with "
        f"{family_of(model).option} FOLDER."
    )


def _expanded(path: str) -> Path:
    return Path(os.path.expandvars(path)).expanduser()
