"""Everything that a server has: settings, places, recent projects, uploads, tasks and desks."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import Any

from dwell.app.cloud_access import CloudAccess
from dwell.app.desk import Desk
from dwell.app.desks import Desks, UnknownDesk, pid_of
from dwell.app.places import Places
from dwell.app.recents import Recents
from dwell.app.settings import Settings
from dwell.app.tasks import Tasks
from dwell.app.uploads import Uploads
from dwell.errors import DwellError
from dwell.registry import READERS, load
from dwell.volumes.nifti_header import is_nifti_name, nifti_stem

__all__ = ["BadOption", "Closing", "Office"]

_FILES = ("gaze", "video")
"""Reader options that name a file."""


class Closing(DwellError):
    """The server is being stopped."""


class BadOption(DwellError):
    """A reader option cannot be used."""


class Office:
    """What the addresses work with."""

    def __init__(self, settings: Settings, recents: Recents | None = None) -> None:
        self.settings = settings
        self.places = Places(settings.roots)
        self.recents = recents or Recents()
        self.uploads = Uploads(self.places.roots[0] / "uploads", settings.max_upload_bytes)
        if not settings.only_roots:
            for place in self.recents.all():
                self.places.admit(place.path)
        self.tasks = Tasks()
        self.desks = Desks()
        self.cloud = CloudAccess()
        self._closing: asyncio.Future[None] | None = None
        self.demo_seconds = float(os.environ.get("DWELL_DEMO_SECONDS", "12"))

    def check_open(self) -> None:
        """See to it that projects may still be opened.

        Raises:
            Closing: the server is being stopped.
        """
        if self._closing is not None:
            raise Closing("Dwell is being stopped; start it again.")

    async def close(self) -> None:
        """Stop tasks, save and close all projects; whoever asks again waits for the same."""
        if self._closing is None:
            self.tasks.cancel_all()
            self._closing = asyncio.ensure_future(self.desks.close_all())
        await asyncio.shield(self._closing)

    async def desk(self, pid: str) -> Desk:
        """The project with this id, opened again if it was open before the server was started anew.

        Raises:
            UnknownDesk: it was not, or not lately.
        """
        if not self.desks.is_open(pid):
            self.check_open()
            for place in self.recents.all():
                path = Path(place.path)
                if place.exists and self.places.contains(path) and pid_of(path) == pid:
                    return await self.desks.open(path, path)
            raise UnknownDesk("This project is not open on the server; open it from the start page.")
        return self.desks.get(pid)

    def project_for(self, recording: Path, name: str | None, wanted: str | None) -> Path:
        """Where the project of a recording is, or is to be made.

        Args:
            recording: its checked path.
            name: which one, where the path holds several.
            wanted: what the user chose; None: beside the recording, or in the first folder if that may not
                be written.

        Raises:
            OutsidePlaces: the wanted folder lies outside the named ones.
        """
        if wanted is not None:
            return self.places.checked(wanted if wanted.endswith(".dwell") else f"{wanted}.dwell")
        stem = recording.name if recording.is_dir() else recording.stem
        if is_nifti_name(recording.name):
            stem = nifti_stem(recording.name)
        if name is not None:
            stem = f"{stem}-{name}"
        file_name = re.sub(r'[\\/:*?"<>|\s]+', "-", stem).strip("-.") or "recording"
        home = recording.parent
        if not (self.places.contains(home) and os.access(home, os.W_OK)):
            home = self.places.roots[0]
        return home / f"{file_name}.dwell"

    def checked_option(self, key: str, value: Any, recording: Path) -> Any:
        """A reader option; one that names a file may not lead out of the places.

        Raises:
            OutsidePlaces: it does.
            BadOption: no reader takes it, or it is no plain value.
        """
        if not any(key in load(READERS, name).options for name in READERS):
            # ``open_analysis`` takes more beside them: where the recording is now, a model's folder …
            raise BadOption(f"No reader takes the option {key[:40]!r}; reload the page and try again.")
        if not isinstance(value, str | int | float | bool | None):
            raise BadOption(f"The option {key[:40]!r} must be one value; reload the page and try again.")
        if key not in _FILES or not isinstance(value, str):
            return value
        folder = recording if recording.is_dir() else recording.parent
        if value.startswith(("\\\\", "//")):
            return str(self.places.checked(value))  # refused: on another computer
        file = self.places.checked(folder / Path(value).expanduser())
        in_zip = not file.exists() and Path(value).name == value
        return value if in_zip else str(file)
