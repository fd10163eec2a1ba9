"""Tools on a session with a film: clicks and tracking start from what was changed."""

import numpy as np
import pytest

from dwell.editing import copy_to, delete_frames, grow, shrink, subtract, swap, union
from dwell.masks import Mask
from dwell.project import Project
from dwell.prompts import MaskPrompt, Point
from dwell.segmenters.colour import ColourBackend
from dwell.tracking import TrackingSession
from dwell.types import Direction
from project.drawing import everything
from tracking.pictures import BLUE, RED, SIZE_HW, Film, across, always


@pytest.fixture
def session():
    film = Film(20, [(always(RED), across(0, 2)), (always(BLUE), across(0, 25))])
    return TrackingSession(Project.in_memory(size_hw=SIZE_HW, n_frames=20), film, ColourBackend())


def red(frame_idx):
    return Mask.from_box((frame_idx, 2, frame_idx + 8, 10), SIZE_HW)


def blue(frame_idx):
    return Mask.from_box((frame_idx, 25, frame_idx + 8, 33), SIZE_HW)


def masks(session, object_id):
    masklet = session.project.masklet(object_id, include_stale=False)
    return {f: masklet.mask(f) for f in masklet.frame_idx.tolist()}


def test_a_further_click_starts_from_the_changed_mask(session):
    session.prompt("red", MaskPrompt(red(0)), frame_idx=0)
    shrink(session, "red", 2, (0, 1))
    small = session.project.record(1, 0).mask
    assert small == Mask.from_box((0, 4, 6, 8), SIZE_HW), "the frame's edge is no border"
    assert [each.prompt for each in session.project.prompts(1, 0)] == [MaskPrompt(small)]
    session.prompt("red", Point(50, 38, positive=False), frame_idx=0)
    assert session.project.record(1, 0).mask == small, "the click far away takes nothing of it"


def test_tracking_anew_starts_from_the_changed_mask(session):
    """A memory that was saved of the mask as it was does not hold any more."""
    session.prompt("red", Point(3, 5), frame_idx=0)
    list(session.track())
    session.prompt("blue", Point(3, 27), frame_idx=0)
    copied = session.project.record(2, 0).mask
    session.project.derive_masks(1, {0: copied})  # as if red had been blue all along
    session.project.mark_stale(1, 1, 20)
    list(session.track(aois=["red"]))
    assert masks(session, 1) == {f: blue(f) for f in range(20)}


def test_a_swap_while_tracking_is_taken_up_at_once(session):
    """After frame 9 of 20, red and blue change places from frame 5 on; what is left goes on from anchors."""
    session.prompt("red", Point(3, 5), frame_idx=0)
    session.prompt("blue", Point(3, 27), frame_idx=0)
    updates = session.track(direction=Direction.FORWARD)
    for update in updates:
        if update.frame_idx == 9:
            break
    assert swap(session, "red", "blue", 5).n_masks == 10
    for _ in updates:
        pass
    found = masks(session, 1)
    assert found == {f: red(f) if f < 5 else blue(f) for f in range(20)}


def test_what_is_tracked_anew_after_a_swap_is_not_mixed_up_again(session):
    """Swapped from frame 5 to 12; then all of it is tracked again but the frames that are now anchors."""
    session.prompt("red", Point(3, 5), frame_idx=0)
    session.prompt("blue", Point(3, 27), frame_idx=0)
    list(session.track())
    swap(session, "red", "blue", 5, 12)
    for object_id in (1, 2):
        assert session.project.mark_stale(object_id, 0, 20) == 17
    list(session.track(direction=Direction.FORWARD))
    assert masks(session, 1) == {f: blue(f) if 5 <= f < 12 else red(f) for f in range(20)}
    assert masks(session, 2) == {f: red(f) if 5 <= f < 12 else blue(f) for f in range(20)}


@pytest.fixture
def halfway(session):
    """Red and blue are being tracked and have come to frame 9; what was found last is not saved yet."""
    session.prompt("red", Point(3, 5), frame_idx=0)
    session.prompt("blue", Point(3, 27), frame_idx=0)
    updates = session.track()
    while next(updates).frame_idx < 9:
        pass
    yield session
    updates.close()


def test_another_aoi_is_looked_at_up_to_the_last_frame_tracked(halfway):
    report = union(halfway, "red", "blue")
    assert (report.n_masks, report.left) == (10, ())
    assert masks(halfway, 1) == {f: red(f) | blue(f) for f in range(10)}


def test_the_mask_tracked_last_can_be_copied(halfway):
    assert copy_to(halfway, "red", 9, [15]).n_masks == 1
    assert halfway.project.record(1, 15).mask == red(9)


def test_copies_are_tracked_from(session):
    session.prompt("red", Point(3, 5), frame_idx=0)
    list(session.track())
    copy_to(session, "red", 0, [10])
    assert session.remaining() > 0
    list(session.track())
    assert session.project.record(1, 10).mask == red(0), "an anchor"


def test_deleted_frames_are_tracked_again_and_absent_ones_are_not(session):
    session.prompt("red", Point(3, 5), frame_idx=0)
    list(session.track())
    delete_frames(session, "red", (15, 18))
    assert [each.frame_idx for each in session.track() if each.records] == [15, 16, 17]
    assert masks(session, 1)[16] == red(16)
    delete_frames(session, "red", (10, 20), absent=True)
    list(session.track())
    assert masks(session, 1) == {f: red(f) if f < 10 else Mask.empty(SIZE_HW) for f in range(20)}


def test_edits_are_steps_among_others(session):
    session.prompt("red", Point(3, 5), frame_idx=0)
    session.prompt("blue", Point(3, 27), frame_idx=0)
    list(session.track())
    before = everything(session.project)
    grow(session, "red", 1)
    subtract(session, "red", "blue")
    assert session.undo() == "grow red by 1 px"
    assert everything(session.project) == before
    assert np.array_equal(session.project.record(1, 3).mask.to_array(), red(3).to_array())
