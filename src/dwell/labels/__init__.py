"""Labels out and in: projects to label formats, labels to projects, and formats to each other.

``export_labels`` decides what formats do not: which frames, what of frames without an answer, which part of a
data set, and the pictures. ``import_labels`` takes labels as finished masks or as prompts, in one undo step.
"""

from dwell.labels.converting import convert_labels
from dwell.labels.exporting import export_labels
from dwell.labels.finding import can_read
from dwell.labels.importing import ImportReport, import_labels
from dwell.labels.preparing import labels_of
from dwell.labels.selecting import Selection

__all__ = [
    "ImportReport",
    "Selection",
    "can_read",
    "convert_labels",
    "export_labels",
    "import_labels",
    "labels_of",
]
