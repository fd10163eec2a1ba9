"""Tools that correct masks over many frames at once; see README.md.

Each takes what is edited first: a ``TrackingSession``, or a project alone in ``OnProject``. Each is one undo
step, all or nothing, and gives an ``EditReport``.
"""

from dwell.editing.cleaning import fill_holes, remove_specks
from dwell.editing.combining import intersect, subtract, union
from dwell.editing.copying import copy_to
from dwell.editing.deleting import delete_frames
from dwell.editing.interpolating import interpolate
from dwell.editing.merging import merge
from dwell.editing.report import EditReport, Left, Why
from dwell.editing.sizing import grow, shrink
from dwell.editing.splitting import split_components
from dwell.editing.splitting_at import split_at
from dwell.editing.subject import Editable, OnProject, Span
from dwell.editing.swapping import swap

__all__ = [
    "EditReport",
    "Editable",
    "Left",
    "OnProject",
    "Span",
    "Why",
    "copy_to",
    "delete_frames",
    "fill_holes",
    "grow",
    "intersect",
    "interpolate",
    "merge",
    "remove_specks",
    "shrink",
    "split_at",
    "split_components",
    "subtract",
    "swap",
    "union",
]
