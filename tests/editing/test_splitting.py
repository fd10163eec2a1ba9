"""One AOI becomes several: by its parts, or at a click."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dwell.editing import Why, split_at, split_components
from dwell.errors import PromptError
from dwell.prompts import MaskPrompt, Point
from dwell.types import Origin
from editing.scenes import box, draw, left, mask_at, scene, stale_frames, track, tracked
from project.drawing import everything

BIG, SMALL = box(0, 0, 10, 10), box(20, 0, 26, 6)


def frames_of(session, object_id):
    return session.project.coverage(object_id).frame_idx.tolist()


# -------------------------------------------------------------------- every part


def test_each_part_becomes_an_aoi():
    session = scene(20, "cups")
    session.project.edit_aoi(1, category="dishes")
    run = session.project.begin_run("colour", {}, "1")
    session.project.write_masks([tracked(1, f, BIG | SMALL, check=True) for f in range(6)], run)
    report = split_components(session, "cups")
    assert [(aoi.name, aoi.category) for aoi in session.project.aois()] == [
        ("cups", "dishes"),
        ("cups 2", "dishes"),
    ]
    assert all(mask_at(session, 1, f) == BIG and mask_at(session, 2, f) == SMALL for f in range(6))
    assert (report.n_masks, [aoi.name for aoi in report.made]) == (6, ["cups 2"])
    part = session.project.record(2, 3)
    assert (part.score, part.origin, part.direction, part.check) == (
        0.75, Origin.MODEL, session.project.record(1, 3).direction, True,
    )  # fmt: skip
    assert session.project.masks_by_run() == {run: 11}, "one of 12 is a proposal now"


def test_undo_is_exact():
    session = scene(20, "cups")
    draw(session, 1, 2, BIG | SMALL)
    track(session, 1, dict.fromkeys(range(3, 8), BIG | SMALL))
    before = everything(session.project)
    split_components(session, "cups")
    after = everything(session.project)
    assert session.project.undo() == "split cups"
    assert everything(session.project) == before
    session.project.redo()
    assert everything(session.project) == after


def test_a_new_aoi_without_an_anchor_is_proposed_where_it_is_largest():
    session = scene(20, "cups")
    track(session, 1, {3: BIG | SMALL, 4: BIG | box(20, 0, 27, 7), 5: BIG | SMALL})
    split_components(session, "cups")
    origins = [str(session.project.record(2, f).origin) for f in (3, 4, 5)]
    assert origins == ["model", "proposed", "model"]
    assert [each.prompt for each in session.project.prompts(2)] == [MaskPrompt(box(20, 0, 27, 7))]


def test_where_the_whole_was_a_persons_both_parts_are():
    session = scene(20, "cups")
    session.project.add_prompt(1, 3, Point(1, 1))
    draw(session, 1, 3, BIG | SMALL)
    track(session, 1, {4: BIG | SMALL})
    report = split_components(session, "cups")
    assert [str(session.project.record(i, 3).origin) for i in (1, 2)] == ["user", "user"]
    assert str(session.project.record(2, 4).origin) == "model"
    assert [each.prompt for each in session.project.prompts(1)] == [Point(1, 1), MaskPrompt(BIG)]
    assert [each.prompt for each in session.project.prompts(2)] == [MaskPrompt(SMALL)]
    assert report.n_user_made == 1
    assert stale_frames(session, 1) == []


def test_parts_keep_their_number_when_they_cross_in_size():
    """What overlaps is the same thing, though it has become the larger one."""
    session = scene(20, "cups")
    track(session, 1, {3: box(0, 0, 10, 10) | box(20, 0, 26, 6), 4: box(0, 0, 4, 4) | box(20, 0, 30, 10)})
    split_components(session, "cups")
    assert (mask_at(session, 1, 4), mask_at(session, 2, 4)) == (box(0, 0, 4, 4), box(20, 0, 30, 10))


def test_what_overlaps_nothing_is_what_was_nearest():
    session = scene(20, "cups")
    track(session, 1, {3: box(0, 0, 5, 5) | box(50, 0, 54, 4), 4: box(10, 0, 15, 5) | box(40, 0, 44, 4)})
    split_components(session, "cups")
    assert (mask_at(session, 1, 4), mask_at(session, 2, 4)) == (box(10, 0, 15, 5), box(40, 0, 44, 4))


def test_while_one_is_gone_nobody_knows_of_it_and_it_comes_back_as_itself():
    session = scene(20, "cups")
    track(session, 1, {3: BIG | SMALL, 4: BIG, 5: BIG | SMALL, 6: SMALL, 7: BIG | SMALL})
    split_components(session, "cups")
    assert [aoi.name for aoi in session.project.aois()] == ["cups", "cups 2"]
    assert frames_of(session, 1) == [3, 4, 5, 7]
    assert frames_of(session, 2) == [3, 5, 6, 7]
    assert mask_at(session, 1, 7) == BIG


def test_where_parts_touch_the_mask_stays_whole():
    session = scene(20, "cups")
    joined = box(0, 0, 26, 10)
    track(session, 1, {3: BIG | SMALL, 4: joined, 5: BIG | SMALL})
    report = split_components(session, "cups")
    assert left(report) == {Why.TOUCHING: [4]}
    assert mask_at(session, 1, 4) == joined
    assert frames_of(session, 2) == [3, 5]


def test_crumbs_go_with_the_part_that_is_nearest():
    session = scene(20, "cups")
    crumb = box(28, 0, 29, 1)
    track(session, 1, {3: BIG | SMALL | crumb})
    split_components(session, "cups")
    assert mask_at(session, 2, 3) == SMALL | crumb
    session.project.undo()
    split_components(session, "cups", min_px=1)
    assert [mask_at(session, i, 3) for i in ids_of(session)] == [BIG, SMALL, crumb]


def ids_of(session):
    return [aoi.object_id for aoi in session.project.aois()]


def test_three_parts_over_many_batches():
    session = scene(700, "cups", "cups 2")
    third = box(40, 20, 46, 26)
    track(session, 1, {f: BIG | SMALL if f < 600 else BIG | SMALL | third for f in range(700)})
    report = split_components(session, "cups")
    assert [aoi.name for aoi in report.made] == ["cups 3", "cups 4"], "cups 2 is another AOI"
    assert frames_of(session, 4) == list(range(600, 700))
    assert mask_at(session, 3, 699) == SMALL
    assert report.n_masks == 700


def test_approved_frames_stay_whole_unless_told():
    session = scene(20, "cups")
    track(session, 1, dict.fromkeys(range(5), BIG | SMALL))
    session.project.set_approved(1, 2, 3)
    assert left(split_components(session, "cups")) == {Why.APPROVED: [2]}
    assert mask_at(session, 1, 2) == BIG | SMALL
    session.project.undo()
    assert split_components(session, "cups", approved=True).n_approved == 1
    assert all(session.project.record(i, 2).approved for i in ids_of(session))
    assert str(session.project.record(ids_of(session)[1], 0).origin) == "model", "it has an anchor already"


def test_an_aoi_in_one_part_is_left_as_it_is():
    session = scene(20, "cups")
    track(session, 1, {3: BIG})
    steps = session.project.history()
    assert split_components(session, "cups").aois == ()
    assert session.project.history() == steps


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=2, max_size=12))
def test_things_that_stay_apart_are_told_apart(steps):
    """Two squares of 6 and 7 px wander on either half of the frame, up to 2 px a frame each way."""
    a, b = np.array([10, 15]), np.array([45, 15])
    paths = []
    for dx, dy in steps:
        a, b = np.clip(a + (dx, dy), 0, (20, 30)), np.clip(b + (-dy, dx), 30, (53, 30))
        paths.append((box(*a, *(a + 7)), box(*b, *(b + 6))))
    session = scene(20, "cups")
    track(session, 1, {f: one | other for f, (one, other) in enumerate(paths)})
    split_components(session, "cups")
    assert [(mask_at(session, 1, f), mask_at(session, 2, f)) for f in range(len(paths))] == paths


# -------------------------------------------------------------------- at a click


def walking(n=10):
    """A large square that stays and a small one that comes nearer, 2 px a frame, and touches it at 7."""
    return {f: BIG | box(24 - 2 * f, 0, 30 - 2 * f, 6) for f in range(n)}


def test_the_clicked_part_is_followed_while_it_stays_apart():
    session = scene(20, "cups")
    track(session, 1, walking())
    report = split_at(session, "cups", 3, (20.5, 3), name="left cup")
    assert [aoi.name for aoi in session.project.aois()] == ["cups", "left cup"]
    assert frames_of(session, 2) == list(range(7)), "on frame 7 they touch"
    assert all(mask_at(session, 2, f) == box(24 - 2 * f, 0, 30 - 2 * f, 6) for f in range(7))
    assert all(mask_at(session, 1, f) == BIG for f in range(7))
    assert mask_at(session, 1, 7) == walking()[7]
    assert (report.n_masks, report.notes) == (7, ("It was followed on frames 0–6.",))
    assert left(report) == {Why.TOUCHING: [7]}


def test_where_the_part_is_gone_nothing_is_left_alone():
    session = scene(20, "cups")
    track(session, 1, {3: BIG | SMALL, 4: BIG | SMALL, 5: BIG})
    report = split_at(session, "cups", 3, (22, 3))
    assert (frames_of(session, 2), report.left) == ([3, 4], ())


def test_both_parts_of_an_approved_mask_stay_approved():
    session = scene(20, "cups")
    track(session, 1, dict.fromkeys(range(4), BIG | SMALL), approved=True)
    split_at(session, "cups", 2, (22, 3), approved=True)
    for object_id in (1, 2):
        assert [session.project.record(object_id, f).approved for f in range(4)] == [True] * 4


def test_on_the_clicked_frame_it_is_a_persons():
    session = scene(20, "cups")
    track(session, 1, walking())
    split_at(session, "cups", 3, (20.5, 3))
    assert [str(session.project.record(2, f).origin) for f in (2, 3, 4)] == ["model", "user", "model"]
    assert [(each.frame_idx, each.prompt) for each in session.project.prompts(2)] == [
        (3, MaskPrompt(box(18, 0, 24, 6)))
    ]
    assert str(session.project.record(1, 3).origin) == "model"


def test_splitting_at_a_click_is_undone_exactly():
    session = scene(700, "cups")
    track(session, 1, dict.fromkeys(range(700), BIG | SMALL))
    before = everything(session.project)
    assert split_at(session, "cups", 90, (22, 3)).n_masks == 700
    assert frames_of(session, 2) == list(range(700))
    session.project.undo()
    assert everything(session.project) == before


def test_the_rest_may_have_parts_of_its_own():
    session = scene(20, "cups")
    third = box(40, 20, 50, 30)
    track(session, 1, dict.fromkeys(range(4), BIG | SMALL | third))
    split_at(session, "cups", 0, (22, 3))
    assert mask_at(session, 1, 3) == BIG | third
    assert mask_at(session, 2, 3) == SMALL


def test_it_is_followed_within_the_span_and_up_to_a_hole():
    session = scene(20, "cups")
    track(session, 1, {f: BIG | SMALL for f in range(12) if f != 8})
    split_at(session, "cups", 5, (22, 3), (3, 20))
    assert frames_of(session, 2) == [3, 4, 5, 6, 7]


def test_it_is_followed_across_approved_frames():
    session = scene(20, "cups")
    track(session, 1, dict.fromkeys(range(6), BIG | SMALL))
    session.project.set_approved(1, 1, 3)
    assert left(split_at(session, "cups", 4, (22, 3))) == {Why.APPROVED: [1, 2]}
    assert frames_of(session, 2) == [0, 3, 4, 5]


@pytest.mark.parametrize(
    ("frame_idx", "point", "says"),
    [
        (9, (1, 1), "no mask of 'cups' on frame 9 that is up to date"),
        (3, (15, 3), "is beside the mask of 'cups' on frame 3"),
        (4, (1, 1), "is all in one part"),
        (5, (1, 1), "'cups' on frame 5 is approved; unlock it there first"),
    ],
)
def test_a_click_that_splits_nothing_is_refused(frame_idx, point, says):
    session = scene(20, "cups")
    track(session, 1, {3: BIG | SMALL, 4: BIG, 5: BIG | SMALL})
    session.project.set_approved(1, 5, 6)
    before = everything(session.project)
    with pytest.raises(PromptError, match=says):
        split_at(session, "cups", frame_idx, point)
    assert everything(session.project) == before
    with pytest.raises(PromptError, match="named 'cups' already"):
        split_at(session, "cups", 3, (1, 1), name="cups")
    assert everything(session.project) == before
