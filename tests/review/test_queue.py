"""The review queue: a planted failure comes first, weights can be worked out, approval clears them."""

import dataclasses

import numpy as np
import pytest

from dwell.app.messages import Moment as MomentMessage
from dwell.gaze import MappingOptions, Section, map_fixations
from dwell.masks import Signals
from dwell.review import ReviewOptions, rank_moments
from dwell.types import Direction, Origin, State
from review.planted import (
    MAPPING,
    PLANTED,
    SECTION,
    WORLD,
    by_hand,
    mapped,
    masklet,
    planted,
    record,
    shifted,
)

MS = 1_000_000


def ranked(*masklets, options=None, mapping=MAPPING, **more):
    return rank_moments(mapped(*masklets, options=mapping), SECTION, options=options, **more)


# ------------------------------------------------------------------ a planted failure


def test_a_planted_failure_is_found_at_the_top():
    queue = ranked(planted(), masklet("blue"))
    first = queue.moments[0]
    assert (first.object_id, first.first_frame, first.stop_frame) == (1, PLANTED.start, PLANTED.stop)
    assert first.frame_idx in PLANTED
    assert first.reason == "doubtful"
    assert first.doubt == pytest.approx(0.7)
    assert first.start_ns == WORLD.times_ns[PLANTED.start]
    assert first.end_ns == WORLD.times_ns[PLANTED.stop]
    assert first.weight > 0.9
    assert "mask of red is doubtful" in first.why


def test_its_weight_is_the_chance_of_error_times_the_visit_it_cuts_in_two():
    """Gaze is on red's centre, the mask 22 px or 11° below; what counts is where red was a frame before.

    Frame 12, and 15 from the other side: gaze is in red's box of 40 ms ago, and 0.7 × 0.5 × exp(-0.04) is the
    chance; in frames 13 and 14 it is exp(-0.08). Being likely, they join the samples before and after them
    to one stay: the whole look of 400 ms.
    """
    queue = ranked(planted())
    worst, milder = 0.35 * np.exp(-0.04), 0.35 * np.exp(-0.08)
    sound = 0.05 * 0.25  # in the middle of a mask of little doubt: less than counts
    assert sound < ReviewOptions().least
    assert queue.total_ms == pytest.approx(400 * worst)
    assert len(queue.moments) == 1
    assert queue.moments[0].affected_ms == pytest.approx(400)
    assert queue.moments[0].frame_idx in (12, 15)
    assert milder < worst


def test_approving_a_moment_clears_its_share():
    before = ranked(planted(), masklet("blue", [record("blue", 33, score=0.5)]))
    first, second = before.moments
    assert (first.object_id, second.object_id) == (1, 2)
    approved = [
        record("red", i, mask=shifted("red", i), score=0.3, approved=True)
        for i in range(first.first_frame, first.stop_frame)
    ]
    after = ranked(masklet("red", approved), masklet("blue", [record("blue", 33, score=0.5)]))
    assert after.total_ms == pytest.approx(before.total_ms * (1 - first.weight))
    assert [each.object_id for each in after.moments] == [2]
    corrected = ranked(masklet("red", [by_hand("red", i) for i in PLANTED]), masklet("blue"))
    assert corrected.moments == ()
    assert corrected.total_ms == 0


def test_a_failure_that_nobody_looks_at_is_not_worth_a_look():
    assert ranked(planted(range(40, 45))).moments == ()
    assert ranked(planted(score=0.96)).moments == (), "nor one that nothing tells of, far from gaze"


def test_longer_visits_come_first():
    """The same doubt on one frame of each look; gaze on blue lasts but 120 ms in this section."""
    doubted = [masklet(name, [record(name, i, score=0.4)]) for name, i in (("red", 15), ("blue", 31))]
    end_ns = int(WORLD.times_ns[33])
    section = Section("r", "R", WORLD.start_ns, end_ns=end_ns)
    queue = rank_moments(mapped(*doubted), section)
    assert [each.object_id for each in queue.moments] == [1, 2]
    assert [each.affected_ms for each in queue.moments] == [pytest.approx(400), pytest.approx(120)]
    assert queue.moments[0].weight / queue.moments[1].weight == pytest.approx(400 / 120)


# ------------------------------------------------------------------ why


def reasons(*masklets, **more):
    return [each.reason for each in ranked(*masklets, **more).moments]


def test_a_lost_aoi_weighs_by_how_near_gaze_is_to_where_it_was():
    lost = masklet("red", [record("red", 12, state=State.LOST, score=0.0)])
    queue = ranked(lost)
    assert [each.reason for each in queue.moments] == ["lost"]
    assert queue.moments[0].doubt == 1
    assert queue.moments[0].border_deg is None
    # 0.05 + 0.45 × exp(-40 ms / 1 s): in the box of the frame before; the look of 400 ms hangs on it.
    assert queue.total_ms == pytest.approx(400 * (0.05 + 0.45 * np.exp(-0.04)))


