"""The job that finds everything in a video, or what was looked at, a step at a time."""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import replace
from typing import Any

from dwell.analysis import Analysis
from dwell.analysis.finding import looked_of
from dwell.app.messages import EverythingRequest, Job, LookedSettings, SearchSettings, Unfinished
from dwell.app.work.noted import NotedJob, Publish
from dwell.errors import PromptError
from dwell.everything import (
    Budget,
    Everything,
    EverythingOptions,
    EverythingUpdate,
    GazeFirst,
    GazeFirstOptions,
    forget,
    unfinished,
)
from dwell.models import PROPOSER_MODELS
from dwell.segmenters.automatic.open import open_proposer
from dwell.segmenters.contract import AutomaticOptions, Proposer
from dwell.segmenters.open import choice_from

__all__ = ["Finding", "looked_settings", "no_gaze", "settings_of"]

WHOLE = 1000
"""``Job.total``: a job's ``done`` is in thousandths."""
WHAT = {"everything": "Everything in the video", "gaze-first": "What was looked at"}


Run = Everything | GazeFirst


class Finding(NotedJob[EverythingUpdate]):
    """Finds things as asked, in steps. The run itself notes in the project how far it is."""

    note_key = "page everything"
    what = "Looking for everything"
    advice = "Ask for fewer objects, or choose another proposer or tracker."

    def __init__(self, analysis: Analysis, publish: Publish) -> None:
        super().__init__(analysis.project, publish)
        self._analysis = analysis
        self._new: set[int] = set()

    def unfinished(self) -> Unfinished | None:
        """The run that was stopped before its end, if it is not under way again."""
        state = None if self.running else unfinished(self._project)
        if state is None:
            return None
        budget = state.get("budget", {})
        limits = {name: budget.get(name) for name in ("minutes", "masks", "coverage")}
        return Unfinished(kind=state["kind"], phase=str(state["phase"]), **limits)

    def noted(self) -> EverythingRequest | None:
        """What a process that has died was doing.

        Raises:
            PromptError: going on with it has ended several processes.
        """
        note = self._noted()
        if not note:
            return None
        go_on = unfinished(self._project) is not None
        return EverythingRequest.model_validate(note | {"go_on": go_on, "fresh": False})

    def start(self, request: EverythingRequest) -> Job:
        """Begin; the first step is done by ``step``.

        Raises:
            PromptError: a run that was stopped is in the way, or there is none to go on with; there is no
                gaze.
        """
        state = None if request.fresh else unfinished(self._project)  # that of another version is refused
        if request.go_on and state is None:
            raise PromptError("There is no run to go on with; start a new one.")
        if state is not None and not request.go_on:
            raise PromptError("A run was stopped before its end: go on with it, or start afresh.")
        kind = request.kind if state is None else state["kind"]
        lacking = no_gaze(self._analysis)
        if kind == "gaze-first" and lacking:
            raise PromptError(lacking)
        if request.fresh:
            forget(self._project)
        number = self._begin(request.model_dump())
        self._new = set()
        backend = self._analysis.session.backend.name if state is None else _name_of(state["backend"])
        self._job = self._blank(number, kind, backend)
        self._updates = self._run(request, state)
        return self._job

    def _run(
        self, request: EverythingRequest, state: dict[str, Any] | None
    ) -> Generator[EverythingUpdate, None, None]:
        """Opening who finds masks may take a while: it is done by the first step."""
        run = _new_run(self._analysis, request) if state is None else _same_run(self._analysis, state)
        yield from run.updates()

    def _seen(self, job: Job, update: EverythingUpdate, step_s: float) -> Job:
        self._new.update(update.touched)
        return job.model_copy(
            update={
                "done": max(job.done, min(round(WHOLE * update.done), WHOLE)),
                "left_s": None if update.left_s is None else round(update.left_s, 1),
                "frame_idx": update.frame_idx,
                "phase": update.phase.value,
                "n_objects": update.n_objects,
            }
        )

    def _touched(self) -> Collection[int]:
        touched, self._new = self._new, set()
        return touched

    def _failed(self, number: int, backend: str) -> Job:
        return self._blank(number, "everything", backend).model_copy(update={"state": "failed"})

    def _blank(self, number: int, kind: str, backend: str) -> Job:
        return Job(
            id=number,
            kind=kind,  # type: ignore[arg-type]  # one of WHAT
            state="running",
            what=WHAT[kind] if self._project.source.n_frames > 1 else "Everything in the picture",
            object_ids=[],  # a correction meanwhile is not taken up by itself
            span=(0, self._project.source.n_frames),
            direction="both",
            backend=backend,
            done=0,
            total=WHOLE,
        )


