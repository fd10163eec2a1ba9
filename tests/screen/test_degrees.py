"""Degrees on a flat screen, beside plain trigonometry."""

import math

import numpy as np
import pytest

from dwell.screen import Rect, View, Viewing, degrees_between, deviations, px_per_deg
from dwell.screen.degrees import shifted
from screen.drawn_desk import MONITOR, VIEWING, view

MM = 531 / 1920  # per desktop px


def test_a_degree_in_the_middle():
    size = px_per_deg(view(scale=0.5), MONITOR, VIEWING)
    assert size.mm == pytest.approx(1200 * math.tan(math.radians(0.5)))  # 10.47 mm at 60 cm
    assert size.css_px == pytest.approx(37.866, abs=1e-3)
    assert size.image_px == pytest.approx(2 * 37.866, abs=1e-2)


def test_zoom_makes_a_degree_fewer_css_px():
    assert px_per_deg(view(zoom=1.5), MONITOR, VIEWING).css_px == pytest.approx(37.866 / 1.5, abs=1e-3)
    assert px_per_deg(view(zoom=1.5), MONITOR, VIEWING).mm == pytest.approx(10.472, abs=1e-3)


def test_a_degree_near_the_edge_is_longer():
    # The page begins at desktop (0, 130): its point (960 + 800, 540 - 130) is 221.25 mm right of the middle.
    x, d = 800 * MM, 600
    size = px_per_deg(view(), MONITOR, VIEWING, (1760, 410))
    theta = math.atan(x / d)
    outwards = d * (math.tan(theta + math.radians(0.5)) - math.tan(theta - math.radians(0.5)))
    across = 2 * math.hypot(d, x) * math.tan(math.radians(0.5))
    assert size.mm == pytest.approx(math.sqrt(outwards * across))
    assert outwards > across > 10.48


def test_angles_between_points_are_those_of_rays():
    # From the middle 300 px right: atan(300 px · mm / 600 mm), and as much left: twice that.
    middle, right, left = (960, 410), (1260, 410), (660, 410)
    once = math.degrees(math.atan(300 * MM / 600))
    found = degrees_between(view(), MONITOR, VIEWING, [middle, left, middle], [right, right, middle])
    assert found == pytest.approx([once, 2 * once, 0])


def test_deviations_point_the_way_they_are_seen():
    found = deviations(view(), MONITOR, VIEWING, [(1260, 410), (960, 310), (math.nan, 0)], (960, 410))
    assert found[0] == pytest.approx([math.degrees(math.atan(300 * MM / 600)), 0])
    assert found[1] == pytest.approx([0, -math.degrees(math.atan(100 * MM / 600))])
    assert np.isnan(found[2]).all()


def test_deviations_are_as_long_as_the_angle_anywhere():
    rng = np.random.default_rng(3)
    points = rng.uniform(0, 950, (200, 2))
    target = (1700.0, 800.0)
    lengths = np.linalg.norm(deviations(view(), MONITOR, VIEWING, points, target), axis=1)
    assert lengths == pytest.approx(degrees_between(view(), MONITOR, VIEWING, points, [target] * 200))


@pytest.mark.parametrize("offset", [(0, 0), (2, 0), (-3, 1.5), (0.01, -0.02)])
def test_shifting_undoes_deviations(offset):
    moved = shifted(view(), MONITOR, VIEWING, (300, 700), *offset)
    assert deviations(view(), MONITOR, VIEWING, [moved], (300, 700))[0] == pytest.approx(offset, abs=1e-9)


def test_lengths_must_be_lengths():
    with pytest.raises(ValueError, match="distance_mm above 0, got 0; measure it"):
        Viewing(531, 0)
    with pytest.raises(ValueError, match="inner_width of View above 0"):
        View(0, 0, 0, 10, 10, 0, 10, Rect(0, 0, 1, 1), 1, 0, 0, 1, 1, 0)
