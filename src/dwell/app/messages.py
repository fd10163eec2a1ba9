"""Every message between the server and the page, in one place.

The page's types (``web/core/messages.js``) are generated from these classes by ``python -m
dwell.app.page_types``; a test fails when they differ. A message with unknown or missing fields is refused.
Times are int64 ns and travel as strings, since JavaScript's numbers lose their last digits. Frames are
0-based; spans are half-open; coordinates are px of the scene video, origin top left.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

__all__ = [
    "PROTOCOL",
    "About",
    "Aoi",
    "AoiEdit",
    "AoiNew",
    "Approve",
    "BackendChoice",
    "BackendInfo",
    "Candidate",
    "Candidates",
    "Change",
    "ChangeSet",
    "Choose",
    "ClearPrompts",
    "Done",
    "Entry",
    "Estimate",
    "ExportRequest",
    "Eye",
    "Failure",
    "FixationEdit",
    "FixationMark",
    "FrameMasks",
    "Job",
    "Lane",
    "Listing",
    "MaskOnFrame",
    "Message",
    "Moment",
    "Ns",
    "OpenRequest",
    "Opened",
    "Place",
    "PreviewRequest",
    "Prompt",
    "PromptRequest",
    "RecordingInfo",
    "Request",
    "ResultsInfo",
    "ReviewQueue",
    "Segmented",
    "Sensitivity",
    "Snapshot",
    "SpanEdit",
    "Step",
    "Steps",
    "Task",
    "TrackRequest",
    "UndoRequest",
    "View",
    "Visit",
]

PROTOCOL = 1
"""Raised whenever an older page could misunderstand a newer server; the page then asks to be reloaded."""

Ns = Annotated[int, BeforeValidator(int), PlainSerializer(str, return_type=str)]
"""int64 ns UTC; a string of digits in JSON."""


class Message(BaseModel):
    """Root of all messages: immutable, and nothing that is not listed."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Request(Message):
    """Root of what a page may send: it may leave out what has a default."""


# -------------------------------------------------------------------- starting


class Place(Message):
    """A folder that the user named, or a project opened lately."""

    path: str
    name: str
    note: str = ""
    """What to show below it: when it was opened last, or that it is gone."""
    exists: bool = True


class BackendInfo(Message):
    """A segmenter and tracker that can be chosen."""

    name: str
    note: str
    ready: bool
    """Installed, and its weights are on this computer."""
    missing: str = ""
    """What to do to make it ready: the exact line to type."""
    resolutions: list[int] = []
    """Sides in px that it can work at; empty: only its own."""
    cpu_s: float | None = None
    """About this many seconds per frame with one AOI on one core; None: not known."""


class About(Message):
    """What the start page needs."""

    protocol: int
    version: str
    roots: list[Place]
    recents: list[Place]
    """Projects, last opened first."""
    backends: list[BackendInfo]
    uploads: bool
    """Whether files may be dropped on the page."""
    max_upload_bytes: int


class Entry(Message):
    """A file or folder in the path picker."""

    name: str
    path: str
    kind: Literal["folder", "project", "recording", "video", "archive", "table", "images", "file"]
    size_bytes: int | None = None
    modified_ns: Ns | None = None
    openable: bool


class Listing(Message):
    """A folder below one of the roots."""

    path: str
    parent: str | None
    """None at a root."""
    entries: list[Entry]
    truncated: bool = False
    """There are more entries than are listed."""


class OpenRequest(Request):
    """Open a recording or a project."""

    path: str
    name: str | None = None
    """Which recording, where the path holds several."""
    project: str | None = None
    """Folder of the project; default: ``<recording>.dwell`` beside the recording, or in the first root if
    that may not be written."""
    options: dict[str, Any] = {}
    """Reader options: ``gaze``, ``units`` …"""


class Opened(Message):
    """A project is open under this id; the page goes to ``#p/<pid>``."""

    pid: str
    """Derived from the project's path, so it is the same after a restart."""
    project: str


