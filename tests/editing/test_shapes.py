"""The tools that change what masks show: what stays, what is left alone, and how it was before."""

from dataclasses import replace

import numpy as np
import pytest

from dwell.editing import Why, fill_holes, grow, intersect, remove_specks, shrink, subtract, union
from dwell.errors import Cancelled, PromptError, UnknownAoi
from dwell.masks import MaskRecord
from dwell.prompts import Absent, MaskPrompt, Point
from dwell.types import State
from editing.scenes import NOWHERE, SIZE_HW, box, draw, left, mask_at, scene, stale_frames, track, tracked
from project.drawing import everything

FULL = box(10, 10, 20, 20)
HOLED = FULL - box(12, 12, 14, 14)  # a hole of 4 px
SPECKED = FULL | box(30, 10, 33, 11)  # a speck of 3 px


def test_only_the_pixels_of_a_trackers_mask_change():
    session = scene(20, "cup")
    run = session.project.begin_run("colour", {}, "1")
    session.project.write_masks([tracked(1, 3, HOLED, check=True)], run)
    report = fill_holes(session, "cup")
    share = FULL.area / (SIZE_HW[0] * SIZE_HW[1])
    before = tracked(1, 3, HOLED, check=True)
    expected = replace(before, mask=FULL, signals=replace(before.signals, frame_share=share))
    assert session.project.record(1, 3) == expected
    assert session.project.masks_by_run() == {run: 1}
    assert (report.n_masks, report.n_user_made, report.n_approved, report.left) == (1, 0, 0, ())
    assert [each.name for each in report.aois] == ["cup"]
    assert report.lines() == ["fill holes of cup: 1 mask."]


def test_the_sizes_say_what_goes():
    session = scene(20, "cup")
    track(session, 1, {1: HOLED, 2: SPECKED})
    assert fill_holes(session, max_px=3).n_masks == 0
    assert fill_holes(session, max_px=4).n_masks == 1
    assert remove_specks(session, min_px=3).n_masks == 0
    assert remove_specks(session, min_px=4).n_masks == 1
    assert (mask_at(session, 1, 1), mask_at(session, 1, 2)) == (FULL, FULL)
    assert grow(session, "cup", 1, (1, 2)).n_masks == 1
    assert mask_at(session, 1, 1).area == 100 + 4 * 10
    assert shrink(session, "cup", 1, (2, 3)).n_masks == 1
    assert mask_at(session, 1, 2) == box(11, 11, 19, 19)


def test_a_span_keeps_to_its_frames_and_aois():
    session = scene(20, "cup", "mug")
    for object_id in (1, 2):
        track(session, object_id, dict.fromkeys(range(6), HOLED))
    fill_holes(session, ["mug"], (2, 4))
    assert [mask_at(session, 2, f) == FULL for f in range(6)] == [False, False, True, True, False, False]
    assert all(mask_at(session, 1, f) == HOLED for f in range(6))


def test_many_batches_are_one_step():
    session = scene(600, "cup")
    track(session, 1, dict.fromkeys(range(600), HOLED))
    before, n_steps = everything(session.project), len(session.project.history())
    seen = []
    report = fill_holes(session, progress=lambda done, total: seen.append((done, total)))
    assert report.n_masks == 600
    assert seen == [(512, 600), (600, 600)]
    assert all(mask_at(session, 1, f) == FULL for f in (0, 511, 512, 599))
    assert len(session.project.history()) == n_steps + 1
    after = everything(session.project)
    assert session.project.undo() == "fill holes of cup"
    assert everything(session.project) == before
    session.project.redo()
    assert everything(session.project) == after


def test_cancelling_takes_all_of_it_back():
    session = scene(600, "cup")
    track(session, 1, dict.fromkeys(range(600), HOLED))
    before, steps = everything(session.project), session.project.history()

    def stop(done, total):
        if done > 512:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        fill_holes(session, progress=stop)
    assert everything(session.project) == before
    assert session.project.history() == steps


