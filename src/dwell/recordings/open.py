"""Open a recording by path: find the reader that fits, and the one recording that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dwell.errors import SeveralRecordings, UnknownRecording
from dwell.recordings.archive import open_zip
from dwell.recordings.reader import Reader
from dwell.recordings.recording import Recording
from dwell.recordings.source import FileSource, Source, open_folder
from dwell.registry import READERS, load

__all__ = ["open_recording", "open_recordings", "source_of"]


def open_recording(
    path: str | Path, *, name: str | None = None, reader: str | None = None, **options: Any
) -> Recording:
    """The recording at a path: a folder, a zip or a video. No table and no frame is read yet.

    Args:
        path: what to open.
        name: which one, where the path holds several: its name, its id, or the beginning of its id.
        reader: the reader to use, where the right one is not found by itself.
        options: what the reader takes beyond the path, such as ``gaze="gaze.csv"`` for a video; None counts
            as not given.

    Raises:
        UnknownRecording: nothing there, no reader fits, or there is no such name.
        SeveralRecordings: the path holds several and ``name`` chooses none or more than one.
        TypeError: an option that the reader does not take.
    """
    found = open_recordings(path, reader=reader, **options)
    if name is None:
        if len(found) == 1:
            return found[0]
        raise SeveralRecordings(f"{path} holds {len(found)} recordings; {_choose(found)}", path=path)
    named = [recording for recording in found if name in (recording.name, recording.id)]
    named = named or [recording for recording in found if recording.id.startswith(name)]
    if len(named) == 1:
        return named[0]
    if named:
        raise SeveralRecordings(
            f"{path} holds {len(named)} recordings named {name!r}; {_choose(named)}", path=path
        )
    raise UnknownRecording(f"{path} holds no recording named {name!r}; {_choose(found)}", path=path)


def open_recordings(path: str | Path, *, reader: str | None = None, **options: Any) -> list[Recording]:
    """Every recording at a path, at least one. Arguments and errors as ``open_recording``."""
    source = source_of(Path(path))
    options = {option: value for option, value in options.items() if value is not None}
    if reader is not None:
        chosen: Reader = load(READERS, reader)()
        why_not = chosen.sniff(source, options)
        if why_not is not None:
            raise UnknownRecording(f"{path} is no {chosen.title}: {why_not}.", path=path)
    else:
        chosen = _reader_for(source, options)
    unknown = [option for option in options if option not in chosen.options]
    if unknown:
        takes = ", ".join(chosen.options) or "none"
        raise TypeError(f"The reader {chosen.name!r} has no option {unknown[0]!r}; it takes: {takes}.")
    return chosen.open(source, options)


def source_of(path: Path) -> Source:
    """The files at a path.

    Raises:
        UnknownRecording: there is nothing.
        CorruptArchive: the zip is damaged.
    """
    if path.is_dir():
        return open_folder(path)
    if not path.exists():
        raise UnknownRecording(f"There is no file or folder {path}; check the spelling.", path=path)
    return open_zip(path) if path.suffix.lower() == ".zip" else FileSource(path)


def _reader_for(source: Source, options: dict[str, Any]) -> Reader:
    reasons: list[str] = []
    for name in READERS:
        reader: Reader = load(READERS, name)()
        why_not = reader.sniff(source, options)
        if why_not is None:
            return reader
        reasons.append(f"\n  {reader.title}: {why_not}")
    raise UnknownRecording(f"No reader fits {source.path}.{''.join(reasons)}", path=source.path)


def _choose(recordings: list[Recording]) -> str:
    listed = ", ".join(f"{recording.name!r} ({recording.id[:8]})" for recording in recordings)
    return f"choose one by name or id, name=… in Python or --recording on the command line: {listed}."
