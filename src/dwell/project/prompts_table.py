"""The table of prompts: what a person said, where and about which AOI."""

from __future__ import annotations

from dataclasses import dataclass

from dwell.errors import PromptError
from dwell.project.store import Store
from dwell.prompts import Prompt, prompt_from_json, prompt_to_json

__all__ = ["PromptTable", "StoredPrompt"]


@dataclass(frozen=True, slots=True)
class StoredPrompt:
    """A prompt as the project keeps it."""

    id: int
    """Never reused."""
    object_id: int
    """The AOI it is about."""
    frame_idx: int
    """0-based frame of the scene video."""
    prompt: Prompt


class PromptTable:
    """Rows of ``prompt``; see ``Project``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, object_id: int, frame_idx: int, prompt: Prompt) -> int:
        """A new row; its id."""
        row = self._store.run(
            "INSERT INTO prompt (object_id, frame_idx, prompt) VALUES (?, ?, ?)",
            (object_id, frame_idx, prompt_to_json(prompt)),
        )
        return int(row.lastrowid or 0)

    def find(self, object_id: int | None, frame_idx: int | None) -> list[StoredPrompt]:
        """Rows of one AOI, one frame, both or all, oldest first."""
        rows = self._store.rows(
            "SELECT id, object_id, frame_idx, prompt FROM prompt "
            "WHERE object_id = ifnull(?, object_id) AND frame_idx = ifnull(?, frame_idx) ORDER BY id",
            (object_id, frame_idx),
        )
        return [StoredPrompt(i, obj, frame, prompt_from_json(text)) for i, obj, frame, text in rows]

    def remove(self, prompt_id: int) -> None:
        """Delete a row."""
        if self._store.run("DELETE FROM prompt WHERE id = ?", (prompt_id,)).rowcount == 0:
            raise PromptError(f"There is no prompt {prompt_id}; it may have been removed already.")

    def give(self, object_id: int, to: int) -> None:
        """Make the prompts of an AOI those of another one."""
        self._store.run("UPDATE prompt SET object_id = ? WHERE object_id = ?", (to, object_id))

    def remove_all(self, object_id: int, frame_idx: int) -> None:
        """Delete all rows of an AOI on a frame, if there are any."""
        where = "object_id = ? AND frame_idx = ?"
        self._store.run(f"DELETE FROM prompt WHERE {where}", (object_id, frame_idx))

    def remove_within(self, object_id: int, start: int, stop: int, *, approved: bool) -> None:
        """Delete all rows of an AOI on frames [start, stop); where its mask is approved only if so wanted."""
        self._store.run(
            "DELETE FROM prompt WHERE object_id = ? AND frame_idx >= ? AND frame_idx < ? AND (? OR NOT "
            "EXISTS (SELECT 1 FROM mask WHERE mask.object_id = prompt.object_id "
            "AND mask.frame_idx = prompt.frame_idx AND approved))",
            (object_id, start, stop, approved),
        )

    def frames(self, object_id: int) -> list[int]:
        """Frames on which an AOI has prompts, ascending."""
        query = "SELECT DISTINCT frame_idx FROM prompt WHERE object_id = ? ORDER BY frame_idx"
        return [frame_idx for (frame_idx,) in self._store.rows(query, (object_id,))]
