"""Looking as prompting: what the page reports of itself and of its viewer, and what it shows of a look.

Addresses below ``/api/p/{pid}/look`` (an answer that is not named is ``Done``)::

    POST start          LookStart → LookInfo           GET  (itself)          → LookInfo or null
    POST stop                                          GET  stream            → events ``look``: LookView
    POST view           LookScreen                     GET  state             → LookView
    POST pointer        LookPointer                    GET  markers           → LookMarkers
    POST press          LookPress                      GET  /looks            → list of LookEntry
    POST options        LookSettings → LookInfo        GET  /looks/{name}/results → LookResults
    POST check/start    → CheckPlan                    POST check/target      CheckTarget
    POST check/finish   → CheckResult                  POST check/accept      CheckAccept → LookInfo
    POST check/cancel

The last two of the list of looks stand beside ``look``, at ``/api/p/{pid}/looks``.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from dwell.app.messages.base import Message, Ns, Request
from dwell.app.messages.project import Prompt

__all__ = [
    "CheckAccept",
    "CheckPlan",
    "CheckResult",
    "CheckTarget",
    "CheckTargetResult",
    "LookAction",
    "LookChrome",
    "LookEntry",
    "LookFixation",
    "LookGaze",
    "LookInfo",
    "LookKept",
    "LookMarker",
    "LookMarkers",
    "LookMask",
    "LookMonitor",
    "LookMouse",
    "LookPointer",
    "LookPress",
    "LookRect",
    "LookResults",
    "LookSample",
    "LookScreen",
    "LookSettings",
    "LookShownMarker",
    "LookStart",
    "LookStatus",
    "LookTimes",
    "LookView",
    "LookWish",
]

LookAction = Literal[
    "start",
    "stop",
    "clear",
    "save",
    "run",
    "include",
    "exclude",
    "box",
    "level",
    "undo",
    "hold",
    "dwell",
    "next",
    "previous",
    "new",
    "check",
]
"""What a key does: ``dwell.looking.Action``."""

# ------------------------------------------------------------------ what the page says


class LookMouse(Request):
    """How the mouse plays the eye; see ``dwell.live.GazeNoise``."""

    accuracy_deg: float = Field(default=1.0, ge=0, le=20)
    precision_deg: float = Field(default=0.2, ge=0, le=20)
    drift_deg_per_min: float = Field(default=0.1, ge=0, le=20)
    latency_ms: float = Field(default=30.0, ge=0, le=2000)
    rate_hz: float = Field(default=120.0, ge=1, le=1000)
    blinks: bool = True
    seed: int = Field(default=0, ge=0)


class LookMonitor(Request):
    """A monitor as the browser counts it: desktop px; see ``dwell.screen.Monitor``."""

    left: float
    top: float
    width: float = Field(gt=0)
    height: float = Field(gt=0)
    scale: float | None = None
    """Device px per desktop px; None = the browser does not say."""
    name: str = Field(default="", max_length=200)


class LookSettings(Request):
    """What a viewer may set; all of it is written into the log."""

    error_deg: float = Field(default=1.0, ge=0.05, le=20)
    """By how much gaze is off, on average; a check measures it."""
    dwell_keeps: bool = False
    """Keep what is looked at for long, without a key."""
    dwell_ms: float = Field(default=1000.0, ge=200, le=20_000)
    screen_width_mm: float = Field(default=531.0, gt=10, le=10_000)
    """Of the monitor's picture, without the frame."""
    distance_mm: float = Field(default=600.0, gt=10, le=20_000)
    """From the eyes to the middle of the screen."""
    mouse: LookMouse = LookMouse()
    """Only for the source ``mouse``, and from the next start on."""
    keys: dict[LookAction, str] = {}
    """Keys in place of the default, as ``KeyboardEvent.key`` names them."""
    monitor: LookMonitor | None = None
    """The one that the tracker is on; None = the one that most of the window is on."""


class LookStart(Request):
    """Begin a look; one that goes on ends."""

    client: str
    source: str = Field(min_length=1, max_length=2000)
    """``mouse``, ``neon``, ``neon:192.168.1.21``, ``lsl``, ``lsl:NAME``, ``tobii``, ``replay:FILE``."""
    settings: LookSettings = LookSettings()
    frame_idx: int
    object_id: int | None = None
    """The AOI that is picked; None = a new one for each mask that is kept."""