class Task(Message):
    """Work with an end: drawing the demo, an export, a fetch."""

    id: str
    what: str
    """In the user's words: ``Rendering the video``."""
    state: Literal["running", "done", "cancelled", "failed"]
    done: int
    total: int
    left_s: float | None = None
    """Seconds left, as far as can be told."""
    result: dict[str, Any] | None = None
    error: str | None = None


class Failure(Message):
    """Body of every answer that is not 2xx."""

    error: str
    """A whole sentence that says what to do next."""
    kind: str
    """Name of the error's class, such as ``PromptError``."""
    frame_idx: int | None = None
    choices: list[str] = []
    """Names to choose from, for ``SeveralRecordings``."""


# -------------------------------------------------------------------- the state of a project


class RecordingInfo(Message):
    """What the page needs to know of the recording."""

    name: str
    project: str
    """Path of the project."""
    path: str
    kind: str
    wearer: str | None
    width: int
    height: int
    n_frames: int
    start_ns: Ns
    duration_ns: Ns
    has_gaze: bool
    has_fixations: bool
    has_times: bool
    has_camera: bool
    n_filler: int
    first_frame: int
    """The first frame that is no grey filler."""
    notes: list[str]
    frames_tag: str
    """Changes when the video does: part of a frame's address, so that pictures may be cached for ever."""


class Aoi(Message):
    """An AOI; its ``object_id`` is never reused."""

    object_id: int
    name: str
    colour: str
    """``#rrggbb``"""
    category: str | None


class Prompt(Request):
    """One prompt, as said or as stored.

    Fields by kind: point x y positive; box x0 y0 x1 y1; polygon points; stroke points radius_px positive;
    mask size counts (COCO); absent none.
    """

    kind: Literal["point", "box", "polygon", "stroke", "mask", "absent"]
    id: int | None = None
    """None until stored."""
    object_id: int | None = None
    frame_idx: int | None = None
    x: float | None = None
    y: float | None = None
    x0: float | None = None
    y0: float | None = None
    x1: float | None = None
    y1: float | None = None
    points: list[tuple[float, float]] | None = None
    radius_px: float | None = None
    positive: bool = True
    size: tuple[int, int] | None = None
    """h, w"""
    counts: str | None = None


class Lane(Message):
    """That an AOI's lane has changed; its bytes come from ``lanes/<object_id>``."""

    object_id: int
    version: int
    n_known: int
    """Frames with an answer (visible or absent, up to date), for a glance."""


class Step(Message):
    """One undo step."""

    id: int
    label: str


class Steps(Message):
    """What undo and redo would do now."""

    undo: Step | None
    redo: Step | None


class View(Request):
    """How AOIs are shown; shared by all pages, not part of undo. Keyed by object_id as a string."""

    hidden: list[int] = []
    locked: list[int] = []
    keys: dict[str, int] = {}
    """Number key ``1`` … ``9`` → object_id."""


class Job(Message):
    """The tracking job of a project."""

    id: int
    state: Literal["running", "done", "cancelled", "failed", "waiting"]
    what: str
    """``Tracking cup, left hand``."""
    object_ids: list[int]
    span: tuple[int, int]
    direction: Literal["forward", "backward", "both"]
    backend: str
    done: int
    total: int
    left_s: float | None = None
    frame_idx: int | None = None
    """Frame tracked last."""
    error: str | None = None


class FixationMark(Message):
    """A fixation that a person has put on AOIs by hand."""

    start_ns: Ns
    object_ids: list[int]
    """Empty: on none of them."""


class Snapshot(Message):
    """The whole state of a project at a revision; big arrays have addresses of their own."""

    protocol: int
    rev: int
    recording: RecordingInfo
    aois: list[Aoi]
    prompts: list[Prompt]
    """Without ``counts`` of masks."""
    lanes: list[Lane]
    marks: list[FixationMark]
    steps: Steps
    view: View
    job: Job | None
    backend: BackendChoice


