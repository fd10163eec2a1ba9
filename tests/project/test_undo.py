"""Undo and redo: one step per action, on disk, in a straight line."""

import random
import shutil
import threading
import time
from contextlib import suppress

import pytest

from dwell.errors import ProjectError, PromptError
from dwell.masks import Mask, MaskRecord
from dwell.project import Project, history
from dwell.prompts import Point
from dwell.types import Origin, State
from project.drawing import N_FRAMES, SIZE_HW, a_source, areas, by_model, by_user, everything, raw


def labels(project, *, undone=False):
    return [step.label for step in project.history() if step.undone == undone]


def test_an_action_is_one_step(project):
    with project.action("prompt cup at frame 3"):
        project.add_aoi("cup")
        project.add_prompt(1, 3, Point(5, 5))
        project.write_masks([by_user(1, 3)])
    after = everything(project)
    assert labels(project) == ["prompt cup at frame 3"]
    assert project.undo() == "prompt cup at frame 3"
    assert everything(project) == {"aois": [], "prompts": [], "masks": {}, "marks": {}}
    assert project.redo() == "prompt cup at frame 3"
    assert everything(project) == after
    assert project.redo() is None


def test_a_call_outside_an_action_is_a_step_with_a_name(project):
    project.add_aoi("cup")
    project.edit_aoi(1, name="mug")
    project.add_prompt(1, 3, Point(5, 5))
    project.write_masks([by_model(1, 3)])
    project.set_approved(1, 0, 9)
    project.remove_aoi(1)
    assert labels(project) == [
        "add cup",
        "edit cup",
        "prompt mug at frame 3",
        "write masks",
        "approve",
        "remove mug",
    ]


def test_undo_survives_closing(project, path):
    with project.action("first"):
        project.add_aoi("cup")
    with project.action("second"):
        project.write_masks(by_model(1, f) for f in range(50))
    project.remove_aoi(1)
    project.undo()
    project.close()
    with Project.open(path) as again:
        assert labels(again) == ["first", "second"]
        assert again.redo() == "remove cup"
        assert again.aois() == []
        assert again.undo() == "remove cup"
        assert len(areas(again, 1)) == 50
        assert [again.undo(), again.undo(), again.undo()] == ["second", "first", None]


def test_a_new_action_ends_redo(project):
    project.add_aoi("cup")
    project.add_aoi("pot")
    project.undo()
    assert labels(project, undone=True) == ["add pot"]
    project.add_aoi("pan")
    assert project.redo() is None
    assert labels(project) == ["add cup", "add pan"]
    assert [aoi.name for aoi in project.aois()] == ["cup", "pan"]


def test_what_changes_nothing_is_no_step_and_keeps_redo(project):
    project.add_aoi("cup")
    project.add_aoi("pot")
    project.undo()
    with project.action("nothing"):
        project.mark_stale(1, 0, 100)
    project.set_setting("zoom", 2)
    project.end_run(project.begin_run("embedded", {}, "1"), "done")
    assert labels(project) == ["add cup"]
    assert project.redo() == "add pot"


def test_an_error_takes_the_whole_action_back(project):
    project.add_aoi("cup")
    before = everything(project)

    def stumble():
        with project.action("two things"):
            project.write_masks([by_model(1, 0)])
            project.add_aoi("cup")

    with pytest.raises(PromptError, match="already"):
        stumble()
    assert everything(project) == before
    assert labels(project) == ["add cup"]
    project.add_aoi("pot")  # and the project goes on


def test_actions_inside_join_the_outer_one_and_fail_alone(project):
    def stumble():
        with project.action("inner"):
            project.add_aoi("pot")
            project.write_masks([by_model(1, 0), _of_another_size()])

    with project.action("outer"):
        project.add_aoi("cup")
        with pytest.raises(ValueError, match="scene video"):
            stumble()
        with project.action("inner"):
            project.add_aoi("pan")
    assert labels(project) == ["outer"]
    assert [aoi.name for aoi in project.aois()] == ["cup", "pan"]
    assert areas(project, 1) == {}


def _of_another_size():
    return MaskRecord(1, 0, Mask.full((4, 4)), State.VISIBLE, 1.0, Origin.USER, None)


def test_undo_inside_an_action_is_a_mistake(project):
    with project.action("x"), pytest.raises(ValueError, match="inside an action"):
        project.undo()


def test_names_can_be_swapped_and_swapped_back(project):
    project.add_aoi("left")
    project.add_aoi("right")
    with project.action("swap"):
        project.edit_aoi(1, name="-")
        project.edit_aoi(2, name="left")
        project.edit_aoi(1, name="right")
    for act, names in ((project.undo, ["left", "right"]), (project.redo, ["right", "left"])):
        act()
        assert [aoi.name for aoi in project.aois()] == names


def test_steps_say_when(project):
    project.add_aoi("cup")
    (step,) = project.history()
    assert step.id == 1
    assert abs(step.time_ns - time.time_ns()) < 60e9


# -------------------------------------------------------------------- long actions


