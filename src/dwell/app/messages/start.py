"""Starting: places, files, projects opened, tasks."""

from __future__ import annotations

from typing import Any, Literal

from dwell.app.messages.base import Message, Ns, Request

__all__ = ["About", "BackendInfo", "Entry", "Failure", "Listing", "OpenRequest", "Opened", "Place", "Task"]


class Place(Message):
    """A folder that the user named, or a project opened lately."""

    path: str
    name: str
    note: str = ""
    """What to show below it: when it was opened last, or that it is gone."""
    exists: bool = True


class BackendInfo(Message):
    """A segmenter and tracker that can be chosen."""

    name: str
    note: str
    ready: bool
    """Installed, and its weights are on this computer."""
    missing: str = ""
    """What to do to make it ready: the exact line to type."""
    resolutions: list[int] = []
    """Sides in px that it can work at; empty: only its own."""
    cpu_s: float | None = None
    """About this many seconds per frame with one AOI on one core; None: not known."""


class About(Message):
    """What the start page needs."""

    protocol: int
    version: str
    roots: list[Place]
    recents: list[Place]
    """Projects, last opened first."""
    backends: list[BackendInfo]
    uploads: bool
    """Whether files may be dropped on the page."""
    max_upload_bytes: int


class Entry(Message):
    """A file or folder in the path picker."""

    name: str
    path: str
    kind: Literal[
        "folder",
        "project",
        "recording",
        "video",
        "archive",
        "table",
        "images",
        "image",
        "volume",
        "scan",
        "file",
    ]
    size_bytes: int | None = None
    modified_ns: Ns | None = None
    openable: bool


class Listing(Message):
    """A folder below one of the roots."""

    path: str
    parent: str | None
    """None at a root."""
    entries: list[Entry]
    truncated: bool = False
    """There are more entries than are listed."""


class OpenRequest(Request):
    """Open a recording or a project."""

    path: str
    name: str | None = None
    """Which recording, where the path holds several."""
    project: str | None = None
    """Folder of the project; default: ``<recording>.dwell`` beside the recording, or in the first root if
    that may not be written."""
    options: dict[str, Any] = {}
    """Reader options: ``gaze``, ``units`` …"""


class Opened(Message):
    """A project is open under this id; the page goes to ``#p/<pid>``."""

    pid: str
    """Derived from the project's path, so it is the same after a restart."""
    project: str


class Task(Message):
    """Work with an end: drawing the demo, an export, a fetch."""

    id: str
    what: str
    """In the user's words: ``Rendering the video``."""
    state: Literal["running", "done", "cancelled", "failed"]
    done: int
    total: int
    left_s: float | None = None
    """Seconds left, as far as can be told."""
    result: dict[str, Any] | None = None
    error: str | None = None


class Failure(Message):
    """Body of every answer that is not 2xx."""

    error: str
    """A whole sentence that says what to do next."""
    kind: str
    """Name of the error's class, such as ``PromptError``."""
    frame_idx: int | None = None
    choices: list[str] = []
    """Names to choose from, for ``SeveralRecordings``."""
