"""How long a gaze-first run says that it will take."""

import pytest

from dwell.everything import GazeFirst, Phase
from dwell.everything.gaze_first.pace import Pace
from dwell.project import Project
from dwell.tracking import TrackingSession
from everything.gazing import OPTIONS, clock_of, fixations
from everything.scenes import Actor, Scene, rest
from everything.truth import TruthBackend


class Hands:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


class SlowBackend(TruthBackend):
    """Encoding a frame takes 50 ms, a click 400 ms, an object on a frame 20 ms."""

    def __init__(self, scene, hands):
        super().__init__(scene)
        self._hands = hands

    def segment(self, encoding, prompts, limit=3):
        self._hands.now_s += 0.4
        return super().segment(encoding, prompts, limit)

    def encode(self, image, previous=None):
        self._hands.now_s += 0.05
        return super().encode(image, previous)

    def step(self, encoding, memories, rivals=None):
        self._hands.now_s += 0.02 * len(memories)
        return super().step(encoding, memories, rivals)


def test_the_time_left_is_right_within_a_tenth_from_the_first_tenth_on():
    """A look every 7 frames, at four things in turn; each is recognised each time."""
    things = [Actor("cup", rest(10, 40)), Actor("box", rest(60, 44)), Actor("ball", rest(120, 20))]
    scene = Scene("long", 220, [*things, Actor("coin", rest(130, 60))])
    looks = [(3 + 7 * i, ("handle", "label", "ball", "coin")[i % 4]) for i in range(30)]
    hands, told = Hands(), []
    project = Project.in_memory(size_hw=scene.size_hw, n_frames=scene.n_frames)
    session = TrackingSession(project, scene.frames, SlowBackend(scene, hands))
    run = GazeFirst(session, fixations(scene, *looks), clock_of(scene), options=OPTIONS, clock_s=hands)
    for update in run.updates():
        told.append((hands.now_s - 100, update))
    total_s = hands.now_s - 100
    later = [(at_s, update) for at_s, update in told if 0.1 * total_s <= at_s < total_s]
    assert len(later) > 100
    for at_s, update in later:
        assert at_s + update.left_s == pytest.approx(total_s, rel=0.1)
        assert update.done == pytest.approx(at_s / total_s, abs=0.1)


def test_what_the_caller_does_meanwhile_is_not_the_runs_time():
    scene = Scene("short", 40, [Actor("ball", rest(120, 20))])
    hands = Hands()
    project = Project.in_memory(size_hw=scene.size_hw, n_frames=scene.n_frames)
    session = TrackingSession(project, scene.frames, SlowBackend(scene, hands))
    looks = fixations(scene, (10, "ball"), (20, "ball"), (30, "ball"))
    run = GazeFirst(session, looks, clock_of(scene), options=OPTIONS, clock_s=hands)
    waited_s = 0.0
    for update in run.updates():
        if update.phase is not Phase.DONE:
            hands.now_s += 1000
            waited_s += 1000
    assert run.state.spent_s == pytest.approx(hands.now_s - 100 - waited_s, abs=1e-6)


def test_half_segmented_at_two_seconds_half_explained_at_one():
    """Eight more: 4 × 2 s + 4 × 1 s; and 10 frames known and 4 × 5 to come, at 0.5 s each."""
    hands = Hands()
    pace = Pace(hands)
    pace.go()
    for _ in range(200):
        for segmented, seconds in ((True, 2), (False, 1)):
            since_s = pace.spent_s
            hands.now_s += seconds
            pace.looked(since_s, segmented=segmented)
    for _ in range(9):
        hands.now_s += 0.5
        pace.tracked()
    assert pace.left_s(8, 10, 5.0) == pytest.approx(12 + 15, rel=0.02)


def test_what_is_known_by_and_by_takes_less_and_less():
    """The share of fixations that need masks is that of late, not that of all."""
    hands = Hands()
    pace = Pace(hands)
    pace.go()
    for segmented in [True] * 100 + [False] * 150:
        since_s = pace.spent_s
        hands.now_s += 10 if segmented else 0
        pace.looked(since_s, segmented=segmented)
    assert pace.left_s(100, 0, 0.0) < 0.05 * 100 * 10


def test_at_first_nothing_is_said_and_done_never_falls():
    hands = Hands()
    pace = Pace(hands)
    pace.go()
    assert pace.left_s(5, 0, 0.0) is None
    hands.now_s += 30
    assert pace.done(30.0) == 0.5
    assert pace.done(90.0) == 0.5
    assert pace.done(0.0) < 1, "only the end is the end"
