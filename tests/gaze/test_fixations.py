"""Fixations on AOIs: by their samples, half-open in time, and honest about what is not known."""

import numpy as np
import pytest

from dwell.gaze import MappingOptions, Section, map_fixations, map_gaze
from dwell.types import State
from gaze.scene import MS, T0, box, disc, make_clock, make_fixations, make_gaze, make_masklet

LEFT = make_masklet(1, "left", dict.fromkeys(range(20), box(0, 0, 40, 60)))
SMALL = make_masklet(2, "small", dict.fromkeys(range(20), box(10, 10, 20, 20)))


def mapped(rows, spans_ms, masklets=(LEFT,), section=None, **options):
    gaze_map = map_gaze(make_gaze(rows), make_clock(20), masklets, MappingOptions(**options))
    return map_fixations(gaze_map, make_fixations(*spans_ms), section)


def every_5_ms(xs, start=0, **columns):
    return [(start + 5 * i, x, 30, columns) for i, x in enumerate(xs)]


IN, OUT = 5, 70


@pytest.mark.parametrize(
    ("xs", "rule", "assigned"),
    [
        ([IN, IN, IN, OUT], "majority", True),
        ([IN, IN, OUT, OUT], "majority", False),  # a half is not the majority
        ([IN, OUT, OUT, OUT], "any", True),
        ([OUT, OUT, OUT, OUT], "any", False),
        ([IN, IN, IN, 200], "mean", False),  # mean x = 53.75
        ([IN, IN, OUT, OUT], "mean", True),  # mean x = 37.5
    ],
)
def test_the_rule_decides(xs, rule, assigned):
    found = mapped(every_5_ms(xs), [(0, 20)], fixation_rule=rule)
    assert found.assigned.tolist() == [[assigned]]
    assert found.undecided.tolist() == [[False]]
    assert found.share_inside[0, 0] == np.mean(np.array(xs) < 40)
    assert found.n_valid.tolist() == [4]
    np.testing.assert_allclose(found.mean_xy, [[np.mean(xs), 30]])


def test_the_first_instant_belongs_to_a_fixation_and_the_end_does_not():
    found = mapped(
        every_5_ms([OUT, IN, IN, OUT]), [(0, 5), (5, 15), (15, 20), (4.9, 5.1)], fixation_rule="any"
    )
    by_id = dict(zip(found.fixation_ids.tolist(), found.assigned[0].tolist(), strict=True))
    assert by_id == {1: False, 2: True, 3: False, 4: True}
    assert dict(zip(found.fixation_ids.tolist(), found.n_valid.tolist(), strict=True)) == {
        1: 1,
        2: 2,
        3: 1,
        4: 1,
    }


def test_fixations_come_out_in_time_order():
    found = mapped(every_5_ms([IN] * 8), [(20, 40), (0, 20)])
    assert found.fixation_ids.tolist() == [2, 1]
    assert (found.durations_ns / MS).tolist() == [20, 20]


def test_a_fixation_without_valid_samples_is_on_nothing():
    rows = [
        *every_5_ms([IN, IN]),
        (10, np.nan, 5),
        (15, IN, 30, {"blink id": 1}),
        (20, IN, 30, {"worn": False}),
    ]
    found = mapped(rows, [(10, 25), (300, 310)], fixation_rule="any")
    assert found.n_valid.tolist() == [0, 0]
    assert found.assigned.tolist() == [[False, False]]
    assert np.isnan(found.share_inside).all()
    assert found.frame_idx.tolist() == [-1, -1]
    assert np.isnan(found.mean_xy).all()


def test_blink_samples_do_not_vote_unless_kept():
    rows = [*every_5_ms([IN, OUT, OUT]), *every_5_ms([IN, IN, IN], 15, **{"blink id": 1})]
    assert mapped(rows, [(0, 30)]).assigned.tolist() == [[False]]
    assert mapped(rows, [(0, 30)], blinks="keep").assigned.tolist() == [[True]]


