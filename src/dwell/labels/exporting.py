"""Projects out to label formats: a recording or a study, in one format or several, with pictures or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dwell.errors import OutputError
from dwell.formats.contract import ExportReport, LabelFormat, Labels, WriteOptions
from dwell.labels.pictures import write_pictures
from dwell.labels.preparing import Subject, labels_of, project_of, split, timed, with_own_names
from dwell.labels.selecting import Chosen, Selection, choose
from dwell.pairing import recording_of
from dwell.project import Project
from dwell.registry import FORMATS, load
from dwell.types import ProgressFn
from dwell.video import Frames
from dwell.volumes import Slices

__all__ = ["export_labels"]


def export_labels(
    subjects: Subject | Sequence[Subject],
    formats: Sequence[str],
    out: str | Path,
    *,
    selection: Selection | None = None,
    options: WriteOptions | None = None,
    val: float | Sequence[str] = 0.0,
    progress: ProgressFn | None = None,
) -> list[ExportReport]:
    """Write masks as labels.

    Args:
        subjects: a project, analysis or session, or several: a study. Videos of one name get numbers.
        formats: names from ``registry.FORMATS``. One is written into ``out`` itself, each of several into
            ``out/<format>``.
        out: the folder.
        selection: which frames; None: all on which every AOI has an answer. A medical volume is always
            written whole.
        options: where formats leave a choice; with ``pictures``, the pictures of the frames are written, too.
        val: 0 … 1, the share of recordings that is for validation; or their names. See ``split``.
        progress: called with (done, total) frames, of all formats and pictures; it may raise ``Cancelled``.
            Files that are there then are whole.

    Returns:
        A report per format.

    Raises:
        OutputError: unknown format, one that has no room for these labels or is for volumes only, no frame to
            write, an unanswered one (see ``Selection``), or a file that cannot be written.
        UnknownRecording: pictures are wanted, or it is a volume, and the recording is no longer where the
            project saw it.
        StorageFull: the disk is full or the folder cannot be written.
    """
    writers = _writers(formats)
    wanted = selection or Selection()
    write = options or WriteOptions()
    folders = {name: Path(out) / name if len(writers) > 1 else Path(out) for name in writers}
    study = _Study.of(_each(subjects), wanted, val, any(not w.about.of_volume for w in writers.values()))
    steps = _Steps(progress, study.n_frames * (len(writers) + write.pictures))
    with ExitStack() as opened:
        given = study.labels_for(writers, wanted, Path(out), opened)
        for name, writer in writers.items():
            writer.check(given[name], folders[name], write)
        n_pictures = _write_pictures(study, writers, folders, write, steps) if write.pictures else 0
        reports = []
        for name, writer in writers.items():
            report = writer.write(given[name], folders[name], write, steps.part(study.n_frames))
            if not writer.about.of_volume:
                report = replace(study.with_left_out(report), n_pictures=n_pictures)
            reports.append(replace(report, format=name))
    return reports


def _each(subjects: Subject | Sequence[Subject]) -> list[Subject]:
    return list(subjects) if isinstance(subjects, Sequence) else [subjects]


def _writers(formats: Sequence[str]) -> dict[str, LabelFormat]:
    names = [formats] if isinstance(formats, str) else list(dict.fromkeys(formats))
    if not names:
        raise OutputError(f"No format given; choose among: {', '.join(FORMATS)}.")
    return {name: load(FORMATS, name)() for name in names}


@dataclass(frozen=True)
class _Study:
    """What is exported together."""

    subjects: list[Subject]
    chosen: list[Chosen]
    """Empty where volume formats only are written."""

    @classmethod
    def of(
        cls, subjects: list[Subject], selection: Selection, val: float | Sequence[str], of_frames: bool
    ) -> _Study:
        if not subjects:
            raise OutputError("No project given; name at least one.")
        if not of_frames:
            return cls(subjects, [])
        named = with_own_names([labels_of(project_of(each)) for each in subjects])
        parted = split(named, val)
        chosen = [
            choose(timed(labels, subject), selection, project_of(subject).filler())
            for labels, subject in zip(parted, subjects, strict=True)
        ]
        return cls(subjects, chosen)

    @property
    def n_frames(self) -> int:
        """Frames that a format writes."""
        return sum(len(each.labels.frames) for each in self.chosen) or 1

    def labels_for(
        self, writers: Mapping[str, LabelFormat], selection: Selection, out: Path, opened: ExitStack
    ) -> dict[str, list[Labels]]:
        """What each format is given: the chosen frames, or a volume as a whole.

        Raises:
            OutputError: a format is for one whole volume, and several or some frames are wanted.
        """
        of_volume = [each.about.title for each in writers.values() if each.about.of_volume]
        if of_volume:
            self._check_whole(of_volume[0], selection, out)
        whole = [self._whole_volume(selection, opened)] if of_volume else []
        chosen = [each.labels for each in self.chosen]
        return {name: whole if each.about.of_volume else chosen for name, each in writers.items()}

    def _check_whole(self, title: str, selection: Selection, out: Path) -> None:
        if selection.frames != "all" or selection.every > 1:
            raise OutputError(f"{title} is for whole volumes; leave out the choice of frames.", path=out)
        if len(self.subjects) > 1:
            raise OutputError(
                f"{title} is for one volume, and there are {len(self.subjects)} projects; export each alone.",
                path=out,
            )

    def _whole_volume(self, selection: Selection, opened: ExitStack) -> Labels:
        project, frames = project_of(self.subjects[0]), None
        if project.source.kind == "volume":
            frames = opened.enter_context(_frames_of(self.subjects[0]))
        labels = labels_of(project, frames if isinstance(frames, Slices) else None)
        if selection.unanswered == "stop":
            choose(labels, selection)
        return labels

    def with_left_out(self, report: ExportReport) -> ExportReport:
        """The report with what was not written at all."""
        several = len(self.chosen) > 1
        skipped = {
            f"{each.labels.video}: {name}" if several else name: counts
            for each in self.chosen
            for name, counts in each.skipped.items()
        }
        return replace(
            report,
            n_filler=sum(each.n_filler for each in self.chosen),
            n_skipped=sum(each.n_skipped for each in self.chosen),
            skipped=skipped,
        )


@contextmanager
def _frames_of(subject: Subject) -> Iterator[Frames]:
    """The frames; those of a project alone are opened and closed again."""
    if not isinstance(subject, Project):
        yield subject.frames
        return
    with recording_of(subject) as recording:
        yield recording.scene


def _write_pictures(
    study: _Study,
    writers: dict[str, LabelFormat],
    folders: dict[str, Path],
    options: WriteOptions,
    steps: _Steps,
) -> int:
    """Write the pictures of all formats in one pass over each video; how many frames."""
    n_pictures = 0
    for subject, chosen in zip(study.subjects, study.chosen, strict=True):
        labels = chosen.labels
        places = {
            frame_idx: [
                folders[name] / writer.picture_path(labels, frame_idx, options)
                for name, writer in writers.items()
                if not writer.about.of_volume
            ]
            for frame_idx in labels.frames
        }
        with _frames_of(subject) as frames:
            n_pictures += write_pictures(frames, places, options.picture_ending, steps.one)
    return n_pictures


class _Steps:
    """The progress of several things after one another as that of one."""

    def __init__(self, progress: ProgressFn | None, total: int) -> None:
        self._progress = progress
        self._total = max(total, 1)
        self._done = 0

    def one(self) -> None:
        """One step more."""
        self._done += 1
        self._tell(self._done)

    def part(self, size: int) -> ProgressFn:
        """What the next part calls, which is ``size`` steps long whatever its own total."""
        start = self._done
        self._done += size

        def progress(done: int, total: int) -> None:
            self._tell(start + size * done // max(total, 1))

        return progress

    def _tell(self, done: int) -> None:
        if self._progress is not None:
            self._progress(done, self._total)