def test_what_changes_nothing_leaves_no_step():
    session = scene(20, "cup")
    track(session, 1, {3: FULL})
    steps = session.project.history()
    assert fill_holes(session).aois == ()
    assert session.project.history() == steps


def test_approved_masks_are_left_alone_and_counted():
    session = scene(20, "cup")
    track(session, 1, dict.fromkeys(range(6), HOLED))
    session.project.set_approved(1, 2, 4)
    report = fill_holes(session)
    assert left(report) == {Why.APPROVED: [2, 3]}
    assert (report.n_masks, report.n_left) == (4, 2)
    assert "cup, 2 frames left alone: approved." in report.lines()
    assert mask_at(session, 1, 2) == HOLED


def test_told_so_approved_masks_change_and_stay_approved():
    session = scene(20, "cup")
    track(session, 1, dict.fromkeys(range(6), HOLED))
    session.project.set_approved(1, 2, 4)
    report = fill_holes(session, approved=True)
    assert (report.n_masks, report.n_approved, report.left) == (6, 2, ())
    assert session.project.record(1, 2).mask == FULL
    assert session.project.record(1, 2).approved


def test_out_of_date_masks_are_left_alone_and_counted():
    session = scene(20, "cup")
    track(session, 1, dict.fromkeys(range(6), HOLED))
    session.project.mark_stale(1, 4, 6)
    assert left(fill_holes(session)) == {Why.STALE: [4, 5]}
    assert stale_frames(session, 1) == [4, 5]
    assert mask_at(session, 1, 5) == HOLED


def test_frames_without_a_mask_are_no_news():
    session = scene(20, "cup")
    track(session, 1, {1: NOWHERE})
    track(session, 1, {2: NOWHERE}, state=State.LOST)
    assert fill_holes(session).left == ()


def test_a_persons_mask_stays_a_persons_and_its_prompt_follows():
    session = scene(20, "cup")
    draw(session, 1, 5, HOLED)
    track(session, 1, dict.fromkeys(range(6, 10), HOLED))
    report = fill_holes(session)
    record = session.project.record(1, 5)
    assert (str(record.origin), record.direction, np.isnan(record.score)) == ("user", None, True)
    assert [each.prompt for each in session.project.prompts(1, 5)] == [MaskPrompt(FULL)]
    assert report.n_user_made == 1
    assert stale_frames(session, 1) == [], "what was tracked from it was changed, too"


def test_clicks_stay_and_the_new_mask_stands_after_them():
    """As one that was chosen; and an earlier choice gives way."""
    session = scene(20, "cup")
    session.project.add_prompt(1, 5, Point(11, 11))
    draw(session, 1, 5, SPECKED - box(12, 12, 14, 14))
    fill_holes(session)
    remove_specks(session)
    assert [each.prompt for each in session.project.prompts(1, 5)] == [Point(11, 11), MaskPrompt(FULL)]


def test_shrinking_to_nothing_is_not_done_but_counted():
    session = scene(20, "cup")
    track(session, 1, {3: box(5, 5, 7, 7), 4: FULL})
    report = shrink(session, "cup", 1)
    assert left(report) == {Why.NOTHING_LEFT: [3]}
    assert mask_at(session, 1, 3) == box(5, 5, 7, 7)
    assert mask_at(session, 1, 4) == box(11, 11, 19, 19)


# -------------------------------------------------------------------- with another AOI

CUP, HAND = box(10, 10, 20, 20), box(15, 10, 30, 20)


