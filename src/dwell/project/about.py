"""The part of a project that is about its recording: where it is, what is known of its frames, settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dwell.errors import ProjectError
from dwell.project.history import History
from dwell.project.masks_table import MaskTable
from dwell.project.notes import Notes
from dwell.project.source import Source
from dwell.project.store import Store
from dwell.types import BoolArray, IntArray
from dwell.video import FrameClock

__all__ = ["About"]


class About:
    """What a project is about; see ``Project``."""

    _store: Store
    _history: History
    _notes: Notes
    _source: Source
    _masks: MaskTable

    @property
    def path(self) -> Path | None:
        """The folder; None in memory."""
        return self._store.path

    @property
    def source(self) -> Source:
        """The recording the project is about."""
        return self._source

    def relocate(self, path: str | Path, fingerprint: str = "") -> None:
        """Say where the recording is now.

        Args:
            path: its new place.
            fingerprint: of the recording there; if given, it must be that of the source.

        Raises:
            ProjectError: it is another recording.
        """
        known = self._source.fingerprint
        if fingerprint and known and fingerprint != known:
            raise ProjectError(
                f"{path} is not the recording {self._source.recording_name!r} that this project was made "
                "for; point to that recording, or make a new project.",
                path=self.path,
            )
        moved = replace(self._source, path=str(path))
        with self._history.action("relocate"):
            self._notes.set_source(moved)
        self._source = moved

    def set_reader_options(self, options: Mapping[str, Any]) -> None:
        """Say with which options the recording is to be opened; JSON values."""
        changed = replace(self._source, options=dict(options))
        with self._history.action("reader options"):
            self._notes.set_source(changed)
        self._source = changed

    def set_filler(self, filler: ArrayLike) -> None:
        """Keep which frames are grey filler frames: (n_frames,) bool."""
        self._set_frames("filler", np.asarray(filler, bool))

    def filler(self) -> BoolArray | None:
        """(n_frames,) bool: grey filler frames; None if nobody has looked."""
        return self._notes.array("filler")

    def set_clock(self, times_ns: ArrayLike) -> None:
        """Keep when each frame was taken, to map gaze without the video: (n_frames,) int64 ns UTC."""
        self._set_frames("clock", np.asarray(times_ns, np.int64))

    def clock(self) -> FrameClock | None:
        """When each frame was taken, without the known filler frames; None if not kept."""
        times_ns, filler = self._notes.array("clock"), self.filler()
        if times_ns is None:
            return None
        return FrameClock(
            times_ns, np.ones(len(times_ns), bool) if filler is None else ~filler, path=self.path
        )

    def _set_frames(self, name: str, values: BoolArray | IntArray) -> None:
        if values.shape != (self._source.n_frames,):
            raise ValueError(
                f"{name}: expected one value per frame ({self._source.n_frames}), got shape {values.shape}."
            )
        with self._history.action(name):
            self._notes.set_array(name, values)

    def get_setting(self, key: str, default: Any = None) -> Any:
        """A setting as JSON gives it back; ``default`` if it was never set."""
        return self._notes.setting(key, default)

    def set_setting(self, key: str, value: Any) -> None:
        """Keep a JSON value under this key. Not part of undo."""
        with self._history.action(key):
            self._notes.set_setting(key, value)

    def note_frame(self, kind: str, frame_idx: int, data: bytes) -> None:
        """Keep what a job has to note about a frame, instead of what it noted before. Not part of undo.

        It is part of the running action: on disk with what else that has done, or not at all.

        Args:
            kind: whose note it is; each kind has at most one on a frame.
            frame_idx: 0-based.
            data: of any kind.

        Raises:
            FrameOutOfRange: the scene video has no such frame.
        """
        self._masks.check_frame(frame_idx)
        with self._history.change("note"):
            self._notes.note_frame(kind, frame_idx, data)

    def frame_notes(self, kind: str) -> dict[int, bytes]:
        """What was noted, of one kind, by ascending frame_idx."""
        return self._notes.frame_notes(kind)

    def frame_note(self, kind: str, frame_idx: int) -> bytes | None:
        """What was noted of one kind about a frame; None if nothing was."""
        return self._notes.frame_note(kind, frame_idx)

    def noted_frames(self, kind: str) -> list[int]:
        """Frames about which something of one kind was noted, ascending."""
        return self._notes.noted_frames(kind)

    def clear_frame_notes(self, kind: str) -> None:
        """Delete all notes of one kind, as a part of the running action."""
        with self._history.change("clear notes"):
            self._notes.clear_frame_notes(kind)
