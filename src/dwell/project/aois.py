"""The table of AOIs: names, colours, categories, and what is part of what."""

from __future__ import annotations

import difflib
import re

from dwell.errors import PromptError, UnknownAoi
from dwell.project.family import descendants
from dwell.project.store import Store
from dwell.prompts import clean_name
from dwell.types import AOI

__all__ = ["PALETTE", "AoiTable"]

PALETTE = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
"""Colours that people with any colour vision tell apart, without black. Source: Okabe & Ito, Color Universal
Design (2008), https://jfly.uni-koeln.de/color/"""
LAST_ID = 2**31 - 1
"""The highest object_id, which every format that has whole numbers can write."""


class AoiTable:
    """Rows of ``aoi``; see ``Project``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[AOI]:
        """Every AOI, in the order they were made."""
        rows = self._store.rows(
            "SELECT object_id, name, colour, category, part_of FROM aoi ORDER BY object_id"
        )
        return [AOI(*row) for row in rows]

    def one(self, name_or_id: str | int) -> AOI:
        """The AOI with this name or object_id."""
        known = self.all()
        if isinstance(name_or_id, str):
            name_or_id = clean_name(name_or_id)
        for aoi in known:
            if name_or_id in (aoi.name, aoi.object_id):
                return aoi
        raise UnknownAoi(_unknown_message(name_or_id, [aoi.name for aoi in known]), path=self._store.path)

    def add(
        self,
        name: str,
        colour: str | None,
        category: str | None,
        part_of: int | None,
        object_id: int | None = None,
    ) -> AOI:
        """A new AOI, of the next object_id or a free one that is given."""
        if object_id is not None and not self.is_free(object_id):
            raise PromptError(
                f"No new AOI can be number {object_id}: that is taken or was; leave it out for the next one."
            )
        name = self._checked_name(name, None)
        colour = self._next_colour() if colour is None else _checked_colour(colour)
        whole = self._checked_whole(part_of, None)
        row = self._store.run(
            "INSERT INTO aoi (object_id, name, colour, category, part_of) VALUES (?, ?, ?, ?, ?)",
            (None if object_id is None else int(object_id), name, colour, category or None, whole),
        )
        return AOI(int(row.lastrowid or 0), name, colour, category or None, whole)

    def is_free(self, object_id: int) -> bool:
        """See ``Project.is_free_id``."""
        known = (
            "SELECT 1 FROM aoi WHERE object_id = ? UNION "
            "SELECT 1 FROM undo_aoi JOIN step ON step.id = step_id WHERE object_id = ? AND NOT undone"
        )
        return 0 < object_id <= LAST_ID and not self._store.rows(known, (int(object_id),) * 2)

    def edit(self, aoi: AOI) -> AOI:
        """Write an AOI's name, colour, category and what it is part of anew."""
        name, colour = self._checked_name(aoi.name, aoi.object_id), _checked_colour(aoi.colour)
        whole = self._checked_whole(aoi.part_of, aoi.object_id)
        self._store.run(
            "UPDATE aoi SET name = ?, colour = ?, category = ?, part_of = ? WHERE object_id = ?",
            (name, colour, aoi.category or None, whole, aoi.object_id),
        )
        return AOI(aoi.object_id, name, colour, aoi.category or None, whole)

    def move_parts(self, whole: int, to: int | None) -> None:
        """Make the parts of an AOI parts of another one, or of none."""
        self._store.run("UPDATE aoi SET part_of = ? WHERE part_of = ?", (to, whole))

    def remove(self, object_id: int) -> None:
        """Delete an AOI with all that belongs to it; its parts become parts of what it was part of."""
        whole = self._store.value("SELECT part_of FROM aoi WHERE object_id = ?", (object_id,))
        self.move_parts(object_id, whole)
        for table in ("checkpoint", "mask", "prompt", "aoi"):
            self._store.run(f"DELETE FROM {table} WHERE object_id = ?", (object_id,))

    def _next_colour(self) -> str:
        used = [aoi.colour for aoi in self.all()]
        return min(PALETTE, key=used.count)

    def _checked_whole(self, part_of: int | None, object_id: int | None) -> int | None:
        """What an AOI is to be part of, 0 and None being nothing."""
        if not part_of:
            return None
        known = {aoi.object_id: aoi for aoi in self.all()}
        if part_of not in known:
            raise PromptError(
                f"There is no AOI {part_of} to be part of; the project has "
                f"{', '.join(map(str, known)) or 'none yet'}."
            )
        if object_id is not None and part_of in (object_id, *descendants(known.values(), object_id)):
            whole, part = known[part_of].name, known[object_id].name
            why = "is the same AOI" if part_of == object_id else "is a part of it"
            raise PromptError(f"{part!r} cannot be part of {whole!r}, which {why}; choose another, or 0.")
        return int(part_of)

    def _checked_name(self, name: str, object_id: int | None) -> str:
        name = clean_name(name)
        if not name:
            raise PromptError("An AOI needs a name; type one, such as cup.")
        if any(aoi.name == name and aoi.object_id != object_id for aoi in self.all()):
            raise PromptError(
                f"There is an AOI named {name!r} already; use that one, or choose another name."
            )
        return name


def _checked_colour(colour: str) -> str:
    if not re.fullmatch("#[0-9a-fA-F]{6}", colour):
        raise PromptError(f"Cannot read the colour {colour!r}; write it as #rrggbb, such as {PALETTE[0]}.")
    return colour


def _unknown_message(wanted: str | int, names: list[str]) -> str:
    if not names:
        return f"There is no AOI {wanted!r}: the project has none yet."
    lower = {name.casefold(): name for name in reversed(names)}
    near = difflib.get_close_matches(str(wanted).casefold(), lower, n=1)
    guess = f" Did you mean {lower[near[0]]!r}?" if near else ""
    return f"There is no AOI {wanted!r}; the project has {', '.join(names)}.{guess}"
