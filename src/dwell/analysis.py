"""One recording from prompts to tables: what the CLI, the examples and most scripts use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dwell.errors import DwellError, MissingStream, NotAProject, ProjectError, UnknownRecording
from dwell.export.labels import ExportReport, Labels
from dwell.gaze import MappingOptions
from dwell.masks import Mask
from dwell.project import Project, Source, fingerprint
from dwell.prompts import Prompt
from dwell.recordings import Recording, open_recording
from dwell.registry import EXPORTERS, load
from dwell.render import Looks, RenderOptions, Scene, render_timeline, render_video
from dwell.results import Results, compute_results
from dwell.segmenters.contract import Backend
from dwell.tracking import TrackingSession
from dwell.types import Direction, ProgressFn
from dwell.video import FrameClock, Frames, ImageFolder

__all__ = ["Analysis", "open_analysis"]


def open_analysis(
    path: str | Path,
    project: str | Path | None = None,
    *,
    backend: Backend | str = "embedded",
    write: bool = True,
    source: str | Path | None = None,
    **reader_options: Any,
) -> Analysis:
    """A recording with the project that keeps the work on it.

    Args:
        path: a recording (see ``open_recording``), or a ``.dwell`` project.
        project: folder of the project; default ``<recording's name>.dwell`` in the current folder. It is made
            when it is not there, and opened when it is.
        backend: who segments and tracks.
        write: False opens an existing project for reading, also while another process writes to it.
        source: where the recording of an existing project is now, if it was moved.
        reader_options: passed to ``open_recording``, and kept in a new project.

    Raises:
        RecordingError: the recording cannot be read.
        ProjectError: the project cannot be opened, or belongs to another recording.
    """
    path = Path(path)
    if _is_project(path):
        if project is not None and Path(project) != path:
            raise ProjectError(f"{path} is a project already; leave out the other one, {project}.", path=path)
        opened = Project.open(path, write=write)
        if source is not None:
            opened.relocate(source)
        return Analysis(opened, backend=backend)
    if path.suffix == ".dwell":
        raise NotAProject(f"There is no project {path}; make one with: dwell track RECORDING --project {path}", path=path)
    recording = open_recording(path, **reader_options)
    target = Path(project) if project is not None else Path.cwd() / f"{_file_name(recording.name)}.dwell"
    wanted = _source_of(recording, path, reader_options)
    return Analysis(_project_for(wanted, target, write), recording, backend=backend)


class Analysis:
    """A recording, its project and its tracking session; closes all three."""

    def __init__(
        self, project: Project, recording: Recording | None = None, *, backend: Backend | str = "embedded"
    ) -> None:
        self.project = project
        self._recording = recording
        self._backend = backend

    @cached_property
    def recording(self) -> Recording:
        """The recording, opened on first use.

        Raises:
            UnknownRecording: it is no longer where the project saw it.
        """
        if self._recording is None:
            self._recording = _reopen(self.project)
        return self._recording

    @property
    def frames(self) -> Frames:
        """The scene video."""
        return self.recording.scene

    @cached_property
    def session(self) -> TrackingSession:
        """Prompts, corrections and tracking, one by one; see ``TrackingSession``."""
        return TrackingSession(self.project, self.frames, self._backend)

    # ---------------------------------------------------------------- prompts to masklets

    def prompt(self, aoi: str | int, *prompts: Prompt, frame_idx: int) -> Mask:
        """The AOI's mask after these prompts on a frame, saved; a new name makes a new AOI."""
        return self.session.prompt(aoi, *prompts, frame_idx=frame_idx)

    def track(
        self,
        span: tuple[int, int] | None = None,
        direction: Direction | str = Direction.BOTH,
        aois: Iterable[str | int] | None = None,
        progress: ProgressFn | None = None,
    ) -> int:
        """How many frames were tracked: all that was missing or out of date. See ``TrackingSession.track``."""
        done = 0
        updates = self.session.track(span, direction, aois)
        try:
            for update in updates:
                done = update.done
                if progress is not None:
                    progress(update.done, update.total)
        finally:
            updates.close()
        return done

    # ---------------------------------------------------------------- masklets to results

    def map(self, options: MappingOptions | None = None, progress: ProgressFn | None = None) -> Results:
        """Gaze and fixations mapped to the AOIs, and the measures taken of them.

        Raises:
            MissingStream: the recording has no gaze, or no frame times.
        """
        if not self.recording.has("gaze"):
            raise MissingStream(
                f"{self.recording.name} has no gaze to map; give it with --gaze FILE.csv when the project is made.",
                path=self.recording.path,
                stream="gaze",
            )
        return compute_results(self.recording, self.project.masklets(), options or MappingOptions(), progress)

    def render(
        self,
        out: str | Path,
        mapping: MappingOptions | None = None,
        look: RenderOptions | None = None,
        progress: ProgressFn | None = None,
    ) -> Path:
        """Write the enriched video; a recording without gaze gets masks only."""
        looks = Looks(self.map(mapping).gaze_map) if self.recording.has("gaze") else None
        clock = self.recording.clock
        times_ns = clock.times_ns - (self.recording.start_ns if self.recording.has("gaze") else clock.times_ns[0])
        scene = Scene(self.project.masklets(), looks, times_ns)
        return render_video(self.frames, scene, out, look, progress)

    def render_timeline(self, out: str | Path, mapping: MappingOptions | None = None) -> Path:
        """Draw when each AOI was visible and looked at."""
        gaze_map = self.map(mapping).gaze_map if self.recording.has("gaze") else None
        clock: FrameClock = self.recording.clock
        return render_timeline(self.project.masklets(), clock, gaze_map, out, title=self.recording.name)

    def export(self, format: str, out: str | Path, progress: ProgressFn | None = None) -> ExportReport:
        """Write the masks as labels: ``davis`` or ``coco``. Needs the project only.

        Raises:
            OutputError: unknown format, or the files cannot be written.
        """
        source = self.project.source
        names = self.project.get_setting("frame names") or [f"{i:05d}" for i in range(source.n_frames)]
        labels = Labels(self.project.masklets(), source.size_hw, names, source.recording_name)
        report: ExportReport = load(EXPORTERS, format)(labels, Path(out), progress)
        return report

    def close(self) -> None:
        """Let go of the project and the video."""
        self.project.close()
        if self._recording is not None:
            self._recording.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


