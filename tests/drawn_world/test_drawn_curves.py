"""Curves through keys: smooth, repeating, no overshoot."""

import numpy as np
import pytest

from dwell.drawn_world.curves import Curve

KEYS = ((0.5, 0.0), (2.0, 1.0), (3.0, 1.0), (4.0, -2.0), (7.0, -1.0))
SWING = Curve(10.0, *KEYS)


@pytest.mark.parametrize(("time", "value"), KEYS)
def test_it_goes_through_its_keys(time, value):
    assert SWING(time) == pytest.approx(value, abs=1e-12)


def test_it_repeats():
    t = np.linspace(0, 10, 37)
    np.testing.assert_allclose(SWING(t + 10), SWING(t), atol=1e-9)
    np.testing.assert_allclose(SWING(t - 30), SWING(t), atol=1e-9)


def test_it_rests_between_equal_keys_and_never_overshoots():
    assert np.ptp(SWING(np.linspace(2.0, 3.0, 50))) < 1e-12
    values = SWING(np.linspace(0, 10, 5001))
    assert values.max() <= 1 + 1e-12
    assert values.min() >= -2 - 1e-12


def test_it_is_smooth():
    t = np.linspace(0, 20, 200_001)
    speed = np.gradient(SWING(t), t)
    assert np.abs(np.diff(speed)).max() < 0.01, "no jump of speed, also where a cycle begins anew"
