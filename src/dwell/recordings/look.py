"""A look that was kept: what somebody looked at on our own page, with the pictures that were shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from dwell.errors import BadTable, UnknownRecording
from dwell.recordings.archive import ZipSource
from dwell.recordings.generic import open_generic
from dwell.recordings.open import open_recording
from dwell.recordings.reader import Options, read_json
from dwell.recordings.recording import Recording
from dwell.recordings.settings import settings_of
from dwell.recordings.source import FileSource, Source, open_folder
from dwell.video import Frames, ShownFrames

__all__ = ["LOOK_FILE", "LookReader", "read_look_file", "shown_pictures"]

LOOK_FILE = "look.json"


class LookReader:
    """Reads the folder of a look."""

    name = "look"
    title = "look"
    options = {"pictures": "Where the pictures that were looked at are now, if they were moved."}

    def sniff(self, source: Source, options: Options) -> str | None:
        """None when the folder is a look's, else why not."""
        if isinstance(source, FileSource):
            return "it is one file, not a folder"
        if isinstance(source, ZipSource):
            return "a look cannot be read from a zip; unpack it"
        return None if source.find(LOOK_FILE) else f"no {LOOK_FILE}"

    def open(self, source: Source, options: Options) -> list[Recording]:
        """The one recording in the folder."""
        about = read_look_file(source)
        given = options.get("pictures")
        settings = settings_of(source, {"recording_id": about.get("id"), "time": "timestamp [ns]"})
        scene = _scene(source, about, None if given is None else Path(given))
        return [open_generic(source, settings, kind=self.name, name=source.title, scene=scene)]


def read_look_file(look: Path | Source) -> dict[str, Any]:
    """What ``look.json`` says of a look: source, picture, backend, options.

    Raises:
        BadTable: it is damaged.
    """
    return read_json(look if isinstance(look, Source) else open_folder(look), LOOK_FILE)


def shown_pictures(folder: Path) -> pd.DataFrame:
    """``timestamp [ns]`` and ``picture`` (its frame_idx) of every picture shown in a look, in order of time.

    Raises:
        BadTable: frames.csv is damaged, or no picture was shown.
    """
    return _shown(folder / "frames.csv")


def _shown(path: Path) -> pd.DataFrame:
    try:
        shown = pd.read_csv(path, dtype={"timestamp [ns]": "int64", "picture": "int64"})
        shown = shown[["timestamp [ns]", "picture"]]
    except (OSError, ValueError, KeyError) as error:
        raise BadTable(
            f"{path.name} of the look {path.parent.name} cannot be read ({error}); copy the folder again.",
            path=path,
        ) from error
    if shown.empty:
        raise BadTable(
            f"No picture was shown in the look {path.parent.name}; there is nothing to map.", path=path
        )
    return shown


def _scene(source: Source, about: dict[str, Any], moved: Path | None) -> Callable[[Recording], Frames]:
    def load(recording: Recording) -> Frames:
        picture = about.get("picture")
        if not isinstance(picture, dict) or "path" not in picture:
            raise BadTable(f"{LOOK_FILE} does not say which picture was looked at; copy the folder again.")
        path = moved or Path(picture["path"])
        if not path.exists():
            raise UnknownRecording(
                f"The pictures of this look were at {path} and are not there now; say where they are with "
                "pictures=.",
                path=path,
            )
        shown = shown_pictures(source.local_root)
        looked_at = open_recording(path, **picture.get("options", {}))
        times_ns = shown["timestamp [ns]"].to_numpy()
        until_ns = _until_ns(source.local_root / "gaze.csv")
        return ShownFrames(looked_at.scene, shown["picture"].tolist(), times_ns, until_ns)

    return load


def _until_ns(path: Path) -> int | None:
    """The last picture was shown for as long as gaze came: no sample is to be lost. None without gaze."""
    try:
        times = pd.read_csv(path, usecols=["timestamp [ns]"], dtype="int64")["timestamp [ns]"]
    except (OSError, ValueError):
        return None  # what is wrong with the table is said when gaze is read
    return None if times.empty else int(times.max()) + 1
