"""Looking at a drawn picture: what follows the eye, what keys say, and what is kept."""

import numpy as np
import pytest

from dwell.looking import Action, Answered, Ask, Commit, LookOptions, Tuned, Turned, Unkept, Wish
from dwell.masks import Mask
from dwell.prompts import Box, MaskPrompt, Point
from looking.eyes import MS, START, blink, rest
from looking.viewer import LEFT, RIGHT, Squares, area, grown, is_mask, look, press, requests_of

ON_LEFT, ON_RIGHT, BESIDE = (80, 140), (300, 140), (200, 40)


def test_what_the_eye_rests_on_is_segmented_once_started():
    looker, _ = look([*rest(*ON_LEFT, 0, 500)])
    assert looker.state.mask is None
    looker, _ = look([press(Action.START, 0), *rest(*ON_LEFT, 0, 500)])
    assert is_mask(looker.state.mask, area(LEFT))
    assert (looker.state.level, looker.state.n_levels) == (1, 3)


def test_the_mask_follows_the_eye_to_another_thing():
    looker, steps = look([press(Action.START, 0), *rest(*ON_LEFT, 0, 500), *rest(*ON_RIGHT, 530, 1000)])
    assert is_mask(looker.state.mask, area(RIGHT))
    assert len(requests_of(steps, Ask)) == 2  # a steady eye is not asked about again and again


def test_stop_leaves_the_mask_as_it_is():
    events = [press(Action.START, 0), *rest(*ON_LEFT, 0, 500), press(Action.STOP, 500)]
    looker, _ = look([*events, *rest(*ON_RIGHT, 530, 1000)])
    assert is_mask(looker.state.mask, area(LEFT))
    assert not looker.state.running


def test_kept_goes_what_is_shown_with_the_gaze_that_caused_it():
    events = [press(Action.START, 0), *rest(*ON_LEFT, 0, 500), press(Action.SAVE, 500)]
    looker, steps = look(events, object_id=7, frame_idx=3)
    (commit,) = requests_of(steps, Commit)
    assert (commit.frame_idx, commit.object_id) == (3, 7)
    assert is_mask(commit.mask, area(LEFT))
    assert commit.prompts == (Point(80, 140),)
    assert [(each.start_ns, each.x) for each in commit.fixations] == [(START, 80)]
    assert looker.state.mask is None


def test_there_is_nothing_to_keep_before_a_mask_is_shown():
    _, steps = look(
        [press(Action.SAVE, 0), press(Action.START, 0), *rest(*ON_LEFT, 0, 60), press(Action.SAVE, 70)]
    )
    assert requests_of(steps, Commit) == []


def test_level_cycles_through_three_granularities_and_sticks_while_the_eye_stays():
    events = [press(Action.START, 0), *rest(*ON_LEFT, 0, 500)]
    larger, _ = look([*events, press(Action.LEVEL, 500)])
    assert is_mask(larger.state.mask, area(grown(LEFT, 30)))
    smaller, _ = look([*events, press(Action.LEVEL, 500), press(Action.LEVEL, 501)])
    assert is_mask(smaller.state.mask, area(grown(LEFT, -25)))
    again, _ = look([*events, *(press(Action.LEVEL, 500 + i) for i in range(3))])
    assert is_mask(again.state.mask, area(LEFT))
    # further fixations within it change nothing any more; beside all three something else is meant
    moved, steps = look(
        [*events, *(press(Action.LEVEL, 500 + i) for i in range(2)), *rest(115, 175, 530, 1000)]
    )
    assert len(requests_of(steps, Ask)) == 1
    assert is_mask(moved.state.mask, area(grown(LEFT, -25)))
    left, _ = look([*events, press(Action.LEVEL, 500), *rest(*ON_RIGHT, 530, 1000)])
    assert is_mask(left.state.mask, area(RIGHT))


def test_include_and_exclude_correct_what_is_shown_and_gaze_leaves_it_alone():
    events = [press(Action.START, 0), *rest(*ON_LEFT, 0, 500)]
    both = [*events, *rest(*ON_RIGHT, 530, 900)]
    both[1:] = [*rest(*ON_LEFT, 0, 500), press(Action.HOLD, 500), *rest(*ON_RIGHT, 530, 900)]
    included, _ = look([*both, press(Action.INCLUDE, 900), *rest(*BESIDE, 930, 1500)])
    assert is_mask(included.state.mask, area(LEFT, RIGHT))
    assert included.state.said[1:] == (Point(300, 140),)
    excluded, _ = look(
        [*both, press(Action.INCLUDE, 900), *rest(*ON_LEFT, 930, 1500), press(Action.EXCLUDE, 1500)]
    )
    assert is_mask(excluded.state.mask, area(RIGHT))


