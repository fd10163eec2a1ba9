"""Any video with a gaze table in one folder or zip, with frames.csv, fixations.csv and others if any.

This is Dwell's own plain format. ``settings.py`` has what can be said where the columns do not say it.
"""

from __future__ import annotations

from pathlib import Path

from dwell.errors import CorruptVideo, UnknownRecording
from dwell.recordings.generic import open_generic
from dwell.recordings.reader import Options
from dwell.recordings.recording import Recording
from dwell.recordings.settings import GAZE_OPTIONS, Settings, settings_of
from dwell.recordings.source import FileSource, Source
from dwell.video import Frames, open_frames

__all__ = ["GazeCsvReader"]


class GazeCsvReader:
    """Reads a folder with a video and a gaze table."""

    name = "gaze-csv"
    title = "folder with a video and gaze.csv"
    options = {**GAZE_OPTIONS, "video": "The scene video, where the folder holds several."}

    def sniff(self, source: Source, options: Options) -> str | None:
        """None when the folder has a video and a gaze table, else why not."""
        if isinstance(source, FileSource):
            return "it is one file, not a folder"
        if source.find("world_timestamps.csv"):
            return "it holds world_timestamps.csv, so it is a tracker's own export"
        if not source.videos() and not options.get("video"):
            return "the folder holds no video"
        if not source.find("gaze.csv") and not options.get("gaze"):
            return "the folder holds no gaze.csv; say gaze= if the table has another name"
        return None

    def open(self, source: Source, options: Options) -> list[Recording]:
        """The one recording in the folder."""
        settings = settings_of(source, options)
        video = _video(source, settings)
        return [open_generic(source, settings, kind=self.name, name=source.title, scene=video)]


class _Scene:
    """Opens the video that was chosen."""

    def __init__(self, source: Source, name: str) -> None:
        self.source = source
        self.name = name

    def __call__(self, recording: Recording) -> Frames:
        path = self.source.local(self.name)
        if path != self.source.where(self.name):
            recording.note(
                f"The scene video was unpacked to {path} and stays there; delete it when you are done."
            )
        return open_frames(path)


def _video(source: Source, settings: Settings) -> _Scene:
    names = source.videos()
    if settings.video is not None:
        if name := source.find(settings.video):
            return _Scene(source, name)
        path = Path(settings.video)
        if not path.is_file():
            raise CorruptVideo(
                f"There is no video {path}; {source.title} holds {', '.join(names) or 'none'}.", path=path
            )
        return _Scene(FileSource(path), path.name)
    if len(names) > 1:
        raise UnknownRecording(
            f"{source.title} holds several videos: {', '.join(names)}. Say video='NAME', or write "
            '"video" into recording.json.',
            path=source.path,
        )
    return _Scene(source, names[0])
