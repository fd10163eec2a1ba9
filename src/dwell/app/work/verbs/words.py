"""Verbs of words: a search, and its suggestions."""

from __future__ import annotations

from dwell.app.messages import (
    Search,
    SearchRequest,
    SuggestionMask,
    Suggestions,
    TakeRequest,
)
from dwell.app.work.child import Calling
from dwell.app.work.workplace import Workplace

__all__ = ["WordVerbs"]


class WordVerbs(Workplace):
    """What is looked for by words."""

    def search(self, calling: Calling, request: SearchRequest) -> Search:
        """Begin to look for words; progress is told as it goes."""
        search = self._searching.start(request)
        self._changed(calling, request.client, search=search)
        return search

    def stop_search(self, calling: Calling, client: str) -> Search | None:
        """Stop looking; what was found stays."""
        search = self._searching.stop()
        self._changed(calling, client)
        return search

    def suggestions(self, calling: Calling) -> Suggestions:
        """What the newest search has found."""
        return self._searching.suggestions()

    def suggestion_mask(self, calling: Calling, search: int, index: int) -> SuggestionMask:
        """The mask that a suggestion would have; nothing is saved."""
        return self._searching.mask(search, index)

    def take_suggestions(self, calling: Calling, request: TakeRequest) -> list[str]:
        """Add suggestions as AOIs, or as prompts of those found again; their names."""
        self._check_unlocked(each.object_id for each in request.suggestions if each.object_id is not None)
        aois = self._searching.take(request, calling.progress)
        self._telling.give_keys()
        self._changed(calling, request.client, everything=True)
        return [aoi.name for aoi in aois]

    def reject_suggestions(self, calling: Calling, request: TakeRequest) -> None:
        """Forget suggestions."""
        self._searching.reject(request)
