"""Fixations become a few points, heavier the longer and the more recent they are."""

import pytest

from dwell.looking import LiveFixation
from dwell.looking.aiming import AimOptions, AimPoint, aim_points
from dwell.looking.asking import have_moved, questions_about
from dwell.prompts import Point
from looking.eyes import MS, START

PX_PER_DEG = 40.0


def fixation(x, y, from_ms, to_ms):
    return LiveFixation(START + from_ms * MS, START + to_ms * MS, x, y, 0.0, 10)


def points(*fixations, now_ms, **options):
    return aim_points(fixations, START + now_ms * MS, PX_PER_DEG, AimOptions(**options))


def test_one_fixation_is_one_point():
    assert points(fixation(100, 50, 0, 200), now_ms=200) == (AimPoint(100, 50, 1.0),)
    assert points(now_ms=0) == ()


def test_weight_is_duration_halved_every_two_seconds():
    older, newer = fixation(100, 50, 0, 400), fixation(300, 50, 2200, 2400)
    found = points(older, newer, now_ms=2400)
    # 400 ms, 2 s ago, count as 200 ms; so do 200 ms that have just ended
    assert [each.weight for each in found] == pytest.approx([0.5, 0.5])
    later = points(older, newer, now_ms=2400, half_life_s=1.0)
    assert [(each.x, each.weight) for each in later] == [
        (300, pytest.approx(2 / 3)),
        (100, pytest.approx(1 / 3)),
    ]


def test_near_fixations_are_joined_by_weight():
    (found,) = points(fixation(100, 50, 0, 300), fixation(120, 50, 300, 400), now_ms=400, half_life_s=1e9)
    assert (found.x, found.y) == pytest.approx((105, 50))  # 3 : 1 of 20 px


def test_glances_and_what_is_long_ago_are_left_out():
    glance, rest = fixation(300, 50, 0, 100), fixation(100, 50, 100, 1100)
    assert [each.x for each in points(glance, rest, now_ms=1100)] == [100]
    assert [each.x for each in points(fixation(100, 50, 0, 500), now_ms=7000)] == []


def test_no_more_than_three_points():
    many = [fixation(100 * i, 50, 200 * i, 200 * i + 200) for i in range(6)]
    assert [each.x for each in points(*many, now_ms=1200)] == [500, 400, 300]


def test_each_place_is_asked_about_alone_and_all_of_them_together():
    a, b = AimPoint(1, 2, 0.7), AimPoint(3, 4, 0.3)
    assert questions_about([a]) == ((Point(1, 2),),)
    assert questions_about([a, b]) == ((Point(1, 2),), (Point(3, 4),), (Point(1, 2), Point(3, 4)))


def test_points_that_hardly_moved_are_the_same_question():
    a, b = AimPoint(10, 10, 1.0), AimPoint(13, 14, 1.0)
    assert not have_moved([a], [b], 5.0)
    assert have_moved([a], [b], 4.9)
    assert have_moved([a], [], 100)
