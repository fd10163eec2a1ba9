"""The tables of the gallery: AOIs ranked, and what is part of what."""

from __future__ import annotations

from dwell.tables.columns import AOI, RECORDING_ID, RECORDING_NAME, count, ms, share, text
from dwell.tables.schema import Column, Table

__all__ = ["AOI_GALLERY", "AOI_HIERARCHY"]


def _number(name: str, unit: str, meaning: str) -> Column:
    return Column(name, "Int64", unit, meaning)


_PART_OF = text("part of", "Name of the AOI that it is a part of; empty = of none.")

AOI_GALLERY = Table(
    "aoi_gallery",
    "One AOI in one recording, the one that matters most first.",
    (
        RECORDING_ID,
        RECORDING_NAME,
        count("rank", "1, 2, …: by dwell time where there is gaze, then by importance."),
        *AOI,
        _PART_OF,
        share("importance", "Area share x persistence; with gaze x (1 + dwell share)."),
        share("area share", "Mean share of the picture that it covers where visible; empty = never visible."),
        share("persistence", "Frames on which it is visible / frames that show the scene."),
        count("frames visible", "Frames on which it is visible."),
        _number("first frame idx", "1", "First frame on which it is visible; empty = never."),
        _number("last frame idx", "1", "Last frame on which it is visible; empty = never."),
        _number("first timestamp [ns]", "ns", "When the first was taken; empty = frame times are not known."),
        _number("last timestamp [ns]", "ns", "When the last was taken; empty = frame times are not known."),
        ms("dwell time [ms]", "Time that the gaze samples inside stand for; empty = no gaze."),
        share("dwell share", "Dwell time / time of all gaze samples that are ok; empty = no gaze."),
        _number("total fixations", "1", "Fixations on the AOI; empty = the recording has none."),
        _number("best frame idx", "1", "The frame that shows it best; empty = never visible."),
    ),
)

AOI_HIERARCHY = Table(
    "aoi_hierarchy",
    "One AOI and what it is a part of; wholes first, each followed by its parts.",
    (
        RECORDING_ID,
        RECORDING_NAME,
        *AOI,
        _PART_OF,
        count("depth", "0 = part of none, 1 = part of such a whole, 2 = part of a part, and so on."),
        text("whole", "Name of the AOI at the root."),
        count("parts", "AOIs that are directly part of it."),
        share(
            "contained share",
            "Mean share of its pixels that lie in what it is part of, where both are visible; empty = part "
            "of none, or never both.",
        ),
        count("frames measured", "Frames on which that was measured: at most 50, evenly spaced."),
    ),
)