def test_undo_takes_back_word_by_word_and_then_asks_for_the_last_kept_mask_to_be_undone():
    events = [
        press(Action.START, 0),
        *rest(*ON_LEFT, 0, 500),
        press(Action.HOLD, 500),
        *rest(*ON_RIGHT, 530, 900),
    ]
    looker, steps = look([*events, press(Action.INCLUDE, 900), press(Action.UNDO, 1000)])
    assert is_mask(looker.state.mask, area(LEFT))
    assert looker.state.said == ()
    assert requests_of(steps, Wish) == []
    _, steps = look([*events, press(Action.UNDO, 1000)])
    assert requests_of(steps, Wish) == [Wish(Action.UNDO)]


def test_two_looks_make_a_box():
    events = [*rest(50, 60, 0, 400), press(Action.BOX, 400), *rest(350, 200, 430, 800)]
    half, steps = look(events)
    assert half.state.corner == (50, 60)
    assert requests_of(steps, Ask) == []
    looker, steps = look([*events, press(Action.BOX, 800)])
    assert looker.state.said == (Box(50, 60, 350, 200),)
    assert is_mask(looker.state.mask, area((50, 60, 350, 200)))
    taken_back, _ = look([*events, press(Action.BOX, 800), press(Action.UNDO, 810)])
    assert taken_back.state.corner == (50, 60)


def test_a_key_that_comes_late_means_where_the_eye_just_was():
    # the eye left for BESIDE 80 ms before the key
    events = [*rest(*ON_LEFT, 0, 500), *rest(*BESIDE, 520, 600), press(Action.INCLUDE, 600)]
    looker, _ = look(events)
    assert looker.state.said == (Point(80, 140),)
    # but 400 ms later BESIDE is meant
    looker, _ = look([*rest(*ON_LEFT, 0, 500), *rest(*BESIDE, 520, 920), press(Action.INCLUDE, 920)])
    assert looker.state.said == (Point(200, 40),)


def test_words_correct_the_mask_of_the_aoi_that_was_picked():
    mask = Mask.from_array(area(LEFT))
    looker, steps = look([*rest(*ON_RIGHT, 0, 400), press(Action.INCLUDE, 400)], object_id=2, mask=mask)
    assert looker.state.said == (MaskPrompt(mask), Point(300, 140))
    assert is_mask(looker.state.mask, area(LEFT, RIGHT))


def test_held_the_mask_stays_whatever_is_looked_at():
    events = [
        press(Action.START, 0),
        *rest(*ON_LEFT, 0, 500),
        press(Action.HOLD, 500),
        *rest(*ON_RIGHT, 530, 1000),
    ]
    held, _ = look(events)
    assert held.state.holding
    assert is_mask(held.state.mask, area(LEFT))
    let_go, _ = look([*events, press(Action.HOLD, 1000), *rest(*ON_RIGHT, 1000, 1300)])
    assert is_mask(let_go.state.mask, area(RIGHT))


def test_clear_forgets_and_the_same_fixation_does_not_bring_it_back():
    events = [press(Action.START, 0), *rest(*ON_LEFT, 0, 500), press(Action.CLEAR, 500)]
    looker, _ = look([*events, *rest(*ON_LEFT, 500, 900)])
    assert looker.state.mask is None
    looker, _ = look([*events, *rest(*BESIDE, 520, 800), *rest(*ON_LEFT, 830, 1200)])
    assert is_mask(looker.state.mask, area(LEFT))


def test_run_segments_where_was_looked_at_without_following():
    looker, _ = look([*rest(*ON_LEFT, 0, 500), press(Action.RUN, 500), *rest(*ON_RIGHT, 530, 1000)])
    assert is_mask(looker.state.mask, area(LEFT))
    assert not looker.state.running


