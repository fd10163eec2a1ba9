"""The editor: the one process that writes to a project. It segments, tracks, and says what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from dwell.analysis import Analysis, open_analysis
from dwell.app import messages
from dwell.app.codebook import codebook_of, read_codebook
from dwell.app.convert import aoi_message, candidates_message, mask_message, prompt_from
from dwell.app.messages import (
    AoiEdit,
    AoiMerge,
    AoiNew,
    AoiPart,
    AoiRemoval,
    Approve,
    BackendChoice,
    Choose,
    ClearPrompts,
    Edited,
    EditTool,
    Estimate,
    EverythingRequest,
    Imported,
    ImportRequest,
    Job,
    PreviewRequest,
    PromptRequest,
    Search,
    SearchRequest,
    Segmented,
    SuggestionMask,
    Suggestions,
    TakeRequest,
    TrackRequest,
    UndoRequest,
    Unfinished,
    View,
    WindowEdit,
)
from dwell.app.work.child import Calling
from dwell.app.work.finding import Finding, no_gaze
from dwell.app.work.jobs import AllTracked, Jobs
from dwell.app.work.labels import imported, take_labels
from dwell.app.work.looking import KeptStep, Looking
from dwell.app.work.opening import recording_info
from dwell.app.work.searching import Searching
from dwell.app.work.telling import Telling
from dwell.app.work.tools import changed_by, edited, seldom, use_tool
from dwell.cloud import project_key
from dwell.errors import ProjectError, PromptError
from dwell.looking import Ask, Commit, LookOptions
from dwell.looking.answering import Found
from dwell.masks import Mask
from dwell.project import Step
from dwell.segmenters.open import open_backend
from dwell.tracking import TrackingSession

__all__ = ["Editor", "OutOfStep"]

TRACKED = ("track ", "find everything", "find what was looked at")
"""How the labels of the undo steps of jobs begin."""
TRACKED_FIRST = "Tracking is under way; wait until it has ended, or stop it."
FOUND_FIRST = "Everything in the video is being looked for; wait until that has ended, or stop it."


class OutOfStep(ProjectError):
    """Another page has changed the project meanwhile."""


class Editor:
    """Target of a worker: verbs for everything that a person does to a project.

    Once made it tells ``("opened", project's path, RecordingInfo, State)``. Every verb tells what it changed
    before it answers: ``("changes", origin, {field of ChangeSet: value})``.
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
        self._looks_for_filler = True
        info = recording_info(self.analysis)
        self._telling.give_keys()
        self._telling.news(backend=self._backend(), everything=True)
        calling.tell(("opened", str(self.analysis.project.path), info, self._telling.state))
        self._resume()
        self._resume_finding()

    # ---------------------------------------------------------------- the worker's side

    def work(self) -> bool:
        """One step of what is under way; or one more look for filler, with which tracking begins."""
        if self._busy or self._searching.running:
            self._jobs.step()
            self._finding.step()
            self._searching.step()
        elif self._looks_for_filler:
            self._looks_for_filler = False
            with suppress(Exception):  # what is wrong with it is told when something is tracked
                self._looks_for_filler = self._session.look_for_filler()
        return self._busy or self._searching.running or self._looks_for_filler

    @property
    def _busy(self) -> bool:
        """Whether a job is running: there is one at a time."""
        return self._jobs.running or self._finding.running

    def close(self) -> None:
        """Save what was tracked; the job is gone on with when the project is opened again."""
        self._jobs.close()
        self._finding.close()
        self.analysis.close()

    # ---------------------------------------------------------------- AOIs

    def add_aoi(self, calling: Calling, new: AoiNew) -> messages.Aoi:
        """A new AOI; it gets the lowest free number key."""
        aoi = self.analysis.project.add_aoi(new.name, new.colour, new.category)
        self._telling.give_keys()
        self._changed(calling, new.client, aois=True, view=True, touched=[aoi.object_id])
        return aoi_message(aoi)

    def edit_aoi(self, calling: Calling, object_id: int, edit: AoiEdit) -> messages.Aoi:
        """Another name, colour or category."""
        self._check_unlocked([object_id])
        aoi = self.analysis.project.edit_aoi(
            object_id, name=edit.name, colour=edit.colour, category=edit.category
        )
        self._changed(calling, edit.client, aois=True)
        return aoi_message(aoi)

    def set_part(self, calling: Calling, part: AoiPart) -> int:
        """Make AOIs parts of another one, or of none, in one step; how many."""
        self._check_unlocked(part.object_ids)
        with self.analysis.project.action("set what is part of what"):
            for object_id in part.object_ids:
                self.analysis.project.edit_aoi(object_id, part_of=part.part_of)
        self._changed(calling, part.client, aois=True)
        return len(part.object_ids)

    def merge_aois(self, calling: Calling, merge: AoiMerge) -> messages.Aoi:
        """Make AOIs that are one thing one AOI."""
        self._check_unlocked([merge.keep, *merge.others])
        aoi = self._session.merge(merge.keep, merge.others)
        self._changed(calling, merge.client, everything=True)
        return aoi_message(aoi)

    def remove_aois(self, calling: Calling, removal: AoiRemoval) -> str:
        """Remove AOIs with all that belongs to them, in one step."""
        self._check_unlocked(removal.object_ids)
        names = [self.analysis.project.aoi(object_id).name for object_id in removal.object_ids]
        label = f"remove {names[0]}" if len(names) == 1 else f"remove {len(names)} AOIs"
        with self._session.changing(label):
            for object_id in removal.object_ids:
                self._session.remove(object_id)
        self._changed(calling, removal.client, everything=True)
        return label

    def remove_aoi(self, calling: Calling, object_id: int, client: str) -> str:
        """Remove an AOI with all that belongs to it."""
        self._check_unlocked([object_id])
        name = self.analysis.project.aoi(object_id).name
        self._session.remove(object_id)
        self._changed(calling, client, everything=True)
        return f"remove {name}"

    def set_view(self, calling: Calling, view: View, client: str) -> None:
        """Which AOIs are hidden and locked, and their number keys."""
        self._telling.set_view(view)
        self._changed(calling, client, view=True)

    def set_window(self, calling: Calling, edit: WindowEdit) -> None:
        """Show a volume's values otherwise: to people, and to who segments from now on.

        Raises:
            ProjectError: this is no volume.
            ValueError: there is no such window.
        """
        self.analysis.use_window(edit.window)
        for session in self._sessions.values():
            session.use_frames(self.analysis.frames)
        self._changed(calling, edit.client, recording=recording_info(self.analysis))

    def add_codebook(self, calling: Calling, text: str, client: str) -> int:
        """The AOIs of a codebook file; how many were new."""
        written = read_codebook(text)
        before = {aoi.object_id: aoi.name for aoi in self.analysis.project.aois()}
        prompted = {each.name for each in written if each.prompts}
        self._check_unlocked(object_id for object_id, name in before.items() if name in prompted)
        self.analysis.add_prompts(written)
        new = [aoi.object_id for aoi in self.analysis.project.aois() if aoi.object_id not in before]
        self._telling.give_keys()
        self._changed(calling, client, everything=True)
        return len(new)

    def codebook(self, calling: Calling) -> str:
        """The AOIs as a codebook file."""
        return codebook_of(self.analysis.project.aois())

    # ---------------------------------------------------------------- Pupil Cloud

    def cloud_url(self, calling: Calling) -> str:
        """Address of the enrichment that AOIs were sent to last; empty at first."""
        return str(self.analysis.project.get_setting("cloud_url", ""))

    def cloud_key(self, calling: Calling, url: str) -> str:
        """Remember where AOIs are sent to; what tells this project's from others' there."""
        if self.cloud_url(calling) != url:
            self.analysis.project.set_setting("cloud_url", url)
        key = project_key(self.analysis.project)
        assert key is not None  # the editor may write
        return key

    # ---------------------------------------------------------------- prompts and masks

    def prompt(self, calling: Calling, request: PromptRequest) -> Segmented:
        """Prompts on a frame, saved as an anchor."""
        self._check_unlocked([request.object_id])
        prompts = [prompt_from(each) for each in request.prompts]
        self._session.prompt(request.object_id, *prompts, frame_idx=request.frame_idx, fresh=request.fresh)
        return self._segmented(calling, request.client, request.object_id, request.frame_idx)

    def preview(self, calling: Calling, request: PreviewRequest) -> messages.Candidates:
        """What prompts would give; nothing is saved."""
        prompts = [prompt_from(each) for each in request.prompts]
        found = self._session.preview(request.frame_idx, prompts)
        rows = [(Mask.from_array(each.mask), each.score, False) for each in found]
        return candidates_message(0, request.frame_idx, rows)

    def candidates(self, calling: Calling, request: ClearPrompts) -> messages.Candidates:
        """The possible masks for the prompts of an AOI on a frame."""
        found = self._session.candidates(request.object_id, request.frame_idx)
        rows = [(each.mask, each.score, each.current) for each in found]
        return candidates_message(request.object_id, request.frame_idx, rows)

    def choose(self, calling: Calling, request: Choose) -> Segmented:
        """Take another candidate as the anchor."""
        self._check_unlocked([request.object_id])
        self._session.choose(request.object_id, request.frame_idx, request.index)
        return self._segmented(calling, request.client, request.object_id, request.frame_idx)

    def clear(self, calling: Calling, request: ClearPrompts) -> str | None:
        """Take back the prompts of an AOI on a frame."""
        self._check_unlocked([request.object_id])
        self._session.clear(request.object_id, request.frame_idx)
        self._changed(calling, request.client, prompts=True, touched=[request.object_id])
        return self._telling.state.steps.undo.label if self._telling.state.steps.undo else None

    def approve(self, calling: Calling, request: Approve) -> int:
        """Approve masks, or take approval back; how many."""
        self._check_unlocked(request.object_ids)
        change = self._session.approve if request.approved else self._session.unlock
        n_changed = change(request.start, request.stop, request.object_ids)
        self._changed(calling, request.client, touched=request.object_ids)
        return n_changed

    def prepare(self, calling: Calling, frame_idx: int) -> None:
        """Encode a frame ahead of a click; not while tracking, which needs the time."""
        if not self._busy:
            self._session.prepare(frame_idx)

    # ---------------------------------------------------------------- many frames at once

    def edit_tool(self, calling: Calling, request: EditTool) -> Edited:
        """Use an editing tool; see ``use_tool``."""
        self._check_unlocked(changed_by(request))
        project, recording = self.analysis.project, self.analysis.recording
        clock = recording.clock if recording.has("frame times") else None
        before = project.next_undo()
        report = use_tool(self._session, request, clock, seldom(calling.progress))
        self._telling.give_keys()
        self._changed(calling, request.client, everything=True)
        return edited(report, project, before)

    def import_labels(self, calling: Calling, request: ImportRequest) -> Imported:
        """Take labels over; see ``take_labels``."""
        locked = set(self._telling.state.view.locked)
        report = take_labels(self.analysis, request, locked, seldom(calling.progress))
        self._telling.give_keys()
        self._changed(calling, request.client, everything=True)
        return imported(report, self.analysis.project)

    # ---------------------------------------------------------------- words

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

    # ---------------------------------------------------------------- looking

    def look_about(self, calling: Calling, source: dict[str, Any], options: LookOptions) -> dict[str, Any]:
        """See ``Looking.about``."""
        return self._looking.about(source, options)

    def look_answer(self, calling: Calling, ask: Ask) -> Found:
        """See ``Looking.answer``."""
        return self._looking.answer(ask)

    def look_keep(self, calling: Calling, commit: Commit, t_ns: int, client: str) -> KeptStep:
        """See ``Looking.keep``."""
        saved = self._looking.keep(commit, t_ns)
        self._telling.give_keys()
        touched = [saved.kept.object_id]
        self._changed(calling, client, aois=True, prompts=True, view=True, touched=touched)
        return saved

    # ---------------------------------------------------------------- undo

    def undo(self, calling: Calling, request: UndoRequest) -> list[str]:
        """Take back the newest step, or all from a step on; their labels.

        Raises:
            OutOfStep: the newest step is not the one that the page means.
        """
        project = self.analysis.project
        newest = project.next_undo()
        taken = [newest] if newest else []
        if request.through:
            taken = [step for step in project.history() if step.id >= request.expect and not step.undone]
            self._check_known(taken, request.newest)
        if any(step.label.startswith(TRACKED) for step in taken):
            self._stop_job()  # it would track the same again at once
            newest = project.next_undo()
        if not request.through:
            self._check_step(newest.id if newest else None, request.expect)
        labels = self._session.undo_through(request.expect)
        self._changed(calling, request.client, everything=True)
        return labels

    def _check_known(self, steps: Iterable[Step], newest: int | None) -> None:
        """Refuse to take back what another page did meanwhile; tracking goes on by itself."""
        others = [step.id for step in steps if not step.label.startswith(TRACKED)]
        if newest is not None and max(others, default=0) > newest:
            self._check_step(max(others), newest)

    def redo(self, calling: Calling, request: UndoRequest) -> list[str]:
        """Bring back what was undone last; its label.

        Raises:
            OutOfStep: that is not the step that the page means.
        """
        step = self.analysis.project.next_redo()
        self._check_step(step.id if step else None, request.expect)
        label = self._session.redo()
        self._changed(calling, request.client, everything=True)
        return [] if label is None else [label]

    # ---------------------------------------------------------------- fixations

    def mark_fixation(
        self, calling: Calling, start_ns: int, object_ids: Sequence[int] | None, client: str
    ) -> None:
        """Put a fixation on AOIs by hand; None = as the mapping says."""
        self.analysis.project.set_fixation_mark(start_ns, object_ids)
        self._changed(calling, client, marks=True)

    # ---------------------------------------------------------------- tracking

    def use_backend(self, calling: Calling, choice: BackendChoice, client: str) -> BackendChoice:
        """Switch who segments and tracks.

        Raises:
            BackendError: it is not installed, or its weights are not here.
        """
        if self._busy:
            raise PromptError("Tracking is under way; stop it before you switch the backend.")
        self.analysis.use_backend(choice.name, **_options(choice))
        self._session.sign()
        self._changed(calling, client)
        return self._telling.state.backend

    def estimate(self, calling: Calling, request: TrackRequest) -> Estimate:
        """How long tracking would take, measured; nothing is saved."""
        session = self._session_of(request.backend)
        span = (request.start, len(session.frames) if request.stop is None else request.stop)
        found = session.estimate(span, request.direction, request.object_ids, request.stride)
        return Estimate(
            frames=session.remaining(span, request.direction, request.object_ids, request.stride),
            seconds=round(found.seconds, 2),
            encode_s=round(found.encode_s, 4),
            step_s_per_object=round(found.step_s_per_object, 4),
            note="" if found.frames else "Everything asked for is tracked and up to date.",
        )

    def track(self, calling: Calling, request: TrackRequest) -> Job | None:
        """Begin to track; progress is told as it goes. None: nothing is missing, and the request would join.

        Raises:
            AllTracked: nothing is missing.
            PromptError: a job is running, or there is nothing to track from.
        """
        request = self._unlocked(request)
        if self._finding.running:
            raise PromptError(FOUND_FIRST)
        if request.join and self._jobs.tracks(request.object_ids):
            return self._jobs.job
        if request.backend is not None and request.backend != self._backend():
            self.use_backend(calling, request.backend, request.client)
        try:
            job = self._jobs.start(self._session, request.model_copy(update={"backend": self._backend()}))
        except AllTracked:
            if request.join:
                return None
            raise
        self._changed(calling, request.client, job=job)
        return job

    def stop(self, calling: Calling, client: str) -> Job | None:
        """Stop tracking, or finding everything; what is done stays."""
        job = self._stop_job()
        self._changed(calling, client)
        return job

    def _stop_job(self) -> Job | None:
        return self._finding.stop() if self._finding.running else self._jobs.stop()

    # ---------------------------------------------------------------- everything

    def everything(self, calling: Calling) -> tuple[Unfinished | None, str]:
        """The run that was stopped before its end; why there is nothing that was looked at, if so."""
        return self._finding.unfinished(), no_gaze(self.analysis)

    def find_everything(self, calling: Calling, request: EverythingRequest) -> Job:
        """Begin to find everything, or what was looked at; progress is told as it goes.

        Raises:
            PromptError: a job is running; a run that was stopped is in the way; there is no gaze.
        """
        if self._busy:
            raise PromptError(FOUND_FIRST if self._finding.running else TRACKED_FIRST)
        job = self._finding.start(request)
        self._changed(calling, request.client, job=job)
        return job

    # ---------------------------------------------------------------- sessions

    @property
    def _session(self) -> TrackingSession:
        return self.analysis.session

    def _session_of(self, choice: BackendChoice | None) -> TrackingSession:
        """The session of a backend that may not be the project's; opened once."""
        if choice is None or choice == self._backend():
            return self._session
        key = (choice.name, choice.resolution)
        if key not in self._sessions:
            backend = open_backend(choice.name, **_options(choice))
            self._sessions[key] = TrackingSession(self.analysis.project, self.analysis.frames, backend)
        return self._sessions[key]

    def _backend(self) -> BackendChoice:
        name, options = self.analysis.backend_choice
        return BackendChoice(name=str(getattr(name, "name", name)), resolution=options.get("resolution"))

    def _resume(self) -> None:
        """Go on with what a process that has died was tracking, or say why not."""
        try:
            request = self._jobs.noted()
            if request is None:
                return
            if request.backend is not None and request.backend != self._backend():
                self.analysis.use_backend(request.backend.name, **_options(request.backend))
            job = self._jobs.start(self._session, request)
        except AllTracked:
            self._jobs.forget()
        except Exception as error:  # a backend may raise anything; the project is to open all the same
            self._jobs.give_up(self._backend().name, str(error))
        else:
            self._tell("tracking", job=job)

    def _resume_finding(self) -> None:
        """Go on with what a process that has died was finding, or say why not."""
        try:
            request = None if self._busy else self._finding.noted()
            job = None if request is None else self._finding.start(request)
        except Exception as error:  # whatever it is, the project is to open all the same
            self._finding.give_up(self._backend().name, str(error))
        else:
            if job is not None:
                self._tell("tracking", job=job)

    # ---------------------------------------------------------------- telling

    def _segmented(self, calling: Calling, client: str, object_id: int, frame_idx: int) -> Segmented:
        self._changed(calling, client, prompts=True, touched=[object_id])
        record = self.analysis.project.record(object_id, frame_idx)
        if record is None:
            raise ProjectError(f"The mask of AOI {object_id} on frame {frame_idx} was not kept; try again.")
        return Segmented(rev=0, mask=mask_message(record), step=self._telling.state.steps.undo)

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

    # ---------------------------------------------------------------- view

    def _check_unlocked(self, object_ids: Iterable[int]) -> None:
        locked = set(self._telling.state.view.locked) & set(object_ids)
        if locked:
            name = self.analysis.project.aoi(min(locked)).name
            raise PromptError(f"{name!r} is locked; click the lock beside its name to unlock it.")

    def _unlocked(self, request: TrackRequest) -> TrackRequest:
        """The request for those AOIs only that are not locked, where it is for all."""
        if request.object_ids is not None:
            self._check_unlocked(request.object_ids)
            return request
        locked = set(self._telling.state.view.locked)
        ids = [aoi.object_id for aoi in self.analysis.project.aois()]
        if not locked & set(ids):
            return request
        free = [object_id for object_id in ids if object_id not in locked]
        if not free:
            raise PromptError("Every AOI is locked; click the lock beside a name to unlock it.")
        return request.model_copy(update={"object_ids": free})

    def _check_step(self, newest: int | None, expected: int) -> None:
        if newest != expected:
            raise OutOfStep(
                "Another page has changed the project meanwhile; look at what it did, then press again.",
                path=Path(self.analysis.project.path or ""),
            )


def _options(choice: BackendChoice) -> dict[str, Any]:
    return {} if choice.resolution is None else {"resolution": choice.resolution}
