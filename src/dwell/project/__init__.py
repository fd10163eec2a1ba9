"""The saved project: AOIs, prompts and masks of one recording, with undo, in one SQLite file."""

from dwell.project.family import ancestors, depths, descendants, relatives
from dwell.project.history import Step
from dwell.project.lanes import LaneBits
from dwell.project.masks_table import Coverage
from dwell.project.project import Project
from dwell.project.prompts_table import StoredPrompt
from dwell.project.runs_table import Checkpoint, Run
from dwell.project.source import Source, fingerprint

__all__ = [
    "Checkpoint",
    "Coverage",
    "LaneBits",
    "Project",
    "Run",
    "Source",
    "Step",
    "ancestors",
    "depths",
    "descendants",
    "StoredPrompt",
    "fingerprint",
    "relatives",
]
