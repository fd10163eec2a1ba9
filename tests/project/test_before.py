"""How masks were before a step, beside a slow model that keeps a copy of everything."""

import random
from contextlib import contextmanager, suppress

import numpy as np
import pytest

from dwell.errors import ProjectError, PromptError
from dwell.masks import Mask
from dwell.project import Project, history
from dwell.prompts import Absent, MaskPrompt
from dwell.tracking import TrackingSession, record
from project.drawing import N_FRAMES, SIZE_HW, by_model, by_user
from project.test_undo import _anything
from tracking import telltale

FRAMES = range(56)


def row(record):
    return (record.mask, record.state, str(np.float64(record.score)), record.origin, record.direction,
            record.approved, record.check, record.signals)  # fmt: skip


def masks_now(project, frames=FRAMES):
    return {i: {key: row(each) for key, each in project.records_at(i).items()} for i in frames}


def masks_before(project, step_id, frames=FRAMES):
    return {i: {key: row(each) for key, each in project.records_before(step_id, i).items()} for i in frames}


def step_ids(project):
    return [step.id for step in project.history()]


class Copies:
    """All masks as they were before each step, for every step there ever was."""

    def __init__(self, project, frames=FRAMES):
        self.project, self.frames = project, frames
        self.before = {}

    @contextmanager
    def around(self):
        """Keep a copy of how things are now, if a step begins inside."""
        copy = masks_now(self.project, self.frames)
        try:
            yield
        finally:
            for step_id in step_ids(self.project):
                self.before.setdefault(step_id, copy)

    def check(self):
        now = masks_now(self.project, self.frames)
        for step in self.project.history():
            expected = now if step.undone else self.before[step.id]
            assert masks_before(self.project, step.id, self.frames) == expected, step


def test_a_correction_shows_what_was_there_before_it(project):
    project.add_aoi("cup")
    project.write_masks(by_model(1, f, side=5) for f in (0, 1))
    with project.action("correct"):
        project.write_masks([by_user(1, 1, side=8), by_user(1, 2, side=9)])
    step = project.next_undo()
    assert project.record_before(step.id, 1, 0).mask.area == 25, "as it still is"
    assert project.record_before(step.id, 1, 1).mask.area == 25
    assert project.record_before(step.id, 1, 2) is None
    project.set_approved(1, 0, 2)
    project.remove_aoi(1)
    assert {i: r.mask.area for i, r in project.records_before(step.id, 1).items()} == {1: 25}
    assert project.record_before(project.next_undo().id, 1, 1).approved
    project.undo()
    project.undo()
    project.undo()
    assert project.record_before(step.id, 1, 1).mask.area == 25, "the same as now, since it is undone"


def test_what_was_before_a_forgotten_step_is_not_known(project, monkeypatch):
    monkeypatch.setattr(history, "MAX_STEPS", 1)
    project.add_aoi("cup")
    project.write_masks([by_model(1, 0)])
    first = project.next_undo().id
    project.write_masks([by_model(1, 0)])
    with pytest.raises(ProjectError, match=f"before step {first} is not known"):
        project.record_before(first, 1, 0)


def test_the_next_steps_are_those_that_undo_and_redo_name(project):
    assert (project.next_undo(), project.next_redo()) == (None, None)
    project.add_aoi("cup")
    project.add_aoi("pot")
    assert project.next_undo().label == "add pot"
    assert project.next_redo() is None
    project.undo()
    assert (project.next_undo().label, project.next_redo().label) == ("add cup", "add pot")
    project.undo()
    assert (project.next_undo(), project.next_redo().label) == (None, "add cup")


def test_undo_through_takes_back_all_down_to_a_step_or_nothing(project, monkeypatch):
    for name in ("cup", "pot", "pan", "lid"):
        project.add_aoi(name)
    step = project.history()[1]
    swap, calls = history._swap, []

    def failing(*arguments, **options):
        calls.append(arguments)
        if len(calls) == 4:
            raise MemoryError
        swap(*arguments, **options)

    monkeypatch.setattr(history, "_swap", failing)
    with pytest.raises(MemoryError):
        project.undo_through(step.id)
    assert [aoi.name for aoi in project.aois()] == ["cup", "pot", "pan", "lid"]
    assert project.next_redo() is None
    monkeypatch.setattr(history, "_swap", swap)
    assert project.undo_through(step.id) == ["add lid", "add pan", "add pot"]
    assert [aoi.name for aoi in project.aois()] == ["cup"]
    assert [project.redo(), project.redo()] == ["add pot", "add pan"]
    with pytest.raises(ProjectError, match="Step 99 cannot be undone"):
        project.undo_through(99)
    last = project.next_redo().id
    with pytest.raises(ProjectError, match="undone already"):
        project.undo_through(last)


@pytest.mark.parametrize("seed", range(8))
def test_before_any_step_at_random(seed):
    rng = random.Random(seed)
    with Project.in_memory(size_hw=SIZE_HW, n_frames=N_FRAMES) as project:
        copies = Copies(project)

        def several(n):
            for _ in range(n):
                with suppress(PromptError), copies.around():
                    _anything(project, rng)

        for _ in range(12):
            kind = rng.choice(["alone", "together", "long", "back", "back", "forth"])
            if kind == "alone":
                several(1)
            elif kind == "back":
                steps = [step.id for step in project.history() if not step.undone]
                if steps and rng.random() < 0.5:
                    project.undo_through(rng.choice(steps[-4:]))
                else:
                    project.undo()
            elif kind == "forth":
                project.redo()
            else:
                with copies.around(), project.action(kind, long=kind == "long"):
                    several(rng.randrange(1, 6))
            copies.check()


@pytest.mark.parametrize("seed", range(6))
def test_before_any_step_of_a_session_that_tracks(seed, monkeypatch):
    monkeypatch.setattr(record, "COMMIT_EVERY_S", -1)  # else a prompt in the middle saves what came before
    rng = random.Random(seed)
    frames = range(14)
    film = telltale.NumberedFilm(len(frames), filler=(0, 6))
    project = Project.in_memory(size_hw=telltale.SIZE_HW, n_frames=len(frames))
    session = TrackingSession(project, film, telltale.Telltale())
    copies = Copies(project, frames)

    def act():
        name, frame_idx = rng.choice(["cup", "pot"]), rng.choice([i for i in frames if not film.filler[i]])
        box = MaskPrompt(Mask.from_box((1, 1, 3 + frame_idx % 4, 5), telltale.SIZE_HW))
        rng.choice(
            [
                lambda: session.prompt(name, box, frame_idx=frame_idx),
                lambda: session.prompt(name, box, frame_idx=frame_idx),
                lambda: session.prompt(name, Absent(), frame_idx=frame_idx),
                lambda: session.approve(frame_idx, frame_idx + 4),
                lambda: session.unlock(frame_idx, frame_idx + 4),
                lambda: session.clear(rng.choice(project.aois()).object_id, frame_idx),
                session.undo,
                session.redo,
            ]
        )()

    for _ in range(12):
        with suppress(PromptError, IndexError), copies.around():
            act()
        with suppress(PromptError):
            _some_updates(session, copies, rng, act)
        copies.check()


def _some_updates(session, copies, rng, act):
    """Track for a while; in the middle, do something else."""
    run = session.track(stride=rng.choice([1, 1, 3]))
    for n in range(rng.randrange(12)):
        with copies.around():
            done = next(run, None) is None
        if done:
            break
        if n == 3:
            with suppress(PromptError, IndexError), copies.around():
                act()
    with copies.around():
        run.close()
