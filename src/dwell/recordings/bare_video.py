"""A video on its own, or with a gaze table named beside it."""

from __future__ import annotations

from dwell.recordings.generic import SIDE_FILES, open_generic
from dwell.recordings.reader import Options
from dwell.recordings.recording import Recording
from dwell.recordings.settings import GAZE_OPTIONS, settings_of
from dwell.recordings.source import VIDEO_SUFFIXES, FileSource, Source
from dwell.video import open_frames

__all__ = ["BareVideoReader"]

_SIGNS = (
    *(name for name in SIDE_FILES if name.endswith(".csv")),
    "world_timestamps.csv",
    "info.json",
    "recording.g3",
)


class BareVideoReader:
    """Reads a video file."""

    name = "video"
    title = "video file"
    options = GAZE_OPTIONS

    def sniff(self, source: Source, options: Options) -> str | None:
        """None when the path is a video file, else why not."""
        if not isinstance(source, FileSource):
            videos = source.videos()
            return f"it is a folder or zip; open {videos[0]} itself" if videos else "it is a folder or zip"
        if source.videos():
            return None
        if source.path.suffix.lower() in (".csv", ".json", ".time"):
            return "it is one table of a recording; open the folder it lies in, or the video with gaze="
        return f"its name does not end as a video's does ({', '.join(VIDEO_SUFFIXES[:5])} …)"

    def open(self, source: Source, options: Options) -> list[Recording]:
        """The video as a recording."""
        settings = settings_of(source, options)
        path = source.path
        recording = open_generic(
            source, settings, kind=self.name, name=path.stem, scene=lambda recording: open_frames(path)
        )
        beside = next((sign for sign in _SIGNS if (path.parent / sign).exists()), None)
        if beside and settings.gaze is None:
            recording.note(f"{beside} lies beside {path.name} and is not used; open the folder to use it.")
        return [recording]