def no_gaze(analysis: Analysis) -> str:
    """Why there is nothing that was looked at; empty = there is."""
    recording = analysis.recording
    if not recording.has("gaze"):
        return "This recording has no gaze."
    if not recording.has("fixations"):
        return "This recording has gaze, but no fixations; export it again with them."
    return "" if recording.has("frame times") else "This recording has gaze, but no frame times to map it by."


OWN = ("step", "iou_thresh", "max_masks_per_frame", "stride", "gaze_weight")
AUTOMATIC = ("points_per_side", "pred_iou_thresh", "stability_score_thresh", "min_area")
"""What a page may set of the options, and of those of the proposer."""


def settings_of(options: EverythingOptions) -> SearchSettings:
    """The part of the options that a page may change."""
    own = {name: getattr(options, name) for name in OWN}
    return SearchSettings(**own, **{name: getattr(options.automatic, name) for name in AUTOMATIC})


def looked_settings(options: GazeFirstOptions) -> LookedSettings:
    """The part of the options that a page may change."""
    return LookedSettings(window_s=options.window_s, granularities=options.granularities, alike=options.alike)


def _options_of(settings: SearchSettings | None) -> EverythingOptions:
    options = EverythingOptions()
    if settings is None:
        return options
    automatic = replace(options.automatic, **{name: getattr(settings, name) for name in AUTOMATIC})
    return replace(options, automatic=automatic, **{name: getattr(settings, name) for name in OWN})


def _new_run(analysis: Analysis, request: EverythingRequest) -> Run:
    if request.kind == "gaze-first":
        looked = request.looked
        return _gaze_first(
            analysis, GazeFirstOptions(**looked.model_dump()) if looked else GazeFirstOptions()
        )
    proposer = _proposer(request.settings.proposer if request.settings else "embedded")
    budget = Budget(minutes=request.minutes, masks=request.masks, coverage=request.coverage)
    return _everything(analysis, proposer, _options_of(request.settings), budget)


def _same_run(analysis: Analysis, state: dict[str, Any]) -> Run:
    """The run that was stopped, with its own settings, limits and tracker."""
    if state["backend"] != analysis.session.backend.describe():
        backend, taken = choice_from(_name_of(state["backend"]), state["backend"])
        analysis.use_backend(backend, **taken)
    if state["kind"] == "gaze-first":
        return _gaze_first(analysis, GazeFirstOptions(**state["options"]))
    plain = dict(state["options"])
    options = EverythingOptions(automatic=AutomaticOptions(**plain.pop("automatic")), **plain)
    name, _ = choice_from(_name_of(state["proposer"]), state["proposer"])
    return _everything(analysis, _proposer(name), options, Budget(**state["budget"]))


def _everything(
    analysis: Analysis, proposer: Proposer, options: EverythingOptions, budget: Budget
) -> Everything:
    looked = looked_of(analysis.recording) if options.gaze_weight else None
    return Everything(analysis.session, proposer, options, budget, looked=looked)


def _gaze_first(analysis: Analysis, options: GazeFirstOptions) -> GazeFirst:
    recording = analysis.recording
    fixations, clock, camera = recording.fixations, recording.clock, recording.camera
    return GazeFirst(analysis.session, fixations, clock, camera, options, gaze=recording.gaze)


def _proposer(name: str) -> Proposer:
    """Fetching a model is for the terminal."""
    return open_proposer(name, **({"offline": True} if name in PROPOSER_MODELS else {}))


def _name_of(described: dict[str, Any]) -> str:
    return str(described.get("name") or described["backend"])
