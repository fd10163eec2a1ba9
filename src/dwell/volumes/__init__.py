"""Medical volumes: a grid of voxels in a patient, its planes, and the slices that are seen as frames."""

from dwell.volumes.planes import PLANES, Edges, Plane, View, acquired_plane, view_of
from dwell.volumes.slices import Slices
from dwell.volumes.volume import Volume
from dwell.volumes.window import PRESETS, Window, choose_window, to_grey

__all__ = [
    "PLANES",
    "PRESETS",
    "Edges",
    "Plane",
    "Slices",
    "View",
    "Volume",
    "Window",
    "acquired_plane",
    "choose_window",
    "to_grey",
    "view_of",
]
