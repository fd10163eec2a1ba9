"""Two AOIs change places: all that they have moves, nothing is rewritten, and undo is exact."""

import pytest

from dwell.editing import OnProject, swap
from dwell.errors import PromptError
from dwell.project import Project
from dwell.prompts import MaskPrompt, Point
from dwell.types import Direction, Origin
from dwell.video import FrameClock
from editing.scenes import NOWHERE, SIZE_HW, box, draw, mask_at, scene, stale_frames, tracked
from project.drawing import everything

LEFT, RIGHT, MIDDLE = box(0, 0, 10, 10), box(30, 0, 40, 10), box(15, 0, 25, 10)


@pytest.fixture
def confused():
    """cup 1 is on the left, mug 2 on the right; from frame 12 on the tracker has them the wrong way."""
    session = scene(20, "cup", "mug", "spoon")
    for f in range(20):
        one, other = (1, 2) if f < 12 else (2, 1)
        session.project.write_masks([tracked(one, f, LEFT), tracked(other, f, RIGHT), tracked(3, f, MIDDLE)])
    return session


def test_from_the_frame_on_each_has_what_the_other_had(confused):
    report = swap(confused, "cup", "mug", 12)
    assert all(mask_at(confused, 1, f) == LEFT and mask_at(confused, 2, f) == RIGHT for f in range(20))
    assert all(mask_at(confused, 3, f) == MIDDLE for f in range(20))
    assert (report.label, report.n_masks) == ("swap cup and mug on frames 12–19", 16)
    assert [each.name for each in report.aois] == ["cup", "mug"]


def test_to_a_frame_and_no_further(confused):
    swap(confused, "cup", "mug", 12, 15)
    assert [mask_at(confused, 1, f) == LEFT for f in range(20)] == [f < 15 for f in range(20)]


def test_swapping_twice_is_as_before(confused):
    before = [[mask_at(confused, i, f) for f in range(20)] for i in (1, 2)]
    swap(confused, "cup", "mug", 5, 15)
    swap(confused, "mug", "cup", 5, 15)
    assert [[mask_at(confused, i, f) for f in range(20)] for i in (1, 2)] == before


def anchors(session, object_id):
    known = session.project.coverage(object_id)
    return known.frame_idx[known.given].tolist()


def test_the_first_masks_after_both_ends_are_anchors_to_track_on_from(confused):
    """Where it is absent nothing can be tracked from; the ends of the video need none."""
    confused.project.write_masks([tracked(1, f, NOWHERE) for f in (12, 13)])
    swap(confused, "cup", "mug", 12, 15)
    assert (anchors(confused, 1), anchors(confused, 2)) == ([12, 15], [14, 15])
    assert [each.prompt for each in confused.project.prompts(2, 14)] == [MaskPrompt(RIGHT)]
    swap(confused, "mug", "spoon", 0)
    assert (anchors(confused, 2), anchors(confused, 3)) == ([], [14, 15])


@pytest.mark.parametrize("kind", ["drawn", "approved"])
def test_an_anchor_that_is_there_is_enough(confused, kind):
    for f in (12, 13):
        draw(confused, 1, f, RIGHT)
        confused.project.set_approved(2, f, f + 1)
    given = {"drawn": 1, "approved": 2}[kind]
    swap(confused, "cup", "mug", 12)
    record = confused.project.record(3 - given, 12)
    assert (record.approved, record.origin) == {
        "drawn": (False, Origin.USER),
        "approved": (True, Origin.MODEL),
    }[kind]


def test_what_is_out_of_date_is_no_anchor_and_that_is_said(confused):
    confused.project.mark_stale(1, 12, 20)
    confused.project.mark_stale(2, 12, 14)
    report = swap(confused, "cup", "mug", 12)
    assert (anchors(confused, 1), anchors(confused, 2)) == ([14], [])
    (note,) = report.notes
    assert note.startswith("All that mug has there is out of date; prompt it on frame 12")


