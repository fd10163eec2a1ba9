"""What is written as labels, made ready: the masks of a project, when its frames were, its name and part."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from dwell.errors import Cancelled, DwellError, OutputError
from dwell.formats.contract import Labels
from dwell.masks import Masklet
from dwell.pairing import recording_of
from dwell.project import Project
from dwell.recordings import Recording
from dwell.types import IntArray
from dwell.video import Frames, VideoReader
from dwell.video.frames import default_name
from dwell.volumes import Slices

__all__ = ["HasProject", "Subject", "labels_of", "project_of", "split", "timed", "with_own_names"]


class HasProject(Protocol):
    """What works on a project and has its frames: an ``Analysis``, a ``TrackingSession``."""

    @property
    def project(self) -> Project:
        """Where the masks are kept."""
        ...

    @property
    def frames(self) -> Frames:
        """The pictures."""
        ...


Subject = Project | HasProject
"""What labels are taken from: a project alone, or what has its frames open already."""


def project_of(subject: Subject) -> Project:
    """Its project."""
    return subject if isinstance(subject, Project) else subject.project


def labels_of(project: Project, volume: Slices | None = None, before: Iterable[Masklet] = ()) -> Labels:
    """The masks that are up to date, as formats want them.

    Args:
        project: of one recording.
        volume: the slices that the frames are; nothing is opened for it.
        before: see ``Project.masklets``.
    """
    source = project.source
    names = project.get_setting("frame names") or [default_name(i) for i in range(source.n_frames)]
    files = project.get_setting("frame files") or ()
    filler = project.filler()
    return Labels(
        project.masklets(include_stale=False, before=before),
        source.size_hw,
        names,
        source.recording_name,
        0 if filler is None else int(filler.sum()),
        files,
        volume,
    )


def timed(labels: Labels, subject: Subject) -> Labels:
    """The same labels with times and frames per second, where they can be known.

    They are in the recording. Where that was moved or cannot be read, and for images and slices without
    times, they stay unknown: labels need the project only.
    """
    try:
        times_ns = _times_ns(subject)
    except Cancelled:
        raise
    except DwellError:
        return labels
    if times_ns is None or len(times_ns) != labels.n_frames:
        return labels
    span_ns = int(times_ns[-1]) - int(times_ns[0])
    fps = (len(times_ns) - 1) * 1e9 / span_ns if span_ns > 0 else None
    return replace(labels, times_ns=times_ns, fps=fps)


def _times_ns(subject: Subject) -> IntArray | None:
    """(n_frames,) since the recording's start."""
    if isinstance(subject, Project):
        if subject.path is None:
            return None
        with recording_of(subject) as opened:
            return _recorded_ns(opened)
    recording = getattr(subject, "recording", None)
    if isinstance(recording, Recording):
        return _recorded_ns(recording)
    return subject.frames.pts_ns if isinstance(subject.frames, VideoReader) else None


def _recorded_ns(recording: Recording) -> IntArray | None:
    if recording.has("frame times"):
        return recording.clock.times_ns - recording.start_ns
    return recording.scene.pts_ns if isinstance(recording.scene, VideoReader) else None


def with_own_names(all_labels: Sequence[Labels]) -> list[Labels]:
    """The same with names of videos that differ, on any file system, too: ``kitchen``, ``kitchen-2``."""
    taken: set[str] = set()
    named = []
    for labels in all_labels:
        stem = labels.video.strip() or "video"
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        named.append(replace(labels, video=name))
    return named


def split(all_labels: Sequence[Labels], val: float | Sequence[str]) -> list[Labels]:
    """The same, each in the part of the data set for training or for validation.

    Whole recordings are parted: frames of one recording are too much alike to judge by. With a share, those
    come first whose name has the smallest SHA-256, so the same names are parted in the same way everywhere.

    Args:
        all_labels: of videos of different names.
        val: 0 … 1, the share of recordings for validation, at least one unless it is 0; or their names.

    Raises:
        OutputError: there is no recording of a name, or none would be left for one of the parts.
        ValueError: no share.
    """
    names = [labels.video for labels in all_labels]
    chosen = _by_share(names, val) if isinstance(val, int | float) else _by_name(names, val)
    if len(chosen) == len(names):
        raise OutputError(
            f"All {len(names)} recordings would be for validation and none for training; "
            "labels are split by recording, so name fewer, or export more recordings together."
        )
    return [replace(each, split="val" if each.video in chosen else "train") for each in all_labels]


def _by_share(names: Sequence[str], share: float) -> set[str]:
    if not 0 <= share < 1:
        raise ValueError(f"val={share}: expected a share from 0 to below 1, or names of recordings.")
    n = max(1, round(share * len(names))) if share else 0
    return set(sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())[:n])


def _by_name(names: Sequence[str], wanted: Sequence[str]) -> set[str]:
    chosen = [wanted] if isinstance(wanted, str) else list(wanted)
    for name in chosen:
        if name not in names:
            known = ", ".join(names[:10])
            raise OutputError(f"There is no recording {name!r} for validation; there are: {known}.")
    return set(chosen)
