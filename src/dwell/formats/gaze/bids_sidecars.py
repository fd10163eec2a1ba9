"""The JSON files that say what is in the tables of BIDS."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from dwell.formats.gaze.contract import GazeData
from dwell.gaze import STATUSES

__all__ = [
    "PHYSIO",
    "README",
    "VERSION",
    "aoi_column",
    "dataset_description",
    "events_sidecar",
    "participants_sidecar",
    "physio_sidecar",
    "physioevents_sidecar",
]

VERSION = "1.11.0"
"""Of BIDS, which is the first with eye-tracking."""
PHYSIO = ("timestamp", "x_coordinate", "y_coordinate", "status", "frame_idx", "fixation_id")
"""The columns of gaze samples, before those of the AOIs."""
README = """\
# Gaze on areas of interest

Gaze of head-worn eye trackers, mapped to areas of interest (AOIs) that move in the scene video, by Dwell.

* `*_physio.tsv.gz`: a row per gaze sample; `aoi_1` … say whether it was in an AOI (1), not in it (0), or that
  this is not known (n/a). Their names are in the JSON beside it. `timestamp` is exact; samples are not quite
  evenly spaced.
* `*_physioevents.tsv.gz`: fixations and visits to AOIs.
* `*_events.tsv`: the times in which each AOI was in view.

All times are in s since the start of the recording.
"""
_IN_WORDS = {
    "ok": "Valid gaze on a frame of the scene video",
    "no gaze": "No position, or the glasses were not worn",
    "blink": "During a blink",
    "no frame": "Valid gaze while no frame of the scene video was shown",
}
_SECONDS = "s since the start of the recording"


def dataset_description() -> dict[str, Any]:
    """dataset_description.json."""
    from dwell import __version__

    return {
        "Name": "Gaze on areas of interest",
        "BIDSVersion": VERSION,
        "DatasetType": "raw",
        "GeneratedBy": [{"Name": "Dwell", "Version": __version__}],
    }


def participants_sidecar() -> dict[str, Any]:
    """participants.json."""
    return {"wearer": {"Description": "Name of the wearer, as in the recording"}}


def aoi_column(object_id: int) -> str:
    """Name of the column of an AOI."""
    return f"aoi_{object_id}"


def physio_sidecar(data: GazeData) -> dict[str, Any]:
    """Of the gaze samples."""
    times = data.gaze_map.timestamps_ns[data.samples]
    intervals = np.diff(times)
    return {
        "TaskName": data.task,
        "SamplingFrequency": 1e9 / (data.interval_ns or 1),
        "StartTime": (int(times[0]) - data.start_ns) / 1e9,
        "Columns": [*PHYSIO, *(aoi_column(aoi.object_id) for aoi in data.aois)],
        "PhysioType": "eyetrack",
        "RecordedEye": "cyclopean",
        "SampleCoordinateSystem": "custom",
        "SampleCoordinateSystemDescription": "Pixels of the raw, distorted picture of the scene camera on "
        "the head; origin top left, x to the right, y down",
        "SamplingIntervals": {
            "Description": "Time from sample to sample; SamplingFrequency is 1 / Median",
            "Units": "s",
            "Median": (data.interval_ns or 0) / 1e9,
            "Shortest": int(intervals.min()) / 1e9,
            "Longest": int(intervals.max()) / 1e9,
        },
        **_recording(data),
        **_physio_columns(data),
    }


def physioevents_sidecar(data: GazeData) -> dict[str, Any]:
    """Of fixations and visits."""
    return {
        "TaskName": data.task,
        "Columns": ["onset", "duration", "trial_type", "on", "aoi", "fixation_id"],
        "Description": "Fixations of the eye tracker, and visits of gaze to areas of interest",
        "OnsetSource": "timestamp",
        "onset": {"Description": _SECONDS, "Units": "s"},
        "duration": {"Description": "From onset to the end", "Units": "s"},
        "trial_type": {
            "Description": "What it is",
            "Levels": {
                "fixation": "A fixation, as the eye tracker found it",
                "visit": "An uninterrupted stay of gaze on one area of interest",
            },
        },
        "on": {
            "Description": "What gaze was on; n/a: no valid gaze",
            "Levels": {
                "aoi": "On one or more areas of interest",
                "outside": "On none",
                "unknown": "On none for certain, but the place of some is not known",
            },
        },
        "aoi": {"Description": "Names of the areas of interest", "Delimiter": "|"},
        "fixation_id": {"Description": "Number of the fixation in the recording"},
    }


def events_sidecar(data: GazeData) -> dict[str, Any]:
    """Of the times in which AOIs were in view."""
    return {
        "TaskName": data.task,
        "StimulusPresentation": {
            "ScreenDistance": "n/a",
            "ScreenOrigin": ["top", "left"],
            "ScreenResolution": "n/a",
            "ScreenSize": "n/a",
        },
        "onset": {"Description": _SECONDS, "Units": "s"},
        "duration": {"Description": "How long it stayed in view", "Units": "s"},
        "trial_type": {
            "Description": "What it is",
            "Levels": {"aoi_in_view": "An area of interest is in the picture of the scene camera"},
        },
        "aoi": {"Description": "Name of the area of interest"},
        "object_id": {"Description": "Number of the area of interest; its column in physio is aoi_NUMBER"},
    }


def _recording(data: GazeData) -> dict[str, Any]:
    """Where the gaze is from, and the camera that its pixels are of."""
    seconds, rest = divmod(data.start_ns, 10**9)
    started = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    described: dict[str, Any] = {
        "RecordingName": data.name,
        "RecordingID": data.section.recording_id,
        "RecordingStart": f"{started}.{rest:09d}Z",
        "GazeMapping": data.gaze_map.options.to_dict(),
    }
    scene: dict[str, Any] = {}
    if data.size_hw is not None:
        scene["Resolution"] = [data.size_hw[1], data.size_hw[0]]
    camera = data.gaze_map.scale.camera
    if camera is not None:
        scene |= {"Matrix": camera.matrix.tolist(), "Distortion": camera.distortion.tolist()}
    return described | ({"SceneCamera": scene} if scene else {})


def _physio_columns(data: GazeData) -> dict[str, Any]:
    position = "of the point of gaze of both eyes together; n/a: no valid gaze"
    levels = {status.replace(" ", "_"): _IN_WORDS[status] for status in STATUSES}
    columns: dict[str, Any] = {
        "timestamp": {"Description": _SECONDS, "Units": "s", "Origin": "Start of the recording"},
        "x_coordinate": {"LongName": "Gaze position (x)", "Description": f"x {position}", "Units": "pixel"},
        "y_coordinate": {"LongName": "Gaze position (y)", "Description": f"y {position}", "Units": "pixel"},
        "status": {"Description": "Whether the sample counts; only ok does", "Levels": levels},
        "frame_idx": {"Description": "Frame of the scene video, from 0; n/a: none was shown"},
        "fixation_id": {"Description": "Fixation that the sample belongs to; n/a: none"},
    }
    for aoi in data.aois:
        columns[aoi_column(aoi.object_id)] = {
            "LongName": aoi.name,
            "Description": f"Whether gaze was on {aoi.name}; n/a: no valid gaze, or its place is not known",
            "Levels": {"1": "In it", "0": "Not in it, or it is not in the picture"},
        }
    return columns