def test_gaze_on_something_else_weighs_little_where_an_aoi_is_lost():
    away = masklet("red", [record("red", i, state=State.LOST, score=0.0) for i in range(30, 40)])
    queue = ranked(away)
    # Gaze on blue is at (40, 45). Red's box of frame 29 has x 33 … 49 and ends at y 23: 22 px or 11° above.
    highest = 0.05 + 0.45 * np.exp(-11 / 3 - 0.04)
    assert highest < ReviewOptions().likely, "no sample is likely to be a hit, so none endangers a visit"
    assert 400 * 0.05 < queue.total_ms < 400 * highest


def test_an_aoi_that_was_never_tracked_counts_evenly_for_all_gaze():
    never = masklet("red", left_out=range(50))
    queue = ranked(never)
    assert [(each.reason, each.affected_ms) for each in queue.moments] == [
        ("untracked", pytest.approx(400)),
        ("untracked", pytest.approx(400)),
    ]
    assert queue.total_ms == pytest.approx(0.05 * 800)
    assert "never tracked" in queue.moments[0].why


def test_stale_masks_are_told_from_frames_that_were_never_tracked():
    gone = masklet("red", left_out=range(12, 16))
    assert reasons(gone) == ["untracked"]
    assert reasons(gone, stale={1: np.arange(12, 16)}) == ["stale"]
    half = ranked(gone, stale={1: np.array([12, 13])}).moments
    assert {(each.reason, each.first_frame, each.stop_frame) for each in half} == {
        ("stale", 12, 14),
        ("untracked", 14, 16),
    }


JUMPING = Signals(shift=0.9)
"""0.9 side lengths in one frame: doubt 0.9."""


@pytest.mark.parametrize(("direction", "later"), [(Direction.FORWARD, True), (Direction.BACKWARD, False)])
def test_after_a_jump_doubt_fades_in_the_order_of_tracking(direction, later):
    records = [record("red", i, direction=direction) for i in range(50)]
    records[15] = record("red", 15, direction=direction, signals=JUMPING, check=True)
    queue = ranked(masklet("red", records))
    first = queue.moments[0]
    assert first.reason == "jump"
    assert (first.frame_idx, first.doubt) == (15, pytest.approx(0.9))
    assert (first.first_frame, first.stop_frame) == ((15, 20) if later else (10, 16))


def test_doubt_about_a_jump_ends_at_the_next_frame_that_a_person_made():
    records = [record("red", 14, signals=JUMPING, check=True), by_hand("red", 16)]
    first, *others = ranked(masklet("red", records)).moments
    assert (first.first_frame, first.stop_frame) == (14, 16)
    assert others == []


def test_doubt_about_a_jump_ends_at_a_proposed_frame_too_as_tracking_began_there_anew():
    records = [record("red", 14, signals=JUMPING, check=True), proposed("red", 16)]
    jump = next(each for each in ranked(masklet("red", records)).moments if each.reason == "jump")
    assert (jump.first_frame, jump.stop_frame) == (14, 16)


def test_nobody_has_looked_at_a_proposed_frame():
    doubted = [record("red", i, score=0.3) for i in range(10, 20)]
    (moment,) = ranked(masklet("red", [*doubted, proposed("red", 14)])).moments
    assert (moment.first_frame, moment.stop_frame) == (10, 20)


def proposed(name, frame_idx):
    return dataclasses.replace(by_hand(name, frame_idx), origin=Origin.PROPOSED)


def test_an_aoi_that_was_just_found_again_says_so():
    again = [record("red", 12, check=True)]
    away = [
        record("red", i, state=State.ABSENT, score=0.9, signals=Signals(object_score=0.0)) for i in range(9)
    ]
    assert reasons(masklet("red", again)) == ["doubtful"]
    assert reasons(masklet("red", [*away, *again])) == ["just found"]


def test_absent_by_a_model_is_doubted_near_where_it_was():
    absent = [record("red", 12, state=State.ABSENT, score=0.9, signals=Signals(object_score=0.4))]
    queue = ranked(masklet("red", absent))
    assert queue.total_ms == pytest.approx(400 * 0.4 * np.exp(-0.04))
    assert queue.moments[0].doubt == pytest.approx(0.4)
    sure = [record("red", 12, state=State.ABSENT, score=0.9, signals=Signals(object_score=0.0))]
    assert ranked(masklet("red", sure)).moments == ()


def cut_off(last_x, *frames):
    """Blue, of which the mask ends at a column; gaze is on column 40. It is not in doubt."""
    mask = WORLD.truth(30)["blue"] & (np.arange(80) <= last_x)
    return masklet("blue", [record("blue", i, mask=mask, score=1.0) for i in frames])


def test_gaze_along_a_border_costs_the_samples_and_not_the_visit():
    queue = ranked(cut_off(40, 33, 34))  # half a degree inside
    assert queue.total_ms == pytest.approx(80 * 0.5 * np.exp(-0.5 / 0.4))
    assert [(each.reason, each.border_deg) for each in queue.moments] == [("border", 0.5)]
    assert queue.in_deg
    assert "0.5° from its border" in queue.moments[0].why


