"""Several AOIs become one: which masks, prompts, parts and marks it then has, and how it was before."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from dwell.errors import PromptError, UnknownAoi
from dwell.masks import Mask, MaskRecord
from dwell.project import merging
from dwell.prompts import Absent, Box, MaskPrompt, Point
from dwell.types import Direction, Origin, State
from project.drawing import SIZE_HW, by_model, by_user, everything

NOWHERE = Mask.empty(SIZE_HW)


@pytest.fixture
def two(project):
    """cup 1 and mug 2: the same thing, as it turns out."""
    project.add_aoi("cup", "#ff0000", "dishes")
    project.add_aoi("mug", "#00ff00")
    return project


def box(x0, y0, x1, y1):
    return Mask.from_box((x0, y0, x1, y1), SIZE_HW)


LEFT, RIGHT, APART = box(0, 0, 10, 10), box(5, 0, 20, 10), box(30, 0, 40, 10)
BOTH = box(0, 0, 20, 10)


def model(object_id, mask, frame_idx=3, score=0.5, **more):
    state = State.VISIBLE if mask else State.ABSENT
    way = Direction.FORWARD
    return replace(MaskRecord(object_id, frame_idx, mask, state, score, Origin.MODEL, way), **more)


def given(object_id, mask, frame_idx=3, origin=Origin.USER):
    state = State.VISIBLE if mask else State.ABSENT
    return MaskRecord(object_id, frame_idx, mask, state, float("nan"), origin, None)


KINDS = {
    "approved": lambda i, mask: [model(i, mask, approved=True)],
    "user": lambda i, mask: [given(i, mask)],
    "user says absent": lambda i, mask: [given(i, NOWHERE)],
    "proposed": lambda i, mask: [given(i, mask, origin=Origin.PROPOSED)],
    "model": lambda i, mask: [model(i, mask)],
    "model says absent": lambda i, mask: [model(i, NOWHERE)],
    "lost": lambda i, mask: [model(i, NOWHERE, state=State.LOST)],
    "nothing": lambda i, mask: [],
}
"""From what comes first to what comes last."""


@pytest.mark.parametrize(("better", "worse"), list(itertools.combinations(KINDS, 2)))
@pytest.mark.parametrize("keep", [1, 2])
def test_of_two_masks_on_a_frame_the_surer_one_stays(two, better, worse, keep):
    """Whichever AOI it belongs to, though the masks overlap."""
    two.write_masks(KINDS[better](keep, LEFT))
    two.write_masks(KINDS[worse](3 - keep, RIGHT))
    (expected,) = KINDS[better](keep, LEFT)
    assert two.merge_aois(1, [2]).object_id == 1
    assert same(two.record(1, 3), replace(expected, object_id=1))
    assert [aoi.name for aoi in two.aois()] == ["cup"]


@pytest.mark.parametrize("kind", ["user", "proposed", "model"])
def test_equals_that_overlap_are_joined(two, kind):
    for i, mask in ((1, LEFT), (2, RIGHT)):
        two.write_masks(KINDS[kind](i, mask))
    (expected,) = KINDS[kind](1, BOTH)
    two.merge_aois(1, [2])
    assert same(two.record(1, 3), expected)


@pytest.mark.parametrize("keep", [1, 2])
def test_of_approved_masks_the_kept_ones_stays_as_it_is(two, keep):
    """Though the other overlaps it and has the higher score, or a person made it."""
    two.write_masks([model(keep, LEFT, score=0.4, approved=True), model(3 - keep, RIGHT, approved=True)])
    two.write_masks([model(keep, LEFT, 4, approved=True), replace(given(3 - keep, RIGHT, 4), approved=True)])
    two.merge_aois(keep, [3 - keep])
    assert same(two.record(keep, 3), model(keep, LEFT, score=0.4, approved=True))
    assert same(two.record(keep, 4), model(keep, LEFT, 4, approved=True))


def same(one, other):
    """Equal in all but the signals, with NaN equal to itself."""
    assert one.mask == other.mask

    def said(r):
        return r.object_id, r.state, str(r.score), r.origin, r.direction, r.approved, r.check

    return said(one) == said(other)


@pytest.mark.parametrize(
    ("other", "touches"),
    [
        (box(10, 0, 20, 10), True),  # side by side
        (box(10, 10, 20, 20), True),  # at a corner
        (box(11, 0, 20, 10), False),
        (box(2, 2, 4, 4), True),  # inside
    ],
)
def test_masks_are_joined_if_they_touch(two, other, touches):
    two.write_masks([model(1, LEFT, score=0.75), model(2, other, score=0.5)])
    two.merge_aois(1, [2])
    assert two.record(1, 3).mask == (LEFT | other if touches else LEFT)
    assert two.record(1, 3).score == 0.75


def test_what_lies_in_the_hole_of_a_ring_does_not_touch_it(two):
    ring = box(0, 0, 20, 20) - box(5, 5, 15, 15)
    two.write_masks([model(1, ring, score=0.75), model(2, box(8, 8, 12, 12), score=0.5)])
    two.merge_aois(1, [2])
    assert two.record(1, 3).mask == ring


@pytest.mark.parametrize(("score", "stays"), [(0.7, APART), (0.5, LEFT), (0.3, LEFT)])
def test_of_masks_that_lie_apart_the_surer_one_stays(two, score, stays):
    two.write_masks([model(1, LEFT, score=0.5), model(2, APART, score=score)])
    two.merge_aois(1, [2])
    assert two.record(1, 3).mask == stays


def test_three_masks_are_joined_through_the_one_between_them(two):
    two.add_aoi("beaker")
    two.write_masks([model(1, LEFT, score=0.9), model(2, box(20, 0, 30, 10)), model(3, RIGHT, check=True)])
    two.merge_aois(1, [2, 3])
    assert two.record(1, 3) == model(1, box(0, 0, 30, 10), score=0.9, check=True)


def test_what_is_up_to_date_comes_before_what_is_not(two):
    two.write_masks([model(1, LEFT, 3), model(2, RIGHT, 3), model(1, LEFT, 4), model(2, RIGHT, 4)])
    two.mark_stale(1, 3, 5)
    two.mark_stale(2, 4, 5)
    two.merge_aois(1, [2])
    assert two.record(1, 3, stale=False) == model(1, RIGHT, 3)
    assert two.record(1, 4, stale=False) is None, "both were out of date, and so is what they make together"
    assert two.record(1, 4) == model(1, BOTH, 4)


def test_frames_of_one_alone_are_the_same_rows_as_before(two):
    run = two.begin_run("colour", {}, "1")
    two.write_masks([by_model(2, f) for f in range(900)], run)
    before = two.masklet(2)
    two.merge_aois(1, [2])
    after = two.masklet(1)
    assert after.frame_idx.tolist() == list(range(900))
    assert after.content.tolist() == before.content.tolist()
    assert [after.mask(f) for f in (0, 511, 512, 899)] == [by_model(1, f).mask for f in (0, 511, 512, 899)]
    assert two.masks_by_run() == {run: 900}
    [again] = two.masklets(before=[after])
    assert again is after


def test_merging_is_one_step_that_can_be_taken_back_and_done_again(two):
    two.add_aoi("lid", part_of=2)
    two.add_prompt(2, 3, Point(3, 3))
    two.write_masks(by_model(1, f) for f in range(60))
    two.write_masks(by_model(2, f, side=12) for f in range(50, 70))
    two.write_masks([by_user(2, 3)])
    two.mark_stale(1, 10, 20)
    two.set_fixation_mark(10, [1, 2, 3])
    before = everything(two)
    two.merge_aois(1, [2])
    after = everything(two)
    assert [aoi.part_of for aoi in two.aois()] == [None, 1]
    assert two.undo() == "merge mug into cup"
    assert everything(two) == before
    assert two.redo() == "merge mug into cup"
    assert everything(two) == after
    two.undo()
    assert everything(two) == before


def test_how_things_were_before_is_still_known(two):
    two.write_masks([model(1, LEFT, 3), model(2, RIGHT, 3), model(2, RIGHT, 4)])
    two.merge_aois(1, [2])
    step = two.next_undo()
    assert two.records_before(step.id, 3) == {1: model(1, LEFT, 3), 2: model(2, RIGHT, 3)}
    assert two.records_before(step.id, 4) == {2: model(2, RIGHT, 4)}
    assert two.records_at(4) == {1: model(1, RIGHT, 4)}


def test_a_long_video_is_merged_a_few_frames_at_a_time(two, monkeypatch):
    """With the same result as all at once, at every border of the pieces."""
    monkeypatch.setattr(merging, "FRAMES", 4)
    two.write_masks(model(1, LEFT, f) for f in range(2, 23))
    two.write_masks(model(2, RIGHT, f) for f in range(7, 31))
    two.merge_aois(1, [2])
    masklet = two.masklet(1)
    assert masklet.frame_idx.tolist() == list(range(2, 31))
    expected = [LEFT] * 5 + [BOTH] * 16 + [RIGHT] * 8
    assert [masklet.mask(f) for f in range(2, 31)] == expected


def test_prompts_come_along(two):
    two.add_prompt(1, 0, Point(1, 1))
    two.add_prompt(2, 5, Box(1, 1, 5, 5))
    two.write_masks([given(1, LEFT, 0), given(2, RIGHT, 5)])
    two.merge_aois(1, [2])
    assert [each.prompt for each in two.prompts(1)] == [Point(1, 1), Box(1, 1, 5, 5)]
    assert two.prompt_frames(1) == [0, 5]


def test_prompts_whose_mask_has_to_go_go_with_it(two):
    two.add_prompt(1, 3, Absent())
    two.add_prompt(2, 3, Point(6, 6))
    two.write_masks([given(1, NOWHERE), given(2, RIGHT)])
    two.merge_aois(1, [2])
    assert [each.prompt for each in two.prompts(1)] == [Point(6, 6)]
    assert two.record(1, 3).mask == RIGHT


def test_where_prompted_masks_are_joined_the_whole_is_the_choice_among_what_the_prompts_say(two):
    two.add_prompt(1, 3, Point(1, 1))
    two.add_prompt(2, 3, Point(16, 6))
    two.write_masks([given(1, LEFT), given(2, RIGHT)])
    two.merge_aois(1, [2])
    assert [each.prompt for each in two.prompts(1)] == [Point(1, 1), Point(16, 6), MaskPrompt(BOTH)]


def test_marks_of_fixations_follow(two):
    two.add_aoi("spoon")
    for start_ns, object_ids in ((10, [2]), (20, [1, 2]), (30, [2, 3]), (40, [3]), (50, [])):
        two.set_fixation_mark(start_ns, object_ids)
    two.merge_aois(1, [2])
    assert two.fixation_marks() == {10: (1,), 20: (1,), 30: (1, 3), 40: (3,), 50: ()}


def test_parts_of_the_others_become_its_parts(two):
    two.add_aoi("table")
    two.edit_aoi(1, part_of=3)
    two.add_aoi("handle", part_of=2)
    assert two.merge_aois(1, [2]).part_of == 3, "what it was part of stays"
    assert {aoi.name: aoi.part_of for aoi in two.aois()} == {"cup": 3, "table": None, "handle": 1}


def test_what_was_part_of_what_it_takes_in_is_part_of_nothing(two):
    """mug > body > cup: with the mug in it, the cup is a whole that the body is part of."""
    two.add_aoi("body", part_of=2)
    two.edit_aoi(1, part_of=3)
    assert two.merge_aois(1, [2]).part_of is None
    assert two.aoi("body").part_of == 1
    two.undo()
    assert two.merge_aois(1, [3]).part_of is None
    assert two.aoi("mug").part_of is None


def test_a_whole_can_take_in_its_parts(two):
    two.edit_aoi(2, part_of=1)
    two.add_aoi("handle", part_of=2)
    two.merge_aois(1, [2])
    assert {aoi.name: aoi.part_of for aoi in two.aois()} == {"cup": None, "handle": 1}


def test_memories_of_trackers_are_dropped(two):
    for i in (1, 2):
        two.save_checkpoint(i, Direction.FORWARD, 4, b"memory", "key")
    two.add_aoi("spoon")
    two.save_checkpoint(3, Direction.FORWARD, 4, b"memory", "key")
    two.merge_aois(1, [2])
    left = [i for i in (1, 2, 3) if two.checkpoints(i, Direction.FORWARD)]
    assert left == [3]


def test_there_must_be_another_aoi(two):
    before = everything(two)
    for others in ([], [1], [1, 2]):
        with pytest.raises(PromptError, match="into 'cup'"):
            two.merge_aois(1, others)
    with pytest.raises(UnknownAoi):
        two.merge_aois(1, [9])
    with pytest.raises(UnknownAoi):
        two.merge_aois(9, [1])
    assert everything(two) == before


def test_random_merges_are_those_of_a_slow_loop(project):
    """Frame by frame over plain records, and undone to what was there."""
    rng = np.random.default_rng(4)
    for name in "abc":
        project.add_aoi(name)
    for i, f in itertools.product((1, 2, 3), range(60)):
        x, y, kind = int(rng.integers(0, 50)), int(rng.integers(0, 30)), int(rng.integers(0, 9))
        mask = box(x, y, x + 9, y + 9)
        record = [
            model(i, mask, f, round(float(rng.random()), 2)),
            model(i, NOWHERE, f),
            model(i, NOWHERE, f, state=State.LOST),
            model(i, mask, f, approved=True),
            given(i, mask, f),
            given(i, mask, f, Origin.PROPOSED),
        ]
        project.write_masks(record[kind : kind + 1])
        if kind == 0 and rng.random() < 0.3:
            project.mark_stale(i, f, f + 1)
    before = everything(project)
    expected = {f: slow_merge(project, f) for f in range(60)}
    project.merge_aois(2, [1, 3])
    for f, record in expected.items():
        found = project.record(2, f)
        assert (found is None) == (record is None)
        assert record is None or same(found, record)
    project.undo()
    assert everything(project) == before


def slow_merge(project, frame_idx):
    stale = {i for i in (1, 2, 3) if project.record(i, frame_idx, stale=False) is None}
    records = list(project.records_at(frame_idx).values())
    for choose in (
        lambda r: r.approved,
        lambda r: r.origin is Origin.USER,
        lambda r: r.origin is Origin.PROPOSED,
        lambda r: r.state is State.VISIBLE,
        lambda r: r.state is State.ABSENT,
        lambda r: r.object_id not in stale,
    ):
        records = [r for r in records if choose(r)] or records
    if not records:
        return None
    best = max(records, key=lambda r: (-1 if np.isnan(r.score) else r.score, r.object_id == 2, -r.object_id))
    mask = best.mask.to_array()
    for _ in range(3):
        reach = np.pad(mask, 1)
        near = np.any([reach[y : y + 40, x : x + 60] for y in range(3) for x in range(3)], axis=0)
        for r in records:
            if (near & r.mask.to_array()).any():
                mask = mask | r.mask.to_array()
    return replace(best, object_id=2, mask=Mask.from_array(mask))
