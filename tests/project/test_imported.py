"""Masks from a file of labels in a project: what replaces them, what they replace; ids that are asked for."""

import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from dwell.errors import NewerProject, PromptError
from dwell.masks import Mask, MaskRecord
from dwell.project import Project, schema
from dwell.types import Origin, State
from project.drawing import SIZE_HW, a_source, by_model, by_user, raw, square_mask


def imported(object_id, frame_idx, side=10, state=State.VISIBLE):
    mask = square_mask(side, frame_idx) if state is State.VISIBLE else Mask.empty(SIZE_HW)
    return MaskRecord(object_id, frame_idx, mask, state, float("nan"), Origin.IMPORTED, None)


def proposed(object_id, frame_idx, side=10):
    return replace(by_user(object_id, frame_idx, side), origin=Origin.PROPOSED)


MAKERS = {"model": by_model, "proposed": proposed, "imported": imported, "user": by_user}


@pytest.mark.parametrize(
    ("there", "comes", "stays"),
    [
        ("imported", "model", True),
        ("imported", "proposed", True),
        ("imported", "imported", False),
        ("imported", "user", False),
        ("user", "imported", True),
        ("model", "imported", False),
        ("proposed", "imported", False),
    ],
)
def test_who_takes_the_place_of_whom(project, there, comes, stays):
    project.add_aoi("cup")
    project.write_masks([MAKERS[there](1, 3, 10)])
    assert project.write_masks([MAKERS[comes](1, 3, 6)]) == (0 if stays else 1)
    assert project.record(1, 3).origin == (there if stays else comes)
    assert project.record(1, 3).mask.area == (100 if stays else 36)


def test_what_is_approved_stays_and_an_imported_lost_does_not(project):
    project.add_aoi("cup")
    project.write_masks([by_model(1, 3), imported(1, 4, state=State.LOST)])
    project.set_approved(1, 3, 4)
    assert project.write_masks([imported(1, 3)]) == 0
    assert project.write_masks([by_model(1, 4)]) == 1
    assert project.record(1, 4).origin is Origin.MODEL


def test_an_imported_mask_is_given_to_track_from_and_never_out_of_date_but_lost_is_not_given(project):
    project.add_aoi("cup")
    absent = imported(1, 5, state=State.ABSENT)
    project.write_masks([imported(1, 2), imported(1, 4, state=State.LOST), absent, by_model(1, 6)])
    coverage = project.coverage(1)
    assert coverage.given.tolist() == [True, False, True, False]
    assert project.anchors_beside(1, 4) == (2, 5)
    assert project.mark_stale(1, 0, 10) == 1  # the model's
    assert project.masklet(1, include_stale=False).frame_idx.tolist() == [2, 4, 5]
    said = [project.record(1, i).is_said for i in (2, 4, 5, 6)]
    assert said == [True, False, True, False]


def test_it_survives_closing_and_reading_again(project, path):
    project.add_aoi("cup")
    record = replace(imported(1, 2), score=0.5)
    project.write_masks([record])
    project.close()
    with Project.open(path, write=False) as reopened:
        assert reopened.record(1, 2) == record == reopened.masklet(1).record(2)


def test_merged_an_imported_mask_comes_before_a_proposed_one_and_after_a_persons(project):
    for name in ("cup", "mug", "beaker"):
        project.add_aoi(name)
    project.write_masks([proposed(1, 3, 10), imported(2, 3, 8), imported(1, 4, 8), by_user(3, 4, 6)])
    project.merge_aois(1, [2, 3])
    assert (project.record(1, 3).origin, project.record(1, 4).origin) == (Origin.IMPORTED, Origin.USER)


# -------------------------------------------------------------------- ids


def test_an_aoi_may_have_the_id_that_is_asked_for_and_the_next_one_counts_on(project):
    assert project.add_aoi("cup", object_id=7).object_id == 7
    assert project.add_aoi("pot", object_id=3).object_id == 3
    assert project.add_aoi("pan").object_id == 8


def test_an_id_is_free_unless_an_aoi_has_it_or_undo_can_bring_one_back(project):
    project.add_aoi("cup", object_id=5)
    assert not project.is_free_id(5)
    project.remove_aoi(5)
    assert not project.is_free_id(5)
    with pytest.raises(PromptError, match="number 5"):
        project.add_aoi("pot", object_id=5)
    project.undo()
    project.undo()
    assert project.is_free_id(5)  # only redo could bring it back, and a new AOI ends that
    project.add_aoi("pot", object_id=5)
    assert project.redo() is None
    assert [project.is_free_id(i) for i in (0, -1, 2**31 - 1, 2**31)] == [False, False, True, False]


# -------------------------------------------------------------------- the file


def test_a_project_of_version_4_is_brought_up_to_date_and_then_kept_from_an_older_dwell(path):
    Project.create(path, a_source()).close()
    raw(path, "PRAGMA user_version = 4", "UPDATE meta SET value = '4' WHERE key = 'schema_version'")
    with Project.open(path) as project:
        project.add_aoi("cup")
        project.write_masks([imported(1, 2)])
    assert raw(path, "PRAGMA user_version") == [(5,)] == [(schema.current_version(),)]
    assert (path / "project.v4.db").exists()
    with sqlite3.connect(path / "project.db") as db:
        assert db.execute("SELECT origin FROM mask").fetchall() == [(3,)]
        older = schema.MIGRATIONS.pop()
    try:
        with pytest.raises(NewerProject):
            Project.open(path)
    finally:
        schema.MIGRATIONS.append(older)
    db.close()
    assert np.isnan(imported(1, 2).score)
