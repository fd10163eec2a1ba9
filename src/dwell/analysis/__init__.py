"""One recording from prompts to tables: what the CLI, the examples and most scripts use."""

from dwell.analysis.analysis import Analysis
from dwell.analysis.opening import open_analysis
from dwell.pairing import is_project

__all__ = ["Analysis", "is_project", "open_analysis"]