def test_unknown_samples_leave_a_fixation_undecided_only_if_they_could_change_it():
    known_until_40_ms = make_masklet(1, "left", {0: box(0, 0, 40, 60)})
    lost_later = make_masklet(1, "left", {0: box(0, 0, 40, 60), 1: State.LOST})
    rows = every_5_ms([IN, IN, OUT, OUT, OUT, OUT, IN, IN, IN, IN])  # the last two are in frame 1
    for masklet in (known_until_40_ms, lost_later):
        found = mapped(rows, [(30, 50), (0, 50), (35, 50), (10, 30)], [masklet])
        by_id = {n: i for i, n in enumerate(found.fixation_ids.tolist())}
        order = [by_id[n] for n in (1, 2, 3, 4)]
        assert found.share_unknown[0, order].tolist() == [0.5, 0.2, pytest.approx(2 / 3), 0]
        assert found.share_inside[0, order].tolist() == [0.5, 0.4, pytest.approx(1 / 3), 0]
        assert found.assigned[0, order].tolist() == [False, False, False, False]
        assert found.undecided[0, order].tolist() == [True, True, True, False]
    never = make_masklet(1, "left", {})
    assert mapped(rows, [(0, 50)], [never], fixation_rule="mean").undecided.tolist() == [[True]]


def test_the_mean_rule_looks_at_the_frame_in_the_middle():
    ball = make_masklet(1, "ball", {i: disc(10 + 20 * i, 30, 8) for i in range(3)})
    rows = every_5_ms([30] * 24)
    found = mapped(rows, [(0, 120), (0, 60)], [ball], fixation_rule="mean")
    assert found.frame_idx.tolist() == [1, 0]
    assert found.assigned.tolist() == [[True, False]]


def test_the_mean_rule_respects_the_margin():
    rows = every_5_ms([42] * 4)
    options = {"fixation_rule": "mean", "px_per_degree": 4.0}
    assert mapped(rows, [(0, 20)], margin_deg=0.5, **options).assigned.tolist() == [[False]]
    assert mapped(rows, [(0, 20)], margin_deg=0.75, **options).assigned.tolist() == [[True]]


def test_overlapping_aois_all_get_the_fixation_but_only_one_in_a_sequence():
    rows = [(t, 15, 15) for t in range(0, 20, 5)]
    found = mapped(rows, [(0, 20)], [LEFT, SMALL])
    assert found.assigned.tolist() == [[True], [True]]
    assert found.areas.tolist() == [[2400], [100]]
    assert found.single_aoi.tolist() == [1]
    assert mapped(rows, [(0, 20)], [LEFT, SMALL], overlap_rule="first").single_aoi.tolist() == [0]
    assert mapped(every_5_ms([OUT]), [(0, 20)], [LEFT, SMALL]).single_aoi.tolist() == [-1]


def test_a_section_cuts_fixations_at_its_borders():
    section = Section("r", "R", T0, "s", T0 + 10 * MS, T0 + 40 * MS)
    rows = every_5_ms([IN] * 20)
    fixations = make_fixations((0, 10), (5, 20), (20, 35), (35, 60), (60, 70))
    found = mapped(rows, [(0, 10), (5, 20), (20, 35), (35, 60), (60, 70)], section=section)
    assert found.fixation_ids.tolist() == [2, 3, 4]
    assert ((found.starts_ns - T0) / MS).tolist() == [10, 20, 35]
    assert (found.durations_ns / MS).tolist() == [10, 15, 5]
    assert found.n_valid.tolist() == [2, 3, 1]
    assert section.n_clipped(fixations) == 2
    assert section.clip_fixations(fixations)["duration [ms]"].tolist() == [10, 15, 5]


def test_a_section_without_borders_is_the_whole_recording():
    whole = Section("r", "R", T0)
    fixations = make_fixations((0, 10), (5, 20))
    assert len(whole.clip_fixations(fixations)) == 2
    assert whole.n_clipped(fixations) == 0
    gaze = make_gaze(every_5_ms([1, 2, 3]))
    assert len(whole.crop_samples(gaze)) == 3
    assert len(Section("r", "R", T0, end_ns=T0 + 10 * MS).crop_samples(gaze)) == 2
    with pytest.raises(ValueError, match="ends at"):
        Section("r", "R", T0, start_ns=5, end_ns=5)