def test_a_long_action_is_on_disk_piece_by_piece_and_one_step(project, path):
    project.add_aoi("cup")
    with Project.open(path, write=False) as reader, project.action("track cup", long=True):
        for start in (0, 30, 60):
            project.write_masks(by_model(1, f) for f in range(start, start + 30))
            assert len(reader.coverage(1).frame_idx) == start, "not yet"
            project.commit()
            assert len(reader.coverage(1).frame_idx) == start + 30
    assert labels(project) == ["add cup", "track cup"]
    assert project.undo() == "track cup"
    assert areas(project, 1) == {}
    assert project.redo() == "track cup"
    assert len(areas(project, 1)) == 90


def test_a_long_action_that_fails_keeps_what_it_did(project):
    project.add_aoi("cup")

    def track():
        with project.action("track cup", long=True):
            project.write_masks([by_model(1, 0)])
            project.commit()
            project.write_masks([by_model(1, 1)])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        track()
    assert list(areas(project, 1)) == [0, 1]
    assert project.undo() == "track cup"
    assert areas(project, 1) == {}


def test_another_action_during_a_long_one_is_its_own_step(project, path):
    """A session that tracks is a generator: whoever reads it may prompt between two frames."""
    project.add_aoi("cup")

    def tracking():
        with project.action("track cup", long=True):
            for frame_idx in range(4):
                project.write_masks([by_model(1, frame_idx)])
                yield frame_idx

    for frame_idx in tracking():
        if frame_idx == 1:
            project.add_aoi("pot")
            with Project.open(path, write=False) as reader:
                assert [aoi.name for aoi in reader.aois()] == ["cup", "pot"]
    assert labels(project) == ["add cup", "track cup", "add pot", "track cup"]
    assert [project.undo(), list(areas(project, 1))] == ["track cup", [0, 1]]
    assert [project.undo(), len(project.aois())] == ["add pot", 1]
    assert [project.undo(), list(areas(project, 1))] == ["track cup", []]
    while project.redo():
        pass
    assert list(areas(project, 1)) == [0, 1, 2, 3]


def test_undo_during_a_long_action_takes_back_what_it_did_so_far(project):
    project.add_aoi("cup")
    with project.action("track cup", long=True):
        project.write_masks([by_model(1, 0)])
        assert project.undo() == "track cup"
        assert areas(project, 1) == {}
        project.write_masks([by_model(1, 1)])
    assert list(areas(project, 1)) == [1]
    assert labels(project) == ["add cup", "track cup"]
    assert labels(project, undone=True) == []


def test_undo_at_the_end_of_a_long_action_can_be_redone(project):
    project.add_aoi("cup")
    with project.action("track cup", long=True):
        project.write_masks([by_model(1, 0)])
        project.undo()
    assert project.redo() == "track cup"
    assert list(areas(project, 1)) == [0]


def test_the_end_of_a_long_action_leaves_redo_alone(project):
    project.add_aoi("cup")
    with project.action("track cup", long=True):
        project.write_masks([by_model(1, 0)])
        project.add_aoi("pot")
        project.undo()
    assert project.redo() == "add pot"


def test_a_long_action_inside_a_short_one_joins_it(project):
    with project.action("all at once"):
        project.add_aoi("cup")
        with project.action("track cup", long=True):
            project.write_masks([by_model(1, 0)])
            project.commit()
    assert labels(project) == ["all at once"]


def test_threads_take_turns(project):
    project.add_aoi("cup")
    failures = []

    def work(k):
        try:
            for i in range(10):
                with project.action(f"{k}"):
                    n = len(project.prompts())
                    project.add_prompt(1, k * 10 + i, Point(1, 1))
                    project.write_masks([by_model(1, k * 10 + i)])
                    assert len(project.prompts()) == n + 1, "nobody came in between"
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    with project.action("track cup", long=True):
        for thread in threads:
            thread.start()
        for frame_idx in range(100, 120):
            project.write_masks([by_model(1, frame_idx)])
        for thread in threads:
            thread.join()
    assert failures == []
    assert len(project.prompts()) == 40
    assert list(areas(project, 1)) == [*range(40), *range(100, 120)]
    after = everything(project)
    n_steps = 0
    while project.undo():
        n_steps += 1
    assert n_steps >= 42
    assert project.aois() == []
    while project.redo():
        pass
    assert everything(project) == after


# -------------------------------------------------------------------- how much is kept


def test_the_oldest_steps_are_forgotten(project, monkeypatch):
    monkeypatch.setattr(history, "MAX_STEPS", 5)
    for i in range(9):
        project.add_aoi(f"thing {i}")
    assert labels(project) == [f"add thing {i}" for i in range(4, 9)]
    while project.undo():
        pass
    assert [aoi.object_id for aoi in project.aois()] == [1, 2, 3, 4]


