"""The state of a project, and the changes of it: the currency of all change."""

from __future__ import annotations

from typing import Any, Literal

from dwell.app.messages.base import Message, Ns, Request
from dwell.app.messages.start import Task
from dwell.app.messages.tracking import BackendChoice, Job
from dwell.app.messages.volume import VolumeInfo
from dwell.app.messages.words import Search

__all__ = [
    "Aoi",
    "Change",
    "ChangeSet",
    "FixationMark",
    "Lane",
    "Prompt",
    "RecordingInfo",
    "Snapshot",
    "Step",
    "Steps",
    "View",
]


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
    """Changes when the pictures do: part of a frame's address, so that they may be cached for ever."""
    volume: VolumeInfo | None = None
    """Of a medical volume, whose slices are the frames."""


class Aoi(Message):
    """An AOI; its ``object_id`` is never reused."""

    object_id: int
    name: str
    colour: str
    """``#rrggbb``"""
    category: str | None
    part_of: int | None
    """object_id of the AOI that it is a part of."""


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
    search: Search | None


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
    search: Search | None = None
    task: Task | None = None
    recording: RecordingInfo | None = None
    """A volume is seen through another window."""
    results: bool = False
    """Results on screen are out of date."""
    lost_writer: str | None = None
    """Why nothing can be changed at the moment; empty = it can again."""
