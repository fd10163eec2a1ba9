"""BIDS: gaze as an eye-tracking recording of the Brain Imaging Data Structure, with a column per AOI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from dwell.errors import OutputError
from dwell.formats.folders import refuse_others
from dwell.formats.gaze.answers import MISSING, WORDS, fixation_answers
from dwell.formats.gaze.bids_names import Run, name_runs
from dwell.formats.gaze.bids_sidecars import (
    README,
    dataset_description,
    events_sidecar,
    participants_sidecar,
    physio_sidecar,
    physioevents_sidecar,
)
from dwell.formats.gaze.contract import GazeAbout, GazeData, GazeExportReport, GazeFormat
from dwell.formats.gaze.names import plain, plain_all
from dwell.formats.gaze.spans import fixation_spans, views, visits
from dwell.formats.gaze.writing import SECONDS, Steps, decimal, number, write_json, write_lines
from dwell.gaze import INSIDE, STATUSES, UNKNOWN
from dwell.types import ProgressFn

__all__ = ["Bids"]

_MISSING = "n/a"
_EVEN = 0.1
"""Intervals that differ from the usual one by more than this share of it are said to be uneven."""


class Bids(GazeFormat):
    """A BIDS data set: ``sub-…/beh/…_recording-eye1_physio.tsv.gz`` and what belongs to it.

    ``physio``: a row per gaze sample, in each AOI or not; ``physioevents``: fixations and visits;
    ``events.tsv``: when each AOI was in view. Times are s from the recording's start, with all digits. BIDS
    takes samples to be evenly spaced; those of glasses are not quite, so ``timestamp`` is the truth and
    ``SamplingFrequency`` the usual rate; the report says where the two disagree.

    Source: BIDS 1.11, "Physiological recordings", section "Eye-tracking".
    """

    name = "bids"
    about = GazeAbout(
        "BIDS, eye-tracking",
        "sub-LABEL/beh/*_physio.tsv.gz, *_physioevents.tsv.gz, *_events.tsv, their sidecars, "
        "dataset_description.json, participants.tsv",
        "samples with position, status and each AOI; fixations; visits; when AOIs were in view; "
        "times to the ns",
        "letters other than A-Z and digits in labels; distances to borders",
        "https://bids-specification.readthedocs.io/en/stable/modality-specific-files/"
        "physiological-recordings.html",
    )

    def write(
        self, recordings: Sequence[GazeData], out: Path, progress: ProgressFn | None = None
    ) -> GazeExportReport:
        """See ``GazeFormat.write``.

        Raises:
            OutputError: a recording has fewer than two gaze samples, or the folder holds subjects or
                recordings that are none of these.
        """
        _check(recordings, out)
        runs = name_runs(recordings, out)
        _check_folder(runs, out)
        aois, lost = plain_all(recordings, {"|": "/"}, out)
        steps = Steps(progress, recordings)
        readme = _keeps_readme(out)
        wearers, lost_wearers = _wearers(runs, out)
        files, n_events = _dataset(wearers, out, own_readme=not readme), 0
        for run in runs:
            names = [aois[aoi.name] for aoi in run.data.aois]
            written, events = _write_run(run, names, out, steps)
            files += written
            n_events += events
        steps.end()
        n_samples = sum(len(data.samples) for data in recordings)
        return GazeExportReport(
            out, tuple(files), n_samples, n_events, (*lost, *lost_wearers, *readme, *_uneven(recordings))
        )


def _check(recordings: Sequence[GazeData], out: Path) -> None:
    for data in recordings:
        if not data.interval_ns:
            raise OutputError(
                f"BIDS wants a sampling rate, and the {len(data.samples)} samples of {data.name!r} give "
                "none; leave the recording out.",
                path=out,
            )


def _check_folder(runs: Sequence[Run], out: Path) -> None:
    """Participants of an earlier export would be without a row in participants.tsv."""
    here = {path.name for path in out.glob("sub-*")} if out.is_dir() else set()
    others = sorted(here - {f"sub-{run.subject}" for run in runs})
    if others:
        raise OutputError(
            f"{out} already holds {others[0]}, which is not of this export; choose another folder, or export "
            "all recordings of the data set together.",
            path=out,
        )
    for subject in {run.subject for run in runs}:
        names = {name for run in runs if run.subject == subject for name in _file_names(run)}
        refuse_others(out / f"sub-{subject}" / "beh", names, "sub-*")


def _keeps_readme(out: Path) -> tuple[str, ...]:
    """A sentence, where somebody else has written a README.md, which stays."""
    readme = out / "README.md"
    if not readme.is_file() or readme.read_bytes() == README.encode():
        return ()
    return ("README.md was there already and stays as it is.",)


def _wearers(runs: Sequence[Run], out: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Subject → wearer, as it is written, and a sentence on each name that had to change."""
    known = {run.subject: run.data.wearer for run in runs if run.data.wearer}
    names, lost = plain([*known.values()], {}, "wearer", out)
    return {run.subject: _MISSING for run in runs} | dict(zip(known, names, strict=True)), lost


def _dataset(wearers: dict[str, str], out: Path, *, own_readme: bool) -> list[Path]:
    rows = [f"sub-{subject}\t{wearer}\n" for subject, wearer in wearers.items()]
    return [
        write_json(out / "dataset_description.json", dataset_description()),
        *([write_lines(out / "README.md", README, ())] if own_readme else []),
        write_lines(out / "participants.tsv", "participant_id\twearer\n", rows),
        write_json(out / "participants.json", participants_sidecar()),
    ]