class Change(Message):
    """What changed of one kind of thing; the currency of all change."""

    created: list[Any] = []
    """Whole items."""
    updated: list[Any] = []
    """Whole items, as they are now."""
    deleted: list[Any] = []
    """Their keys: object_id, prompt id, start_ns."""


class ChangeSet(Message):
    """One revision of a project, as sent to every page.

    Items are keyed: aois by object_id, prompts by id, lanes by object_id, marks by start_ns.
    """

    rev: int
    """Exactly one more than the page's; otherwise it fetches a snapshot."""
    origin: str
    """Id of the page that asked for it, ``tracking`` or ``server``."""
    aois: Change | None = None
    prompts: Change | None = None
    lanes: Change | None = None
    marks: Change | None = None
    steps: Steps | None = None
    view: View | None = None
    job: Job | None = None
    backend: BackendChoice | None = None
    task: Task | None = None
    results: bool = False
    """Results on screen are out of date."""
    lost_writer: str | None = None
    """Why nothing can be changed at the moment; empty = it can again."""


# -------------------------------------------------------------------- frames and masks


class MaskOnFrame(Message):
    """One AOI on one frame."""

    object_id: int
    state: Literal["visible", "absent", "lost"]
    score: float | None
    doubt: float | None
    approved: bool
    check: bool
    stale: bool
    user_made: bool
    interpolated: bool
    counts: str
    """COCO counts string; empty unless visible."""
    area: int
    box: tuple[int, int, int, int] | None


class FrameMasks(Message):
    """The masks of one frame."""

    frame_idx: int
    rev: int
    masks: list[MaskOnFrame]


class Visit(Message):
    """One visit of gaze to an AOI, from samples."""

    object_id: int
    start_ns: Ns
    end_ns: Ns
    first_frame: int
    stop_frame: int


class Eye(Message):
    """Fixations, blinks and events, as columns; frame −1 = none."""

    fixation_ids: list[int]
    """-1 = none."""
    fixation_start_ns: list[Ns]
    fixation_end_ns: list[Ns]
    fixation_first_frame: list[int]
    fixation_stop_frame: list[int]
    fixation_x: list[float | None]
    fixation_y: list[float | None]
    blink_first_frame: list[int]
    blink_stop_frame: list[int]
    event_names: list[str]
    event_frames: list[int]


# -------------------------------------------------------------------- changing things


class AoiNew(Request):
    """A new AOI."""

    client: str
    name: str = Field(min_length=1, max_length=200)
    colour: str | None = None
    category: str | None = None


class AoiEdit(Request):
    """A changed AOI; None leaves a field as it is, an empty category removes it."""

    client: str
    name: str | None = None
    colour: str | None = None
    category: str | None = None


class PromptRequest(Request):
    """Prompts on a frame, to be saved."""

    client: str
    object_id: int
    frame_idx: int
    prompts: list[Prompt] = Field(min_length=1, max_length=500)
    fresh: bool = False
    """Forget what is known of the AOI on this frame."""


class PreviewRequest(Request):
    """Prompts to be tried; nothing is saved."""

    frame_idx: int
    prompts: list[Prompt] = Field(min_length=1, max_length=500)


class Segmented(Message):
    """The answer to prompts."""

    rev: int
    """Of the change set that carries it."""
    mask: MaskOnFrame
    step: Step | None


class Candidate(Message):
    """One possible mask."""

    index: int
    counts: str
    area: int
    score: float
    chosen: bool = False


class Candidates(Message):
    """Up to three possible masks for the prompts of an AOI on a frame, best first."""

    object_id: int
    frame_idx: int
    candidates: list[Candidate]


class Choose(Request):
    """Take another candidate."""

    client: str
    object_id: int
    frame_idx: int
    index: int


class ClearPrompts(Request):
    """Take back an AOI's prompts on a frame."""

    client: str
    object_id: int
    frame_idx: int


class SpanEdit(Request):
    """Frames [start, stop) of some AOIs."""

    client: str
    object_ids: list[int]
    start: int
    stop: int


