"""Fixations from samples as they come."""

import math

import numpy as np
import pytest

from dwell.looking import FixationOptions, LiveFixations
from looking.eyes import MS, START, blink, rest

PX_PER_DEG = 40.0


def run(samples, options=None):
    """All fixations that ended, and the one that goes on at the end."""
    eye = LiveFixations(options or FixationOptions())
    ended = [eye.take(each.t_ns, each.x, each.y, each.valid, PX_PER_DEG) for each in samples]
    return [each for each in ended if each is not None], eye.current


def test_an_eye_that_rests_twice_makes_two_fixations():
    ended, current = run(rest(100, 50, 0, 300) + rest(400, 50, 330, 700))
    (first,) = ended
    assert (first.start_ns, first.end_ns) == (START, START + 290 * MS)
    assert (first.x, first.y, first.n_samples) == (100, 50, 30)
    assert (current.start_ns, current.x) == (START + 330 * MS, 400)
    assert current.duration_ms == 360


def test_short_rests_are_no_fixations():
    assert run(rest(100, 50, 0, 90)) == ([], None)
    ended, _ = run(rest(100, 50, 0, 90) + rest(400, 50, 90, 300))
    assert ended == []


def test_one_stray_sample_ends_nothing():
    samples = rest(100, 50, 0, 400)
    samples[20] = rest(700, 300, 200, 201)[0]
    ended, current = run(samples)
    assert ended == []
    assert current.n_samples == 39
    assert current.x == pytest.approx(100)


def test_a_blink_does_not_end_a_fixation_if_the_eye_comes_back():
    ended, current = run(rest(100, 50, 0, 300) + blink(300, 500) + rest(100, 50, 500, 600))
    assert ended == []
    assert current.start_ns == START
    assert current.duration_ms == 590


def test_a_blink_during_which_the_eye_moved_ends_it_where_it_was_last_seen():
    ended, current = run(rest(100, 50, 0, 300) + blink(300, 500) + rest(300, 50, 500, 700))
    assert [each.end_ns for each in ended] == [START + 290 * MS]
    assert current.start_ns == START + 500 * MS


def test_a_long_loss_ends_it_at_once_and_samples_without_numbers_do_no_harm():
    ended, current = run(rest(100, 50, 0, 300) + blink(300, 800))
    assert [each.end_ns for each in ended] == [START + 290 * MS]
    assert current is None
    again, current = run(blink(0, 400) + rest(100, 50, 400, 600))
    assert again == []
    assert current.start_ns == START + 400 * MS


def test_mean_and_spread_are_those_of_the_samples():
    samples = rest(200, 120, 0, 500, noise_px=6, seed=3)
    _, current = run(samples)
    xy = np.array([(each.x, each.y) for each in samples])
    assert (current.x, current.y) == pytest.approx(tuple(xy.mean(axis=0)))
    spread = math.sqrt(((xy - xy.mean(axis=0)) ** 2).sum(axis=1).mean())
    assert current.spread_px == pytest.approx(spread)


@pytest.mark.parametrize("noise_deg", [0.1, 0.3, 0.5])
@pytest.mark.parametrize("rate_hz", [30, 60, 200, 1000])
def test_noisy_gaze_at_any_rate_gives_the_fixations_that_there_were(noise_deg, rate_hz):
    places = [(100, 100), (500, 130), (520, 400), (150, 380)]
    samples = []
    for number, (x, y) in enumerate(places):
        begin = number * 430
        samples += rest(x, y, begin, begin + 400, rate_hz, noise_deg * PX_PER_DEG, seed=number)
    ended, current = run(samples)
    found = [*ended, current]
    assert len(found) == 4
    for fixation, (x, y) in zip(found, places, strict=True):
        assert math.hypot(fixation.x - x, fixation.y - y) < 0.35 * PX_PER_DEG
        assert 250 <= fixation.duration_ms <= 400


def test_zoomed_in_the_same_px_are_fewer_degrees():
    def n_fixations(px_per_deg):
        eye = LiveFixations()
        ended = [
            eye.take(e.t_ns, e.x, e.y, True, px_per_deg) for e in rest(0, 0, 0, 300) + rest(60, 0, 300, 600)
        ]
        return sum(each is not None for each in ended) + 1

    assert n_fixations(40) == 2
    assert n_fixations(80) == 1


def test_ending_by_hand_gives_the_fixation_back():
    eye = LiveFixations()
    for each in rest(100, 50, 0, 300):
        eye.take(each.t_ns, each.x, each.y, True, PX_PER_DEG)
    assert eye.end().n_samples == 30
    assert eye.current is None
    assert eye.end() is None
