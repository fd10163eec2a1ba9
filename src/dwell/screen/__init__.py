"""From a tracker's gaze to the image on the page: window, zoom, markers for head-worn trackers, checks."""

from dwell.screen.check import (
    CheckOptions,
    CheckPlan,
    CheckResult,
    PageGaze,
    PointResult,
    Shown,
    Target,
    Verdict,
    evaluate_check,
)
from dwell.screen.correction import Correction, CorrectionKind
from dwell.screen.degrees import DegreeSize, Viewing, degrees_between, deviations, px_per_deg
from dwell.screen.drift import Drift, DriftWatch
from dwell.screen.fitting import CorrectionOffer, offer_correction
from dwell.screen.mapping import (
    Outside,
    Placed,
    cautions,
    desktop_to_display,
    desktop_to_page,
    display_to_desktop,
    display_to_page,
    image_to_page,
    page_to_desktop,
    page_to_display,
    page_to_image,
    to_image,
)
from dwell.screen.markers import MARKER_IDS, marker_places, marker_png, marker_svg
from dwell.screen.quality import PointQuality, point_quality
from dwell.screen.remedies import remedies
from dwell.screen.report import as_report, read_view
from dwell.screen.scene_map import OnPage, SceneFit, SceneMap, SceneOptions, fit_scene
from dwell.screen.sightings import is_mirrored
from dwell.screen.view import Chrome, Monitor, Rect, ShownMarker, View

__all__ = [
    "MARKER_IDS",
    "CheckOptions",
    "CheckPlan",
    "CheckResult",
    "Chrome",
    "Correction",
    "CorrectionKind",
    "CorrectionOffer",
    "DegreeSize",
    "Drift",
    "DriftWatch",
    "Monitor",
    "OnPage",
    "Outside",
    "PageGaze",
    "Placed",
    "PointQuality",
    "PointResult",
    "Rect",
    "SceneFit",
    "SceneMap",
    "SceneOptions",
    "ShownMarker",
    "Shown",
    "Target",
    "Verdict",
    "View",
    "Viewing",
    "as_report",
    "cautions",
    "degrees_between",
    "desktop_to_display",
    "desktop_to_page",
    "deviations",
    "display_to_desktop",
    "display_to_page",
    "evaluate_check",
    "fit_scene",
    "image_to_page",
    "is_mirrored",
    "marker_places",
    "marker_png",
    "marker_svg",
    "offer_correction",
    "page_to_desktop",
    "page_to_display",
    "page_to_image",
    "point_quality",
    "px_per_deg",
    "read_view",
    "remedies",
    "to_image",
]
