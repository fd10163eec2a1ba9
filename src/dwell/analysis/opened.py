"""A recording, its project and its tracking session, opened on first use and closed together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dwell.analysis.counting import count_makers
from dwell.errors import Cancelled, DwellError, ProjectError
from dwell.pairing import recording_of
from dwell.project import Project
from dwell.recordings import Recording
from dwell.recordings.volume import VolumeRecording
from dwell.segmenters.contract import Backend
from dwell.segmenters.open import choice_from, open_backend
from dwell.tracking import TrackingSession
from dwell.tracking.filler import Filler
from dwell.video import Frames
from dwell.volumes import Slices

__all__ = ["Opened"]


class Opened:
    """What every verb of an analysis works on; closes all three."""

    def __init__(
        self,
        project: Project,
        recording: Recording | None = None,
        *,
        backend: Backend | str | Path | None = None,
        backend_options: Mapping[str, Any] | None = None,
    ) -> None:
        self.project = project
        self._recording = recording
        self._backend = backend
        self._backend_options = dict(backend_options or {})

    @cached_property
    def recording(self) -> Recording:
        """The recording, opened on first use.

        Raises:
            UnknownRecording: it is no longer where the project saw it.
        """
        if self._recording is None:
            self._recording = recording_of(self.project)
        return self._recording

    @property
    def frames(self) -> Frames:
        """The scene video."""
        return self.recording.scene

    @cached_property
    def session(self) -> TrackingSession:
        """Prompts, corrections and tracking, one by one; see ``TrackingSession``."""
        name, options = self.backend_choice
        backend = open_backend(name, **options) if isinstance(name, str | Path) else name
        return TrackingSession(self.project, self.frames, backend)

    def _look_for_filler(self) -> None:
        """Have the project know its grey filler, if its video can be read; no backend is opened for it."""
        if self.project.filler() is not None:
            return
        try:
            _ = Filler(self.project, self.frames).flags
        except Cancelled:
            raise
        except DwellError:  # the video is not needed for what follows
            return

    def use_backend(self, name: Backend | str | Path, **options: Any) -> None:
        """Let another backend segment and track in ``session`` from now on; it is opened now.

        A run of tracking that is under way goes on with the backend it began with.

        Args:
            name: a backend, its name, or the folder of a model.
            options: what ``open_backend`` is given with it, such as ``resolution=512``.

        Raises:
            MissingBackend: no such name, or its extra is not installed; then all stays as it was.
            BackendError: the backend has no such option.
            ModelError: the model cannot be used or fetched.
        """
        backend = open_backend(name, **options) if isinstance(name, str | Path) else name
        self._backend, self._backend_options = name, options
        if "session" in self.__dict__:
            self.session.backend = backend
        else:
            self.__dict__["session"] = TrackingSession(self.project, self.frames, backend)

    def use_window(self, window: str) -> Slices:
        """Show a volume's values otherwise from now on, and keep that in the project.

        You and ``session`` see the new pictures; prompts, masks and a run of tracking that is under way stay
        as they are.

        Args:
            window: a name such as ``lung``, ``auto``, or ``LEVEL/WIDTH`` such as ``40/400``.

        Raises:
            ProjectError: this is no volume.
            ValueError: there is no such window.
        """
        if not isinstance(self.recording, VolumeRecording):
            raise ProjectError(
                f"{self.recording.name} is no medical volume, so it has no window; nothing was changed.",
                path=self.project.path,
            )
        slices = self.recording.use_window(window)
        self.project.set_reader_options(self.project.source.options | {"window": window})
        if "session" in self.__dict__:
            self.session.use_frames(slices)
        return slices

    @property
    def backend_choice(self) -> tuple[Backend | str | Path, dict[str, Any]]:
        """Who segments and tracks in ``session``, and with which options; nothing is loaded.

        Without a choice: who segmented or tracked last in this project.
        """
        if self._backend is not None:
            return self._backend, self._backend_options
        chosen = self.project.get_setting("backend")
        if chosen is None:  # a project from before this was kept
            runs = self.project.runs()[-1:]
            chosen = {"name": runs[0].backend, "parameters": runs[0].parameters} if runs else {}
        name, remembered = choice_from(chosen.get("name", "embedded"), chosen.get("parameters", {}))
        return name, remembered | self._backend_options

    @property
    def last_stride(self) -> int:
        """One in how many frames was looked at when this project was tracked last; 1 if it never was."""
        return int(self.project.get_setting("stride", 1))

    @property
    def made_by(self) -> list[dict[str, Any]]:
        """Who made the masks that are up to date: a backend with its parameters, and how many masks."""
        return count_makers(self.project)

    @property
    def _slices(self) -> Slices | None:
        """The slices of a volume; of a video nothing is opened."""
        frames = self.frames if self.project.source.kind == "volume" else None
        return frames if isinstance(frames, Slices) else None

    def close(self) -> None:
        """Let go of the project and the video."""
        try:
            self.project.close()
        finally:
            if self._recording is not None:
                self._recording.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