# -------------------------------------------------------------------- finding and making projects


def _is_project(path: Path) -> bool:
    return path.is_dir() and (path / "project.db").exists()


def _file_name(name: str) -> str:
    return re.sub(r'[\\/:*?"<>|\s]+', "-", name).strip("-.") or "recording"


def _source_of(recording: Recording, path: Path, options: dict[str, Any]) -> Source:
    frames = recording.scene
    return Source(
        path=str(path.resolve()),
        kind=recording.kind,
        recording_id=recording.id,
        recording_name=recording.name,
        size_hw=frames.size_hw,
        n_frames=len(frames),
        fingerprint=fingerprint(_fingerprinted(frames)),
        options={key: str(value) if isinstance(value, Path) else value for key, value in options.items()},
    )


def _fingerprinted(frames: Frames) -> list[Path]:
    if isinstance(frames, ImageFolder):
        return [frames.paths[0], frames.paths[-1]]
    return [frames.path]


def _project_for(wanted: Source, target: Path, write: bool) -> Project:
    if not _is_project(target):
        project = Project.create(target, wanted)
        return project
    project = Project.open(target, write=write)
    if project.source.fingerprint != wanted.fingerprint:
        project.close()
        raise ProjectError(
            f"{target} belongs to another recording, {project.source.recording_name} ({project.source.path}); "
            "choose another folder with --project.",
            path=target,
        )
    return project


def _reopen(project: Project) -> Recording:
    source = project.source
    try:
        recording = open_recording(source.path, **source.options)
    except DwellError as error:
        if Path(source.path).exists():
            raise
        raise UnknownRecording(
            f"The recording of {project.path} is no longer at {source.path}; say where it is with --source PATH.",
            path=source.path,
        ) from error
    if fingerprint(_fingerprinted(recording.scene)) != source.fingerprint:
        raise ProjectError(
            f"The video at {source.path} is not the one that {project.path} was made from; "
            "give the right one with --source PATH.",
            path=source.path,
        )
    return recording