def test_where_nothing_says_how_large_a_degree_is_distances_are_in_px():
    queue = ranked(cut_off(40, 33), mapping=None, options=ReviewOptions(edge_px=2.0, near_px=2.0))
    assert queue.total_ms == pytest.approx(40 * 0.5 * np.exp(-1 / 2))
    assert not queue.in_deg
    assert "1.0 px from its border" in queue.moments[0].why


def test_distances_are_from_the_margin():
    queue = ranked(cut_off(41, 33), mapping=MappingOptions(px_per_degree=10.0, margin_deg=0.3))
    # -0.2° to the border, and so -0.5° to the border grown by 0.3°.
    assert queue.moments[0].border_deg == pytest.approx(0.5)
    assert queue.total_ms == pytest.approx(40 * 0.5 * np.exp(-0.5 / 0.4))


# ------------------------------------------------------------------ moments


def test_a_moment_ends_at_frames_that_a_person_made_or_approved():
    doubted = [record("red", i, score=0.3) for i in range(10, 20)]
    one = ranked(masklet("red", doubted))
    assert [(m.first_frame, m.stop_frame) for m in one.moments] == [(10, 20)]
    for settled in (by_hand("red", 14), record("red", 14, score=0.3, approved=True)):
        two = ranked(masklet("red", [*doubted, settled]))
        assert {(m.first_frame, m.stop_frame) for m in two.moments} == {(10, 14), (15, 20)}


def test_close_frames_make_one_moment_and_distant_ones_two():
    def spans(gap_ms):
        doubted = [record("red", i, score=0.3) for i in (11, 12, 17)]
        queue = ranked(masklet("red", doubted), options=ReviewOptions(merge_gap_ms=gap_ms))
        return {(m.first_frame, m.stop_frame) for m in queue.moments}

    assert spans(200) == {(11, 18)}
    assert spans(199) == {(11, 13), (17, 18)}


def test_slight_doubt_around_a_grave_one_is_a_moment_of_its_own():
    slight = [record("red", i, score=0.8) for i in range(10, 20)]  # 0.2 × 0.25
    grave = [record("red", i, score=0.1) for i in (14, 15)]
    queue = ranked(masklet("red", [*slight, *grave]))
    first = queue.moments[0]
    assert (first.first_frame, first.stop_frame) == (14, 16)
    assert {(m.first_frame, m.stop_frame) for m in queue.moments[1:]} == {(10, 14), (16, 20)}


def test_shares_add_up_and_tell_how_much_is_worth_doing():
    doubted = [record("red", 12, score=0.2), record("red", 18, score=0.55)]
    queue = ranked(
        masklet("red", doubted),
        masklet("blue", [record("blue", 33, score=0.5)]),
        options=ReviewOptions(merge_gap_ms=40),
    )
    weights = [each.weight for each in queue.moments]
    assert weights == sorted(weights, reverse=True)
    assert [each.cumulative for each in queue.moments] == pytest.approx(np.cumsum(weights))
    assert queue.moments[-1].cumulative == pytest.approx(1)
    assert [queue.n_for(share) for share in (0, weights[0] / 2, weights[0], weights[0] + 0.01, 1)] == [
        *(0, 1, 1, 2, 3)
    ]
    assert queue.n_for_target == queue.n_for(0.95)
    # A look, playing 40 ms, and correcting as often as the chance says.
    first = 2.4 + 0.04 + 4.5 * 0.8 * 0.5 * np.exp(-0.04)
    assert queue.seconds[0] == pytest.approx(first)
    assert queue.minutes_for(weights[0]) == pytest.approx(queue.seconds[0] / 60)
    with pytest.raises(ValueError, match=r"from 0 to 1, such as 0\.95, got 95"):
        queue.n_for(95)
    with pytest.raises(ValueError, match="target"):
        ranked(masklet("red"), target=-0.1)


def test_fixations_that_hang_on_a_moment_are_counted_but_for_those_put_by_hand():
    gaze_map = mapped(planted())
    by_rule = map_fixations(gaze_map, WORLD.fixations)
    put = map_fixations(gaze_map, WORLD.fixations, marks={int(by_rule.starts_ns[0]): (1,)})
    assert "and 1 fixation hang" in rank_moments(gaze_map, SECTION, by_rule).moments[0].why
    assert "400 ms of gaze hangs" in rank_moments(gaze_map, SECTION, put).moments[0].why


def test_moments_are_what_pages_are_sent():
    for each in ranked(planted(), masklet("blue", left_out=range(30, 35))).moments:
        MomentMessage(**dataclasses.asdict(each))


def test_only_gaze_in_the_section_counts():
    late = Section("r", "R", WORLD.start_ns, start_ns=int(WORLD.times_ns[25]))
    assert rank_moments(mapped(planted()), late).moments == ()


def test_without_gaze_aois_or_masks_the_queue_is_empty():
    empty = rank_moments(mapped(), SECTION)
    assert (empty.moments, empty.total_ms, empty.n_for_target, empty.minutes) == ((), 0, 0, 0)


@pytest.mark.parametrize(
    "options", [{"near_deg": 0.0}, {"likely": 1.5}, {"look_s": -1.0}, {"memory_ms": float("nan")}]
)
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        ReviewOptions(**options)
