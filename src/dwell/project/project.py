"""The saved project: a folder ``NAME.dwell`` with one SQLite file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dwell.errors import PromptError
from dwell.masks import Masklet, MaskRecord
from dwell.project.about import About
from dwell.project.aois import AoiTable
from dwell.project.before import BeforeTable
from dwell.project.deriving import Deriving
from dwell.project.editing import Editing
from dwell.project.history import History
from dwell.project.lanes import LaneTable
from dwell.project.marks_table import MarkTable
from dwell.project.masks_table import Coverage, MaskTable
from dwell.project.merging import Merging
from dwell.project.notes import Notes
from dwell.project.prompts_table import PromptTable, StoredPrompt
from dwell.project.running import Running
from dwell.project.runs_table import RunTable
from dwell.project.source import Source
from dwell.project.store import Store
from dwell.project.swapping import Swapping
from dwell.project.undoing import Undoing
from dwell.prompts import Prompt, check_prompt
from dwell.types import AOI

__all__ = ["Project"]


class Project(About, Editing, Running, Undoing):
    """AOIs, prompts and masks of one recording, with undo, on disk.

    What a method has done when it returns is on disk: killing the process, or the power, loses nothing of it.
    (In an ``action``: once the action ends; in a long one: once ``commit`` returns.) One ``Project`` may
    write at a time, others may read meanwhile. It may be used from several threads; they take turns.

    Use ``create``, ``open`` or ``in_memory``; close it, or use it in a ``with`` statement. Methods raise:

    * ``ProjectError``: it is closed, or was opened read-only and cannot be changed;
    * ``StorageFull``: the disk is full or unwritable; the change was not made, all before it is kept;
    * ``NotAProject``: the file is damaged.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._history = History(store)
        self._notes = Notes(store)
        self._source = self._notes.source()
        self._aois = AoiTable(store)
        self._prompts = PromptTable(store)
        self._masks = MaskTable(store, self._source.size_hw, self._source.n_frames)
        self._runs = RunTable(store)
        self._marks = MarkTable(store)
        self._before = BeforeTable(store, self._masks)
        self._lanes = LaneTable(store, self._source.n_frames)
        self._deriving = Deriving(store, self._prompts, self._masks)
        self._swapping = Swapping(store, self._masks, self._marks, self._runs, self._history.note_at_once)
        self._merging = Merging(
            store,
            self._aois,
            self._prompts,
            self._masks,
            self._marks,
            self._runs,
            self._history.note_at_once,
        )
        if store.write and self._store.value("SELECT 1 FROM run WHERE status = 'running'"):
            with self._history.action("open"):
                self._runs.mark_interrupted()

    # ---------------------------------------------------------------- making, opening, closing

    @classmethod
    def create(cls, path: str | Path, source: Source) -> Self:
        """A new, empty project, open for writing.

        Args:
            path: the folder to make; its name ends in ``.dwell``.
            source: the recording.

        Raises:
            ProjectError: the path exists already.
            StorageFull: the folder cannot be made.
        """
        return cls(Store.create(Path(path), source.to_json()))

    @classmethod
    def open(cls, path: str | Path, *, write: bool = True) -> Self:
        """An existing project.

        Args:
            path: the folder.
            write: False to look only, which also works while someone else writes. A project of an older Dwell
                stays as it is then; otherwise it is brought up to date, without its history, beside a copy.

        Raises:
            NotAProject: nothing there, not a project, or damaged.
            NewerProject: written by a newer Dwell.
            ProjectBusy: someone else has it open for writing.
            StorageFull: the folder cannot be written.
        """
        store = Store.open(Path(path), write=write)
        try:
            return cls(store)
        except BaseException:
            store.close()
            raise

    @classmethod
    def in_memory(cls, *, size_hw: tuple[int, int], n_frames: int) -> Self:
        """A project that is never saved, for scripts and tests; size in px."""
        source = Source("", "memory", "memory", "memory", size_hw, n_frames)
        return cls(Store.in_memory(source.to_json()))

    def close(self) -> None:
        """Save what a long action has pending, and let others write. Closing twice is fine."""
        if self._store.is_open:
            try:
                self._history.commit()
            finally:
                self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Project {self.path or 'in memory'}>"

    @property
    def read_only(self) -> bool:
        """True if it was opened with ``write=False``."""
        return not self._store.write

    # ---------------------------------------------------------------- AOIs

    def aois(self) -> list[AOI]:
        """Every AOI, in the order they were made."""
        return self._aois.all()

    def aoi(self, name_or_id: str | int) -> AOI:
        """The AOI with this name or object_id.

        Raises:
            UnknownAoi: there is none; the message lists those there are.
        """
        return self._aois.one(name_or_id)

    def add_aoi(
        self,
        name: str,
        colour: str | None = None,
        category: str | None = None,
        part_of: int | None = None,
        *,
        object_id: int | None = None,
    ) -> AOI:
        """A new AOI; its object_id was never used before, and never will be again.

        Args:
            name: unique in the project; blanks around it are dropped.
            colour: ``#rrggbb``; default the least used one of a colour-blind-safe palette.
            category: optional class, for label exports.
            part_of: object_id of the AOI that it is a part of.
            object_id: the one it is to have, which must be free; see ``is_free_id``.

        Raises:
            PromptError: the name is empty or taken, the colour unreadable, there is no AOI ``part_of``, or
                the object_id is not free.
        """
        with self._history.action(f"add {name}"):
            return self._aois.add(name, colour, category, part_of, object_id)

    def is_free_id(self, object_id: int) -> bool:
        """No AOI has this object_id, nor any that undo can bring back; it is above 0 and below 2³¹."""
        return self._aois.is_free(object_id)

    def edit_aoi(
        self,
        object_id: int,
        *,
        name: str | None = None,
        colour: str | None = None,
        category: str | None = None,
        part_of: int | None = None,
    ) -> AOI:
        """The AOI with a new name, colour, category, or another one that it is part of.

        None leaves one as it is; ``category=""`` and ``part_of=0`` remove it.

        Raises:
            UnknownAoi: no AOI has this object_id.
            PromptError: the name is empty or taken, the colour unreadable, or ``part_of`` is no AOI, this one
                or a part of it.
        """
        given = {"name": name, "colour": colour, "category": category, "part_of": part_of}
        changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        with self._history.action(f"edit {self.aoi(object_id).name}"):
            return self._aois.edit(replace(self.aoi(object_id), **changes))

    def remove_aoi(self, object_id: int) -> None:
        """Remove an AOI with its prompts and masks, and from the marks of fixations.

        Its parts stay, as parts of what it was part of.

        Raises:
            UnknownAoi: no AOI has this object_id.
        """
        with self._history.action(f"remove {self.aoi(object_id).name}"):
            self._marks.drop_aoi(object_id)
            self._aois.remove(object_id)

    def merge_aois(self, keep: int, others: Collection[int]) -> AOI:
        """One AOI where there were several for one thing: ``keep``, with all that the others had.

        Prompts, masks, parts and marks of fixations become those of ``keep``, and the others are gone. Where
        several have a mask on a frame, one that is approved comes before one that a person made, then one
        from a file, then one that was proposed, then a model's; of equals, one that is visible comes before
        *absent* and *lost*, then one that is up to date. Visible equals that overlap or touch are joined; of
        others the one with the higher score stays, or else that of ``keep``. An approved mask is joined with
        nothing, and where several are approved that of ``keep`` stays. Prompts on such a frame stay if their
        mask does.

        ``keep`` stays a part of what it was part of, unless that is one of the others or part of one. Saved
        memories of all of them are deleted, for good: undo brings back everything else.

        Args:
            keep: object_id of the AOI that stays, with its name, colour and category.
            others: object_ids of at least one more.

        Raises:
            UnknownAoi: no AOI has one of these numbers.
            PromptError: there is no other, or ``keep`` is among them.
        """
        kept, gone = self.aoi(keep), [self.aoi(each) for each in sorted(set(others))]
        if not gone or kept in gone:
            raise PromptError(
                f"Nothing can be merged into {kept.name!r} but other AOIs; name at least one, and not itself."
            )
        with self._history.action(f"merge {', '.join(each.name for each in gone)} into {kept.name}"):
            self._merging.merge(kept, gone)
            return self.aoi(keep)

    # ---------------------------------------------------------------- prompts

    def add_prompt(self, object_id: int, frame_idx: int, prompt: Prompt) -> int:
        """Keep a prompt; its id.

        Raises:
            UnknownAoi: no AOI has this object_id.
            FrameOutOfRange: the scene video has no such frame.
            PromptError: the prompt cannot mean anything on a frame of this size.
        """
        self._masks.check_frame(frame_idx)
        check_prompt(prompt, self._source.size_hw, frame_idx)
        name = self.aoi(object_id).name
        with self._history.action(f"prompt {name} at frame {frame_idx}"):
            return self._prompts.add(int(object_id), int(frame_idx), prompt)

    def prompts(self, object_id: int | None = None, frame_idx: int | None = None) -> list[StoredPrompt]:
        """Prompts of one AOI, of one frame, of both or all, oldest first."""
        return self._prompts.find(object_id, frame_idx)

    def prompt_frames(self, object_id: int) -> list[int]:
        """Frames on which an AOI has prompts, ascending."""
        return self._prompts.frames(object_id)

    def remove_prompt(self, prompt_id: int) -> None:
        """Remove a prompt.

        Raises:
            PromptError: there is none with this id.
        """
        with self._history.action("remove prompt"):
            self._prompts.remove(prompt_id)

    # ---------------------------------------------------------------- masks

    def write_masks(self, records: Iterable[MaskRecord], run_id: int | None = None) -> int:
        """Keep masks, replacing those of the same AOI and frame; how many were kept.

        A model's mask never replaces one that is approved, proposed, imported (but for *lost*), or made by a
        person; a proposed one never what is approved, imported or made by a person; an imported one never
        what is approved or made by a person. Those are not counted.

        Args:
            records: of any AOIs and frames.
            run_id: the tracking run that made them.

        Raises:
            UnknownAoi: a record's AOI does not exist.
            FrameOutOfRange: the scene video has no such frame.
            ValueError: a mask has another size than the scene video.
        """
        known = {aoi.object_id for aoi in self._aois.all()}

        def of_known_aois() -> Iterator[MaskRecord]:
            for record in records:
                if record.object_id not in known:
                    self.aoi(record.object_id)  # raises UnknownAoi
                yield record

        with self._history.change("write masks"):
            return self._masks.write(of_known_aois(), run_id)

    def delete_masks(self, object_id: int, start: int, stop: int) -> int:
        """Delete an AOI's masks on frames [start, stop), approved ones too; how many there were."""
        with self._history.change("delete masks"):
            return self._masks.delete(object_id, start, stop)

    def mark_stale(self, object_id: int, start: int, stop: int) -> int:
        """Mark an AOI's masks on frames [start, stop) as out of date after a correction; how many newly so.

        Masks that are approved, proposed, imported, or made by a person stay up to date.
        """
        with self._history.change("mark out of date"):
            return self._masks.mark_stale(object_id, start, stop, self._history.note_at_once)

    def set_approved(self, object_id: int, start: int, stop: int, approved: bool = True) -> int:
        """Approve an AOI's masks on frames [start, stop), or take approval back; how many have changed.

        Masks that are out of date are left as they are, and *lost* is no answer to approve.
        """
        with self._history.action("approve" if approved else "unlock"):
            return self._masks.set_approved(object_id, start, stop, approved)

    def record(self, object_id: int, frame_idx: int, *, stale: bool = True) -> MaskRecord | None:
        """The mask of an AOI on a frame; None if there is none (``stale=False``: none that is up to date)."""
        return self._masks.one(object_id, frame_idx, stale)

    def records_at(self, frame_idx: int, *, stale: bool = True) -> dict[int, MaskRecord]:
        """The masks on a frame by object_id (``stale=False``: those that are up to date)."""
        return self._masks.at(frame_idx, stale)

    def masklet(self, object_id: int, include_stale: bool = True) -> Masklet:
        """All masks of an AOI, as they are now. Run lengths are read from disk when they are asked for.

        Raises:
            UnknownAoi: no AOI has this object_id.
            ProjectError: later, by the masklet, if a mask it needs has been replaced meanwhile.
        """
        return self._masks.masklet(self.aoi(object_id), include_stale)

    def masklets(self, include_stale: bool = True, before: Iterable[Masklet] = ()) -> list[Masklet]:
        """The masklet of every AOI, in the order of ``aois``.

        Args:
            include_stale: with masks that are out of date.
            before: what this gave earlier, from this project and with the same choice; only what has changed
                since is read, and a masklet that has not changed is given back as the same object.
        """
        earlier = {masklet.aoi.object_id: masklet for masklet in before}
        return [self._masks.masklet(aoi, include_stale, earlier.get(aoi.object_id)) for aoi in self.aois()]

    def coverage(self, object_id: int) -> Coverage:
        """Which frames of an AOI are known, and how; for planning what to track."""
        return self._masks.coverage(object_id)

    def anchors_beside(self, object_id: int, frame_idx: int) -> tuple[int | None, int | None]:
        """The nearest frames before and after this one with a mask that is approved or given.

        Given is what tracking can start from: made by a person, proposed, or imported.
        """
        left, right = (self._masks.nearest_anchor(object_id, frame_idx, step) for step in (-1, 1))
        return left, right

    def lane(self, object_id: int) -> bytes:
        """Two bytes per frame of the scene video, for a timeline; see ``LaneBits``."""
        return self._lanes.lane(object_id)

    def n_known(self, object_id: int) -> int:
        """On how many frames it is known, and up to date, that the AOI is visible or absent."""
        return self._lanes.n_known(object_id)

    # ---------------------------------------------------------------- fixations

    def set_fixation_mark(self, start_ns: int, object_ids: Collection[int] | None) -> None:
        """Say which AOIs a fixation is on, whatever the mapping would say.

        Args:
            start_ns: when the fixation starts, ns UTC, as in the recording.
            object_ids: the AOIs; empty = on none of them; None = as the mapping says.

        Raises:
            UnknownAoi: no AOI has one of these numbers.
        """
        names = [self.aoi(int(each)).name for each in sorted(set(object_ids or ()))]
        where = "as mapped" if object_ids is None else f"on {', '.join(names) or 'no AOI'}"
        with self._history.action(f"fixation {where}"):
            self._marks.set(start_ns, object_ids)

    def fixation_marks(self) -> dict[int, tuple[int, ...]]:
        """The fixations that a person has put on AOIs: start in ns UTC → object_ids, ascending."""
        return self._marks.all()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What is read inside the ``with`` block is all of one moment, whatever others write meanwhile.

        They are not kept from writing. Only for a project opened with ``write=False``, and not where it lies
        on a network file system: there, and for a writer, the block sees what is newest.
        """
        with self._store.reading():
            yield
