"""A folder of numbered images, with a gaze table or without, or one image: a still."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from dwell.recordings.archive import ZipSource
from dwell.recordings.generic import SIDE_FILES, open_generic
from dwell.recordings.reader import Options
from dwell.recordings.recording import Recording
from dwell.recordings.settings import GAZE_OPTIONS, Settings, settings_of
from dwell.recordings.source import FileSource, Source
from dwell.video import Frames, ImageFolder

__all__ = ["ImagesReader"]

_IMAGE = re.compile(r"\.(jpe?g|png)$", re.IGNORECASE)
_TIME_TABLES = ("timestamps.csv", "world_timestamps.csv")


class ImagesReader:
    """Reads a folder of numbered images; one image is a recording of one frame."""

    name = "images"
    title = "folder of numbered images, or one image file"
    options = {**GAZE_OPTIONS, "fps": "Images per second, where nothing else says when they were taken."}

    def sniff(self, source: Source, options: Options) -> str | None:
        """None for an image, or a folder of numbered ones with nothing that is not theirs; else why not."""
        if isinstance(source, FileSource):
            return None if _IMAGE.search(source.path.name) else "it is no jpg or png"
        images = [name for name in source.top if _IMAGE.search(name)]
        if not images:
            inner = sorted(
                {name.split("/")[0] for name in source.files if "/" in name and _IMAGE.search(name)}
            )
            return (
                f"the images lie in inner folders; open {inner[0]}"
                if inner
                else "it holds no jpg or png images"
            )
        if isinstance(source, ZipSource):
            return "images cannot be read from a zip; unpack it"
        unnumbered = [name for name in images if not re.search(r"\d", name)]
        if unnumbered:
            return f"the image {unnumbered[0]} has no number"
        known = {*SIDE_FILES, *_TIME_TABLES, Path(str(options.get("gaze"))).name.lower()}
        foreign = [name for name in source.top if name not in images and name.lower() not in known]
        return f"it also holds {foreign[0]}" if foreign else None

    def open(self, source: Source, options: Options) -> list[Recording]:
        """The one recording in the folder, or of the image."""
        settings = settings_of(source, options)
        name = source.path.stem if isinstance(source, FileSource) else source.title
        return [open_generic(source, settings, kind=self.name, name=name, scene=_scene(source, settings))]


def _scene(source: Source, settings: Settings) -> Callable[[Recording], Frames]:
    return lambda recording: ImageFolder(source.local_root, fps=settings.fps)
