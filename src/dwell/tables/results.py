"""The tables of results that Dwell writes, in Pupil Cloud's spelling where Cloud has the column."""

from __future__ import annotations

from dwell.tables.columns import DURATION, END, START, TIMESTAMP
from dwell.tables.schema import Column, Table

__all__ = [
    "AOI_DWELL",
    "AOI_FIXATIONS",
    "AOI_LABEL_METRICS",
    "AOI_METRICS",
    "AOI_SEQUENCE",
    "AOI_VISITS",
    "AOI_VOLUMES",
    "FRAMES",
    "GAZE_ON_AOI",
    "IMAGE_DWELL",
    "MAPPING_SUMMARY",
    "WRITTEN_TABLES",
]


def _count(name: str, meaning: str) -> Column:
    return Column(name, "int64", "1", meaning)


def _ms(name: str, meaning: str) -> Column:
    return Column(name, "float64", "ms", meaning, decimals=6)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "float64", "1", meaning, decimals=6)


def _text(name: str, meaning: str) -> Column:
    return Column(name, "string", "", meaning)


_RECORDING_ID = _text("recording id", "Id of the recording.")
_RECORDING_NAME = _text("recording name", "Name of the recording.")
_SECTION_ID = _text("section id", "Id of the analysed section; empty = the whole recording.")
_AOI_LABEL = _text("aoi label", "Name of the AOI.")
_OBJECT_ID = Column("object id", "int64", "1", "Number of the AOI in the project.")
_AOI = (_AOI_LABEL, _OBJECT_ID)
_LABEL_ID = _text("label id", "UUID made of the AOI's name: the same in every recording.")
_FRAME_IDX = Column(
    "frame idx", "Int64", "1", "Frame of the scene video, from 0; empty = none was on screen."
)
_FIXATION_ID = Column("fixation id", "Int64", "1", "Number of the fixation in the recording.")
_OPTIONS = (
    Column("margin [deg]", "float64", "deg", "Angle by which the AOIs were grown (> 0) or shrunk (< 0)."),
    _text("fixation rule", "When a fixation is on an AOI: majority, any or mean."),
    _text("blinks", "exclude: samples in blinks do not count; keep: they do."),
    _text("ttff origin", "Where times to first start: recording, section or aoi visible."),
)

GAZE_ON_AOI = Table(
    "gaze_on_aoi",
    "One gaze sample and one AOI.",
    (
        _RECORDING_ID,
        TIMESTAMP,
        _FRAME_IDX,
        Column("gaze x [px]", "float64", "px", "As in the recording.", decimals=3),
        Column("gaze y [px]", "float64", "px", "As in the recording.", decimals=3),
        _text("status", "ok, no gaze, blink or no frame; only samples that are ok count."),
        Column("fixation id", "Int64", "1", "Fixation the sample belongs to; empty = none."),
        Column("blink id", "Int64", "1", "Blink the sample belongs to; empty = none."),
        *_AOI,
        _text("aoi state", "State of the AOI in the frame: visible, absent, lost or unknown."),
        Column("on aoi", "boolean", "", "In the AOI, margin included; empty = not known, or not ok."),
        Column("distance to border [px]", "float64", "px", "< 0 inside; inf = beyond the limit.", decimals=3),
        Column("distance to border [deg]", "float64", "deg", "The same as an angle.", decimals=4),
    ),
)

AOI_FIXATIONS = Table(
    "aoi_fixations",
    "One fixation on one AOI, as in Pupil Cloud's table of this name.",
    (
        _LABEL_ID,
        _AOI_LABEL,
        _SECTION_ID,
        _RECORDING_ID,
        _FIXATION_ID,
        Column("fixation duration [ms]", "int64", "ms", "Rounded to whole ms."),
    ),
)

AOI_METRICS = Table(
    "aoi_metrics",
    "One AOI in one recording, as in Pupil Cloud's table of this name.",
    (
        _LABEL_ID,
        _RECORDING_ID,
        _RECORDING_NAME,
        _AOI_LABEL,
        Column("average fixation duration [ms]", "Int64", "ms", "Total / count, rounded down; empty = none."),
        _count("total fixations", "Fixations on the AOI."),
        Column("time to first fixation [ms]", "Int64", "ms", "From the recording's start; empty = none."),
        Column("total fixation duration [ms]", "Int64", "ms", "Sum of the rounded durations; empty = none."),
    ),
)

