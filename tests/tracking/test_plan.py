"""Which frames are tracked from which anchor, worked out by hand."""

import numpy as np

from dwell.tracking.plan import BACKWARD, FORWARD, Done, plan_passes, plan_stretches
from dwell.types import Direction

BOTH = FORWARD | BACKWARD


def done(n_frames, anchors, tracked=(), absent=()):
    directions = np.zeros(n_frames, dtype=np.int64)
    for start, stop, bits in tracked:
        directions[start:stop] = bits
    anchors = np.array(anchors, dtype=np.int64)
    return Done(anchors, np.setdiff1d(anchors, absent), directions)


def passes(known, span=None, direction=Direction.BOTH, object_id=1):
    span = span or (0, len(known.directions))
    found = plan_passes(object_id, known, span, direction)
    return [(each.direction.value, each.begin, each.last) for each in found]


def test_one_anchor_is_tracked_to_both_ends():
    assert passes(done(10, [4])) == [("backward", 4, 0), ("forward", 4, 9)]


def test_between_two_anchors_both_sides_are_tracked():
    assert passes(done(10, [0, 9])) == [("forward", 0, 8), ("backward", 9, 1)]


def test_neighbouring_anchors_leave_nothing_to_do():
    assert passes(done(3, [0, 1, 2])) == []


def test_no_anchor_no_pass():
    assert passes(done(10, [])) == []


def test_what_is_tracked_is_left_alone():
    assert passes(done(10, [0], [(1, 10, FORWARD)])) == []
    assert passes(done(10, [0], [(1, 6, FORWARD)])) == [("forward", 0, 9)]
    (each,) = plan_passes(1, done(10, [0], [(1, 6, FORWARD)]), (0, 10), Direction.BOTH)
    assert np.flatnonzero(each.todo).tolist() == [6, 7, 8, 9]


def test_a_correction_redoes_only_the_gaps_beside_it():
    known = done(30, [0, 10, 20], [(1, 10, BOTH), (21, 30, FORWARD)])  # 11 … 19 became out of date
    assert passes(known) == [("forward", 10, 19), ("backward", 20, 11)]


def test_a_span_ends_tracking_but_it_starts_at_the_anchor():
    assert passes(done(100, [10]), span=(50, 60)) == [("forward", 10, 59)]
    assert passes(done(100, [90]), span=(50, 60)) == [("backward", 90, 50)]
    assert passes(done(100, [10, 20]), span=(50, 60)) == [("forward", 20, 59)]


def test_one_direction_only():
    assert passes(done(10, [4]), direction=Direction.FORWARD) == [("forward", 4, 9)]
    assert passes(done(10, [2, 6]), direction=Direction.BACKWARD) == [("backward", 2, 0), ("backward", 6, 3)]


def test_support_is_the_nearest_other_anchor_on_each_side():
    found = plan_passes(1, done(100, [10, 30, 33, 60, 90]), (0, 100), Direction.FORWARD)
    support = {each.begin: each.support for each in found}
    assert support == {10: (30,), 30: (10, 60), 33: (10, 60), 60: (33, 90), 90: (60,)}


def test_support_shows_the_aoi():
    known = done(100, [10, 30, 60], absent=[30])
    found = plan_passes(1, known, (0, 100), Direction.FORWARD)
    assert {each.begin: each.support for each in found} == {10: (60,), 30: (10, 60), 60: (10,)}
    near = done(10, [4, 5], absent=[4])  # of an absent one, even the next frame shows something new
    (each,) = plan_passes(1, near, (0, 10), Direction.BACKWARD)
    assert (each.begin, each.support) == (4, (5,))


def test_an_aoi_that_no_anchor_shows_is_not_tracked():
    assert passes(done(10, [2, 6], absent=[2, 6])) == []


def test_anchors_at_the_ends_and_filler_everywhere():
    assert passes(done(10, [0, 9]), direction=Direction.BACKWARD) == [("backward", 9, 1)]
    assert passes(done(1, [0])) == []
    assert passes(done(10, [5], [(0, 5, BOTH), (6, 10, BOTH)])) == []
    assert passes(done(0, [], [])) == []


def test_two_aois_share_a_stretch_where_both_are_tracked():
    first = plan_passes(1, done(10, [0]), (0, 10), Direction.FORWARD)
    second = plan_passes(2, done(10, [4]), (0, 8), Direction.FORWARD)
    stretches = plan_stretches([*first, *second], Direction.FORWARD)
    seen = [(s.first, s.last, [p.object_id for p in s.passes]) for s in stretches]
    assert seen == [(0, 4, [1]), (4, 7, [1, 2]), (7, 9, [1])]
    assert sum(len(s) for s in stretches) == 9  # every frame once, for both


def test_backward_stretches_run_backwards():
    found = plan_passes(1, done(10, [3, 9]), (0, 10), Direction.BACKWARD)
    stretches = plan_stretches(found, Direction.BACKWARD)
    assert [(s.first, s.last, s.step) for s in stretches] == [(9, 4, -1), (3, 0, -1)]


def test_frames_between_distant_passes_are_skipped():
    found = plan_passes(1, done(100, [0, 5, 90], [(6, 90, BOTH)]), (0, 100), Direction.FORWARD)
    stretches = plan_stretches(found, Direction.FORWARD)
    assert [(s.first, s.last) for s in stretches] == [(0, 4), (90, 99)]
