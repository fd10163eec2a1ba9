"""Long tables: a row per gaze sample, and one per fixation and visit; a data set for pymovements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from dwell.formats.folders import refuse_others
from dwell.formats.gaze.answers import MISSING, WORDS, Answers, fixation_answers, sample_answers
from dwell.formats.gaze.contract import GazeAbout, GazeData, GazeExportReport, GazeFormat
from dwell.formats.gaze.names import file_names, participants, plain_all
from dwell.formats.gaze.spans import fixation_spans, visits
from dwell.formats.gaze.writing import MS, Steps, csv_line, decimal, number, write_lines
from dwell.gaze import STATUSES, FixationMap
from dwell.types import ProgressFn

__all__ = ["LongTable"]

_SAMPLES = ("time", "x", "y", "status", "on", "aoi", "frame_idx", "fixation_id", "blink_id")
_EVENTS = ("name", "onset", "offset", "duration", "on", "aoi", "fixation_id", "location_x", "location_y")
_WHOLE_FILE = {"infer_schema_length": None}
"""Types of columns are told by all rows: the first may have whole ms, or no gaze, and others not."""
_RECORDINGS = (
    "recording",
    "recording_id",
    "recording_name",
    "participant",
    "task",
    "start_ns",
    "sampling_rate_hz",
    "width_px",
    "height_px",
    "samples",
    "aois",
)


class LongTable(GazeFormat):
    """``raw/NAME.csv`` (samples) and ``precomputed_events/NAME.csv`` (fixations and visits) per recording.

    ``recordings.csv`` says what each is of; ``dataset.yaml`` is the definition by which pymovements reads all
    of it. Times are ms with all digits. ``on`` is ``aoi``, ``outside``, ``unknown`` or ``missing``; ``aoi``
    has the names, ``A|B`` on several.
    """

    name = "long"
    about = GazeAbout(
        "Long tables for pymovements, R and pandas",
        "raw/NAME.csv, precomputed_events/NAME.csv, recordings.csv, dataset.yaml",
        "samples with position, status and AOIs; fixations; visits; times to the ns",
        "distances to borders",
        "https://pymovements.readthedocs.io/en/stable/reference/pymovements.DatasetDefinition.html",
    )

    def write(
        self, recordings: Sequence[GazeData], out: Path, progress: ProgressFn | None = None
    ) -> GazeExportReport:
        """See ``GazeFormat.write``.

        Raises:
            OutputError: the folder holds recordings that are none of these.
        """
        files, steps = file_names(recordings), Steps(progress, recordings)
        names, lost = plain_all(recordings, {"|": "/"}, out)
        who = participants(recordings)
        for folder in ("raw", "precomputed_events"):
            refuse_others(out / folder, {f"{file}.csv" for file in files}, "*.csv")
        written, n_events = [], 0
        for file, data in zip(files, recordings, strict=True):
            aois = [names[aoi.name] for aoi in data.aois]
            rows = _samples(data, aois)
            written.append(write_lines(out / "raw" / f"{file}.csv", csv_line(_SAMPLES), rows, steps.add))
            events = list(_events(data, aois))
            head = csv_line(_EVENTS)
            written.append(write_lines(out / "precomputed_events" / f"{file}.csv", head, events))
            n_events += len(events)
        about = [csv_line(_about(*each)) for each in zip(files, recordings, who, strict=True)]
        written.append(write_lines(out / "recordings.csv", csv_line(_RECORDINGS), about))
        definition = yaml.safe_dump(_definition(recordings), sort_keys=False, allow_unicode=True)
        written.append(write_lines(out / "dataset.yaml", definition, ()))
        steps.end()
        n_samples = sum(len(data.samples) for data in recordings)
        return GazeExportReport(out, tuple(written), n_samples, n_events, lost)


def _samples(data: GazeData, aois: Sequence[str]) -> Iterator[str]:
    """The position is there where there is valid gaze, on a frame or not."""
    answers, gaze_map = sample_answers(data), data.gaze_map
    tails = _tails(answers, aois)
    columns = (
        gaze_map.timestamps_ns[data.samples].tolist(),
        gaze_map.gaze_xy[data.samples].tolist(),
        gaze_map.status[data.samples].tolist(),
        answers.codes.tolist(),
        answers.keys.tolist(),
        *(
            ids[data.samples].tolist()
            for ids in (gaze_map.frame_idx, gaze_map.fixation_ids, gaze_map.blink_ids)
        ),
    )
    for time, xy, status, code, key, frame, fixation, blink in zip(*columns, strict=True):
        seen = STATUSES[status] in ("ok", "no frame")
        x, y = (number(value, "") if seen else "" for value in xy)
        yield (
            f"{decimal(time - data.start_ns, MS)},{x},{y},{STATUSES[status]},{tails[code, key]},"
            f"{_id(frame)},{_id(fixation)},{_id(blink)}\n"
        )


def _tails(answers: Answers, aois: Sequence[str]) -> dict[tuple[int, int], str]:
    """The cells ``on`` and ``aoi`` of each answer and set; what is missing is on nothing."""
    texts = answers.texts(aois)
    return {
        (code, key): csv_line([word, "" if code == MISSING else text])[:-1]
        for code, word in enumerate(WORDS)
        for key, text in enumerate(texts)
    }


def _events(data: GazeData, aois: Sequence[str]) -> list[str]:
    """Fixations and visits, by onset."""
    rows = [] if data.fixation_map is None else list(_fixations(data, data.fixation_map, aois))
    for stay in visits(data):
        cells = (*_times(data, stay.start_ns, stay.end_ns), WORDS[-1], aois[stay.i], "", "", "")
        rows.append((stay.start_ns, "visit", cells))
    return [csv_line([name, *cells]) for _, name, cells in sorted(rows, key=lambda row: row[:2])]


def _fixations(
    data: GazeData, fixations: FixationMap, aois: Sequence[str]
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    answers = fixation_answers(data)
    texts = answers.texts(aois)
    for (row, start, end), code, key in zip(fixation_spans(data), answers.codes, answers.keys, strict=True):
        x, y = (number(value, "") for value in fixations.mean_xy[row].tolist())
        text = "" if code == MISSING else texts[key]
        found = (WORDS[code], text, _id(int(fixations.fixation_ids[row])), x, y)
        yield start, "fixation", (*_times(data, start, end), *found)


def _times(data: GazeData, start_ns: int, end_ns: int) -> tuple[str, str, str]:
    """Onset, offset and duration, ms."""
    spans = (start_ns - data.start_ns, end_ns - data.start_ns, end_ns - start_ns)
    onset, offset, duration = (decimal(each, MS) for each in spans)
    return onset, offset, duration


def _about(file: str, data: GazeData, participant: str) -> list[Any]:
    height, width = data.size_hw or ("", "")
    rate = "" if not data.interval_ns else f"{1e9 / data.interval_ns:.6g}"
    aois = json.dumps({str(aoi.object_id): aoi.name for aoi in data.aois}, ensure_ascii=False)
    who = (file, data.section.recording_id, data.name, participant, data.task, data.start_ns)
    return [*who, rate, width, height, len(data.samples), aois]


def _definition(recordings: Sequence[GazeData]) -> dict[str, Any]:
    """What pymovements has to know; sizes in cm there are none of a scene camera."""
    definition: dict[str, Any] = {
        "name": "Dwell",
        "long_name": "Gaze on areas of interest, mapped by Dwell",
        "resources": [
            {
                "content": "gaze",
                "filename_pattern": "{recording:s}.csv",
                "load_kwargs": {
                    "time_column": "time",
                    "time_unit": "ms",
                    "pixel_columns": ["x", "y"],
                    "read_csv_kwargs": dict(_WHOLE_FILE),
                },
            },
            {
                "content": "precomputed_events",
                "filename_pattern": "{recording:s}.csv",
                "load_kwargs": {"read_csv_kwargs": dict(_WHOLE_FILE)},
            },
        ],
    }
    sizes = {data.size_hw for data in recordings}
    rates = {data.interval_ns for data in recordings}
    if len(sizes) == len(rates) == 1 and (size := sizes.pop()) and (interval := rates.pop()):
        screen = {"screen_width_px": size[1], "screen_height_px": size[0], "origin": "upper left"}
        definition["experiment"] = {**screen, "sampling_rate": round(1e9 / interval, 6)}
    return definition


def _id(value: int) -> str:
    return str(value) if value >= 0 else ""