def test_all_that_is_known_of_a_mask_moves_with_it():
    session = scene(20, "cup", "mug")
    project = session.project
    run = project.begin_run("colour", {}, "1")
    project.write_masks([tracked(1, f, LEFT, check=True) for f in range(4, 8)], run)
    project.set_approved(1, 5, 6)
    project.mark_stale(1, 7, 8)
    draw(session, 2, 9, RIGHT)
    project.add_prompt(2, 9, Point(31, 1))
    masks = {f: project.record(1, f) for f in range(4, 8)}
    report = swap(session, "cup", "mug", 0)
    assert (report.n_masks, report.n_approved, report.n_user_made) == (5, 1, 1)
    for f, record in masks.items():
        moved = project.record(2, f)
        assert (moved.mask, moved.score, moved.approved, moved.check, moved.signals) == (
            record.mask, record.score, record.approved, record.check, record.signals,
        )  # fmt: skip
    assert stale_frames(session, 2) == [7]
    assert stale_frames(session, 1) == []
    assert [each.prompt for each in project.prompts(1, 9)] == [MaskPrompt(RIGHT), Point(31, 1)]
    assert project.prompts(2) == []
    assert project.masks_by_run() == {run: 3}, "one is out of date"


def test_undo_and_redo_are_exact(confused):
    draw(confused, 1, 13, MIDDLE)
    before = everything(confused.project)
    swap(confused, "cup", "mug", 12)
    after = everything(confused.project)
    assert confused.project.undo() == "swap cup and mug on frames 12–19"
    assert everything(confused.project) == before
    confused.project.redo()
    assert everything(confused.project) == after


def test_memories_of_both_are_dropped(confused):
    project = confused.project
    for object_id in (1, 2, 3):
        project.save_checkpoint(object_id, Direction.FORWARD, 4, b"memory", "key")
    swap(confused, "cup", "mug", 12)
    assert [len(project.checkpoints(i, Direction.FORWARD)) for i in (1, 2, 3)] == [0, 0, 1]


MARKS = {250: (1,), 1150: (1, 3), 1199: (), 1230: (2,), 1550: (1, 2), 9000: (2,)}
"""Fixations put by hand; frame 12 is shown from 1200 to 1299."""


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ((12, None), {1230: (1,), 9000: (1,)}),
        ((12, 15), {1230: (1,)}),
        ((0, 12), {250: (2,), 1150: (2, 3)}),
    ],
)
def test_fixations_put_by_hand_follow(confused, span, expected):
    for start_ns, object_ids in MARKS.items():
        confused.project.set_fixation_mark(start_ns, object_ids)
    before = everything(confused.project)
    swap(confused, "cup", "mug", *span, clock=FrameClock([100 * f for f in range(20)], max_gap_ns=100))
    assert confused.project.fixation_marks() == MARKS | expected
    confused.project.undo()
    assert everything(confused.project) == before


def test_without_frame_times_it_says_that_marks_stay(confused):
    confused.project.set_fixation_mark(1230, [2])
    report = swap(confused, "cup", "mug", 12)
    assert confused.project.fixation_marks() == {1230: (2,)}
    assert "1 fixations put on them by hand stay as they are" in report.notes[0]


def test_over_the_whole_video_marks_need_no_clock(confused):
    confused.project.set_fixation_mark(1230, [2])
    report = swap(confused, "cup", "mug", 0)
    assert confused.project.fixation_marks() == {1230: (1,)}
    assert report.notes == ()


def test_an_aoi_is_not_swapped_with_itself(confused):
    with pytest.raises(PromptError, match="'cup' cannot be swapped with itself"):
        swap(confused, "cup", 1, 12)
    with pytest.raises(ValueError, match="frames 0 … 19"):
        swap(confused, "cup", "mug", 20)


# -------------------------------------------------------------------- many frames

MANY = 10_000


def statements_of(project, work):
    """Every statement that SQLite runs meanwhile, those of triggers among them."""
    seen = []
    project._store.db.set_trace_callback(seen.append)
    work()
    project._store.db.set_trace_callback(None)
    return seen


def test_twenty_thousand_masks_take_as_many_statements_as_two():
    counts = {}
    for n in (1, MANY):
        project = Project.in_memory(size_hw=SIZE_HW, n_frames=n)
        session = OnProject(project)
        for object_id, (name, mask) in enumerate((("cup", LEFT), ("mug", RIGHT)), 1):
            project.add_aoi(name)
            project.write_masks(tracked(object_id, f, mask) for f in range(n))
        rows = {i: project.masklet(i).content.tolist() for i in (1, 2)}
        counts[n] = len(statements_of(project, lambda s=session: swap(s, "cup", "mug", 0)))
        assert {i: project.masklet(3 - i).content.tolist() for i in (1, 2)} == rows, "the same rows"
        assert mask_at(session, 1, n - 1) == RIGHT
    assert counts[MANY] == counts[1]
    assert counts[MANY] < 60