@pytest.mark.parametrize(
    ("tool", "expected"),
    [(union, box(10, 10, 30, 20)), (intersect, box(15, 10, 20, 20)), (subtract, box(10, 10, 15, 20))],
)
def test_two_aois_are_combined(tool, expected):
    session = scene(20, "cup", "hand")
    track(session, 1, {3: CUP, 4: CUP})
    track(session, 2, {3: HAND, 5: HAND})
    report = tool(session, "cup", "hand")
    assert mask_at(session, 1, 3) == expected
    assert mask_at(session, 2, 3) == HAND
    assert left(report) == {Why.OTHER_UNKNOWN: [4]}
    assert [each.name for each in report.aois] == ["cup"]


def test_where_the_other_is_absent_nothing_is_taken_or_added():
    session = scene(20, "cup", "hand")
    track(session, 1, {3: CUP})
    track(session, 2, {3: NOWHERE})
    assert union(session, "cup", "hand").n_masks == 0
    assert subtract(session, "cup", "hand").n_masks == 0
    assert left(intersect(session, "cup", "hand")) == {Why.NOTHING_LEFT: [3]}


@pytest.mark.parametrize("state", [State.LOST, "out of date"])
def test_where_nobody_knows_the_other_the_mask_is_left_alone(state):
    session = scene(20, "cup", "hand")
    track(session, 1, {3: CUP})
    if state is State.LOST:
        track(session, 2, {3: NOWHERE}, state=state)
    else:
        track(session, 2, {3: HAND})
        session.project.mark_stale(2, 3, 4)
    assert left(subtract(session, "cup", "hand")) == {Why.OTHER_UNKNOWN: [3]}


def test_an_aoi_that_is_covered_is_left_alone_or_said_to_be_absent():
    session = scene(20, "cup", "hand")
    draw(session, 1, 3, CUP)
    track(session, 2, {3: box(0, 0, 40, 40)})
    assert left(subtract(session, "cup", "hand")) == {Why.NOTHING_LEFT: [3]}
    before = everything(session.project)
    subtract(session, "cup", "hand", absent=True)
    record = session.project.record(1, 3)
    assert (record.state, str(record.origin)) == (State.ABSENT, "user")
    assert [each.prompt for each in session.project.prompts(1, 3)] == [Absent()]
    session.project.undo()
    assert everything(session.project) == before


def test_the_other_is_read_over_many_batches():
    session = scene(600, "cup", "hand")
    track(session, 1, {f: CUP for f in range(0, 600, 2)})
    track(session, 2, dict.fromkeys(range(600), HAND))
    assert subtract(session, "cup", "hand").n_masks == 300
    assert {mask_at(session, 1, f) for f in range(0, 600, 2)} == {box(10, 10, 15, 20)}


# -------------------------------------------------------------------- what cannot be meant


@pytest.mark.parametrize("tool", [union, intersect, subtract])
def test_an_aoi_is_not_combined_with_itself(tool):
    session = scene(20, "cup")
    with pytest.raises(PromptError, match="'cup' cannot be combined with itself"):
        tool(session, "cup", 1)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda s: fill_holes(s, max_px=0), "max_px: expected at least 1 px, got 0"),
        (lambda s: remove_specks(s, min_px=-3), "min_px: expected at least 1 px, got -3"),
        (lambda s: grow(s, None, 0), "px: expected more than 0 and at most 1000, got 0"),
        (lambda s: shrink(s, None, float("nan")), "got nan"),
        (lambda s: fill_holes(s, span=(9, 9)), r"frames 0 … 19, got \(9, 9\)"),
        (lambda s: fill_holes(s, span=(20, 30)), "frames 0 … 19"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        wrong(scene(20, "cup"))


def test_unknown_aois_and_empty_projects_are_refused():
    with pytest.raises(UnknownAoi, match="mug"):
        fill_holes(scene(20, "cup"), ["mug"])
    with pytest.raises(PromptError, match="no AOI to edit"):
        fill_holes(scene(20))


def test_records_are_compared_whole():
    """The helper that these tests rely on tells scores apart."""
    assert tracked(1, 3, FULL) != tracked(1, 3, FULL, score=0.5)
    assert isinstance(tracked(1, 3, FULL), MaskRecord)
