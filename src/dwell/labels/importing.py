"""Labels in: a file of some format becomes AOIs of a project, with finished masks or with prompts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from dwell.errors import BadLabels, PromptError
from dwell.formats.found import FoundLabel, FoundThing, FoundVideo, Known
from dwell.labels.finding import frames_of, opened_format, video_for
from dwell.labels.preparing import project_of
from dwell.masks import Mask, MaskRecord
from dwell.project import Project
from dwell.prompts import Absent, Box, MaskPrompt, Prompt, clean_name
from dwell.tracking import TrackingSession
from dwell.types import AOI, BoolArray, Direction, IntArray, Origin, ProgressFn, State
from dwell.video.frames import default_name

__all__ = ["Existing", "How", "ImportReport", "import_labels"]

How = Literal["masks", "prompts"]
Existing = Literal["refuse", "new", "replace"]


_UNANSWERED = (
    "On {n} frames the file says nothing of some AOI: it may not be there, or not be labelled. An export "
    "leaves such frames out, unless frames without an answer are written, too (--unanswered write)."
)
_FILLER_UNKNOWN = (
    "Which frames are grey filler is not known, as nobody has looked at the video; labels on them were taken."
)


@dataclass(frozen=True)
class ImportReport:
    """What has become of a file of labels."""

    path: Path
    format: str
    """As in ``registry.FORMATS``."""
    video: str
    """The video in the file."""
    aois: tuple[AOI, ...]
    """In the order of their ids in the file."""
    n_frames: int
    """Frames with a mask or prompt."""
    n_masks: int
    """Masks that were taken over."""
    n_prompts: int
    """Prompts that were made of them."""
    ids: dict[int, int] = field(default_factory=dict)
    """Id in the file → object_id, of AOIs whose number was not free."""
    names: dict[str, str] = field(default_factory=dict)
    """Name in the file → name, of AOIs that were renamed."""
    replaced: tuple[str, ...] = ()
    """AOIs whose masks and prompts have been replaced."""
    left_out: dict[str, int] = field(default_factory=dict)
    """What was not taken over, in words, and how often."""
    lost: tuple[str, ...] = ()
    """What the file says and Dwell cannot keep, a sentence each."""
    n_unanswered: int = 0
    """Frames of the file on which it does not say of every AOI whether it is there; as masks only."""
    is_filler_known: bool = True
    """Somebody has looked which frames are grey filler, so that labels on them could be left out."""

    @property
    def notes(self) -> list[str]:
        """What a user should know of it, sentence by sentence."""
        ids = [f"{old} is {new} here" for old, new in self.ids.items()]
        return [
            *([f"Ids that were not free: {', '.join(ids)}."] if ids else []),
            *(f"{old!r} was taken; it is {new!r} here." for old, new in self.names.items()),
            *(f"{name!r} has the masks of the file instead of its own." for name in self.replaced),
            *(f"Left out: {n} {what}." for what, n in self.left_out.items()),
            *([_UNANSWERED.format(n=self.n_unanswered)] if self.n_unanswered else []),
            *([] if self.is_filler_known else [_FILLER_UNKNOWN]),
            *self.lost,
        ]


def import_labels(
    target: Project | TrackingSession,
    path: str | Path,
    format: str | None = None,
    *,
    how: How = "masks",
    video: str | None = None,
    existing: Existing = "refuse",
    progress: ProgressFn | None = None,
) -> ImportReport:
    """Take labels from a file into a project, all or none, in one step that undo takes back.

    Ids, names, colours, categories and parts are kept. An id that is not free becomes another one.

    Args:
        target: the project, or the session that works on it, which prompts need.
        path: file or folder of a format; see ``LabelFormat.read``.
        format: its name in ``registry.FORMATS``; None: the first that it looks like.
        how: ``masks``: the masks are taken as they are, with ``Origin.IMPORTED``; tracking never changes them
            and starts from them. ``prompts``: what a person has put there (masks, boxes, *absent*) becomes a
            prompt on its frame, to be tracked from.
        video: which one, if the file has several and none is named like the recording.
        existing: what to do with an AOI of a name that the project has. ``refuse``: nothing is imported.
            ``new``: it gets a number (``cup 2``). ``replace``: all masks and prompts of the project's AOI
            make way for those of the file, approved ones too; its object_id stays.
        progress: called with (done, total) labels; it may raise ``Cancelled``, and then nothing is changed.

    Raises:
        BadLabels: the file is damaged, for another video or size, or has boxes where masks are wanted.
        OutputError: the format is unknown or only written.
        PromptError: an AOI of a name is there already, or a prompt cannot be used.
        ValueError: no such ``how`` or ``existing``, or prompts without a session.
    """
    _check(how, existing, target)
    file, project = Path(path), project_of(target)
    session = None if isinstance(target, Project) else target
    reader = opened_format(file, format)
    names = project.get_setting("frame names") or [default_name(i) for i in range(project.source.n_frames)]
    found = reader.read(file, Known(project.source.size_hw, names))
    one = video_for(found, project.source, video, file)
    _check_size(one, project, file)
    filler = project.filler() if session is None else session.filler
    job = _Job(file, one, project, frames_of(one, names, file), filler, existing, progress)
    label = f"import {file.name}"
    with project.action(label) if session is None else session.changing(label):
        job.add_aois()
        if how == "prompts" and session is not None:
            job.prompt(session)
        else:
            project.write_masks(job.records())
        return job.report(reader.name)


def _check(how: How, existing: Existing, target: Project | TrackingSession) -> None:
    for name, value, known in (("how", how, get_args(How)), ("existing", existing, get_args(Existing))):
        if value not in known:
            raise ValueError(f"{name}={value!r}: expected one of {', '.join(known)}.")
    if how == "prompts" and isinstance(target, Project):
        raise ValueError('how="prompts" needs a session, which segments; got a project alone.')


def _only_boxes(path: Path, frame_idx: int) -> BadLabels:
    return BadLabels(
        f"{path.name}: frame {frame_idx} has a box without a mask, which says nothing of the outline. Import "
        'them as prompts (how="prompts"); then each box is segmented and can be tracked.',
        path=path,
        frame_idx=frame_idx,
    )


def _check_size(found: FoundVideo, project: Project, path: Path) -> None:
    if tuple(found.size_hw) != project.source.size_hw:
        height, width = found.size_hw
        own_height, own_width = project.source.size_hw
        raise BadLabels(
            f"The labels in {path.name} are for {width}×{height} px, the video has {own_width}×{own_height}. "
            "Nothing is scaled, as edges would move; make the labels at the video's size.",
            path=path,
        )


class _Job:
    """One import: AOIs are made first, then labels are taken one by one as they are read."""

    def __init__(
        self,
        path: Path,
        found: FoundVideo,
        project: Project,
        frames: IntArray,
        filler: BoolArray | None,
        existing: Existing,
        progress: ProgressFn | None,
    ) -> None:
        self._path = path
        self._found = found
        self._project = project
        self._frames = frames
        self._filler = filler
        self._existing = existing
        self._progress = progress
        self._ids: dict[int, int] = {}
        self._names: dict[str, str] = {}
        self._replaced: list[str] = []
        self._left_out: Counter[str] = Counter()
        self._touched: set[int] = set()
        self._answers: Counter[int] = Counter()
        self._n_masks = self._n_prompts = 0

    # ---------------------------------------------------------------- AOIs

    def add_aois(self) -> None:
        """Make the AOIs of the file, or free those whose place they take."""
        things = sorted(self._found.things, key=lambda thing: thing.key)
        if not things:
            raise BadLabels(f"{self._path.name} has no label for this video; nothing was imported.")
        known = {aoi.name: aoi for aoi in self._project.aois()}
        names = _unique_names(things)
        taken = [name for name in names if name in known]
        if taken and self._existing == "refuse":
            raise PromptError(
                f"The project has AOIs of the same name: {', '.join(map(repr, taken[:5]))}. Rename or remove "
                'them, keep both (existing="new"), or give up theirs (existing="replace").'
            )
        # Ids that are free as they are go first, so that no other AOI gets them.
        order = sorted(
            zip(things, names, strict=True), key=lambda pair: not self._project.is_free_id(pair[0].key)
        )
        for thing, name in order:
            if name in known and self._existing == "replace":
                self._take_place(known[name], thing)
            else:
                self._add(thing, name, {*known, *names})
        self._relate(things)

    def _add(self, thing: FoundThing, name: str, taken: set[str]) -> None:
        if any(aoi.name == name for aoi in self._project.aois()):
            name = _numbered(name, taken | {aoi.name for aoi in self._project.aois()})
        free = self._project.is_free_id(thing.key)
        aoi = self._project.add_aoi(name, thing.colour, thing.category, object_id=thing.key if free else None)
        self._ids[thing.key] = aoi.object_id
        if clean_name(thing.name) != name:
            self._names[thing.name] = name

    def _take_place(self, aoi: AOI, thing: FoundThing) -> None:
        self._project.edit_aoi(aoi.object_id, colour=thing.colour, category=thing.category)
        for each in self._project.prompts(aoi.object_id):
            self._project.remove_prompt(each.id)
        self._project.delete_masks(aoi.object_id, 0, self._project.source.n_frames)
        self._ids[thing.key] = aoi.object_id
        self._replaced.append(aoi.name)

    def _relate(self, things: Sequence[FoundThing]) -> None:
        for thing in things:
            if thing.part_of is None:
                continue
            if thing.part_of not in self._ids:
                raise BadLabels(
                    f"{self._path.name}: {thing.name!r} is part of {thing.part_of}, which is not in it.",
                    path=self._path,
                )
            self._project.edit_aoi(self._ids[thing.key], part_of=self._ids[thing.part_of])

    # ---------------------------------------------------------------- labels

    def records(self) -> Iterator[MaskRecord]:
        """The masks, as they are read."""
        for label, frame_idx in self._labels():
            mask = label.mask if label.state is State.VISIBLE else None
            if label.state is State.VISIBLE and mask is None:
                raise _only_boxes(self._path, frame_idx)
            self._n_masks += 1
            self._touched.add(frame_idx)
            self._answers[frame_idx] += label.state is not State.LOST
            yield MaskRecord(
                self._ids[label.key],
                frame_idx,
                Mask.empty(self._project.source.size_hw) if mask is None else mask,
                label.state,
                float("nan") if label.score is None else label.score,
                Origin.IMPORTED,
                None if label.keyframe else Direction.BOTH,
            )

    def prompt(self, session: TrackingSession) -> None:
        """Prompt what a person has put there."""
        for label, frame_idx in self._labels():
            if not label.keyframe:
                self._left_out["labels between keyframes, which tracking makes anew"] += 1
                continue
            prompt = self._prompt_of(label)
            if prompt is None:
                self._left_out["labels that say lost, from which nothing can be tracked"] += 1
                continue
            try:
                session.prompt(self._ids[label.key], prompt, frame_idx=frame_idx, fresh=True)
            except PromptError:
                if not isinstance(prompt, Box):
                    raise
                self._left_out["boxes outside the picture, or in which nothing was found"] += 1
                continue
            self._n_prompts += 1
            self._touched.add(frame_idx)

    def _prompt_of(self, label: FoundLabel) -> Prompt | None:
        if label.state is not State.VISIBLE:
            return Absent() if label.state is State.ABSENT else None
        if label.mask is not None:
            return MaskPrompt(label.mask)
        height, width = self._project.source.size_hw
        x0, y0, x1, y1 = label.box_xyxy or (0.0, 0.0, 0.0, 0.0)
        return Box(max(x0, 0.0), max(y0, 0.0), min(x1, float(width)), min(y1, float(height)))

    def _labels(self) -> Iterator[tuple[FoundLabel, int]]:
        """Those that can be taken, with their frame_idx."""
        for done, label in enumerate(self._found.labels(), start=1):
            frame_idx = int(self._frames[label.frame])
            if self._filler is not None and self._filler[frame_idx]:
                self._left_out["labels on grey filler frames, which show nothing"] += 1
            elif label.state is State.VISIBLE and label.mask is not None and not label.mask:
                self._left_out["labels without a pixel"] += 1
            else:
                yield label, frame_idx
            if self._progress is not None:
                self._progress(done, self._found.n_labels)

    def report(self, format: str) -> ImportReport:
        """What was done."""
        changed = {key: new for key, new in self._ids.items() if key != new}
        return ImportReport(
            self._path,
            format,
            self._found.name,
            tuple(self._project.aoi(self._ids[key]) for key in sorted(self._ids)),
            len(self._touched),
            self._n_masks,
            self._n_prompts,
            changed,
            self._names,
            tuple(self._replaced),
            dict(self._left_out),
            self._found.lost,
            self._n_unanswered() if self._n_masks else 0,
            self._filler is not None,
        )

    def _n_unanswered(self) -> int:
        real = self._frames if self._filler is None else self._frames[~self._filler[self._frames]]
        return sum(self._answers[frame_idx] < len(self._ids) for frame_idx in real.tolist())


def _unique_names(things: Sequence[FoundThing]) -> list[str]:
    """Names of which no two are alike: ``cup``, ``cup 2``."""
    names: list[str] = []
    given = {clean_name(each.name) for each in things}
    for each in things:
        name = clean_name(each.name) or f"thing {each.key}"
        names.append(name if name not in names else _numbered(name, given | set(names)))
    return names


def _numbered(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"
