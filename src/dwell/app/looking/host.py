"""What a look needs of the open project that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

__all__ = ["CLIENT", "Host"]

CLIENT = "looking"
"""Origin of what a look changes; no page has this id, so all of them take it over."""


class Host(Protocol):
    """An open project: ``dwell.app.desk.Desk`` is one."""

    path: Path
    """The project's folder."""

    async def ask(self, verb: str, *arguments: Any) -> Any:
        """The editor's answer."""
        ...

    async def prepare(self, frame_idx: int) -> None:
        """Encode a frame ahead."""
        ...

    async def read(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """``function(project, *arguments)`` in a thread, with the project as it is open for reading."""
        ...

    @property
    def newest_step(self) -> int | None:
        """Id of the step that undo would take back."""
        ...

    @property
    def n_frames(self) -> int:
        """Of the project's pictures."""
        ...
