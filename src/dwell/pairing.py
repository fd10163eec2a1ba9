"""A recording and the project that keeps the work on it find each other, if they belong together."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from dwell.errors import DwellError, NotAProject, ProjectError, UnknownRecording
from dwell.project import Project, Source, fingerprint
from dwell.recordings import Recording, open_recording
from dwell.video import Frames, ImageFolder, VideoReader
from dwell.volumes import PLANES, Slices, acquired_plane

__all__ = ["is_project", "paired", "project_in_plane", "recording_of", "reopened", "usual_project"]

_FILES = ("gaze", "video")
"""Reader options that name a file."""
_VOLUME = "volume"
"""The reader whose options decide what a frame is."""


def is_project(path: str | Path) -> bool:
    """Whether a Dwell project is there, sound or not."""
    return (Path(path) / "project.db").exists()


def project_in_plane(project: str | Path, slices: Slices, plane: str) -> Path:
    """Where work on a volume in a plane is kept, beside that in its other planes.

    ``scan.dwell`` is for the plane that the scanner stepped through, ``scan.coronal.dwell`` for the coronal
    one, and so on; unless ``scan.dwell`` was made in another plane.

    Args:
        project: the project of any plane, there or not.
        slices: of the volume, in any plane.
        plane: ``axial``, ``coronal`` or ``sagittal``.
    """
    project = Path(project)
    stem = project.name.removesuffix(".dwell")
    base, _, ending = stem.rpartition(".")
    plain = project.with_name(f"{base if base and ending in PLANES else stem}.dwell")
    kept = _plane_of(plain) if is_project(plain) else acquired_plane(slices.volume)
    return plain if kept == plane else plain.with_name(f"{plain.stem}.{plane}.dwell")


def _plane_of(target: Path) -> str:
    """The plane a project was made in; nothing if not on a volume."""
    with Project.open(target, write=False) as project:
        source = project.source
    return _grid_words(source)[0] if source.kind == _VOLUME else ""


# -------------------------------------------------------------------- from a recording to its project


def paired(
    path: Path, project: str | Path | None, options: dict[str, Any], *, write: bool
) -> tuple[Project, Recording]:
    """The project for the recording at ``path``, made if need be, and the recording.

    Reader options given earlier hold, too. Where the recording lies now is kept in the project.

    Raises:
        RecordingError: the recording cannot be read.
        NotAProject: there is no project and ``write`` is False, or something else has its name.
        ProjectError: the project cannot be opened, or belongs to another recording.
    """
    recording = open_recording(path, **options)
    try:
        if project is None and "plane" in options:
            chosen = _which_volume(recording, Path.cwd()) | options
            recording, options = _reread(recording, path, options, chosen), chosen
        target = Path(project) if project is not None else usual_project(recording, options, Path.cwd())
        if recording.kind == _VOLUME and is_project(target):
            chosen = _earlier_options(target) | options  # they say which slices are meant
            recording, options = _reread(recording, path, options, chosen), chosen
        wanted = _source_of(recording, path, options)
        if not is_project(target):
            return _new_project(wanted, target, recording.scene, write), recording
        opened = _belonging(target, wanted, write)
    except BaseException:
        recording.close()
        raise
    kept = opened.source.options | wanted.options
    if kept == wanted.options:
        return opened, recording
    recording.close()
    try:
        return opened, open_recording(path, **kept)
    except BaseException:
        opened.close()
        raise


def usual_project(recording: Recording, options: dict[str, Any], folder: Path) -> Path:
    """The project of a recording in a folder, there or not, where nobody has said which.

    It is named like the recording; of a volume also by the plane, if that is another than the scanner's.

    Raises:
        VolumeError: the volume cannot be read.
    """
    target = folder / f"{_file_name(recording.name)}.dwell"
    plane = options.get("plane")
    if plane is None or recording.kind != _VOLUME:
        return target
    frames = recording.scene
    assert isinstance(frames, Slices)
    return project_in_plane(target, frames, plane)


def _reread(recording: Recording, path: Path, before: dict[str, Any], options: dict[str, Any]) -> Recording:
    return recording if options == before else open_recording(path, **options)


def _which_volume(recording: Recording, folder: Path) -> dict[str, Any]:
    """Which of several volumes was chosen for the project of the plainest name; for other planes, too."""
    plain = usual_project(recording, {}, folder)
    known = _earlier_options(plain) if recording.kind == _VOLUME and is_project(plain) else {}
    return {name: value for name, value in known.items() if name in ("volume", "series")}


def _belonging(target: Path, wanted: Source, write: bool) -> Project:
    project = Project.open(target, write=write)
    known = project.source
    if not _same_video(known, wanted):
        project.close()
        raise ProjectError(_why_not_together(target, known, wanted), path=target)
    _keep(project, wanted.path, known.options | wanted.options)
    return project


def _why_not_together(target: Path, known: Source, wanted: Source) -> str:
    if known.kind == wanted.kind == _VOLUME and _file_print(known) == _file_print(wanted):
        return (
            f"{target} was made on other slices of {known.recording_name}, {_slices_of(known)}, and its "
            "masks hold for those only; leave out --plane and --volume, or choose another folder with "
            "--project."
        )
    return (
        f"{target} belongs to another recording, {known.recording_name} ({known.path}); choose another "
        "folder with --project."
    )


def _earlier_options(target: Path) -> dict[str, Any]:
    with Project.open(target, write=False) as project:
        source = project.source
    return dict(source.options) if source.kind == _VOLUME else {}


def _slices_of(source: Source) -> str:
    return f"{source.n_frames} {_grid_words(source)[0]} ones"


def _grid_words(source: Source) -> list[str]:
    """Of a volume its plane, and what tells its grid and values; see ``Slices.identity``."""
    return source.fingerprint.partition(" ")[2].split() or [""]


def _file_print(source: Source) -> str:
    return source.fingerprint.partition(" ")[0]


def _new_project(wanted: Source, target: Path, frames: Frames, write: bool) -> Project:
    if target.exists():
        raise NotAProject(
            f"{target} exists but is no Dwell project; choose another name with --project.", path=target
        )
    if not write:
        raise NotAProject(f"There is no project {target} to look at; make one by tracking.", path=target)
    project = Project.create(target, wanted)
    if isinstance(frames, ImageFolder):
        project.set_setting("frame names", [frames.name(i) for i in range(len(frames))])
        project.set_setting("frame files", [file.name for file in frames.files])
    elif isinstance(frames, Slices):
        project.set_setting("frame names", [frames.name(i) for i in range(len(frames))])
    return project


def _file_name(name: str) -> str:
    return re.sub(r'[\\/:*?"<>|\s]+', "-", name).strip("-.") or "recording"


# -------------------------------------------------------------------- from a project to its recording


def recording_of(project: Project) -> Recording:
    """The recording a project was made for.

    Raises:
        UnknownRecording: it is no longer where the project saw it.
        ProjectError: another video lies in its place.
    """
    return _open_checked(project, project.source)


def reopened(project: Project, source: str | Path | None, options: dict[str, Any]) -> Recording | None:
    """The recording of a project, said to lie elsewhere or to be read otherwise; None if neither was said.

    Both are kept once they are seen to work; the project is closed if they do not.

    Raises:
        RecordingError: there is no recording there, or it cannot be read.
        ProjectError: it is another one.
    """
    if source is None and not options:
        return None
    try:
        path = Path(project.source.path if source is None else source).resolve()
        kept = project.source.options | _kept(options, path)
        recording = _open_checked(project, replace(project.source, path=str(path), options=kept))
        _keep(project, str(path), kept)
    except BaseException:
        project.close()
        raise
    return recording


def _open_checked(project: Project, source: Source) -> Recording:
    try:
        recording = open_recording(source.path, **source.options)
    except DwellError as error:
        if Path(source.path).exists():
            raise
        raise UnknownRecording(
            f"The recording of {project.path} is not at {source.path}; say where it is with --source PATH.",
            path=source.path,
        ) from error
    if not _same_video(source, _source_of(recording, Path(source.path), {})):
        recording.close()
        raise ProjectError(
            f"The video at {source.path} is not the one that {project.path} was made from; "
            "give the right one with --source PATH.",
            path=source.path,
        )
    return recording


def _keep(project: Project, path: str, options: dict[str, Any]) -> None:
    if project.read_only:
        return
    if path != project.source.path:
        project.relocate(path)
    if options != project.source.options:
        project.set_reader_options(options)


# -------------------------------------------------------------------- what a project keeps of a recording


def _source_of(recording: Recording, path: Path, options: dict[str, Any]) -> Source:
    frames = recording.scene
    return Source(
        path=str(path.resolve()),
        kind=recording.kind,
        recording_id=recording.id,
        recording_name=recording.name,
        size_hw=frames.size_hw,
        n_frames=len(frames),
        fingerprint=fingerprint(_fingerprinted(frames)) + _grid(frames),
        options=_kept(options, path),
    )


def _grid(frames: Frames) -> str:
    """What of one file makes other frames: a volume's plane."""
    return f" {frames.identity}" if isinstance(frames, Slices) else ""


