"""Everything in a video: masks of all granularities found without prompts, tracked, related, and ranked."""

from dwell.everything.gallery.files import gallery_table, hierarchy_table, hierarchy_tree
from dwell.everything.gallery.folder import write_gallery
from dwell.everything.gallery.hierarchy import Thing, hierarchy, relate_masklets
from dwell.everything.gallery.items import GalleryItem, gallery, rank_masklets
from dwell.everything.gallery.naming import name_things
from dwell.everything.gallery.pictures import Shown
from dwell.everything.gallery.ranking import LookedAt, ranked
from dwell.everything.gaze_first.run import GazeFirst
from dwell.everything.options import PUBLISHED, Budget, EverythingOptions, GazeFirstOptions
from dwell.everything.progress import EverythingUpdate, Phase
from dwell.everything.state import REPORT, ended, forget, unfinished
from dwell.everything.video.looked import Looked
from dwell.everything.video.run import Everything

__all__ = [
    "PUBLISHED",
    "REPORT",
    "Budget",
    "Everything",
    "EverythingOptions",
    "EverythingUpdate",
    "GalleryItem",
    "GazeFirst",
    "GazeFirstOptions",
    "Looked",
    "LookedAt",
    "Phase",
    "Shown",
    "Thing",
    "ended",
    "forget",
    "gallery",
    "gallery_table",
    "hierarchy",
    "hierarchy_table",
    "hierarchy_tree",
    "name_things",
    "rank_masklets",
    "relate_masklets",
    "ranked",
    "unfinished",
    "write_gallery",
]