class LookRect(Request):
    """An upright rectangle; CSS px of the page."""

    left: float
    top: float
    width: float = Field(ge=0)
    height: float = Field(ge=0)


class LookChrome(Request):
    """What of the window lies left of and above the page, in desktop px, as a mouse event has shown it."""

    left: float
    top: float


class LookShownMarker(Request):
    """A marker that the page shows."""

    marker_id: int
    rect: LookRect
    """With its white border."""


class LookScreen(Request):
    """Where window, canvas and picture are now, as ``core/screen.js`` reports it: ``dwell.screen.View``."""

    t_ns: Ns
    screen_x: float
    screen_y: float
    outer_width: float
    outer_height: float
    inner_width: float
    inner_height: float
    canvas: LookRect
    scale: float
    """CSS px of the stage per px of the image."""
    x: float
    """CSS px of the stage: where the image's origin is."""
    y: float
    image_width: float
    image_height: float
    frame_idx: int
    """Which frame is shown."""
    zoom: float = 1.0
    device_pixel_ratio: float = 1.0
    pinch: float = 1.0
    pinch_x: float = 0.0
    pinch_y: float = 0.0
    chrome: LookChrome | None = None
    visible: bool = True
    monitors: list[LookMonitor] = Field(default=[], max_length=32)
    markers: list[LookShownMarker] = Field(default=[], max_length=64)
    object_id: int | None = None
    """The AOI that is picked; None = a new one for each mask that is kept."""


class LookSample(Request):
    """Where the mouse was."""

    t_ns: Ns
    """By the page's clock: ``performance.timeOrigin + event.timeStamp``."""
    x: float | None
    """CSS px of the page; None = it has left the page."""
    y: float | None


class LookPointer(Request):
    """Where the mouse was since the last such report, in order of time."""

    sent_ns: Ns
    """The page's clock as this is sent, by which it is compared with the server's."""
    samples: list[LookSample] = Field(max_length=2000)


class LookPress(Request):
    """A key was pressed."""

    action: LookAction
    t_ns: Ns
    """By the page's clock: when it went down."""
    sent_ns: Ns
    """The page's clock as this is sent."""


class CheckTarget(Request):
    """The viewer looks at a target of the check from now on."""

    index: int = Field(ge=0)


class CheckAccept(Request):
    """Go on with what the check has found: gaze is taken to be off by as much as was measured."""

    correct: bool = False
    """Also move gaze by the correction that was found."""


# ------------------------------------------------------------------ what it shows


class LookInfo(Message):
    """The look that goes on."""

    name: str
    """Of its folder: ``look-0001``."""
    source: str
    """As it was asked for."""
    settings: LookSettings
    keys: dict[LookAction, str]
    """Which key does what, all of them."""
    actions: dict[LookAction, str]
    """What each does, in words, in the order to list them in."""
    markers: bool
    """Whether the page has to show markers, because gaze comes from glasses."""


class LookMask(Message):
    """The mask that is proposed."""

    counts: str
    """COCO counts string, of the picture's size."""
    area: int
    """px"""
    box: tuple[int, int, int, int]
    """x0, y0, x1, y1"""


class LookGaze(Message):
    """Where the viewer looks; px of the picture."""

    x: float
    y: float


class LookFixation(Message):
    """Where the eye rests; px of the picture."""

    x: float
    y: float
    spread_px: float
    """Standard deviation of its samples."""
    duration_ms: float


class LookStatus(Message):
    """How the source of gaze is."""

    state: Literal["connecting", "streaming", "silent", "reconnecting", "ended", "failed"]
    title: str
    """What a person sees; empty before the first connection."""
    rate_hz: float | None
    """Samples per second that come in; null = too early to say."""
    latency_ms: float | None
    """Median time from eye to program."""
    loss: float | None
    """0 … 1 of the samples: did not come, or came without gaze."""
    n_reconnects: int
    message: str
    """Why it is not streaming, or empty."""
    notes: list[str]
    """What a person should know about it, such as a clock that could not be compared."""


class LookTimes(Message):
    """From a gaze sample or key to the mask it led to; of the last 200."""

    p50: float
    p95: float


class LookKept(Message):
    """A mask that was kept."""

    number: int
    """1, 2, … in this look."""
    object_id: int
    name: str
    frame_idx: int


class LookWish(Message):
    """Something that the page does: turn the picture, pick no AOI (so a new one is made), begin a check."""

    number: int
    """1, 2, … in this look; do what is newer than what was done last."""
    action: Literal["next", "previous", "new", "check"]


