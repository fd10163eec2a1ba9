"""Everything in a video: masks of all granularities found without prompts, tracked, related, and ranked."""

from dwell.everything.gaze_first import GazeFirst
from dwell.everything.looked import Looked
from dwell.everything.naming import name_things
from dwell.everything.options import PUBLISHED, Budget, EverythingOptions, GazeFirstOptions
from dwell.everything.progress import EverythingUpdate, Phase
from dwell.everything.ranking import LookedAt, ranked
from dwell.everything.run import Everything
from dwell.everything.state import REPORT, forget, unfinished

__all__ = [
    "PUBLISHED",
    "REPORT",
    "Budget",
    "Everything",
    "EverythingOptions",
    "EverythingUpdate",
    "GazeFirst",
    "GazeFirstOptions",
    "Looked",
    "LookedAt",
    "Phase",
    "forget",
    "name_things",
    "ranked",
    "unfinished",
]
