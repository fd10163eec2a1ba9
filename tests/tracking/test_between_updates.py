"""A run of tracking is advanced step by step while the same thread does other things between two updates."""

import numpy as np
import pytest

from dwell.project import Project
from dwell.prompts import Absent, Point
from dwell.segmenters.colour import ColourBackend
from dwell.tracking import TrackingSession
from dwell.types import State
from tracking.pictures import BLUE, RED, SIZE_HW, Film, across, always


@pytest.fixture
def session():
    film = Film(40, [(always(RED), across(0, 10)), (always(BLUE), lambda i: (45 - i, 25))])
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=len(film))
    there = TrackingSession(project, film, ColourBackend())
    there.prompt("red", Point(3, 13), frame_idx=0)
    there.prompt("blue", Point(48, 28), frame_idx=0)
    return there


def rows(project):
    return {
        (i, object_id): (each.mask, each.state, each.origin, each.approved)
        for i in range(40)
        for object_id, each in project.records_at(i, stale=False).items()
    }


def labels(project):
    return [step.label for step in project.history() if not step.undone]


def test_looking_and_preparing_between_updates_changes_nothing(session):
    list(session.track())
    whole = rows(session.project)
    assert session.undo() == "track red, blue"
    for update in session.track():
        session.prepare(39 - update.frame_idx)
        assert session.candidates("red", 0)[0].current
        session.preview(20, [Point(23, 13)])
        session.remaining()
    assert rows(session.project) == whole
    assert labels(session.project)[-2:] == ["prompt blue at frame 0", "track red, blue"]


def test_everything_a_person_may_do_between_two_updates(session):
    run = session.track()
    acts = {
        3: lambda: session.prompt("red", Point(33, 13), frame_idx=30),
        6: lambda: session.candidates("red", 30),
        8: lambda: session.approve(0, 3, ["blue"]),
        10: lambda: session.undo(),
        12: lambda: session.prompt("blue", Absent(), frame_idx=39),
        14: lambda: session.redo(),
        16: lambda: session.clear("blue", 39),
        18: lambda: session.choose("red", 30, 0),
        20: lambda: session.prepare(25),
    }
    n_updates = 0
    for n_updates, update in enumerate(run):
        acts.get(n_updates, lambda: None)()
        assert update.done <= update.total
    assert n_updates > 40
    assert session.remaining() == 0
    for object_id, number in ((1, 0), (2, 1)):
        for frame_idx in range(40):
            record = session.project.record(object_id, frame_idx, stale=False)
            truth = session.frames.truth(number, frame_idx)
            np.testing.assert_array_equal(record.mask.to_array(), truth, err_msg=f"{number}, {frame_idx}")
    assert len([run.status for run in session.project.runs() if run.status == "running"]) == 0


def test_the_running_step_is_undone_once_the_run_is_closed(session):
    before = rows(session.project)
    run = session.track()
    for _ in range(7):
        next(run)
    run.close()
    assert session.project.next_undo().label == "track red, blue"
    assert session.undo_through(session.project.next_undo().id) == ["track red, blue"]
    assert rows(session.project) == before
    assert session.redo() == "track red, blue"
    assert session.project.runs()[-1].status == "cancelled"
    assert session.remaining() == 32


def test_undo_in_the_middle_without_closing_takes_back_what_is_done_and_tracking_does_it_again(session):
    run = session.track()
    for _ in range(7):
        next(run)
    assert session.undo() == "track red, blue"
    assert len(rows(session.project)) == 2
    assert [each.frame_idx for each in run] == list(range(1, 40))
    assert session.remaining() == 0


def test_undo_through_a_correction_in_the_middle_of_a_run(session):
    run = session.track()
    for _ in range(7):
        next(run)
    session.prompt("red", Point(33, 13), frame_idx=30)
    correction = session.project.next_undo().id
    for _ in range(5):
        next(run)
    run.close()
    undone = session.undo_through(correction)
    assert undone == ["track red, blue", "prompt red at frame 30"]
    assert sorted({i for i, _ in rows(session.project)}) == list(range(8)), "what came before stays"
    assert session.undo() == "track red, blue"


def test_the_others_go_on_when_an_aoi_is_removed_in_the_middle(session):
    run = session.track()
    for _ in range(5):
        next(run)
    session.remove("red")
    rest = list(run)
    assert {object_id for each in rest for object_id in each.records} == {2}
    assert session.remaining() == 0
    assert all(session.project.record(2, i).state is State.VISIBLE for i in range(40))
    assert session.undo() == "track blue"
    assert session.undo() == "remove red"
    assert session.project.record(1, 5) is not None


def test_a_new_aoi_waits_for_the_next_run_if_it_was_not_chosen(session):
    run = session.track(aois=["red"])
    next(run)
    session.prompt("spot", Point(48, 28), frame_idx=0)
    assert {object_id for each in run for object_id in each.records} == {1}
    assert {object_id for each in session.track() for object_id in each.records} == {2, 3}
