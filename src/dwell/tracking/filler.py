"""Which frames of a video are grey filler: looked for once, a picture at a time, and kept in the project."""

from __future__ import annotations

from dwell.project import Project
from dwell.types import BoolArray
from dwell.video import FillerSearch, Frames, is_filler
from dwell.volumes import Slices

__all__ = ["Filler"]


class Filler:
    """The filler frames of a project's video. Frames may be read between two looks."""

    def __init__(self, project: Project, frames: Frames) -> None:
        self._project = project
        self._frames = frames
        self._known: BoolArray | None = None
        self._search: FillerSearch | None = None
        self._seen: dict[int, bool] = {}

    @property
    def flags(self) -> BoolArray:
        """(n_frames,) bool: grey filler frames. Asked for the first time, it looks to the end.

        Raises:
            CorruptVideo: a frame that had to be looked at cannot be decoded.
        """
        while self.look():
            pass
        assert self._known is not None
        return self._known

    def look(self) -> bool:
        """Look at one more picture; False: all is known.

        Raises:
            CorruptVideo: it cannot be decoded. The next look begins anew.
        """
        if self._found() is not None:
            return False
        search = self._search or self._frames.search_filler()
        self._search = None
        try:
            next(search)
        except StopIteration as end:
            self._known = end.value
            self._project.set_filler(end.value)
            return False
        self._search = search
        return True

    def at(self, frame_idx: int) -> bool:
        """Whether a frame is filler; seen from its picture while the search has not ended."""
        found = self._found()
        if found is not None:
            return bool(found[frame_idx])
        if frame_idx not in self._seen:
            # A still, or a slice, is what a person wants to see, whatever its colours.
            shown_as_is = len(self._frames) == 1 or isinstance(self._frames, Slices)
            self._seen[frame_idx] = not shown_as_is and is_filler(self._frames.read(frame_idx))
        return self._seen[frame_idx]

    def _found(self) -> BoolArray | None:
        if self._known is None:
            self._known = self._project.filler()
        return self._known
