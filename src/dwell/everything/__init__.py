"""Everything in a video: masks of all granularities found without prompts, tracked, related, and ranked."""

from dwell.everything.options import Budget, EverythingOptions, GazeFirstOptions
from dwell.everything.progress import EverythingUpdate, Phase

__all__ = ["Budget", "EverythingOptions", "EverythingUpdate", "GazeFirstOptions", "Phase"]
