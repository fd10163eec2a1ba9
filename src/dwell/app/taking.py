"""Suggestions being added, which may take long: how far that is, and a way to give it up."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from dwell.app.messages import Search, TakeRequest
from dwell.errors import PromptError

__all__ = ["Taking"]

TELL_EVERY_S = 0.25


class Taking:
    """Adds suggestions, one request at a time. Use from the event loop's thread.

    Args:
        edit: asks the editor; see ``Desk.edit``.
        publish: tells pages of the search.
        cancel: asks the editor to give a call up; see ``Worker.cancel``.
    """

    def __init__(
        self,
        edit: Callable[..., Awaitable[tuple[Any, int]]],
        publish: Callable[[Search], Any],
        cancel: Callable[[int], None],
    ) -> None:
        self._edit = edit
        self._publish = publish
        self._cancel = cancel
        self._call_id: int | None = None

    async def take(self, request: TakeRequest, search: Search | None) -> tuple[list[str], int]:
        """The names of the AOIs, and the number of the change.

        Args:
            request: what to add.
            search: as pages know it; while this goes on, they are told that it is ``taking``.

        Raises:
            PromptError: others are being added, or the editor refuses.
            Cancelled: it was given up, and nothing is added.
        """
        if self._call_id is not None:
            raise PromptError("Suggestions are being added already; wait until that is done, or stop it.")
        told_at, told = time.monotonic(), False

        def show(done: int, total: int) -> None:
            nonlocal told_at, told
            if search is None or time.monotonic() - told_at < TELL_EVERY_S:
                return
            told_at, told = time.monotonic(), True
            self._publish(
                search.model_copy(update={"state": "taking", "done": done, "total": total, "left_s": None})
            )

        try:
            return await self._edit("take_suggestions", request, on_progress=show, on_id=self._begun)
        finally:
            self._call_id = None
            if told and search is not None:
                self._publish(search)

    def stop(self) -> bool:
        """Give up, before the next mask; False if nothing is being added."""
        if self._call_id is None:
            return False
        self._cancel(self._call_id)
        return True

    def _begun(self, call_id: int) -> None:
        self._call_id = call_id
