"""Dwell: what did they look at, when, and for how long – when the things looked at move.

Everything public is here; each name is imported when it is first used, so ``import dwell`` itself is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dwell.analysis import Analysis, open_analysis
    from dwell.drawn_world import DrawnWorld, ShapesWorld
    from dwell.enrichments import Enrichment, ImageOptions, ImageResults, map_enrichment, open_enrichment
    from dwell.errors import DwellError
    from dwell.gaze import GazeMap, MappingOptions, map_fixations, map_gaze
    from dwell.masks import Mask, Masklet, MaskRecord
    from dwell.project import Project
    from dwell.prompts import Absent, Box, MaskPrompt, Point, Polygon, Stroke
    from dwell.recordings import Recording, open_recording, open_recordings
    from dwell.reference_image import map_reference_image
    from dwell.render import RenderOptions, render_timeline, render_video
    from dwell.results import Results
    from dwell.segmenters.colour import ColourBackend
    from dwell.segmenters.detectors.choosing import Thresholds
    from dwell.segmenters.detectors.open import open_detector
    from dwell.segmenters.open import open_backend
    from dwell.suggestions import Suggestion
    from dwell.tracking import TrackingSession, TrackUpdate
    from dwell.types import AOI, Camera, Direction, Origin, State
    from dwell.video import FrameClock, ImageFolder, VideoReader, VideoWriter, open_frames

__version__ = "0.1.0"

_HOMES = {
    "dwell.analysis": ["Analysis", "open_analysis"],
    "dwell.drawn_world": ["DrawnWorld", "ShapesWorld"],
    "dwell.enrichments": ["Enrichment", "ImageOptions", "ImageResults", "map_enrichment", "open_enrichment"],
    "dwell.errors": ["DwellError"],
    "dwell.gaze": ["GazeMap", "MappingOptions", "map_fixations", "map_gaze"],
    "dwell.masks": ["Mask", "MaskRecord", "Masklet"],
    "dwell.project": ["Project"],
    "dwell.prompts": ["Absent", "Box", "MaskPrompt", "Point", "Polygon", "Stroke"],
    "dwell.recordings": ["Recording", "open_recording", "open_recordings"],
    "dwell.reference_image": ["map_reference_image"],
    "dwell.render": ["RenderOptions", "render_timeline", "render_video"],
    "dwell.results": ["Results"],
    "dwell.segmenters.colour": ["ColourBackend"],
    "dwell.segmenters.detectors.choosing": ["Thresholds"],
    "dwell.segmenters.detectors.open": ["open_detector"],
    "dwell.segmenters.open": ["open_backend"],
    "dwell.suggestions": ["Suggestion"],
    "dwell.tracking": ["TrackUpdate", "TrackingSession"],
    "dwell.types": ["AOI", "Camera", "Direction", "Origin", "State"],
    "dwell.video": ["FrameClock", "ImageFolder", "VideoReader", "VideoWriter", "open_frames"],
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AOI",
    "Absent",
    "Analysis",
    "Box",
    "Camera",
    "ColourBackend",
    "Direction",
    "DrawnWorld",
    "DwellError",
    "Enrichment",
    "FrameClock",
    "GazeMap",
    "ImageFolder",
    "ImageOptions",
    "ImageResults",
    "MappingOptions",
    "Mask",
    "MaskPrompt",
    "MaskRecord",
    "Masklet",
    "Origin",
    "Point",
    "Polygon",
    "Project",
    "Recording",
    "RenderOptions",
    "Results",
    "ShapesWorld",
    "State",
    "Stroke",
    "Suggestion",
    "Thresholds",
    "TrackUpdate",
    "TrackingSession",
    "VideoReader",
    "VideoWriter",
    "map_enrichment",
    "map_fixations",
    "map_gaze",
    "map_reference_image",
    "open_analysis",
    "open_backend",
    "open_detector",
    "open_enrichment",
    "open_frames",
    "open_recording",
    "open_recordings",
    "render_timeline",
    "render_video",
]


def __getattr__(name: str) -> Any:
    """The public name, imported from its home."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'dwell' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
