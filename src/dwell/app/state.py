"""What pages know of a project, as keyed items, and the difference between two moments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dwell.app.messages import BackendChoice, Change, ChangeSet, Job, Message, Search, Steps, View

__all__ = ["KEYS", "SINGLE", "State"]

KEYS = {"aois": "object_id", "prompts": "id", "lanes": "object_id", "marks": "start_ns"}
"""Kind of item → the field that tells one from another."""
SINGLE = ("steps", "view", "job", "backend", "search")
"""What there is one of."""


@dataclass
class State:
    """Items by kind and key, and what there is one of."""

    items: dict[str, dict[Any, Message]] = field(default_factory=lambda: {kind: {} for kind in KEYS})
    steps: Steps = field(default_factory=lambda: Steps(undo=None, redo=None))
    view: View = field(default_factory=View)
    job: Job | None = None
    backend: BackendChoice = field(default_factory=lambda: BackendChoice(name="embedded"))
    search: Search | None = None

    def replace(self, kind: str, found: Iterable[Message]) -> Change | None:
        """Take these items as all there are of a kind; what that changed, or None."""
        before = self.items[kind]
        after = {getattr(item, KEYS[kind]): item for item in found}
        self.items[kind] = after
        return _difference(before, after)

    def set(self, **single: Any) -> dict[str, Any]:
        """Take new values of what there is one of; those that differ."""
        changed = {name: value for name, value in single.items() if getattr(self, name) != value}
        for name, value in changed.items():
            setattr(self, name, value)
        return changed

    def apply(self, changes: ChangeSet) -> None:
        """Bring up to date."""
        for kind, key in KEYS.items():
            change: Change | None = getattr(changes, kind)
            if change is not None:
                for item in (*change.created, *change.updated):
                    self.items[kind][getattr(item, key)] = item
                for gone in change.deleted:
                    self.items[kind].pop(gone, None)
        for name in SINGLE:
            value = getattr(changes, name)
            if value is not None:
                setattr(self, name, value)

    def all(self, kind: str) -> list[Any]:
        """The items of a kind, by ascending key."""
        return [self.items[kind][key] for key in sorted(self.items[kind])]


def _difference(before: Mapping[Any, Message], after: Mapping[Any, Message]) -> Change | None:
    created = [item for key, item in after.items() if key not in before]
    updated = [item for key, item in after.items() if key in before and before[key] != item]
    deleted = [key for key in before if key not in after]
    if not (created or updated or deleted):
        return None
    return Change(created=created, updated=updated, deleted=deleted)
