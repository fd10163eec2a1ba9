"""Which frames are tracked around what was looked at."""

from dwell.everything.gaze_first.following import backward_spans, forward_spans, n_frames_in
from dwell.everything.gaze_first.state import Sighting
from everything.test_album import RED, look


def anchor(object_id, frame_idx):
    return Sighting(object_id, frame_idx, look(RED))


SEEN = [anchor(1, 10), anchor(2, 12), Sighting(1, 14), anchor(1, 40)]
"""One thing gets a mask on frame 10, is looked at again on 14, and is recognised on 40; another on 12."""


def test_forward_it_goes_from_every_look_for_the_reach():
    assert forward_spans(SEEN, 5) == {1: [(10, 20), (40, 46)], 2: [(12, 18)]}


def test_backward_it_goes_from_every_mask():
    assert backward_spans(SEEN, 5) == {1: [(5, 11), (35, 41)], 2: [(7, 13)]}


def test_frames_that_several_need_are_counted_once():
    """5 … 12 and 35 … 40."""
    assert n_frames_in(backward_spans(SEEN, 5)) == 8 + 6
