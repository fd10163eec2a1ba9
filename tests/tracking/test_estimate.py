"""How long tracking will take, on a clock that stands still except where it is told to move."""

import threading

import pytest

from dwell.errors import PromptError
from dwell.project import Project
from dwell.prompts import Absent, Point
from dwell.segmenters.colour import ColourBackend
from dwell.tracking import TrackingSession
from dwell.tracking.estimate import n_seconds
from tracking.pictures import BLUE, RED, SIZE_HW, Film, across, always


class Slow(ColourBackend):
    """Encodes a frame in 2 s and tracks an AOI in 3 s, on one core; the first time takes 15 s more."""

    def __init__(self):
        self.now, self.lock = 0.0, threading.Lock()
        self.warm = False
        self.n_support = []

    def spend(self, seconds):
        with self.lock:
            self.now += seconds

    def encode(self, image, previous=None):
        self.spend(2)
        return super().encode(image, previous)

    def start(self, encoding, mask, support=()):
        self.n_support.append(len(support))
        assert mask.any()
        return super().start(encoding, mask, support)

    def step(self, encoding, memories, rivals=None):
        self.spend(3 * len(memories) + (0 if self.warm else 15))
        self.warm = True
        return super().step(encoding, memories, rivals)


@pytest.fixture
def backend():
    return Slow()


@pytest.fixture
def session(backend):
    film = Film(40, [(always(RED), across(0, 10)), (always(BLUE), lambda i: (40 - i, 12))])
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=40)
    return TrackingSession(project, film, backend, clock=lambda: backend.now)


def test_seconds_are_frames_times_what_one_costs(session, backend):
    session.prompt("red", Point(3, 13), frame_idx=0)
    session.prompt("blue", Point(33, 15), frame_idx=10)
    found = session.estimate()
    # Forward: 10 frames of one AOI, 29 of both; backward: 10 of blue. One core: nothing overlaps.
    assert (found.encode_s, found.step_s_per_object, found.overlap) == (2, 3, 0)
    assert (found.frames, found.object_frames) == (49, 10 + 58 + 10)
    assert found.seconds == 49 * 2 + 78 * 3
    assert found.probe_s == 2 + (2 + 18) + (2 + 3) + (2 + 3)  # shown, warming up, measured, both at once
    assert backend.n_support == [6]  # a full memory


def test_the_run_takes_as_long_as_was_said(session, backend):
    session.prompt("red", Point(3, 13), frame_idx=0)
    said = session.estimate().seconds
    began_at = backend.now
    list(session.track())
    assert backend.now - began_at == said + 2  # and the anchor's own encoding


def test_skipped_frames_cost_nothing(session):
    session.prompt("red", Point(3, 13), frame_idx=0)
    found = session.estimate(stride=4)
    assert (found.frames, found.seconds) == (10, 10 * 5)  # 4, 8, … 36, and 39


def test_more_is_measured_while_there_is_time(session):
    session.prompt("red", Point(3, 13), frame_idx=0)
    assert session.estimate(budget_s=70).probe_s == 2 + 20 + 50 + 5  # 20 s of warming up count


def test_nothing_is_saved_and_nothing_measured_where_nothing_is_missing(session, backend):
    with pytest.raises(PromptError, match="nothing to track from"):
        session.estimate()
    session.prompt("red", Point(3, 13), frame_idx=0)
    session.estimate()
    assert session.project.coverage(1).frame_idx.tolist() == [0]
    assert session.project.runs() == []
    list(session.track())
    before = backend.now
    assert session.estimate().seconds == 0
    assert backend.now == before


def test_an_aoi_that_is_absent_at_the_anchor_is_measured_where_it_is_shown(session):
    session.prompt("red", Absent(), frame_idx=0)
    session.prompt("red", Point(23, 13), frame_idx=20)
    assert session.estimate(direction="forward", span=(0, 10)).frames == 9


def test_what_overlaps_costs_once():
    # Encoding 2 s, tracking 3 s an AOI: with one AOI encoding hides behind tracking, 3 s a frame.
    assert n_seconds(2, 3, 1.0, {1: 10}) == 30
    assert n_seconds(2, 3, 0.5, {1: 10}) == 40
    # Tracking 0.5 s an AOI: with 2 AOIs it hides behind encoding.
    assert n_seconds(2, 0.5, 1.0, {2: 10}) == 20


def test_a_very_slow_frame_is_not_measured_twice(session, backend, monkeypatch):
    session.prompt("red", Point(3, 13), frame_idx=0)
    backend.warm = True
    monkeypatch.setattr(backend, "spend", lambda seconds: Slow.spend(backend, 10 * seconds))
    found = session.estimate()
    assert (found.encode_s, found.step_s_per_object, found.overlap) == (20, 30, 0)
    assert found.probe_s == 20 + (20 + 30)
