"""Results, review and exports."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from dwell.app.messages.base import Message, Ns, Request
from dwell.app.messages.picture import PictureOptions

__all__ = ["ExportRequest", "LabelOptions", "Moment", "ResultsInfo", "ReviewQueue", "Sensitivity", "Visit"]


class Visit(Message):
    """One visit of gaze to an AOI, from samples."""

    object_id: int
    start_ns: Ns
    end_ns: Ns
    first_frame: int
    stop_frame: int


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


class LabelOptions(Request):
    """Which frames are written as labels, and how; names and meanings are those of ``Selection``."""

    frames: Literal["all", "anchors", "approved"] = "all"
    every: int = Field(default=1, ge=1, le=1_000_000)
    unanswered: Literal["skip", "write", "stop"] = "write"
    """What is done with a frame on which an AOI is lost or unknown."""
    pictures: Literal["", "jpg", "png"] = ""
    """Pictures of these frames beside the labels; empty = none."""
    polygons: bool = False
    """Outlines instead of run lengths, where a format has both."""


class ExportRequest(Request):
    """What to write, and where."""

    client: str
    what: list[str] = Field(min_length=1, max_length=100)
    """``tables``, ``video``, ``timeline``, ``heatmap``, ``aoi_heatmap``, and names of formats."""
    out: str
    """A folder below one of the roots; made if need be. Each format gets a folder of its own in it."""
    margin_deg: float = 0.0
    fixation_rule: Literal["majority", "any", "mean"] = "majority"
    px_per_degree: float | None = None
    picture: PictureOptions = PictureOptions()
    """How gaze is mapped on the picture of an enrichment; the three above do not count there."""
    measure: str = "total-fixation-duration"
    """What ``aoi_heatmap`` is coloured by."""
    labels: LabelOptions = LabelOptions()
    """How labels are written."""
