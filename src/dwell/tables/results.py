"""The tables of results that Dwell writes, in Pupil Cloud's spelling where Cloud has the column."""

from __future__ import annotations

from dwell.tables.columns import (
    AOI,
    AOI_LABEL,
    DURATION,
    END,
    RECORDING_ID,
    RECORDING_NAME,
    SECTION_ID,
    START,
    TIMESTAMP,
    count,
    ms,
    share,
    text,
)
from dwell.tables.gallery import AOI_GALLERY, AOI_HIERARCHY
from dwell.tables.schema import Column, Table

__all__ = [
    "AOI_BOXES",
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


_LABEL_ID = text("label id", "UUID made of the AOI's name: the same in every recording.")
_FRAME_IDX = Column(
    "frame idx", "Int64", "1", "Frame of the scene video, from 0; empty = none was on screen."
)
_FIXATION_ID = Column("fixation id", "Int64", "1", "Number of the fixation in the recording.")
_OPTIONS = (
    Column("margin [deg]", "float64", "deg", "Angle by which the AOIs were grown (> 0) or shrunk (< 0)."),
    text("fixation rule", "When a fixation is on an AOI: majority, any or mean."),
    text("blinks", "exclude: samples in blinks do not count; keep: they do."),
    text("ttff origin", "Where times to first start: recording, section or aoi visible."),
)

AOI_BOXES = Table(
    "aoi_boxes",
    "The box around one AOI in one frame in which it is visible.",
    (
        RECORDING_NAME,
        Column("frame idx", "int64", "1", "Frame of the scene video, from 0."),
        Column(
            "time [ns]", "Int64", "ns", "Time of the frame since the recording's start; empty = not known."
        ),
        *AOI,
        text("category", "Category of the AOI; empty = none."),
        Column("x0 [px]", "int64", "px", "Left edge of the box: its first column of pixels, from 0."),
        Column("y0 [px]", "int64", "px", "Upper edge of the box: its first row of pixels, from 0."),
        Column("x1 [px]", "int64", "px", "Right edge: the column after the last one."),
        Column("y1 [px]", "int64", "px", "Lower edge: the row after the last one."),
        Column("area [px]", "int64", "px", "Pixels of the mask, not of the box."),
        text("origin", "Who made the mask: user, model, proposed or imported."),
        Column("approved", "bool", "", "A person has said that it is right."),
        Column("frame width [px]", "int64", "px", "Width of the scene video."),
        Column("frame height [px]", "int64", "px", "Height of the scene video."),
    ),
)

GAZE_ON_AOI = Table(
    "gaze_on_aoi",
    "One gaze sample and one AOI.",
    (
        RECORDING_ID,
        TIMESTAMP,
        _FRAME_IDX,
        Column("gaze x [px]", "float64", "px", "As in the recording.", decimals=3),
        Column("gaze y [px]", "float64", "px", "As in the recording.", decimals=3),
        text("status", "ok, no gaze, blink or no frame; only samples that are ok count."),
        Column("fixation id", "Int64", "1", "Fixation the sample belongs to; empty = none."),
        Column("blink id", "Int64", "1", "Blink the sample belongs to; empty = none."),
        *AOI,
        text("aoi state", "State of the AOI in the frame: visible, absent, lost or unknown."),
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
        AOI_LABEL,
        SECTION_ID,
        RECORDING_ID,
        _FIXATION_ID,
        Column("fixation duration [ms]", "int64", "ms", "Rounded to whole ms."),
    ),
)

AOI_METRICS = Table(
    "aoi_metrics",
    "One AOI in one recording, as in Pupil Cloud's table of this name.",
    (
        _LABEL_ID,
        RECORDING_ID,
        RECORDING_NAME,
        AOI_LABEL,
        Column("average fixation duration [ms]", "Int64", "ms", "Total / count, rounded down; empty = none."),
        count("total fixations", "Fixations on the AOI."),
        Column("time to first fixation [ms]", "Int64", "ms", "From the recording's start; empty = none."),
        Column("total fixation duration [ms]", "Int64", "ms", "Sum of the rounded durations; empty = none."),
    ),
)

AOI_LABEL_METRICS = Table(
    "aoi_label_metrics",
    "One AOI of an image over all recordings, as in Pupil Cloud's table of this name.",
    (
        _LABEL_ID,
        text("label name", "Name of the AOI, or of its category where AOIs were grouped."),
        ms("total fixation duration [ms]", "Sum of all durations / number of recordings."),
        ms("average fixation duration [ms]", "Sum of all durations / number of fixations; empty = none."),
        ms("time to first fixation [ms]", "Mean over the recordings that have one; empty = none has."),
        share("wearer reach", "Wearers who fixated it / wearers; empty = the wearers are not known."),
        share("recording reach", "Recordings with a fixation on it / recordings."),
        share("average fixation count", "Fixations / recordings."),
    ),
)

IMAGE_DWELL = Table(
    "image_dwell",
    "One AOI of an image in one recording, from gaze samples.",
    (
        RECORDING_ID,
        RECORDING_NAME,
        AOI_LABEL,
        ms("dwell time [ms]", "Time that the gaze samples inside stand for."),
        ms("gaze time [ms]", "Time that all samples on the image stand for."),
        share("dwell share", "Dwell time / gaze time; empty = no gaze on the image."),
        count("visits", "Uninterrupted stays of gaze on the AOI."),
        ms("mean visit duration [ms]", "From entry to exit; empty = no visit."),
        ms("time to first visit [ms]", "From the ttff origin; empty = no visit, or no such origin is known."),
        share("area share", "Pixels of the AOI / pixels of the image."),
        share("dwell share per area share", "1 = as much as chance; empty = no gaze on the image."),
        Column("margin [px]", "float64", "px", "By which the AOIs were grown (> 0) or shrunk (< 0)."),
        text("blinks", "exclude: samples in blinks do not count; keep: they do."),
        text("ttff origin", "Where times to first start: recording or section."),
    ),
)

AOI_DWELL = Table(
    "aoi_dwell",
    "One AOI in one section of a recording.",
    (
        RECORDING_ID,
        RECORDING_NAME,
        SECTION_ID,
        *AOI,
        ms("dwell time [ms]", "Time that the gaze samples inside stand for."),
        ms("gaze time [ms]", "Time that all samples that are ok stand for."),
        ms("unknown gaze time [ms]", "The part of it for which the AOI's place is not known."),
        share("dwell share", "Dwell time / gaze time."),
        ms("visible time [ms]", "Time of the frames that show the AOI."),
        ms("tracked time [ms]", "Time of the frames in which the AOI is visible or known to be absent."),
        ms("unknown time [ms]", "Time of the frames in which it is lost or was never tracked."),
        share("dwell per visible time", "Dwell time / visible time."),
        count("visits", "Uninterrupted stays of gaze on the AOI."),
        ms("mean visit duration [ms]", "From entry to exit; empty = no visit."),
        ms("time to first visit [ms]", "From the ttff origin; empty = no visit."),
        Column("total fixations", "Int64", "1", "Fixations on the AOI; empty = the recording has none."),
        Column(
            "undecided fixations", "Int64", "1", "Not counted, but might be if the AOI's place were known."
        ),
        ms("total fixation duration [ms]", "Sum of their durations."),
        ms("average fixation duration [ms]", "Empty = no fixation."),
        ms("first fixation duration [ms]", "Empty = no fixation."),
        ms("time to first fixation [ms]", "From the ttff origin; empty = no fixation."),
        *_OPTIONS,
    ),
)

AOI_VISITS = Table(
    "aoi_visits",
    "One visit: an uninterrupted stay of gaze on an AOI.",
    (
        RECORDING_ID,
        SECTION_ID,
        *AOI,
        Column("visit id", "int64", "1", "Counts from 1 for each AOI."),
        START,
        END,
        DURATION,
        ms("dwell time [ms]", "The part of it spent inside."),
    ),
)

AOI_SEQUENCE = Table(
    "aoi_sequence",
    "One fixation, on at most one AOI.",
    (
        RECORDING_ID,
        SECTION_ID,
        _FIXATION_ID,
        START,
        END,
        DURATION,
        text("on", "aoi, outside (in none) or unknown."),
        text("aoi label", "Name of the one AOI; empty = outside or unknown."),
        text("overlap rule", "Which of overlapping AOIs gets the fixation: smallest or first."),
        text(
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
        RECORDING_ID,
        Column("frame idx", "int64", "1", "Frame of the scene video, from 0."),
        TIMESTAMP,
        *AOI,
        text("state", "visible, absent, lost, or unknown (never tracked)."),
        Column("score", "float64", "1", "How sure the model is, 0 to 1; empty = a person's.", decimals=4),
        Column("area [px]", "int64", "px", "Pixels of the mask, 0 unless visible."),
        Column("box x0 [px]", "Int64", "px", "Left column of the mask; empty unless visible."),
        Column("box y0 [px]", "Int64", "px", "Top row."),
        Column("box x1 [px]", "Int64", "px", "First column to the right of the mask."),
        Column("box y1 [px]", "Int64", "px", "First row below the mask."),
        text("origin", "user, model, proposed or imported; empty = unknown."),
        Column("approved", "bool", "", "A person has said that it is right."),
        Column("check", "bool", "", "A person should look at it."),
        count("gaze samples", "Gaze samples in the frame that are ok."),
        count("gaze samples on aoi", "Those in the AOI, margin included."),
        text("direction", "forward, backward or both: how it was tracked; empty = a person's, or unknown."),
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
        RECORDING_ID,
        SECTION_ID,
        text("aoi label", "Name of the AOI; empty = the whole recording."),
        text("of", "samples, frames, fixations, or assignments: of each fixation to AOIs."),
        text("which", "Their status, state or place; of assignments whether by rule or by a person."),
        count("count", "How many."),
        ms("time [ms]", "For how long in all."),
    ),
)

AOI_VOLUMES = Table(
    "aoi_volumes",
    "One AOI in one medical volume.",
    (
        RECORDING_NAME,
        *AOI,
        text("colour", "Colour of the AOI, #rrggbb."),
        count("voxels", "Voxels of the AOI, those that it shares with others included."),
        Column("volume [ml]", "float64", "ml", "Voxels x the volume of one.", decimals=6),
        count("voxels in smaller aois", "Those that the label file gives to a smaller AOI."),
        Column("voxel volume [ml]", "float64", "ml", "What one voxel holds.", decimals=9),
        text("plane", "Plane of the slices: axial, coronal or sagittal."),
        count("slices visible", "Slices with a mask of the AOI."),
        count("slices absent", "Slices where it is known not to be."),
        count("slices lost", "Slices where the tracker does not know where it is."),
        count("slices unknown", "Slices that were never tracked for it."),
        count(
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
    AOI_BOXES,
    AOI_DWELL,
    AOI_FIXATIONS,
    AOI_GALLERY,
    AOI_HIERARCHY,
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
