"""What is worth tracking, on key frames made up by hand; and how long a thing stays in view."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dwell.everything import Budget, EverythingOptions
from dwell.everything.video.chains import Chain
from dwell.everything.video.choosing import choose
from dwell.everything.video.lives import in_view
from dwell.everything.video.queue import Queue
from dwell.everything.video.sightings import KeyFrame, Sighting
from dwell.everything.video.spending import Costs

HW = (20, 40)
"""Small size of the made-up key frames; they are 10 frames apart."""
OPTIONS = EverythingOptions()
ALL = Budget(coverage=1.0)


def box(x0, y0, x1, y1):
    small = np.zeros(HW, bool)
    small[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = True
    return small


def sighting(number, small, score=1.0):
    at_edge = bool(small[0].any() or small[-1].any() or small[:, 0].any() or small[:, -1].any())
    packed = zlib.compress(np.packbits(small).tobytes())
    return Sighting(number, score, float(small.mean()), at_edge, packed, HW)


class Moving(KeyFrame):
    """A key frame that knows by heart how all has moved since the one before."""

    def __init__(self, dx, *given):
        super().__init__(*given, None)
        object.__setattr__(self, "dx", dx)

    def _shift(self, which):
        rows, columns = np.indices(HW, np.float32)
        return np.dstack([columns + (self.dx if which else -self.dx), rows])


def key_frames(found, dx=0, first=(0,)):
    """``found[n]``: {thing: mask, or (mask, score)} on key frame n; to the next one all moves by dx px."""
    keys = []
    for number, there in enumerate(found):
        masks = [each if isinstance(each, tuple) else (each, 1.0) for each in there.values()]
        sightings = tuple(sighting(at, *each) for at, each in enumerate(masks))
        keys.append(Moving(dx, 10 * number, number in first, sightings, HW))
    return keys


def chosen(found, options=OPTIONS, budget=ALL, dx=0, first=(0,), gaze=None, **more):
    """The choice, and the names of the wanted things in order."""
    keys = key_frames(found, dx, first)
    things = list(dict.fromkeys(thing for there in found for thing in there))
    chains = [
        Chain(
            {n: keys[n].sightings[list(there).index(each)] for n, there in enumerate(found) if each in there}
        )
        for each in things
    ]
    if gaze is not None:
        shares = {(n, at): gaze[each] for n, there in enumerate(found) for at, each in enumerate(there)}
        more["gaze"] = shares
    choice = choose(keys, chains, options, budget, n_frames=10 * len(found), **more)
    return choice, [things[each.chain] for each in choice.wanted]


BIG, SMALL, TINY = box(2, 2, 18, 18), box(22, 2, 26, 6), box(32, 12, 33, 13)
"""16 × 16, 4 × 4 and 1 × 1 px: fourth roots of their areas of 4 : 2 : 1."""
SIZES = {"big": 4 / 800**0.25, "small": 2 / 800**0.25, "tiny": 1 / 800**0.25}
THREE = {"tiny": TINY, "big": BIG, "small": SMALL}

# ---------------------------------------------------------------- importance


def test_importance_is_score_times_size_times_persistence():
    """Of 40 frames, 5 lie nearest to the first key frame, 10 to the second and third each, 15 to the last."""
    found = [THREE, {"small": (SMALL, 0.5)}, {"small": SMALL}, {}]
    choice, wanted = chosen(found)
    assert wanted == ["small", "big", "tiny"]  # 2 × 25/40 × (1 + 0.5 + 1)/3 = 1.04, 4 × 5/40 = 0.5, 1 × 5/40
    expected = [SIZES["small"] * 25 / 40 * 2.5 / 3, SIZES["big"] * 5 / 40, SIZES["tiny"] * 5 / 40]
    assert [each.importance for each in choice.wanted] == pytest.approx(expected)


def test_a_key_frame_stands_for_no_frame_of_another_shot():
    """A cut at frame 10: each of the two stands for 10 frames of 20, not for 5 and 15."""
    choice, _ = chosen([{"big": BIG}, {"small": SMALL}], first=(0, 1))
    assert [each.importance for each in choice.wanted] == pytest.approx(
        [SIZES["big"] / 2, SIZES["small"] / 2]
    )


def test_of_two_things_as_important_the_one_found_first_is_wanted_first():
    _, wanted = chosen([{"one": box(0, 0, 8, 8), "other": box(20, 0, 28, 8)}])
    assert wanted == ["one", "other"]


def test_what_is_looked_at_counts_for_more():
    options = EverythingOptions(gaze_weight=8)
    looked_at = {"big": 0.0, "small": 0.0, "tiny": 0.5}
    choice, wanted = chosen([THREE], options, gaze=looked_at)
    assert wanted == ["tiny", "big", "small"]  # 1 × (1 + 8 × 0.5) = 5, 4, 2
    assert choice.wanted[0].importance == pytest.approx(5 * SIZES["tiny"])
    assert chosen([THREE], gaze=looked_at)[1] == ["big", "small", "tiny"], "no weight, no matter"


def test_what_lies_alone_comes_before_what_lies_in_something_chosen():
    """The part is as large and sure as the one alone, but worth half as much: after the tiny one, too."""
    part, alone = box(4, 4, 12, 12), box(24, 4, 32, 12)
    _, wanted = chosen([{"part": part, "alone": (alone, 0.99), "whole": BIG, "tiny": TINY}])
    sizes = [256**0.25, 0.99 * 64**0.25, 64**0.25 / 2, 1]
    assert sizes == sorted(sizes, reverse=True)
    assert wanted == ["whole", "alone", "part", "tiny"]
    _, wanted = chosen([{"part": (part, 0.6), "alone": alone, "whole": BIG, "tiny": TINY}])
    assert wanted == ["whole", "alone", "tiny", "part"]  # 0.6 × 64^¼ / 2 = 0.85


@given(st.integers(0, 2**31), st.integers(1, 4))
def test_the_queue_is_what_sorting_anew_after_each_choice_gives(seed, n_keys):
    rng = np.random.default_rng(seed)
    keys = [[sighting(n, rng.random(HW) < rng.uniform(0.1, 0.9)) for n in range(3)] for _ in range(n_keys)]
    found = [{key: there[n] for key, there in enumerate(keys) if rng.random() < 0.7} for n in range(3)]
    chains = [Chain(each or {0: keys[0][n]}) for n, each in enumerate(found)]
    values = rng.random(3).tolist()
    queue, order = Queue(chains, values), []
    for at in queue:
        order.append(at)
        queue.choose(chains[at])

    covered = np.zeros((n_keys, *HW), bool)
    expected = []
    for _ in range(3):
        worth = {at: values[at] * (1 - covered_share(chains[at], covered) / 2) for at in range(3)}
        expected.append(max(worth.keys() - set(expected), key=worth.get))
        for key, each in chains[expected[-1]].sightings.items():
            covered[key] |= each.small
    assert order == expected


def covered_share(chain, covered):
    """Mean over its key frames."""
    shares = [(each.small & covered[key]).sum() / each.small.sum() for key, each in chain.sightings.items()]
    return float(np.mean(shares))


# ---------------------------------------------------------------- where it is tracked from, and how long


def test_it_is_tracked_from_where_it_is_whole_and_surely_seen():
    half, whole = box(0, 2, 8, 12), box(10, 2, 20, 12)
    choice, _ = chosen([{"it": half}, {"it": (whole, 0.7)}, {"it": whole}, {"it": whole}])
    (wanted,) = choice.wanted
    assert wanted.places == ((0, 0), (1, 0), (2, 0), (3, 0))
    assert wanted.anchor == 2  # the first of the best: usual size, score 1, not at the edge


def test_its_life_goes_on_over_key_frames_on_which_it_was_overlooked():
    """In a picture that stands still, to the beginning and the end of the shot: key frames 1 to 3."""
    choice, _ = chosen([{}, {}, {"it": BIG}, {}, {}], first=(0, 1, 4))
    (wanted,) = choice.wanted
    assert (wanted.life, wanted.n_frames) == ((1, 3), 30)
    assert wanted.area == pytest.approx(256 / 800)


# ---------------------------------------------------------------- the same thing twice


def test_what_is_nearly_a_chosen_one_is_explained():
    """Shifted by one px of 16: IoU 15/17."""
    choice, wanted = chosen([{"it": BIG, "again": box(3, 2, 18, 18), "small": SMALL}] * 2)
    assert wanted == ["it", "small"]
    assert (choice.n_chains, choice.n_explained, choice.coverage) == (3, 1, pytest.approx(1))


def test_a_part_that_fills_most_of_its_whole_is_a_thing_of_its_own():
    """12 of 16 columns: an IoU of 0.75 is more than ``iou_thresh``, but it lies in the other."""
    choice, wanted = chosen([{"cup": BIG, "body": box(2, 2, 14, 18)}])
    assert wanted == ["cup", "body"]
    assert choice.n_explained == 0


def test_half_of_the_places_is_not_enough_to_be_explained():
    other = box(22, 2, 36, 16)
    found = [{"it": BIG, "moved": BIG}, {"it": BIG, "moved": BIG}, {"it": BIG, "moved": other}]
    assert chosen(found)[0].n_explained == 1
    found = [{"it": BIG, "moved": BIG}, {"it": BIG, "moved": other}]
    assert chosen(found)[0].n_explained == 0


def test_what_should_be_a_chosen_one_carried_on_is_spare():
    """Key frames 0 to 2 have it; on 3, all moved on by 2 px, something else was found just there."""
    found = [{"it": box(2 + 2 * n, 2, 18 + 2 * n, 18)} for n in range(3)]
    choice, wanted = chosen([*found, {"late": box(8, 2, 24, 18)}], dx=2)
    assert wanted == ["it", "late"]
    assert [each.spare for each in choice.wanted] == [False, True]
    assert choice.n_explained == 0


def test_what_lies_elsewhere_is_not_spare():
    found = [{"it": BIG}] * 3
    choice, _ = chosen([*found, {"late": box(22, 2, 38, 18)}])
    assert [each.spare for each in choice.wanted] == [False, False]


def test_behind_a_cut_nothing_is_spare():
    found = [{"it": BIG}] * 3
    choice, _ = chosen([*found, {"late": BIG}], first=(0, 3))
    assert [each.spare for each in choice.wanted] == [False, False]


# ---------------------------------------------------------------- budgets


@pytest.mark.parametrize("masks", [1, 2, 3])
def test_so_many_masks_the_most_important_ones(masks):
    choice, wanted = chosen([THREE], budget=Budget(masks=masks))
    assert wanted == ["big", "small", "tiny"][:masks]
    assert choice.stopped_by == ("nothing" if masks == 3 else "masks")
    assert choice.coverage == pytest.approx([4 / 7, 6 / 7, 1][masks - 1])


def test_spare_things_and_explained_ones_use_up_no_masks():
    found = [{"it": BIG, "again": box(3, 2, 18, 18), "small": SMALL}] * 3
    choice, wanted = chosen([*found, {"late": BIG}], budget=Budget(masks=2))
    assert wanted == ["it", "late", "small"]  # 4 × 25/40, 4 × 15/40, 2 × 25/40
    assert [each.spare for each in choice.wanted] == [False, True, False]
    assert choice.stopped_by == "nothing"


@pytest.mark.parametrize(("coverage", "n"), [(0.5, 1), (4 / 7, 1), (0.58, 2), (6 / 7, 2), (0.9, 3)])
def test_coverage_is_the_share_of_all_importance(coverage, n):
    """Of 4 + 2 + 1."""
    choice, wanted = chosen([THREE], budget=Budget(coverage=coverage - 1e-9))
    assert wanted == ["big", "small", "tiny"][:n]
    assert choice.coverage == pytest.approx([4 / 7, 6 / 7, 1][n - 1])
    assert n == 3 or choice.stopped_by == "coverage"


COSTS = Costs(encode_s=0.1, start_s=1.0, step_s=0.2, step_s_by_side=0.0)


def test_the_first_limit_that_is_reached_ends_it():
    choice, wanted = chosen([THREE], budget=Budget(masks=2, coverage=0.5))
    assert (wanted, choice.stopped_by) == (["big"], "coverage")
    budget = Budget(minutes=1, masks=2)
    choice, wanted = chosen([THREE], budget=budget, costs=COSTS, seconds=1000)
    assert (wanted, choice.stopped_by) == (["big", "small"], "masks")


def test_seconds_are_used_as_far_as_they_reach():
    """20 frames, each encoded at most twice: 2 to 4 s; and 1 + 20 × 0.2 = 5 s a thing."""
    found, budget = [THREE] * 2, Budget(minutes=1)
    for seconds, n in ((9.5, 1), (14.5, 2), (19.5, 3)):
        choice, wanted = chosen(found, budget=budget, costs=COSTS, seconds=seconds)
        assert wanted == ["big", "small", "tiny"][:n]
        assert choice.stopped_by == ("nothing" if n == 3 else "minutes")


def test_a_large_thing_takes_longer():
    """Big, √(256/800) = 0.57: 1 + 20 × (0.2 + 2 × 0.57) = 27.6 s; tiny, √(1/800) = 0.04: 6.4 s."""
    costs = Costs(encode_s=0.0, start_s=1.0, step_s=0.2, step_s_by_side=2.0)
    assert costs.step(0.25) == pytest.approx(0.2 + 2.0 * 0.5)
    keys = [{"big": BIG, "tiny": TINY}] * 2
    for seconds, n in ((33, 1), (35, 2)):
        assert len(chosen(keys, budget=Budget(minutes=1), costs=costs, seconds=seconds)[1]) == n


def test_with_a_stride_more_can_be_tracked_in_the_same_time():
    """1 + 20 × 0.2 / 4 = 2 s a thing, and 0.5 to 1 s for all frames."""
    options = EverythingOptions(stride=4)
    choice, wanted = chosen([THREE] * 2, options, Budget(minutes=1), costs=COSTS, seconds=7.5)
    assert len(wanted) == 3
    assert choice.stopped_by == "nothing"


def test_nothing_was_found():
    choice, wanted = chosen([{}, {}])
    assert (wanted, choice.coverage, choice.n_chains, choice.stopped_by) == ([], 1.0, 0, "nothing")


# ---------------------------------------------------------------- crowding


def test_where_there_is_no_room_the_less_important_is_left_out():
    options = EverythingOptions(max_masks_per_frame=2)
    assert chosen([THREE], options)[1] == ["big", "small"]


def test_in_another_shot_there_is_room_again():
    options = EverythingOptions(max_masks_per_frame=1)
    choice, wanted = chosen([{"big": BIG}, {"small": SMALL}], options, first=(0, 1))
    assert wanted == ["big", "small"]
    assert [each.life for each in choice.wanted] == [(0, 0), (1, 1)]


def test_room_on_one_of_its_key_frames_is_enough():
    options = EverythingOptions(max_masks_per_frame=1)
    found = [{"big": BIG, "tiny": (TINY, 0.5)}, {"tiny": (TINY, 0.5)}]
    assert chosen(found, options, dx=0, first=(0,))[1] == ["big"], "the big one stays in view"
    moved = [{"big": box(24, 2, 40, 18), "tiny": (box(2, 2, 3, 3), 0.5)}, {"tiny": (box(22, 2, 23, 3), 0.5)}]
    assert chosen(moved, options, dx=20)[1] == ["big", "tiny"], "the big one has left by then"


# ---------------------------------------------------------------- in view


def test_a_thing_leaves_when_less_than_a_quarter_of_it_is_in_the_picture():
    """10 px wide, 5 px right of its place each time: at 36 … 46, 4 of 10 columns are in; at 41, none."""
    keys = key_frames([{}] * 8, dx=5)
    it = box(21, 2, 31, 12)
    assert in_view(keys, 0, it, 1) == 3
    assert in_view(keys, 2, it, 1) == 5


def test_backward_it_leaves_on_the_other_side():
    """At 21 on key frame 5, it was at 16, 11, 6, 1, and at −4 … 6 on key frame 0: 6 of 10 columns."""
    keys = key_frames([{}] * 8, dx=5)
    assert in_view(keys, 5, box(21, 2, 31, 12), -1) == 0
    assert in_view(keys, 7, box(21, 2, 31, 12), -1) == 2


def test_what_stays_in_view_does_so_to_the_end_of_its_shot():
    keys = key_frames([{}] * 9, first=(0, 3, 7))
    assert in_view(keys, 4, BIG, 1) == 6
    assert in_view(keys, 4, BIG, -1) == 3
    assert in_view(keys, 8, BIG, 1) == 8
    assert in_view(keys, 0, BIG, -1) == 0


def test_in_a_long_shot_what_has_not_left_by_and_by_is_taken_to_stay():
    keys = key_frames([{}] * 60)
    assert in_view(keys, 5, BIG, 1) == 59
    assert in_view(keys, 50, BIG, -1) == 0
