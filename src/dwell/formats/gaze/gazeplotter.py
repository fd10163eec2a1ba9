"""GazePlotter: its custom CSVs, which have no quotes, so that no name may hold a comma."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dwell.files import delete_file
from dwell.formats.gaze.answers import (
    MISSING,
    NOT_KNOWN,
    Answers,
    fixation_answers,
    sample_answers,
)
from dwell.formats.gaze.contract import GazeAbout, GazeData, GazeExportReport, GazeFormat
from dwell.formats.gaze.names import participants, plain, plain_all
from dwell.formats.gaze.spans import fixation_spans, stays, views
from dwell.formats.gaze.writing import Steps, whole_ms, write_lines
from dwell.types import ProgressFn

__all__ = ["GazePlotter", "GazePlotterSamples"]

_SOURCE = "https://github.com/misavojte/GazePlotter/blob/main/docs/upload-data/custom-csv.md"
_FROM_TO = "From,To,Participant,Stimulus,AOI\n"
_TIME = "Time,Participant,Stimulus,AOI\n"
_EVENTS = "stimulus,participant,eventName,start,duration\n"


class GazePlotter(GazeFormat):
    """Segments from … to …: ``fixations.csv``, ``gaze.csv`` and ``aoi_visibility.csv``.

    ``fixations.csv`` has a row per fixation, ``gaze.csv`` one per stretch of samples on the same AOIs; upload
    one of the two, and with it ``aoi_visibility.csv``, the stretches in which each AOI was in view. The
    stimulus is the task, the participant the wearer. On several AOIs: ``A|B``; on none: an empty AOI. Missing
    and unknown gaze has no row, so it is a gap.
    """

    name = "gazeplotter"
    about = GazeAbout(
        "GazePlotter",
        "fixations.csv, gaze.csv, aoi_visibility.csv",
        "fixations and gaze on AOIs, overlaps, when each AOI was in view",
        "positions; times below 1 ms; missing and unknown gaze is a gap",
        _SOURCE,
    )

    def write(
        self, recordings: Sequence[GazeData], out: Path, progress: ProgressFn | None = None
    ) -> GazeExportReport:
        """See ``GazeFormat.write``.

        Raises:
            OutputError: two names are the same once commas are replaced.
        """
        rows, steps = _Rows.of(recordings, out), Steps(progress, recordings)
        fixated = [data for data in recordings if data.fixation_map is not None]
        files = [
            write_lines(out / "gaze.csv", _FROM_TO, rows.gaze(steps)),
            write_lines(out / "aoi_visibility.csv", _EVENTS, rows.visibility()),
        ]
        if fixated:
            files.insert(0, write_lines(out / "fixations.csv", _FROM_TO, rows.fixations()))
        else:
            delete_file(out / "fixations.csv")
        without = [
            f"{data.name} has no fixations, so it is in gaze.csv only."
            for data in recordings
            if data.fixation_map is None
        ]
        steps.end()
        lost = (*rows.lost, *without, *_left_out(recordings))
        n_samples = sum(sample_answers(data).known.sum() for data in recordings)
        n_events = sum(int(fixation_answers(data).known.sum()) for data in fixated)
        return GazeExportReport(out, tuple(files), int(n_samples), n_events, lost)


class GazePlotterSamples(GazeFormat):
    """A time series, ``samples.csv``: a row per gaze sample that has an answer.

    GazePlotter makes segments of it that end at their last sample's time, moves the first sample of each
    participant to 0, and draws on over samples that are not there; ``gazeplotter`` has none of this.
    """

    name = "gazeplotter-samples"
    about = GazeAbout(
        "GazePlotter, time series",
        "samples.csv",
        "each gaze sample with its AOIs, overlaps",
        "positions; times below 1 ms; fixations; GazePlotter bridges missing and unknown gaze",
        _SOURCE,
    )

    def write(
        self, recordings: Sequence[GazeData], out: Path, progress: ProgressFn | None = None
    ) -> GazeExportReport:
        """See ``GazeFormat.write``.

        Raises:
            OutputError: two names are the same once commas are replaced.
        """
        rows, steps = _Rows.of(recordings, out), Steps(progress, recordings)
        path = write_lines(out / "samples.csv", _TIME, rows.samples(), steps.add)
        steps.end()
        n_samples = sum(int(sample_answers(data).known.sum()) for data in recordings)
        lost = (*rows.lost, *_left_out(recordings, bridged=True))
        return GazeExportReport(out, (path,), n_samples, 0, lost)


@dataclass(frozen=True)
class _Rows:
    """Lines of the files, with names that have no comma and no bar."""

    recordings: Sequence[GazeData]
    who: Sequence[str]
    tasks: Sequence[str]
    aois: dict[str, str]
    lost: tuple[str, ...]

    @classmethod
    def of(cls, recordings: Sequence[GazeData], out: Path) -> _Rows:
        who, lost_who = plain(participants(recordings), {",": ";"}, "participant", out)
        tasks, lost_tasks = plain([data.task for data in recordings], {",": ";"}, "task", out)
        aois, lost_aois = plain_all(recordings, {",": ";", "|": "/"}, out)
        return cls(recordings, who, tasks, aois, (*lost_who, *lost_tasks, *lost_aois))

    def fixations(self) -> Iterator[str]:
        for data, tail in self._tails():
            answers, spans = fixation_answers(data), fixation_spans(data)
            texts = self._texts(data, answers)
            for (_, start, end), key, known in zip(spans, answers.keys, answers.known, strict=True):
                if known:
                    yield f"{_ms(data, start)},{_ms(data, end)},{tail},{texts[key]}\n"

    def gaze(self, steps: Steps) -> Iterator[str]:
        for data, tail in self._tails():
            answers = sample_answers(data)
            texts = self._texts(data, answers)
            for stay in stays(data, answers):
                yield f"{_ms(data, stay.start_ns)},{_ms(data, stay.end_ns)},{tail},{texts[stay.i]}\n"
            steps.add(len(data.samples))

    def samples(self) -> Iterator[str]:
        for data, tail in self._tails():
            answers = sample_answers(data)
            texts = self._texts(data, answers)
            times = data.gaze_map.timestamps_ns[data.samples][answers.known].tolist()
            for time, key in zip(times, answers.keys[answers.known].tolist(), strict=True):
                yield f"{_ms(data, time)},{tail},{texts[key]}\n"

    def visibility(self) -> Iterator[str]:
        for data, who, task in zip(self.recordings, self.who, self.tasks, strict=True):
            for view in views(data):
                start, end = _ms(data, view.start_ns), _ms(data, view.end_ns)
                yield f"{task},{who},{self.aois[data.aois[view.i].name]},{start},{end - start}\n"

    def _tails(self) -> Iterator[tuple[GazeData, str]]:
        for data, who, task in zip(self.recordings, self.who, self.tasks, strict=True):
            yield data, f"{who},{task}"

    def _texts(self, data: GazeData, answers: Answers) -> list[str]:
        return answers.texts([self.aois[aoi.name] for aoi in data.aois])


def _ms(data: GazeData, time_ns: int) -> int:
    """Whole ms since the recording's start."""
    return whole_ms(time_ns - data.start_ns)


def _left_out(recordings: Sequence[GazeData], bridged: bool = False) -> list[str]:
    """What is not in the files, recording by recording."""
    sentences = []
    for data in recordings:
        answers = sample_answers(data)
        missing, unknown = answers.count(MISSING), answers.count(NOT_KNOWN)
        if missing or unknown:
            drawn = (
                "; GazePlotter draws on over them where the AOI is the same on both sides" if bridged else ""
            )
            sentences.append(
                f"{data.name}: {missing} gaze samples without valid gaze and {unknown} that may be on an AOI "
                f"whose place is not known are left out{drawn}."
            )
        fixations = fixation_answers(data)
        doubtful = len(fixations.codes) - int(fixations.known.sum())
        if doubtful and not bridged:
            sentences.append(
                f"{data.name}: fixations of which nobody knows what they are on are left out: {doubtful}."
            )
    return sentences
