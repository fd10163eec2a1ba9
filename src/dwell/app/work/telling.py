"""What an editor has told of its project, and what it has to tell after a change."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from dwell.app import messages
from dwell.app.convert import aoi_message, prompt_message, step_message
from dwell.app.messages import BackendChoice, Job, Search, View
from dwell.app.state import State
from dwell.project import Project

__all__ = ["Telling"]

VIEW = "page view"
"""Setting of the project that keeps which AOIs are hidden and locked, and their number keys."""


class Telling:
    """The state of a project as pages know it, brought up to date piece by piece."""

    def __init__(self, project: Project) -> None:
        self.state = State()
        self._project = project
        # Later than any version told before a restart, so that pages fetch their lanes anew.
        self._version = int(time.time() * 1000)

    def news(
        self,
        *,
        backend: BackendChoice,
        touched: Iterable[int] = (),
        everything: bool = False,
        aois: bool = False,
        prompts: bool = False,
        marks: bool = False,
        view: bool = False,
        job: Job | None = None,
        search: Search | None = None,
    ) -> dict[str, Any]:
        """Fields of a ``ChangeSet`` for what has changed since it was told; looks only where it may have.

        Args:
            backend: who segments and tracks now.
            touched: object_ids whose masks may have changed.
            everything: look everywhere.
            aois: look at the AOIs.
            prompts: look at the prompts.
            marks: look at the fixations put on AOIs by hand.
            view: look at what is hidden and locked.
            job: the tracking job as it is now; None = as it was.
            search: the search for words as it is now; None = as it was.
        """
        project, state = self._project, self.state
        ids = [aoi.object_id for aoi in project.aois()]
        found: dict[str, Any] = {
            "lanes": state.replace("lanes", self._lanes(ids, set(ids if everything else touched)))
        }
        if aois or everything:
            found["aois"] = state.replace("aois", map(aoi_message, project.aois()))
        if prompts or everything:
            found["prompts"] = state.replace("prompts", map(prompt_message, project.prompts()))
        if marks or everything:
            found["marks"] = state.replace("marks", _marks(project))
        if view or everything:
            found |= state.set(view=self.view())
        steps = messages.Steps(undo=step_message(project.next_undo()), redo=step_message(project.next_redo()))
        found |= state.set(steps=steps, backend=backend, job=job or state.job, search=search or state.search)
        return {name: value for name, value in found.items() if value is not None}

    def view(self) -> View:
        """Which AOIs are hidden and locked, and their number keys; one that is gone locks nothing."""
        view = View.model_validate(self._project.get_setting(VIEW, {}))
        there = {aoi.object_id for aoi in self._project.aois()}
        return view.model_copy(update={"locked": [each for each in view.locked if each in there]})

    def set_view(self, view: View) -> None:
        """Keep it in the project."""
        self._project.set_setting(VIEW, view.model_dump())

    def give_keys(self) -> None:
        """Give AOIs without a number key the lowest free ones, as far as there are."""
        view = self.view()
        there = [aoi.object_id for aoi in self._project.aois()]
        keys = {key: owner for key, owner in view.keys.items() if owner in there}
        free = [str(n) for n in range(1, 10) if str(n) not in keys]
        without = [object_id for object_id in there if object_id not in keys.values()]
        keys |= dict(zip(free, without, strict=False))
        if keys != view.keys:
            self.set_view(view.model_copy(update={"keys": keys}))

    def _lanes(self, ids: Sequence[int], touched: Collection[int]) -> list[messages.Lane]:
        known = {lane.object_id: lane for lane in self.state.all("lanes")}
        for object_id in ids:
            if object_id in touched or object_id not in known:
                self._version += 1
                n_known = self._project.n_known(object_id)
                known[object_id] = messages.Lane(object_id=object_id, version=self._version, n_known=n_known)
        return [known[object_id] for object_id in ids]


def _marks(project: Project) -> list[messages.FixationMark]:
    found = project.fixation_marks().items()
    return [messages.FixationMark(start_ns=at, object_ids=list(ids)) for at, ids in found]
