"""Small things a project keeps: its source, settings, and what is known or noted of the video's frames."""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dwell.project.source import Source
from dwell.project.store import Store

__all__ = ["Notes"]


class Notes:
    """Rows of ``meta``, ``setting``, ``frames`` and ``frame_note``; see ``Project``. Not part of undo."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def source(self) -> Source:
        """The recording the project is about."""
        return Source.from_json(self._store.value("SELECT value FROM meta WHERE key = 'source'"))

    def set_source(self, source: Source) -> None:
        """Write the source anew."""
        self._store.run("UPDATE meta SET value = ? WHERE key = 'source'", (source.to_json(),))

    def setting(self, key: str, default: Any) -> Any:
        """A JSON value."""
        text = self._store.value("SELECT value FROM setting WHERE key = ?", (key,))
        return default if text is None else json.loads(text)

    def set_setting(self, key: str, value: Any) -> None:
        """Keep a JSON value."""
        text = json.dumps(value, ensure_ascii=False)
        self._store.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", (key, text))

    def array(self, name: str) -> NDArray[Any] | None:
        """An array kept under this name, None if there is none."""
        rows = self._store.rows("SELECT dtype, data FROM frames WHERE name = ?", (name,))
        return np.frombuffer(zlib.decompress(rows[0][1]), dtype=rows[0][0]) if rows else None

    def set_array(self, name: str, values: NDArray[Any]) -> None:
        """Keep a one-dimensional array."""
        data = zlib.compress(np.ascontiguousarray(values).tobytes(), 1)
        self._store.run("INSERT OR REPLACE INTO frames VALUES (?, ?, ?)", (name, values.dtype.str, data))

    def note_frame(self, kind: str, frame_idx: int, data: bytes) -> None:
        """Keep bytes of one kind about a frame, instead of earlier ones."""
        self._store.run("INSERT OR REPLACE INTO frame_note VALUES (?, ?, ?)", (kind, int(frame_idx), data))

    def frame_notes(self, kind: str) -> dict[int, bytes]:
        """The bytes of one kind by ascending frame."""
        query = "SELECT frame_idx, data FROM frame_note WHERE kind = ? ORDER BY frame_idx"
        return {frame_idx: bytes(data) for frame_idx, data in self._store.rows(query, (kind,))}

    def frame_note(self, kind: str, frame_idx: int) -> bytes | None:
        """The bytes of one kind about a frame."""
        rows = self._store.rows(
            "SELECT data FROM frame_note WHERE kind = ? AND frame_idx = ?", (kind, int(frame_idx))
        )
        return bytes(rows[0][0]) if rows else None

    def noted_frames(self, kind: str) -> list[int]:
        """Frames with a note of one kind, ascending."""
        query = "SELECT frame_idx FROM frame_note WHERE kind = ? ORDER BY frame_idx"
        return [frame_idx for (frame_idx,) in self._store.rows(query, (kind,))]

    def clear_frame_notes(self, kind: str) -> None:
        """Delete all of one kind."""
        self._store.run("DELETE FROM frame_note WHERE kind = ?", (kind,))