def test_no_fixations_and_no_gaze():
    assert mapped(every_5_ms([IN]), []).assigned.shape == (1, 0)
    assert mapped([], [(0, 20)]).n_valid.tolist() == [0]
    assert mapped(every_5_ms([IN]), [(0, 20)], []).single_aoi.tolist() == [-1]


def test_random_fixations_agree_with_counting_one_by_one():
    rng = np.random.default_rng(2)
    moving = make_masklet(1, "a", {i: disc(*rng.uniform(20, 50, 2), 32) for i in range(20) if i % 5})
    rows = [(float(t), *rng.uniform(0, 70, 2)) for t in np.sort(rng.choice(800, 200, replace=False))]
    spans = [
        (float(a), float(a + d))
        for a, d in zip(rng.uniform(-20, 780, 40), rng.uniform(1, 90, 40), strict=True)
    ]
    gaze_map = map_gaze(make_gaze(rows), make_clock(20), [moving])
    found = map_fixations(gaze_map, make_fixations(*spans))
    for j in range(len(found)):
        votes = [
            code
            for t, status, code in zip(
                gaze_map.timestamps_ns, gaze_map.status, gaze_map.inside[0], strict=True
            )
            if found.starts_ns[j] <= t < found.ends_ns[j] and status == 0
        ]
        assert found.n_valid[j] == len(votes)
        inside, unknown = votes.count(1), votes.count(-1)
        assert found.assigned[0, j] == (inside > len(votes) / 2)
        assert found.undecided[0, j] == (inside <= len(votes) / 2 < inside + unknown)
    assert 3 < found.assigned.sum() < 40


# ------------------------------------------------------------------ by hand


def marked(xs, spans_ms, marks_ms, masklets=(LEFT, SMALL), section=None, **options):
    """As ``mapped``, with {start ms: object_ids} that a person has said."""
    gaze_map = map_gaze(make_gaze(every_5_ms(xs)), make_clock(20), masklets, MappingOptions(**options))
    marks = {T0 + int(ms * MS): object_ids for ms, object_ids in marks_ms.items()}
    return map_fixations(gaze_map, make_fixations(*spans_ms), section, marks)


def test_a_person_s_word_replaces_the_rule_for_that_fixation_only():
    spans = [(0, 20), (20, 40), (40, 60)]
    found = marked([IN] * 12, spans, {0: (2,), 40: ()})
    assert found.assigned.tolist() == [[False, True, False], [True, False, False]]
    assert found.by_hand.tolist() == [True, False, True]
    assert found.n_unused_marks == 0
    assert found.share_inside[0].tolist() == [1, 1, 1], "what the samples say is kept"
    by_rule = marked([IN] * 12, spans, {})
    assert by_rule.assigned.tolist() == [[True, True, True], [False, False, False]]
    assert not by_rule.by_hand.any()


@pytest.mark.parametrize("rule", ["majority", "any", "mean"])
def test_what_a_person_says_is_never_undecided(rule):
    lost = make_masklet(1, "left", {0: State.LOST})
    spans = [(0, 10), (10, 20), (20, 30), (500, 510)]  # the last has no sample
    found = marked([IN] * 6, spans, {0: (1,), 10: (), 500: (1,)}, [lost], fixation_rule=rule)
    assert found.assigned.tolist() == [[True, False, False, True]]
    assert found.undecided.tolist() == [[False, False, True, False]]
    assert found.n_valid.tolist() == [2, 2, 2, 0]


def test_a_fixation_cut_by_a_section_is_still_known_by_its_start():
    section = Section("r", "R", T0, "s", T0 + 10 * MS, T0 + 40 * MS)
    found = marked([OUT] * 20, [(0, 8), (5, 20), (20, 35)], {0: (1,), 5: (1,), 20.5: (2,)}, section=section)
    assert found.fixation_ids.tolist() == [2, 3]
    assert found.assigned.tolist() == [[True, False], [False, False]]
    assert found.n_unused_marks == 1, "at 20.5 ms no fixation starts; the one at 0 ms is only cut away"


def test_marks_of_aois_that_are_not_mapped_are_passed_over():
    found = marked([IN] * 4, [(0, 20)], {0: (1, 9)})
    assert found.assigned.tolist() == [[True], [False]]
