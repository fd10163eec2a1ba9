"""Keys for labels of formats without tracks: what is the same thing from picture to picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from dwell.formats.found import FoundThing

__all__ = ["Keys"]


class Keys:
    """Gives each label of a picture the key of a thing; no two on a picture have the same.

    Where the file does not say it, the first label of a class on a picture is the first thing of that class,
    the second the second, and so on: nothing is dropped, but things may be swapped from picture to picture.
    """

    def __init__(self, things: Iterable[FoundThing] = ()) -> None:
        """All things that the file itself names, at once, as new ones get keys above theirs."""
        self._named = {thing.key: thing for thing in things}
        self._of_class: dict[str, list[int]] = {}
        self._next = max(self._named, default=0) + 1
        for key, thing in sorted(self._named.items()):
            self._of_class.setdefault(thing.category or thing.name, []).append(key)
        self._n_ambiguous = 0

    def of_picture(self, categories: Sequence[str], keys: Sequence[int | None]) -> tuple[int, ...]:
        """The key of each label on one picture.

        Args:
            categories: of each label.
            keys: the key that the file says, or None.
        """
        used = {key for key in keys if key is not None}
        found = []
        for category, key in zip(categories, keys, strict=True):
            mine = self._free(category, used) if key is None else key
            used.add(mine)
            found.append(mine)
        untold = Counter(category for category, key in zip(categories, keys, strict=True) if key is None)
        self._n_ambiguous += any(n > 1 for n in untold.values())
        return tuple(found)

    @property
    def things(self) -> list[FoundThing]:
        """All of them, by key."""
        new = [
            FoundThing(key, f"{category} {place}" if len(keys) > 1 else category, category)
            for category, keys in self._of_class.items()
            for place, key in enumerate(keys, start=1)
            if key not in self._named
        ]
        return sorted([*self._named.values(), *new], key=lambda thing: thing.key)

    @property
    def lost(self) -> tuple[str, ...]:
        """What a user should know of it."""
        if not self._n_ambiguous:
            return ()
        return (
            f"{self._n_ambiguous} pictures have several labels of one class and no tracks; the first became "
            "one AOI, the second another, and so on, so check that they are not swapped.",
        )

    def _free(self, category: str, used: set[int]) -> int:
        keys = self._of_class.setdefault(category, [])
        for key in keys:
            if key not in used:
                return key
        keys.append(self._next)
        self._next += 1
        return keys[-1]
