"""How long a run says that it will take, by a clock that only the tracker and the proposer move."""

from functools import cache

import pytest

from dwell.everything import REPORT, Budget, Everything, EverythingOptions, Phase
from dwell.project import Project
from dwell.tracking import TrackingSession
from everything.scenes import SCENES
from everything.truth import TruthBackend, TruthProposer

OPTIONS = EverythingOptions(min_step=5, max_step=15)
ENCODE_S, START_S, STEP_S, PROPOSE_S = 1.0, 2.0, 0.5, 5.0


class Hands:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now_s = 0.0

    def __call__(self):
        return self.now_s


class SlowBackend(TruthBackend):
    """Knows the truth and takes its time."""

    def __init__(self, scene, hands):
        super().__init__(scene)
        self._hands = hands

    def encode(self, image, previous=None):
        self._hands.now_s += ENCODE_S
        return super().encode(image, previous)

    def start(self, encoding, mask, support=()):
        self._hands.now_s += START_S
        return super().start(encoding, mask, support)

    def step(self, encoding, memories, rivals=None):
        self._hands.now_s += STEP_S * len(memories)
        return super().step(encoding, memories, rivals)


class SlowProposer(TruthProposer):
    """The same for masks on key frames."""

    def __init__(self, scene, hands):
        super().__init__(scene)
        self._hands = hands

    def propose(self, image, options, beside=None):
        self._hands.now_s += PROPOSE_S
        return super().propose(image, options, beside)


class Timed:
    """A whole run by that clock: ``told`` is when each update came, and what it said."""

    def __init__(self, name, budget):
        scene, hands = SCENES[name](), Hands()
        project = Project.in_memory(size_hw=scene.size_hw, n_frames=scene.n_frames)
        session = TrackingSession(project, scene.frames, SlowBackend(scene, hands))
        run = Everything(session, SlowProposer(scene, hands), OPTIONS, budget, clock=hands)
        self.told = [(hands.now_s, update) for update in run.updates()]
        self.total_s = hands.now_s
        self.looking_s = max(at_s for at_s, update in self.told if update.phase is Phase.LOOKING)
        self.report = project.get_setting(REPORT)
        self.n_frames, self.n_objects = scene.n_frames, len(project.aois())


@cache
def timed(name, budget):
    return Timed(name, budget)


BUDGETS = pytest.mark.parametrize("budget", [Budget(coverage=1), Budget(masks=4)], ids=["all", "4 masks"])


@BUDGETS
@pytest.mark.parametrize("name", ["still", "pan", "entering", "cut"])
def test_the_time_left_is_right_within_a_fifth_from_the_first_tenth_on(name, budget):
    run = timed(name, budget)
    seen = 0.0
    if name == "cut":  # which rooms come, and so what is worth tracking, is known when they have come
        seen = run.looking_s if budget.masks else next(at_s for at_s, u in run.told if u.frame_idx == 20)
    later = [(at_s, each) for at_s, each in run.told if at_s >= max(0.1 * run.total_s, seen)]
    assert len(later) > run.n_frames
    unknown = [each.frame_idx for _, each in later if each.left_s is None]
    assert not unknown, "nothing was said"
    worst_s = max((at_s + each.left_s for at_s, each in later), key=lambda all_s: abs(all_s - run.total_s))
    assert worst_s == pytest.approx(run.total_s, rel=0.2)


@BUDGETS
def test_the_share_done_is_that_of_the_time(budget):
    run = timed("entering", budget)
    for at_s, update in run.told:
        if at_s >= 0.1 * run.total_s:
            assert update.done == pytest.approx(at_s / run.total_s, abs=0.2)


def test_the_report_says_how_long_it_took():
    run = timed("still", Budget(masks=4))
    assert run.report["seconds"] == pytest.approx(run.total_s, abs=0.1)


# ---------------------------------------------------------------- a budget in minutes


@pytest.mark.parametrize(("name", "times"), [("still", 4), ("pan", 1.5), ("pan", 3)])
def test_a_budget_in_minutes_is_kept(name, times):
    """``times`` what looking alone takes; all of it would take far longer."""
    everything = timed(name, Budget(coverage=1))
    budget_s = times * everything.looking_s
    assert everything.total_s > 1.3 * budget_s
    run = timed(name, Budget(minutes=budget_s / 60))
    assert run.total_s <= 1.25 * budget_s
    assert run.report["stopped by"] == "minutes"


def test_more_minutes_are_made_use_of():
    """At four times what looking takes, a good part of that is used, and more is tracked than at half."""
    looking_s = timed("still", Budget(coverage=1)).looking_s
    run = timed("still", Budget(minutes=4 * looking_s / 60))
    assert run.total_s >= 0.6 * 4 * looking_s
    assert run.n_objects >= 2


def test_enough_minutes_change_nothing():
    everything = timed("still", Budget(coverage=1))
    run = timed("still", Budget(minutes=2 * everything.total_s / 60))
    assert (run.report["stopped by"], run.n_objects) == ("nothing", everything.n_objects)


def test_where_looking_takes_longer_than_the_budget_it_ends_soon_after():
    """After looking, at most one thing is tracked, once through the video."""
    looking_s = timed("still", Budget(coverage=1)).looking_s
    run = timed("still", Budget(minutes=0.5 * looking_s / 60))
    assert run.looking_s <= looking_s
    assert run.total_s - run.looking_s <= 2 * START_S + run.n_frames * (ENCODE_S + STEP_S)
    assert run.report["stopped by"] == "minutes"
    assert run.n_objects <= 1
