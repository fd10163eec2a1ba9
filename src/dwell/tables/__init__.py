"""Every table Dwell reads or writes, defined once: column, dtype, unit, meaning.

Columns have Pupil Cloud's spelling where Cloud has the column, so that results merge with Cloud's. Readers,
writers and the documentation use these definitions.
"""

from dwell.tables.enriched import (
    IMAGE_FIXATIONS,
    IMAGE_GAZE,
    SECTIONS,
    SURFACE_FIXATIONS,
    SURFACE_GAZE,
    SURFACE_POSITIONS,
)
from dwell.tables.gallery import AOI_GALLERY, AOI_HIERARCHY
from dwell.tables.recorded import BLINKS, EVENTS, FIXATIONS, GAZE, READ_TABLES, SACCADES, WORLD_TIMESTAMPS
from dwell.tables.results import (
    AOI_BOXES,
    AOI_DWELL,
    AOI_FIXATIONS,
    AOI_LABEL_METRICS,
    AOI_METRICS,
    AOI_SEQUENCE,
    AOI_VISITS,
    AOI_VOLUMES,
    FRAMES,
    GAZE_ON_AOI,
    IMAGE_DWELL,
    MAPPING_SUMMARY,
    WRITTEN_TABLES,
)
from dwell.tables.schema import Column, Table, conform
from dwell.tables.write import write_table, write_tables

__all__ = [
    "AOI_BOXES",
    "AOI_DWELL",
    "AOI_FIXATIONS",
    "AOI_GALLERY",
    "AOI_HIERARCHY",
    "AOI_LABEL_METRICS",
    "AOI_METRICS",
    "AOI_SEQUENCE",
    "AOI_VISITS",
    "AOI_VOLUMES",
    "BLINKS",
    "EVENTS",
    "FIXATIONS",
    "FRAMES",
    "GAZE",
    "GAZE_ON_AOI",
    "IMAGE_DWELL",
    "IMAGE_FIXATIONS",
    "IMAGE_GAZE",
    "MAPPING_SUMMARY",
    "READ_TABLES",
    "SACCADES",
    "SECTIONS",
    "SURFACE_FIXATIONS",
    "SURFACE_GAZE",
    "SURFACE_POSITIONS",
    "WORLD_TIMESTAMPS",
    "WRITTEN_TABLES",
    "Column",
    "Table",
    "conform",
    "write_table",
    "write_tables",
]
