"""Masklets read again: only what has changed is read, and the answer is the same."""

import numpy as np
import pytest

from dwell.project import Project, mask_columns
from dwell.types import Direction
from project.drawing import SIZE_HW, a_source, by_model, by_user

COLUMNS = (
    "frame_idx", "state", "score", "area", "boxes_xyxy", "approved", "check", "origin", "direction",
    "content",
)  # fmt: skip


@pytest.fixture
def project():
    with Project.in_memory(size_hw=SIZE_HW, n_frames=100) as opened:
        for name in ("cup", "ball"):
            aoi = opened.add_aoi(name)
            opened.write_masks(by_model(aoi.object_id, i) for i in range(50))
        yield opened


def assert_same(found, expected):
    assert [each.aoi for each in found] == [each.aoi for each in expected]
    for one, other in zip(found, expected, strict=True):
        for name in COLUMNS:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
        np.testing.assert_array_equal(one.runs().boundaries, other.runs().boundaries)
        np.testing.assert_array_equal(one.signals(), other.signals())


@pytest.mark.parametrize("include_stale", [True, False])
def test_after_every_kind_of_change_it_is_as_if_read_anew(project, include_stale):
    changes = [
        lambda: project.write_masks([by_user(1, 7), by_model(1, 60, 4), by_model(1, 8, 3, Direction.BOTH)]),
        lambda: project.mark_stale(1, 0, 20),
        lambda: project.set_approved(1, 20, 30),
        lambda: project.delete_masks(2, 10, 15),
        project.undo,
        project.undo,
        project.redo,
        lambda: project.edit_aoi(2, name="big ball"),
        lambda: project.add_aoi("hand"),
        lambda: project.remove_aoi(1),
    ]
    found = project.masklets(include_stale)
    for change in changes:
        change()
        found = project.masklets(include_stale, before=found)
        assert_same(found, project.masklets(include_stale))


def test_what_has_not_changed_is_the_same_object(project):
    before = project.masklets()
    project.write_masks([by_model(1, 3, 5)])
    cup, ball = project.masklets(before=before)
    assert cup is not before[0]
    assert ball is before[1]


def test_many_changed_rows_are_read_all_at_once(project, monkeypatch):
    before = project.masklets()
    monkeypatch.setattr(mask_columns, "_FEW", 3)
    project.write_masks(by_model(1, i, 5) for i in range(10))
    assert_same(project.masklets(before=before), project.masklets())


def test_a_reader_sees_one_moment_while_another_writes(tmp_path):
    path = tmp_path / "p.dwell"
    with Project.create(path, a_source()) as writer, Project.open(path, write=False) as reader:
        writer.add_aoi("cup")
        writer.write_masks([by_model(1, 0)])
        with reader.reading():
            (cup,) = reader.masklets()
            writer.write_masks([by_user(1, 0, 3)])
            writer.add_aoi("ball")
            assert cup.mask(0).area == 100  # the mask that was replaced meanwhile
            assert len(reader.aois()) == 1
        assert len(reader.aois()) == 2
        assert reader.masklets()[0].mask(0).area == 9
