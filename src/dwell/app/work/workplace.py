"""What the editor's verbs share: the project, its sessions and jobs, and how a change is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dwell.analysis import Analysis, open_analysis
from dwell.app.messages import (
    BackendChoice,
    Job,
    Search,
)
from dwell.app.work.child import Calling
from dwell.app.work.finding import Finding
from dwell.app.work.jobs import Jobs
from dwell.app.work.looking import Looking
from dwell.app.work.opening import recording_info
from dwell.app.work.searching import Searching
from dwell.app.work.telling import Telling
from dwell.errors import PromptError
from dwell.segmenters.open import open_backend
from dwell.tracking import TrackingSession

__all__ = ["Workplace", "options_of"]


class Workplace:
    """An open project with what works on it, for the verbs of the editor.

    Once made it tells ``("opened", project's path, RecordingInfo, State)``.
    """

    def __init__(
        self,
        calling: Calling,
        path: str,
        project: str | None,
        name: str | None,
        options: dict[str, Any],
    ) -> None:
        chosen = options if name is None else {"name": name, **options}
        self.analysis: Analysis = open_analysis(path, project, **chosen)
        self._calling = calling
        self._telling = Telling(self.analysis.project)
        self._sessions: dict[tuple[str, int | None], TrackingSession] = {}
        self._jobs = Jobs(self.analysis.project, self._publish_job)
        self._finding = Finding(self.analysis, self._publish_found)
        self._searching = Searching(self.analysis, self._publish_search)
        self._looking = Looking(self.analysis, self._check_unlocked)
        info = recording_info(self.analysis)
        self._telling.give_keys()
        self._telling.news(backend=self._backend(), everything=True)
        calling.tell(("opened", str(self.analysis.project.path), info, self._telling.state))

    @property
    def _busy(self) -> bool:
        """Whether a job is running: there is one at a time."""
        return self._jobs.running or self._finding.running

    @property
    def _session(self) -> TrackingSession:
        return self.analysis.session

    def _session_of(self, choice: BackendChoice | None) -> TrackingSession:
        """The session of a backend that may not be the project's; opened once."""
        if choice is None or choice == self._backend():
            return self._session
        key = (choice.name, choice.resolution)
        if key not in self._sessions:
            backend = open_backend(choice.name, **options_of(choice))
            self._sessions[key] = TrackingSession(self.analysis.project, self.analysis.frames, backend)
        return self._sessions[key]

    def _backend(self) -> BackendChoice:
        name, options = self.analysis.backend_choice
        return BackendChoice(name=str(getattr(name, "name", name)), resolution=options.get("resolution"))

    def _changed(self, calling: Calling, client: str, **what: Any) -> None:
        self._calling = calling
        self._tell(client, **what)

    def _publish_job(self, job: Job, touched: Iterable[int] = ()) -> None:
        self._tell("tracking", job=job, touched=touched)

    def _publish_found(self, job: Job, touched: Iterable[int] | None = None) -> None:
        """AOIs come as their masks do."""
        if touched is None:
            return self._tell("tracking", job=job)
        self._telling.give_keys()
        self._tell("tracking", job=job, touched=touched, aois=True, prompts=True, view=True)

    def _publish_search(self, search: Search) -> None:
        self._tell("search", search=search)

    def _tell(self, origin: str, **what: Any) -> None:
        recording = what.pop("recording", None)
        changes = self._telling.news(backend=self._backend(), **what)
        if recording is not None:
            changes["recording"] = recording
        if changes:
            self._calling.tell(("changes", origin, changes))

    def _check_unlocked(self, object_ids: Iterable[int]) -> None:
        locked = set(self._telling.state.view.locked) & set(object_ids)
        if locked:
            name = self.analysis.project.aoi(min(locked)).name
            raise PromptError(f"{name!r} is locked; click the lock beside its name to unlock it.")


def options_of(choice: BackendChoice) -> dict[str, Any]:
    """What ``open_backend`` is told beside the name."""
    return {} if choice.resolution is None else {"resolution": choice.resolution}