class LookView(Message):
    """One moment of a look; the newest replaces all before it."""

    name: str
    """Of the look; another than before = another look has begun. Empty = there was none yet."""
    over: bool
    """The look has ended; ``message`` says why if nobody asked for it."""
    rev: int
    """Rises with every state of a look."""
    frame_idx: int | None
    """The picture that mask, gaze and words are on; draw none of them on another one."""
    object_id: int | None
    running: bool
    """The mask follows the eye."""
    holding: bool
    dwell_keeps: bool
    mask: LookMask | None
    """Null if there is none, or if it is the one that was sent with this ``mask_rev``."""
    mask_rev: int
    """Rises whenever the mask changes. Keep the mask that came with it until it rises."""
    has_mask: bool
    """False = there is none: show none."""
    level: int
    n_levels: int
    said: list[Prompt]
    """Points and boxes that were said by keys, in order."""
    corner: tuple[float, float] | None
    """First corner of a box whose second one is awaited."""
    dwelt: float
    """0 … 1 of the dwell time has passed; at 1 the mask is kept."""
    gaze: LookGaze | None
    fixation: LookFixation | None
    waiting: bool
    """The newest question is not answered yet."""
    status: LookStatus
    mask_latency_ms: LookTimes | None
    n_dropped: int
    """Questions that a newer one made needless."""
    kept: int
    """Masks kept in this look."""
    kept_last: LookKept | None
    wishes: list[LookWish]
    """The newest few, in order."""
    message: str
    """For a person: what hinders the look now, such as "gaze is beside the picture"; empty = nothing."""
    drift: str
    """For a person: gaze has drifted since the check; empty = it has not, as far as known."""
    error_deg: float
    """By how much gaze is taken to be off."""


class CheckPlan(Message):
    """Targets to look at, one after the other."""

    targets: list[tuple[float, float]]
    """CSS px of the page"""
    names: list[str]
    """Where each is, in words: ``upper left`` …"""
    settle_ms: float
    """So long after a target appears, the eye has reached it."""
    collect_ms: float
    """So long gaze is then collected: a target is to stay for both together."""


class CheckTargetResult(Message):
    """Gaze on one target."""

    x: float
    """CSS px of the page"""
    y: float
    accuracy_deg: float | None
    """Null = too little gaze came."""
    precision_deg: float | None
    loss: float
    right_deg: float | None
    """Gaze lies so far right of it, on average."""
    down_deg: float | None


class CheckResult(Message):
    """How good gaze is as it is followed: with the correction in use, if there is one."""

    accuracy_deg: float | None
    """Mean over the targets; null = too little gaze came."""
    precision_deg: float | None
    """Root of the mean squared distance from one sample to the next."""
    loss: float
    """0 … 1 of the samples"""
    verdict: Literal["good", "fair", "poor", "unknown"]
    """``unknown``: too few targets got enough gaze."""
    summary: str
    """One sentence for a person."""
    remedies: list[str]
    """What would help, the most helpful first."""
    targets: list[CheckTargetResult]
    correctable: bool
    """A correction was found that makes gaze better; ``accept`` applies it."""
    corrected_deg: float | None
    """Accuracy with that correction, of targets that it was not fitted to."""
    in_use: bool
    """A correction is in use; the numbers above are with it."""
    plain_deg: float | None
    """Accuracy without any correction, which ``accept`` with ``correct`` false goes on with."""


class LookMarker(Message):
    """A picture of a marker."""

    marker_id: int
    svg: str
    """A whole SVG file, with the white border."""


class LookMarkers(Message):
    """Markers by which glasses know where the page is; ``core/screen.js`` says where they go."""

    markers: list[LookMarker]
    size_px: float
    """CSS px along an edge, with the white border, that glasses read well from a usual distance."""


class LookEntry(Message):
    """A look of this project."""

    name: str
    start_ns: Ns
    duration_ms: float
    source: str
    """As a person reads it."""
    n_gaze: int
    n_kept: int
    running: bool


class LookResults(Message):
    """What was looked at in a look, by the AOIs that the project has now."""

    rev: int
    """Of the project."""
    name: str
    pictures: list[int]
    """Frames that were shown, in order; one shown twice is there twice, and both count."""
    metrics: list[dict[str, Any]]
    """One per AOI: ``object_id``, ``aoi label``, and the numbers of ``AOI_DWELL``."""
    n_fixations: int
    notes: list[str]
