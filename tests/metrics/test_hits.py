"""Frames in which an AOI is hit."""

from dwell.gaze import MappingOptions, map_gaze
from dwell.metrics import find_hits
from gaze.scene import disc, make_clock, make_gaze, make_masklet

CUP = make_masklet(1, "cup", dict.fromkeys(range(10), disc(30, 30, 10)))


def test_spans_of_frames_with_gaze_on_the_aoi():
    on, off = (30, 30), (70, 10)
    gaze = make_gaze([(0, *on), (40, *on), (50, *off), (80, *off), (120, *on), (160, *on), (161, *on)])
    found = map_gaze(gaze, make_clock(10), [CUP], MappingOptions())
    assert find_hits(found, 0) == [(0, 2), (3, 5)]


def test_no_gaze_on_it_is_no_span():
    assert find_hits(map_gaze(make_gaze([(0, 70, 10)]), make_clock(10), [CUP]), 0) == []
