"""Looking as prompting: gaze and keys → fixations → prompts → masks that do not flicker → what is kept."""

from dwell.looking.events import (
    Answered,
    Ask,
    Commit,
    Event,
    Looked,
    Pressed,
    Proposed,
    Request,
    Tuned,
    Turned,
    Unkept,
    Wish,
    Zoomed,
)
from dwell.looking.fixating import FixationOptions, LiveFixation, LiveFixations
from dwell.looking.keys import ACTIONS, DEFAULT_KEYS, Action, check_keys
from dwell.looking.looker import Looker
from dwell.looking.options import LookOptions
from dwell.looking.state import LookState

__all__ = [
    "ACTIONS",
    "DEFAULT_KEYS",
    "Action",
    "Answered",
    "Ask",
    "Commit",
    "Event",
    "FixationOptions",
    "LiveFixation",
    "LiveFixations",
    "LookOptions",
    "LookState",
    "Looked",
    "Looker",
    "Pressed",
    "Proposed",
    "Request",
    "Tuned",
    "Turned",
    "Unkept",
    "Wish",
    "Zoomed",
    "check_keys",
]
