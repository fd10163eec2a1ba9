"""How the samples of a stay share what they endanger, against a slow computation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dwell.review import share_stays

samples = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]), st.integers(0, 9)), min_size=1
)


def slow_shares(chance, durations, stay):
    """Level by level: a small part of each stay is shared by those samples that reach the level."""
    shares = np.zeros(len(chance))
    steps = 200
    for level in (np.arange(steps) + 0.5) / steps:
        for each in set(stay.tolist()):
            mine = stay == each
            reach = mine & (chance > level)
            if durations[reach].sum() > 0:
                shares[reach] += durations[mine].sum() / steps * durations[reach] / durations[reach].sum()
    return shares


@settings(deadline=None, max_examples=30)
@given(samples)
def test_shares_are_those_of_the_slow_way(rows):
    stay, chance, durations = (np.array(column) for column in zip(*rows, strict=True))
    found = share_stays(chance.astype(float), durations.astype(float), stay)
    np.testing.assert_allclose(found, slow_shares(chance, durations.astype(float), stay), atol=1e-9)


@settings(deadline=None)
@given(samples)
def test_the_shares_of_a_stay_add_up_to_its_length_times_the_greatest_chance(rows):
    stay, chance, durations = (np.array(column) for column in zip(*rows, strict=True))
    found = share_stays(chance.astype(float), durations.astype(float), stay)
    for each in set(stay.tolist()):
        mine = stay == each
        timed = chance[mine & (durations > 0)].max(initial=0)
        assert found[mine].sum() == pytest.approx(durations[mine].sum() * timed)


def test_one_bad_sample_answers_for_nearly_all_of_a_sound_stay():
    chance = np.array([0.1, 0.1, 0.5, 0.1])
    found = share_stays(chance, np.full(4, 10.0), np.zeros(4, int))
    assert found.tolist() == pytest.approx([1, 1, 1 + 0.4 * 40, 1])


def test_samples_alike_answer_for_their_own_time():
    found = share_stays(np.full(3, 0.2), np.array([5.0, 10.0, 5.0]), np.array([7, 7, 8]))
    assert found.tolist() == pytest.approx([1, 2, 1])
