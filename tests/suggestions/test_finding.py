"""Looking on frames: once each, in order, and everything down to the floor is kept."""

import weakref

import numpy as np
import pytest

from dwell.errors import Cancelled, FrameOutOfRange, PromptError
from dwell.segmenters.detectors.choosing import Thresholds
from dwell.segmenters.detectors.colour import ColourDetector
from dwell.suggestions import FLOOR, find, numbers_every, suggest
from suggestions.words import Script, box, seen
from tracking.pictures import BLUE, RED, Film, across, always


def film(n_frames=10, filler=()):
    """Red moves right by a px a frame, blue stands still."""
    return Film(n_frames, [(always(RED), across(2, 4)), (always(BLUE), across(30, 20, 0))], filler)


def test_each_frame_is_read_once_and_in_order_and_told():
    frames, steps = film(), []
    found = find(frames, Script([], [], []), ["cup"], [7, 1, 4, 1], lambda *step: steps.append(step))
    assert frames.seen == [1, 4, 7]
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert list(found.detections) == [1, 4, 7]
    assert (found.phrases, found.detector) == (("cup",), {"name": "script"})


def test_the_detector_is_asked_once_and_thresholds_are_tried_on_what_it_said(project):
    script = Script(
        [seen("cup", box(0, 0), 0.8), seen("cup", box(20, 20), 0.2, 0.6), seen("hand", box(40, 2), 0.1)]
    )
    found = find(film(), script, ["cup", "hand"], [0])
    assert script.asked == [(("cup", "hand"), FLOOR)]

    def phrases(**thresholds):
        return [each.phrase for each in suggest(found, project, Thresholds(**thresholds))]

    assert phrases() == ["cup"]
    assert phrases(box=0.15) == ["cup", "cup"]
    assert phrases(box=0.15, text=0.7) == ["cup"]
    assert phrases(box=0.05, text=0.05) == ["cup", "cup", "hand"]
    assert phrases(box=0.05, text=0.05, one_per_phrase=True) == ["cup", "hand"]
    assert len(script.asked) == 1


def test_colours_are_found_where_they_are_drawn(project):
    found = find(film(), ColourDetector(), ["red square", "blue square"], [0, 3])
    shown = [(s.frame_idx, s.phrase, s.box_xyxy) for s in suggest(found, project)]
    assert sorted(shown) == [
        (0, "blue square", box(30, 20)),
        (0, "red square", box(2, 4)),
        (3, "blue square", box(30, 20)),
        (3, "red square", box(5, 4)),
    ]


def test_every_so_many_seconds_of_a_recording_with_a_gap():
    # At 0, 1, 2 … s: frames of 0.4 s, but frame 5 comes 3 s after frame 4, which is the newest until then.
    times_ns = np.array([0, 0.4, 0.8, 1.2, 1.6, 4.6, 5.0]) * 1e9
    assert numbers_every(times_ns.astype(np.int64), 1.0) == [0, 2, 4, 6]
    assert numbers_every(np.zeros(1, np.int64), 1.0) == [0]


def test_filler_is_passed_over():
    found = find(film(filler=[1, 2]), Script([], []), ["cup"], [0, 1, 2, 3])
    assert list(found.detections) == [0, 3]
    with pytest.raises(PromptError, match="Frame 1 is grey filler"):
        find(film(filler=[1]), Script(), ["cup"], [1])


def test_one_picture_is_held_at_a_time():
    read = []

    class Picture(np.ndarray):
        """An array that can be watched."""

    class Watched(Film):
        def read(self, frame_idx):
            picture = super().read(frame_idx).view(Picture)
            read.append(weakref.ref(picture))
            return picture

    class Counting(Script):
        def detect(self, image, phrases, floor=0.05):
            alive = sum(each() is not None for each in read)
            assert alive <= 2  # this one, and the one before until it is let go
            return []

    frames = Watched(50, [(always(RED), across(2, 4, 0))])
    assert len(find(frames, Counting(), ["cup"], range(50)).detections) == 50


def test_looking_can_be_given_up_between_two_frames():
    def stop(done, total):
        if done == 2:
            raise Cancelled("enough")

    frames = film()
    with pytest.raises(Cancelled):
        find(frames, Script([], [], []), ["cup"], [0, 1, 2], stop)
    assert frames.seen == [0, 1]


def test_a_frame_that_is_not_there_is_named_before_any_work():
    frames = film()
    with pytest.raises(FrameOutOfRange, match=r"no frame 10; film.mp4 has 0 … 9"):
        find(frames, Script([]), ["cup"], [0, 10])
    assert frames.seen == []