def _fingerprinted(frames: Frames) -> list[Path]:
    if isinstance(frames, Slices):
        files = frames.volume.files or (frames.path,)
        return [files[0], files[-1]]
    if isinstance(frames, ImageFolder):
        return [frames.files[0], frames.files[-1]]
    return frames.paths if isinstance(frames, VideoReader) else [frames.path]


def _same_video(one: Source, other: Source) -> bool:
    """Whether each frame_idx means the same frame."""
    names = ("fingerprint", "n_frames", "size_hw")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _kept(options: dict[str, Any], recording: Path) -> dict[str, Any]:
    """Reader options as a project keeps them: files by a path that holds from any folder."""
    return {
        key: _lasting(Path(value), recording) if key in _FILES else value for key, value in options.items()
    }


def _lasting(file: Path, recording: Path) -> str:
    """The file by a path that means the same from any folder; found in the same order as readers do."""
    if file == Path(file.name) and _holds(recording, file.name):
        return file.name
    beside = recording / file if recording.is_dir() else recording.parent / file
    found = next((each for each in (file, beside) if each.is_file()), None)
    return str(file if found is None else found.resolve())


def _holds(recording: Path, name: str) -> bool:
    if recording.is_dir():
        return (recording / name).exists()
    if not zipfile.is_zipfile(recording):
        return False
    with zipfile.ZipFile(recording) as archive:
        return any(entry.rpartition("/")[2] == name for entry in archive.namelist())
