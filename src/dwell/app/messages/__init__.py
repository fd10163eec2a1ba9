"""Every message between the server and the page, in one place.

The page's types (``web/core/messages.js``) are generated from these classes by ``python -m
dwell.app.page_types``; a test fails when they differ. A message with unknown or missing fields is refused.
Times are int64 ns and travel as strings, since JavaScript's numbers lose their last digits. Frames are
0-based; spans are half-open; coordinates are px of the scene video, origin top left.
"""

from __future__ import annotations

from dwell.app.messages.base import PROTOCOL, Message, Ns, Request
from dwell.app.messages.cloud import (
    CloudAsk,
    CloudDelete,
    CloudLogin,
    CloudOther,
    CloudPlan,
    CloudPlanned,
    CloudPush,
    CloudRemoved,
    CloudState,
)
from dwell.app.messages.edits import (
    AoiEdit,
    AoiNew,
    Approve,
    Candidate,
    Candidates,
    Choose,
    ClearPrompts,
    Done,
    FixationEdit,
    PreviewRequest,
    PromptRequest,
    Segmented,
    SpanEdit,
    UndoRequest,
)
from dwell.app.messages.frames import Eye, FrameMasks, MaskOnFrame
from dwell.app.messages.picture import FixationDots, PictureMeasure, PictureOptions, PictureResults
from dwell.app.messages.project import (
    Aoi,
    Change,
    ChangeSet,
    FixationMark,
    Lane,
    Prompt,
    RecordingInfo,
    Snapshot,
    Step,
    Steps,
    View,
)
from dwell.app.messages.results import ExportRequest, Moment, ResultsInfo, ReviewQueue, Sensitivity, Visit
from dwell.app.messages.start import (
    About,
    BackendInfo,
    Entry,
    Failure,
    Listing,
    Opened,
    OpenRequest,
    Place,
    Task,
)
from dwell.app.messages.tracking import BackendChoice, Estimate, Job, TrackRequest

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
    "CloudAsk",
    "CloudDelete",
    "CloudLogin",
    "CloudOther",
    "CloudPlan",
    "CloudPlanned",
    "CloudPush",
    "CloudRemoved",
    "CloudState",
    "Done",
    "Entry",
    "Estimate",
    "ExportRequest",
    "Eye",
    "Failure",
    "FixationDots",
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
    "PictureMeasure",
    "PictureOptions",
    "PictureResults",
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