def test_blinks_and_losses_change_nothing():
    whole = [press(Action.START, 0), *rest(*ON_LEFT, 0, 1500)]
    broken = [
        press(Action.START, 0),
        *rest(*ON_LEFT, 0, 500),
        *blink(500, 700),
        *rest(*ON_LEFT, 700, 1000),
        *blink(1000, 1500),
    ]
    assert look(broken)[0].state.mask == look(whole)[0].state.mask


# ------------------------------------------------------------------ dwelling


DWELL = LookOptions(dwell_keeps=True, dwell_ms=800)


def test_what_is_looked_at_for_long_is_kept_once():
    _, steps = look([press(Action.START, 0), *rest(*ON_LEFT, 0, 3000)], DWELL)
    (commit,) = requests_of(steps, Commit)
    assert is_mask(commit.mask, area(LEFT))
    _, steps = look([press(Action.START, 0), *rest(*ON_LEFT, 0, 800)], DWELL)
    assert requests_of(steps, Commit) == []


def test_dwell_time_counts_from_when_the_mask_is_shown():
    kept_after = {}
    for latency_ms in (0, 600):
        _, steps = look([press(Action.START, 0), *rest(*ON_LEFT, 0, 3000)], DWELL, latency_ms=latency_ms)
        (kept_after[latency_ms],) = [
            (step.event.t_ns - START) // MS
            for step in steps
            if any(isinstance(r, Commit) for r in step.requests)
        ]
    # the eye has rested 100 ms when the mask is asked for
    assert kept_after == {0: 900, 600: 1500}


def test_looking_back_at_what_was_kept_does_not_keep_it_again_but_another_thing_is_kept():
    events = [press(Action.START, 0), *rest(*ON_LEFT, 0, 1200), *rest(*ON_RIGHT, 1230, 2400)]
    _, steps = look([*events, *rest(*ON_RIGHT, 2400, 2500), *rest(*BESIDE, 2530, 2700)], DWELL)
    assert [each.mask for each in requests_of(steps, Commit)] == [
        Mask.from_array(area(LEFT)),
        Mask.from_array(area(RIGHT)),
    ]
    _, steps = look(
        [press(Action.START, 0), *rest(*ON_LEFT, 0, 1200), *blink(1200, 1700), *rest(*ON_LEFT, 1700, 3500)],
        DWELL,
    )
    assert len(requests_of(steps, Commit)) == 1


def test_dwelling_is_switched_by_a_key_and_its_progress_is_shown():
    events = [press(Action.START, 0), *rest(*ON_LEFT, 0, 1000)]
    looker, steps = look([*events, press(Action.DWELL, 1000), *rest(*ON_LEFT, 1000, 1501)])
    assert looker.state.dwelt == pytest.approx(0.5)
    assert requests_of(steps, Commit) == []


def test_what_is_set_meanwhile_holds_from_then_on():
    events = [press(Action.START, 0), *rest(*ON_LEFT, 0, 3000)]
    looker, steps = look([*events, Tuned(START + 300 * MS, error_deg=0.5, dwell_ms=1500.0)], DWELL)
    (kept_ms,) = [
        (step.event.t_ns - START) // MS for step in steps if any(isinstance(r, Commit) for r in step.requests)
    ]
    assert kept_ms == 1600  # the mask is there at 100 ms; 1500 instead of 800 later
    assert looker.options.error_deg == 0.5


# ------------------------------------------------------------------ slow segmenters