class Approve(SpanEdit):
    """Approve masks, or unlock them."""

    approved: bool = True


class UndoRequest(Request):
    """Undo or redo one step, or undo all from a step on."""

    client: str
    expect: int
    """Id of the step that the page means; another page may have made a newer one."""
    through: bool = False
    """Undo every step from the newest down to this one."""


class FixationEdit(Request):
    """Put a fixation on AOIs by hand; None = as the mapping says."""

    client: str
    object_ids: list[int] | None


class Done(Message):
    """A change was made."""

    rev: int
    n: int = 0
    """How many items it touched."""
    label: str | None = None


# -------------------------------------------------------------------- tracking


class BackendChoice(Request):
    """Who segments and tracks."""

    name: str
    resolution: int | None = None


class TrackRequest(Request):
    """What to track."""

    client: str
    object_ids: list[int] | None = None
    """None = all."""
    start: int = 0
    stop: int | None = None
    direction: Literal["forward", "backward", "both"] = "both"
    stride: int = Field(default=1, ge=1, le=100)
    backend: BackendChoice | None = None
    """None = that of the project."""


class Estimate(Message):
    """How long tracking would take here, measured on two frames."""

    frames: int
    seconds: float
    encode_s: float
    step_s_per_object: float
    note: str = ""


# -------------------------------------------------------------------- review


class Moment(Message):
    """A stretch of frames of one AOI that is worth a look."""

    object_id: int
    first_frame: int
    stop_frame: int
    frame_idx: int
    """Where to look first: the worst frame."""
    start_ns: Ns
    end_ns: Ns
    weight: float
    """0 … 1: share of all possible error."""
    cumulative: float
    """0 … 1: of this and all before it in the queue."""
    doubt: float
    border_deg: float | None
    """Distance of the nearest gaze to the border, in deg (px if there is no camera); None: no answer."""
    affected_ms: float
    """Length of the visits (or of unknown gaze) that hang on it."""
    reason: Literal["lost", "untracked", "stale", "doubtful", "jump", "just found", "border"]
    why: str
    """One sentence for people."""


class ReviewQueue(Message):
    """Moments, worst first."""

    rev: int
    moments: list[Moment]
    total_ms: float
    """Gaze time that could be wrong."""
    minutes: float
    """About how long reviewing takes up to ``target``."""
    target: float
    """0 … 1, such as 0.95."""
    n_for_target: int
    """How many moments cover the target."""


# -------------------------------------------------------------------- results


class ResultsInfo(Message):
    """Live results; ``tables`` is keyed by the library's table names."""

    rev: int
    state: Literal["computing", "ready", "failed", "none"]
    progress: float = 0.0
    error: str | None = None
    margin_deg: float = 0.0
    metrics: list[dict[str, Any]] = []
    """One per AOI: ``object_id``, ``aoi label``, and the numbers of ``AOI_DWELL``."""
    visits: list[Visit] = []
    hits: dict[str, list[tuple[int, int]]] = {}
    """object_id → spans of frames in which some gaze sample is on the AOI."""
    fixations_on: list[list[int]] = []
    """For each fixation of ``Eye``: the object_ids it is on."""
    transitions: dict[str, Any] = {}
    """``names``, ``counts`` (square)."""
    notes: list[str] = []


class Sensitivity(Message):
    """How dwell time depends on the margin."""

    rev: int
    unit: Literal["deg", "px"]
    margins: list[float]
    dwell_ms: dict[str, list[float]]
    """object_id → dwell time at each margin."""
    note: str = ""


class ExportRequest(Request):
    """What to write, and where."""

    client: str
    what: list[Literal["tables", "video", "timeline", "heatmap", "coco", "davis"]] = Field(min_length=1)
    out: str
    """A folder below one of the roots; made if need be."""
    margin_deg: float = 0.0
    fixation_rule: Literal["majority", "any", "mean"] = "majority"
    px_per_degree: float | None = None


Snapshot.model_rebuild()
