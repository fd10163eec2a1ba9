"""Everything in a video: masks of all granularities found without prompts, tracked, related, and ranked."""

from dwell.everything.gallery import GalleryItem, gallery, rank_masklets
from dwell.everything.gallery_files import gallery_table, hierarchy_table, hierarchy_tree
from dwell.everything.gallery_folder import write_gallery
from dwell.everything.gallery_pictures import Shown
from dwell.everything.gaze_first import GazeFirst
from dwell.everything.hierarchy import Thing, hierarchy, relate_masklets
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
    "GalleryItem",
    "GazeFirst",
    "GazeFirstOptions",
    "Looked",
    "LookedAt",
    "Phase",
    "Shown",
    "Thing",
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
