"""Measures of mapped gaze: pure functions of a ``GazeMap``, a ``FixationMap`` and the analysed ``Section``.

Each ``compute_*`` gives one table as defined in ``dwell.tables``. Add a measure: a file here, a table there.

Invariants: an AOI that was never looked at has a row with zeros; what cannot be known is empty, never zero;
every sample is counted in the summary, whatever its status. Time is summed in integer nanoseconds.
"""

from dwell.metrics.agreement import Agreement, cohen_kappa, compare_labels
from dwell.metrics.aoi_fixations import compute_aoi_fixations
from dwell.metrics.aoi_metrics import compute_aoi_metrics
from dwell.metrics.density import Density, compute_density
from dwell.metrics.dwell import compute_aoi_dwell
from dwell.metrics.frames import compute_frames, write_frames
from dwell.metrics.gaze_on_aoi import compute_gaze_on_aoi, write_gaze_on_aoi
from dwell.metrics.hits import find_hits
from dwell.metrics.labels import label_id
from dwell.metrics.sensitivity import compute_margin_sensitivity
from dwell.metrics.sequence import compute_aoi_sequence, compute_transitions
from dwell.metrics.summary import compute_summary
from dwell.metrics.visits import compute_aoi_visits

__all__ = [
    "Agreement",
    "Density",
    "cohen_kappa",
    "compare_labels",
    "compute_aoi_dwell",
    "compute_aoi_fixations",
    "compute_aoi_metrics",
    "compute_aoi_sequence",
    "compute_aoi_visits",
    "compute_density",
    "compute_frames",
    "compute_gaze_on_aoi",
    "compute_margin_sensitivity",
    "compute_summary",
    "compute_transitions",
    "find_hits",
    "label_id",
    "write_frames",
    "write_gaze_on_aoi",
]