def test_old_masks_are_kept_for_undo_only_up_to_a_size(project, monkeypatch):
    project.add_aoi("cup")
    monkeypatch.setattr(history, "MAX_BYTES", 20_000)
    for side in range(2, 14):
        with project.action(f"side {side}"):
            project.write_masks([by_model(1, f, side=side) for f in range(50)])
    kept = labels(project)
    assert 1 <= len(kept) < 6
    assert kept[-1] == "side 13"
    assert _masks_kept(project) <= 50 * (len(kept) + 1), "forgotten masks are deleted"
    while project.undo():
        pass
    assert set(areas(project, 1).values()) == {(13 - len(kept)) ** 2}


def _masks_kept(project):
    return project._store.value("SELECT count(*) FROM mask_counts")


def test_masks_nobody_can_bring_back_are_deleted(project, monkeypatch):
    monkeypatch.setattr(history, "MAX_STEPS", 1)
    project.add_aoi("cup")
    project.write_masks([by_model(1, f) for f in range(10)])
    project.mark_stale(1, 0, 10)
    with project.action("track twice"):
        project.write_masks([by_model(1, f, side=3) for f in range(10)])
        project.write_masks([by_model(1, f, side=4) for f in range(10)])
    project.undo()
    project.redo()
    project.undo()
    project.add_aoi("pot")
    assert _masks_kept(project) == 10
    project.delete_masks(1, 0, 10)
    project.add_aoi("pan")
    assert _masks_kept(project) == 0


# -------------------------------------------------------------------- anything at random


def _anything(project, rng):
    """One random call on random AOIs and frames; may be refused, may change nothing."""
    aois = project.aois()
    if not aois or rng.random() < 0.1:
        project.add_aoi(f"thing {rng.randrange(12)}")
        return
    object_id = rng.choice(aois).object_id
    start = rng.randrange(40)
    frames = range(start, start + rng.randrange(1, 15))
    acts = [
        lambda: project.write_masks([by_model(object_id, f, side=rng.randrange(1, 12)) for f in frames]),
        lambda: project.write_masks([by_user(object_id, start, side=rng.randrange(1, 12))]),
        lambda: project.add_prompt(object_id, start, Point(rng.randrange(60), rng.randrange(40))),
        lambda: project.remove_prompt(rng.choice(project.prompts()).id) if project.prompts() else None,
        lambda: project.mark_stale(object_id, frames.start, frames.stop),
        lambda: project.set_approved(object_id, frames.start, frames.stop, rng.random() < 0.6),
        lambda: project.delete_masks(object_id, frames.start, frames.stop),
        lambda: project.edit_aoi(object_id, name=f"thing {rng.randrange(12)}"),
        lambda: project.remove_aoi(object_id) if rng.random() < 0.3 else None,
        lambda: project.set_fixation_mark(start, rng.choice([None, [], [object_id]])),
        lambda: project.set_setting("zoom", rng.random()),
    ]
    rng.choice(acts)()


def _act(project, rng):
    def several(n):
        for _ in range(n):
            with suppress(PromptError):  # a name that is taken
                _anything(project, rng)

    kind = rng.random()
    if kind < 0.4:
        several(1)
    elif kind < 0.7:
        with project.action("several"):
            several(rng.randrange(1, 6))
    elif kind < 0.85:
        with project.action("long", long=True):
            several(rng.randrange(1, 6))
            project.commit()
            several(2)
    else:
        with suppress(PromptError), project.action("broken"):
            several(3)
            project.add_aoi("")


@pytest.mark.parametrize("seed", range(12))
def test_undo_all_the_way_and_redo_all_the_way(seed):
    """After every step the state is noted; going back and forth must meet the same states again."""
    rng = random.Random(seed)
    with Project.in_memory(size_hw=SIZE_HW, n_frames=N_FRAMES) as project:
        states = [everything(project)]
        for _ in range(25):
            _act(project, rng)
            while rng.random() < 0.25 and project.undo():
                pass
            while rng.random() < 0.3 and project.redo():
                pass
        last = everything(project)
        while project.redo():
            pass
        states = [everything(project)]
        while project.undo():
            states.append(everything(project))
        assert states[-1] == {"aois": [], "prompts": [], "masks": {}, "marks": {}}
        for state in reversed(states[:-1]):
            assert project.redo() is not None
            assert everything(project) == state
        assert project.redo() is None
        assert last in states
        assert project._store.rows("PRAGMA foreign_key_check") == []
        needed = "SELECT id FROM mask UNION SELECT id FROM undo_mask"
        assert project._store.rows(f"SELECT id FROM mask_counts WHERE id NOT IN ({needed})") == []


def test_steps_cut_short_by_a_crash_count_after_reopening(project, path):
    project.add_aoi("cup")
    project.close()
    raw(path, "UPDATE step SET bytes = NULL")
    with Project.open(path) as again:
        assert labels(again) == ["add cup"]
    assert raw(path, "SELECT bytes > 0 FROM step") == [(1,)]


def test_a_copied_project_has_its_history_too(project, path, tmp_path):
    project.add_aoi("cup")
    project.close()
    shutil.copytree(path, tmp_path / "copy.dwell")
    with Project.open(tmp_path / "copy.dwell") as copy:
        assert copy.source == a_source()
        assert copy.undo() == "add cup"
    with pytest.raises(ProjectError, match="closed"):
        project.undo()
