"""Visits to AOIs as lists of events, for programs that annotate video: ELAN and BORIS.

Times count from the first frame of the scene video, as these programs count them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dwell.formats.gaze.contract import GazeAbout, GazeData, GazeExportReport, GazeFormat
from dwell.formats.gaze.names import file_names, participants, plain_all
from dwell.formats.gaze.spans import visits
from dwell.formats.gaze.spreadsheet import write_spreadsheet
from dwell.formats.gaze.writing import Steps, csv_line, whole_ms, write_lines
from dwell.types import ProgressFn

__all__ = ["Boris", "Elan"]

_ELAN = "Tier\tBegin Time - msec\tEnd Time - msec\tDuration - msec\tAnnotation\n"
_BORIS_EVENTS = ("time", "subject", "code", "modifier", "comment")
_BORIS_BEHAVIORS = (
    "Behavior code",
    "Behavior type",
    "Description",
    "Key",
    "Behavioral category",
    "Excluded behaviors",
)
_BORIS_TABLE = (
    "Observation id",
    "Media file name",
    "Subject",
    "Behavior",
    "Behavioral category",
    "Behavior type",
    "Start (s)",
    "Stop (s)",
    "Duration (s)",
)


class Elan(GazeFormat):
    """``NAME.txt`` per recording, tab-delimited: tier, begin, end and duration in ms, annotation.

    A tier per AOI, an annotation per visit. In ELAN: File, Import, CSV / Tab-delimited Text File; first row
    of data: 2. Source: ELAN's manual, "Importing CSV / Tab-delimited Text files".
    """

    name = "elan"
    about = GazeAbout(
        "ELAN",
        "NAME.txt",
        "visits to AOIs, on the time of the video",
        "times below 1 ms, and visits as short; fixations; gaze",
        "https://www.mpi.nl/corpus/html/elan/ch01s04s02.html",
    )

    def write(
        self, recordings: Sequence[GazeData], out: Path, progress: ProgressFn | None = None
    ) -> GazeExportReport:
        """See ``GazeFormat.write``."""
        names, lost = plain_all(recordings, {}, out)
        files, written, n_events = file_names(recordings), [], 0
        steps, short = Steps(progress, recordings), []
        for file, data in zip(files, recordings, strict=True):
            events = _events(data, names)
            lines = [
                f"{aoi}\t{start}\t{end}\t{end - start}\t{aoi}\n" for aoi, start, end in events if end > start
            ]
            written.append(write_lines(out / f"{file}.txt", _ELAN, lines))
            n_events += len(lines)
            short += _too_short(data, len(events) - len(lines))
            steps.add(len(data.samples))
        steps.end()
        return GazeExportReport(out, tuple(written), 0, n_events, (*lost, *short))


class Boris(GazeFormat):
    """``NAME.xlsx`` per recording, ``behaviors.csv`` and ``visits.csv`` of all.

    BORIS reads events from spreadsheets only, so visits are state events in one: a row where each starts and
    one where it ends. ``behaviors.csv`` is the ethogram, a state event per AOI, to import first;
    ``visits.csv`` has a row per visit, with the columns of BORIS' own export of aggregated events.
    Source: BORIS 10, import of observations and of behaviors.
    """

    name = "boris"
    about = GazeAbout(
        "BORIS",
        "NAME.xlsx, behaviors.csv, visits.csv",
        "visits to AOIs, on the time of the video",
        "times below 1 ms, and visits as short; fixations; gaze",
        "https://www.boris.unito.it/user_guide/",
    )

    def write(
        self, recordings: Sequence[GazeData], out: Path, progress: ProgressFn | None = None
    ) -> GazeExportReport:
        """See ``GazeFormat.write``."""
        names, lost = plain_all(recordings, {}, out)
        files, who = file_names(recordings), participants(recordings)
        steps, short, rows, written = Steps(progress, recordings), [], [], []
        for file, data, subject in zip(files, recordings, who, strict=True):
            events = _events(data, names)
            long = [event for event in events if event[2] > event[1]]
            table = [_BORIS_EVENTS, *_states(long, subject)]
            written.append(write_spreadsheet(out / f"{file}.xlsx", table))
            rows += [csv_line((data.name, "", subject, *_aggregated(event))) for event in long]
            short += _too_short(data, len(events) - len(long))
            steps.add(len(data.samples))
        behaviors = [csv_line(_behavior(name)) for name in sorted(set(names.values()))]
        written.append(write_lines(out / "behaviors.csv", csv_line(_BORIS_BEHAVIORS), behaviors))
        written.append(write_lines(out / "visits.csv", csv_line(_BORIS_TABLE), rows))
        steps.end()
        return GazeExportReport(out, tuple(written), 0, len(rows), (*lost, *short))


Event = tuple[str, int, int]
"""Name of an AOI, begin and end in whole ms of the video."""


def _events(data: GazeData, names: dict[str, str]) -> list[Event]:
    zero = data.video_start_ns
    return [
        (names[data.aois[stay.i].name], whole_ms(stay.start_ns - zero), whole_ms(stay.end_ns - zero))
        for stay in visits(data)
    ]


def _states(events: Sequence[Event], subject: str) -> Iterator[tuple[float | str, ...]]:
    """Starts and ends in time order; of those at one time, ends first."""
    marks = [(time, is_start, aoi) for aoi, *times in events for is_start, time in enumerate(reversed(times))]
    for time, is_start, aoi in sorted(marks):
        yield time / 1000, subject, aoi, "", "START" if is_start else "STOP"


def _aggregated(event: Event) -> tuple[str, ...]:
    aoi, start, end = event
    return aoi, "AOI", "STATE", *(f"{time / 1000:.3f}" for time in (start, end, end - start))


def _behavior(name: str) -> tuple[str, ...]:
    return name, "State event", f"Gaze on {name}", "", "AOI", ""


def _too_short(data: GazeData, n: int) -> list[str]:
    if not n:
        return []
    some = "1 visit that rounds to 0 ms is" if n == 1 else f"{n} visits that round to 0 ms are"
    return [f"{data.name}: {some} left out."]
