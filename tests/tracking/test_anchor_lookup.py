"""A correction asks for the anchors beside it alone; the answer is that of looking at every frame."""

import random

import pytest

from dwell.project import Project
from project.drawing import SIZE_HW, by_model, by_user


@pytest.mark.parametrize("seed", range(5))
def test_the_anchors_beside_a_frame(seed):
    rng = random.Random(seed)
    with Project.in_memory(size_hw=SIZE_HW, n_frames=60) as project:
        object_id = project.add_aoi("cup").object_id
        project.add_aoi("pot")
        project.write_masks(by_model(object_id, i) for i in range(60) if rng.random() < 0.7)
        project.write_masks(by_user(object_id, i) for i in range(60) if rng.random() < 0.08)
        project.write_masks(by_user(2, i) for i in range(60))
        project.set_approved(object_id, 20, 23)
        known = project.coverage(object_id)
        anchors = known.frame_idx[known.approved | known.given].tolist()
        for frame_idx in range(60):
            before = max((i for i in anchors if i < frame_idx), default=None)
            after = min((i for i in anchors if i > frame_idx), default=None)
            assert project.anchors_beside(object_id, frame_idx) == (before, after)


def test_masks_marked_all_at_once_come_back_by_undo_also_within_one_step():
    """They are noted by one statement and not by triggers; what the step had noted before must stay."""
    with Project.in_memory(size_hw=SIZE_HW, n_frames=60) as project:
        project.add_aoi("cup")
        project.write_masks(by_model(1, i, side=5) for i in range(10))
        with project.action("all at once"):
            project.write_masks([by_model(1, 2, side=7), by_model(1, 30, side=7)])
            project.set_approved(1, 4, 5)
            assert project.mark_stale(1, 0, 40) == 10
            project.write_masks([by_model(1, 6, side=9)])
        assert project.coverage(1).stale.tolist() == [i not in (4, 6) for i in range(10)] + [True]
        project.undo()
        assert not project.coverage(1).stale.any()
        assert project.masklet(1).area.tolist() == [25] * 10
        project.redo()
        assert project.coverage(1).stale.tolist() == [i not in (4, 6) for i in range(10)] + [True]