def _write_run(run: Run, names: Sequence[str], out: Path, steps: Steps) -> tuple[list[Path], int]:
    """The files of one recording, and how many fixations and visits they have."""
    data = run.data
    folder = out / f"sub-{run.subject}" / "beh"
    paths = [folder / name for name in _file_names(run)]
    events = _physioevents(data, names)
    files = [
        write_lines(paths[0], "", _physio(data), steps.add),
        write_json(paths[1], physio_sidecar(data)),
        write_lines(paths[2], "", events),
        write_json(paths[3], physioevents_sidecar(data)),
        write_lines(paths[4], _EVENTS, _events(data, names)),
        write_json(paths[5], events_sidecar(data)),
    ]
    return files, len(events)


def _file_names(run: Run) -> list[str]:
    """Of samples, of events of the eyes, and of when AOIs were in view; each with its sidecar."""
    stems = (
        f"{run.stem}_recording-eye1_physio",
        f"{run.stem}_recording-eye1_physioevents",
        f"{run.stem}_events",
    )
    return [
        f"{stem}{ending}"
        for stem, packed in zip(stems, (".gz", ".gz", ""), strict=True)
        for ending in (f".tsv{packed}", ".json")
    ]


def _physio(data: GazeData) -> Iterator[str]:
    """Columns ``PHYSIO``, then one per AOI: 1 in it, 0 not in it, n/a not known or no valid gaze."""
    gaze_map, here = data.gaze_map, data.samples
    in_aois = _in_aois(data)
    columns = (
        gaze_map.timestamps_ns[here].tolist(),
        gaze_map.gaze_xy[here].tolist(),
        gaze_map.status[here].tolist(),
        gaze_map.frame_idx[here].tolist(),
        gaze_map.fixation_ids[here].tolist(),
        in_aois,
    )
    for time, xy, status, frame, fixation, tail in zip(*columns, strict=True):
        seen = STATUSES[status] in ("ok", "no frame")
        x, y = (number(value, _MISSING) if seen else _MISSING for value in xy)
        cells = [decimal(time - data.start_ns, SECONDS), x, y, STATUSES[status].replace(" ", "_")]
        yield "\t".join((*cells, _id(frame), _id(fixation))) + tail


def _in_aois(data: GazeData) -> Iterator[str]:
    """The cells of all AOIs and the end of the line, of each sample; most samples share a few texts."""
    words = {INSIDE: "\t1", UNKNOWN: f"\t{_MISSING}"}
    texts: dict[bytes, str] = {}
    for codes in np.ascontiguousarray(data.gaze_map.inside[:, data.samples].T):
        key = codes.tobytes()
        if key not in texts:
            texts[key] = "".join(words.get(code, "\t0") for code in codes.tolist()) + "\n"
        yield texts[key]


def _physioevents(data: GazeData, names: Sequence[str]) -> list[str]:
    """Fixations and visits by onset: onset, duration, trial_type, on, aoi, fixation_id."""
    rows = [(stay.start_ns, stay.end_ns, "visit", "aoi", names[stay.i], _MISSING) for stay in visits(data)]
    fixations = data.fixation_map
    if fixations is not None:
        answers = fixation_answers(data)
        texts = answers.texts(names)
        for (row, start, end), code, key in zip(
            fixation_spans(data), answers.codes, answers.keys, strict=True
        ):
            on = _MISSING if code == MISSING else WORDS[code]
            number_of = _id(int(fixations.fixation_ids[row]))
            rows.append((start, end, "fixation", on, texts[key] or _MISSING, number_of))
    return [
        "\t".join((decimal(start - data.start_ns, SECONDS), decimal(end - start, SECONDS), *rest)) + "\n"
        for start, end, *rest in sorted(rows, key=lambda row: row[:3])
    ]


_EVENTS = "onset\tduration\ttrial_type\taoi\tobject_id\n"


def _events(data: GazeData, names: Sequence[str]) -> Iterator[str]:
    """When each AOI was in view."""
    for view in views(data):
        onset = decimal(view.start_ns - data.start_ns, SECONDS)
        duration = decimal(view.end_ns - view.start_ns, SECONDS)
        yield f"{onset}\t{duration}\taoi_in_view\t{names[view.i]}\t{data.aois[view.i].object_id}\n"


def _uneven(recordings: Sequence[GazeData]) -> list[str]:
    sentences = []
    for data in recordings:
        intervals = np.diff(data.gaze_map.timestamps_ns[data.samples])
        usual = data.interval_ns or 1
        n_apart = int(np.count_nonzero(np.abs(intervals - usual) > _EVEN * usual))
        if n_apart:
            sentences.append(
                f"{data.name}: {n_apart} of {len(intervals)} intervals between samples differ by more than "
                f"{_EVEN:.0%} from the usual {usual / 1e6:.3f} ms ({intervals.min() / 1e6:.3f} … "
                f"{intervals.max() / 1e6:.3f} ms); times are in the column timestamp, SamplingFrequency is "
                "only the usual rate."
            )
    return sentences


def _id(value: int) -> str:
    return str(value) if value >= 0 else _MISSING
