"""Fixations that a person has put on AOIs: kept by their start, under undo, without AOIs that are gone."""

import pytest

from dwell.errors import ProjectError, UnknownAoi
from dwell.project import Project

LATER, EARLIER = 1_760_000_000_400_000_001, 1_760_000_000_100_000_000
"""ns UTC"""


@pytest.fixture
def with_aois(project):
    for name in ("cup", "hand"):
        project.add_aoi(name)
    return project


def labels(project):
    return [step.label for step in project.history() if not step.undone][2:]  # without those of the AOIs


def test_marks_are_kept_by_the_start_of_the_fixation_to_the_last_nanosecond(with_aois, path):
    with_aois.set_fixation_mark(LATER, [2, 1, 2])
    with_aois.set_fixation_mark(EARLIER, [])
    with_aois.close()
    with Project.open(path, write=False) as again:
        assert again.fixation_marks() == {EARLIER: (), LATER: (1, 2)}
        assert list(again.fixation_marks()) == [EARLIER, LATER]


def test_a_mark_is_changed_and_taken_back(with_aois):
    for object_ids in ([1], [2], None):
        with_aois.set_fixation_mark(LATER, object_ids)
    assert with_aois.fixation_marks() == {}
    assert labels(with_aois) == ["fixation on cup", "fixation on hand", "fixation as mapped"]
    assert with_aois.undo() == "fixation as mapped"
    assert with_aois.fixation_marks() == {LATER: (2,)}
    assert with_aois.undo() == "fixation on hand"
    assert with_aois.fixation_marks() == {LATER: (1,)}
    assert with_aois.undo() == "fixation on cup"
    assert with_aois.fixation_marks() == {}
    for expected in ((1,), (2,)):
        with_aois.redo()
        assert with_aois.fixation_marks() == {LATER: expected}


def test_saying_the_same_again_is_no_step(with_aois):
    with_aois.set_fixation_mark(LATER, [1, 2])
    with_aois.set_fixation_mark(LATER, (2, 1))
    with_aois.set_fixation_mark(EARLIER, None)
    assert labels(with_aois) == ["fixation on cup, hand"]


def test_on_no_aoi_is_something_else_than_no_mark(with_aois):
    with_aois.set_fixation_mark(LATER, [])
    assert with_aois.fixation_marks() == {LATER: ()}
    assert labels(with_aois) == ["fixation on no AOI"]


def test_removing_an_aoi_takes_it_out_of_the_marks_and_undo_puts_it_back(with_aois):
    with_aois.set_fixation_mark(EARLIER, [1])
    with_aois.set_fixation_mark(LATER, [1, 2])
    with_aois.remove_aoi(1)
    assert with_aois.fixation_marks() == {EARLIER: (), LATER: (2,)}
    assert with_aois.undo() == "remove cup"
    assert with_aois.fixation_marks() == {EARLIER: (1,), LATER: (1, 2)}


def test_an_unknown_aoi_is_refused_and_nothing_is_kept(with_aois):
    with pytest.raises(UnknownAoi, match="no AOI 7"):
        with_aois.set_fixation_mark(LATER, [1, 7])
    assert with_aois.fixation_marks() == {}


def test_who_only_looks_cannot_mark(with_aois, path):
    with_aois.close()
    with Project.open(path, write=False) as reader, pytest.raises(ProjectError, match="read-only"):
        reader.set_fixation_mark(LATER, [1])