def test_a_slow_segmenter_gets_the_newest_question_only():
    wandering = [each for i in range(20) for each in rest(60 + 2 * i, 110 + 3 * i, 150 * i, 150 * i + 140)]
    segment = Squares()
    _, steps = look([press(Action.START, 0), *wandering], segment=segment, latency_ms=700)
    asked, answered = requests_of(steps, Ask), [s.event for s in steps if isinstance(s.event, Answered)]
    assert len(answered) < len(asked)
    times = [(each.t_ns - START) // MS for each in answered]
    assert min(np.diff(times)) >= 700
    assert answered[-1].number == asked[-1].number  # the last word is answered


def test_an_answer_about_a_thing_that_was_left_is_of_no_use():
    events = [press(Action.START, 0), *rest(*ON_LEFT, 0, 130), press(Action.CLEAR, 130)]
    looker, steps = look([*events, *rest(*BESIDE, 140, 200)], latency_ms=300)
    assert [s for s in steps if isinstance(s.event, Answered)]
    assert looker.state.mask is None


def test_keeping_waits_for_the_answer_to_what_was_said():
    events = [
        press(Action.START, 0),
        *rest(*ON_LEFT, 0, 800),
        press(Action.HOLD, 800),
        *rest(*ON_RIGHT, 830, 1200),
    ]
    said = [*events, press(Action.INCLUDE, 1200), press(Action.SAVE, 1210), *rest(*ON_RIGHT, 1210, 1700)]
    _, steps = look(said, latency_ms=300)
    (commit,) = requests_of(steps, Commit)
    assert is_mask(commit.mask, area(LEFT, RIGHT))
    _, steps = look([*said[:-49], press(Action.CLEAR, 1300), *rest(*BESIDE, 1310, 2000)], latency_ms=300)
    assert requests_of(steps, Commit) == []  # taken back before it came


SAID_AND_KEPT = [
    press(Action.START, 0),
    *rest(*ON_LEFT, 0, 800),
    press(Action.HOLD, 800),
    *rest(*ON_RIGHT, 830, 1200),
    press(Action.INCLUDE, 1200),
    press(Action.SAVE, 1210),
]


@pytest.mark.parametrize(
    "meanwhile",
    [
        [Turned(START + 1220 * MS, 0, 2)],
        [Turned(START + 1220 * MS, 5, 2)],
        [*rest(*BESIDE, 1220, 1480)],
        [press(Action.STOP, 1220), *rest(*BESIDE, 1230, 1480), press(Action.EXCLUDE, 1480)],
    ],
    ids=["another AOI", "another picture", "gaze goes on", "something else is said"],
)
def test_what_is_kept_before_its_answer_goes_where_it_was_to_go(meanwhile):
    _, steps = look([*SAID_AND_KEPT, *meanwhile], latency_ms=300, object_id=1)
    (commit,) = requests_of(steps, Commit)
    assert (commit.frame_idx, commit.object_id) == (0, 1)
    assert is_mask(commit.mask, area(LEFT, RIGHT))
    assert commit.prompts[-1] == Point(300, 140)


def test_undo_takes_back_what_is_about_to_be_kept():
    _, steps = look([*SAID_AND_KEPT, press(Action.UNDO, 1300)], latency_ms=300)
    assert requests_of(steps, Commit) == requests_of(steps, Wish) == []


def test_what_gives_no_mask_is_not_kept_and_said():
    events = [*rest(*BESIDE, 0, 400), press(Action.EXCLUDE, 400), press(Action.SAVE, 410)]
    _, steps = look(events, latency_ms=300, object_id=4, mask=Mask.from_array(~area(LEFT, RIGHT)))
    assert requests_of(steps, Commit) == []
    assert requests_of(steps, Unkept) == [Unkept(0, 4)]


def test_after_what_was_kept_late_the_next_words_are_answered():
    later = [*rest(*ON_LEFT, 1220, 1480), press(Action.INCLUDE, 1480), *rest(*ON_LEFT, 1490, 2400)]
    looker, steps = look([*SAID_AND_KEPT, press(Action.STOP, 1215), *later], latency_ms=300)
    assert len(requests_of(steps, Commit)) == 1
    assert is_mask(looker.state.mask, area(LEFT))


# ------------------------------------------------------------------ pictures


def test_another_picture_begins_anew_and_another_aoi_on_the_same_does_not():
    events = [press(Action.START, 0), *rest(*ON_LEFT, 0, 500)]
    turned, _ = look([*events, Turned(START + 500 * MS, 1)])
    assert (turned.state.mask, turned.state.frame_idx, turned.state.running) == (None, 1, True)
    picked, steps = look([*events, Turned(START + 500 * MS, 0, 9), press(Action.SAVE, 510)])
    assert requests_of(steps, Commit)[0].object_id == 9


def test_keys_that_are_the_screens_are_passed_on():
    _, steps = look([press(each, 10) for each in (Action.NEXT, Action.PREVIOUS, Action.NEW, Action.CHECK)])
    assert [each.action for each in requests_of(steps, Wish)] == ["next", "previous", "new", "check"]


def test_the_same_events_give_the_same_masks():
    events = [
        press(Action.START, 0),
        *rest(*ON_LEFT, 0, 700, noise_px=9, seed=1),
        *rest(*ON_RIGHT, 730, 1500, noise_px=9),
    ]
    first, second = (look(events, latency_ms=170)[1] for _ in range(2))
    assert first == second