AOI_LABEL_METRICS = Table(
    "aoi_label_metrics",
    "One AOI of an image over all recordings, as in Pupil Cloud's table of this name.",
    (
        _LABEL_ID,
        _text("label name", "Name of the AOI, or of its category where AOIs were grouped."),
        _ms("total fixation duration [ms]", "Sum of all durations / number of recordings."),
        _ms("average fixation duration [ms]", "Sum of all durations / number of fixations; empty = none."),
        _ms("time to first fixation [ms]", "Mean over the recordings that have one; empty = none has."),
        _share("wearer reach", "Wearers who fixated it / wearers; empty = the wearers are not known."),
        _share("recording reach", "Recordings with a fixation on it / recordings."),
        _share("average fixation count", "Fixations / recordings."),
    ),
)

IMAGE_DWELL = Table(
    "image_dwell",
    "One AOI of an image in one recording, from gaze samples.",
    (
        _RECORDING_ID,
        _RECORDING_NAME,
        _AOI_LABEL,
        _ms("dwell time [ms]", "Time that the gaze samples inside stand for."),
        _ms("gaze time [ms]", "Time that all samples on the image stand for."),
        _share("dwell share", "Dwell time / gaze time; empty = no gaze on the image."),
        _count("visits", "Uninterrupted stays of gaze on the AOI."),
        _ms("mean visit duration [ms]", "From entry to exit; empty = no visit."),
        _ms(
            "time to first visit [ms]", "From the ttff origin; empty = no visit, or no such origin is known."
        ),
        _share("area share", "Pixels of the AOI / pixels of the image."),
        _share("dwell share per area share", "1 = as much as chance; empty = no gaze on the image."),
        Column("margin [px]", "float64", "px", "By which the AOIs were grown (> 0) or shrunk (< 0)."),
        _text("blinks", "exclude: samples in blinks do not count; keep: they do."),
        _text("ttff origin", "Where times to first start: recording or section."),
    ),
)

AOI_DWELL = Table(
    "aoi_dwell",
    "One AOI in one section of a recording.",
    (
        _RECORDING_ID,
        _RECORDING_NAME,
        _SECTION_ID,
        *_AOI,
        _ms("dwell time [ms]", "Time that the gaze samples inside stand for."),
        _ms("gaze time [ms]", "Time that all samples that are ok stand for."),
        _ms("unknown gaze time [ms]", "The part of it for which the AOI's place is not known."),
        _share("dwell share", "Dwell time / gaze time."),
        _ms("visible time [ms]", "Time of the frames that show the AOI."),
        _ms("tracked time [ms]", "Time of the frames in which the AOI is visible or known to be absent."),
        _ms("unknown time [ms]", "Time of the frames in which it is lost or was never tracked."),
        _share("dwell per visible time", "Dwell time / visible time."),
        _count("visits", "Uninterrupted stays of gaze on the AOI."),
        _ms("mean visit duration [ms]", "From entry to exit; empty = no visit."),
        _ms("time to first visit [ms]", "From the ttff origin; empty = no visit."),
        Column("total fixations", "Int64", "1", "Fixations on the AOI; empty = the recording has none."),
        Column(
            "undecided fixations", "Int64", "1", "Not counted, but might be if the AOI's place were known."
        ),
        _ms("total fixation duration [ms]", "Sum of their durations."),
        _ms("average fixation duration [ms]", "Empty = no fixation."),
        _ms("first fixation duration [ms]", "Empty = no fixation."),
        _ms("time to first fixation [ms]", "From the ttff origin; empty = no fixation."),
        *_OPTIONS,
    ),
)

AOI_VISITS = Table(
    "aoi_visits",
    "One visit: an uninterrupted stay of gaze on an AOI.",
    (
        _RECORDING_ID,
        _SECTION_ID,
        *_AOI,
        Column("visit id", "int64", "1", "Counts from 1 for each AOI."),
        START,
        END,
        DURATION,
        _ms("dwell time [ms]", "The part of it spent inside."),
    ),
)

