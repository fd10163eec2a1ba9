"""Gaze mapping: which gaze sample and which fixation fell on which AOI, and how far from its border.

Pure functions of tables, a frame clock and masklets. The nouns: ``MappingOptions`` (every choice),
``Section`` (the analysed part of a recording), ``GazeMap`` (samples × AOIs) and ``FixationMap`` (fixations ×
AOIs).

Invariants: a sample counts for the frame that was on screen at its time; a frame where an AOI was never
tracked or was lost gives *unknown*, never *outside*; gaze without a frame, without a position or within a
blink is kept, with its status, and counted.
"""

from dwell.gaze.camera import angle_between, azimuth_elevation, px_per_degree, unproject
from dwell.gaze.fixations import FixationMap, map_fixations
from dwell.gaze.mapping import map_gaze
from dwell.gaze.maps import INSIDE, OUTSIDE, STATUSES, UNKNOWN, GazeMap
from dwell.gaze.options import MappingOptions
from dwell.gaze.remapping import remap_gaze
from dwell.gaze.samples import sample_durations
from dwell.gaze.section import Section

__all__ = [
    "INSIDE",
    "OUTSIDE",
    "STATUSES",
    "UNKNOWN",
    "FixationMap",
    "GazeMap",
    "MappingOptions",
    "Section",
    "angle_between",
    "azimuth_elevation",
    "map_fixations",
    "map_gaze",
    "px_per_degree",
    "remap_gaze",
    "sample_durations",
    "unproject",
]