AOI_SEQUENCE = Table(
    "aoi_sequence",
    "One fixation, on at most one AOI.",
    (
        _RECORDING_ID,
        _SECTION_ID,
        _FIXATION_ID,
        START,
        END,
        DURATION,
        _text("on", "aoi, outside (in none) or unknown."),
        _text("aoi label", "Name of the one AOI; empty = outside or unknown."),
        _text("overlap rule", "Which of overlapping AOIs gets the fixation: smallest or first."),
        _text(
            "assigned by",
            "rule, or person: put there by hand, which the tables on fixations follow; dwell time comes from "
            "gaze samples and stays as it is.",
        ),
    ),
)

FRAMES = Table(
    "frames",
    "One AOI in one frame of the scene video.",
    (
        _RECORDING_ID,
        Column("frame idx", "int64", "1", "Frame of the scene video, from 0."),
        TIMESTAMP,
        *_AOI,
        _text("state", "visible, absent, lost, or unknown (never tracked)."),
        Column("score", "float64", "1", "How sure the model is, 0 to 1; empty = a person's.", decimals=4),
        Column("area [px]", "int64", "px", "Pixels of the mask, 0 unless visible."),
        Column("box x0 [px]", "Int64", "px", "Left column of the mask; empty unless visible."),
        Column("box y0 [px]", "Int64", "px", "Top row."),
        Column("box x1 [px]", "Int64", "px", "First column to the right of the mask."),
        Column("box y1 [px]", "Int64", "px", "First row below the mask."),
        _text("origin", "user, model or proposed; empty = unknown."),
        Column("approved", "bool", "", "A person has said that it is right."),
        Column("check", "bool", "", "A person should look at it."),
        _count("gaze samples", "Gaze samples in the frame that are ok."),
        _count("gaze samples on aoi", "Those in the AOI, margin included."),
        _text("direction", "forward, backward or both: how it was tracked; empty = a person's, or unknown."),
        Column("interpolated", "bool", "", "The frame was skipped: the mask lies between its neighbours."),
        *(
            Column(name, "float64", "1", meaning, decimals=4)
            for name, meaning in (
                ("object score", "The model's belief that the object is in the picture, 0 to 1."),
                ("iou estimate", "The model's estimate of the mask's IoU with the truth, 0 to 1."),
                ("area ratio", "Area over that of the last visible mask in the order of tracking."),
                ("shift", "Way of the centroid since that mask, in its side lengths (√area), per frame."),
            )
        ),
        Column("new parts", "Int64", "1", "Connected parts more than that mask had; empty = no such mask."),
        Column("frame share", "float64", "1", "Share of the frame that the mask covers.", decimals=4),
        Column("agreement", "float64", "1", "IoU of the masks tracked forward and backward.", decimals=4),
        Column(
            "doubt",
            "float64",
            "1",
            "0 to 1, the largest doubt, by score and signals; empty = none known.",
            decimals=4,
        ),
    ),
)

MAPPING_SUMMARY = Table(
    "mapping_summary",
    "How many samples, frames or fixations fared how.",
    (
        _RECORDING_ID,
        _SECTION_ID,
        _text("aoi label", "Name of the AOI; empty = the whole recording."),
        _text("of", "samples, frames, fixations, or assignments: of each fixation to AOIs."),
        _text("which", "Their status, state or place; of assignments whether by rule or by a person."),
        _count("count", "How many."),
        _ms("time [ms]", "For how long in all."),
    ),
)

AOI_VOLUMES = Table(
    "aoi_volumes",
    "One AOI in one medical volume.",
    (
        _RECORDING_NAME,
        *_AOI,
        _text("colour", "Colour of the AOI, #rrggbb."),
        _count("voxels", "Voxels of the AOI, those that it shares with others included."),
        Column("volume [ml]", "float64", "ml", "Voxels x the volume of one.", decimals=6),
        _count("voxels in smaller aois", "Those that the label file gives to a smaller AOI."),
        Column("voxel volume [ml]", "float64", "ml", "What one voxel holds.", decimals=9),
        _text("plane", "Plane of the slices: axial, coronal or sagittal."),
        _count("slices visible", "Slices with a mask of the AOI."),
        _count("slices absent", "Slices where it is known not to be."),
        _count("slices lost", "Slices where the tracker does not know where it is."),
        _count("slices unknown", "Slices that were never tracked for it."),
        _count(
            "slices without voxel", "Visible ones whose mask is so thin that no voxel's centre lies in it."
        ),
        Column(
            "complete",
            "bool",
            "",
            "No slice is lost, unknown or without voxel; else the volume may be too small.",
        ),
    ),
)

WRITTEN_TABLES = (
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
)
