"""Looking works with every segmenter: followed, said, kept, and run again – with a picture encoded once."""

import pytest

from dwell.looking import Action, Pressed
from dwell.looks import begin_log, events_of, replay_look, run_look
from dwell.models import MODELS
from dwell.registry import BACKENDS
from dwell.segmenters.open import open_backend
from looking.eyes import MS, START
from looks.shelf import PX_PER_DEG, SOURCE, draw_pictures, gaze, opened
from segmenters.sam.tiny import KINDS

BY_RULES = [name for name in BACKENDS if name not in MODELS]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return draw_pictures(tmp_path_factory.mktemp("shelf") / "pictures")


@pytest.fixture(params=[*BY_RULES, *KINDS])
def backend(request):
    """Every backend; of the networks, tiny copies of each architecture."""
    by_rules = request.param in BY_RULES
    return open_backend(request.param) if by_rules else request.getfixturevalue("opened")(request.param)


class Counting:
    """A backend that says how often it encoded."""

    def __init__(self, backend):
        self._backend = backend
        self.n_encoded = 0

    def __getattr__(self, name):
        return getattr(self._backend, name)

    def encode(self, image, previous=None):
        self.n_encoded += 1
        return self._backend.encode(image, previous)


def press(action, at_ms):
    return Pressed(START + at_ms * MS, action)


def test_a_look_with_any_backend(backend, pictures, tmp_path):
    samples = gaze((35, 45, 0, 400), (28, 52, 420, 800), (120, 50, 830, 1300))
    keys = [
        press(Action.START, 0),
        press(Action.LEVEL, 790),
        press(Action.HOLD, 800),
        press(Action.INCLUDE, 1200),
        press(Action.SAVE, 1250),
    ]
    counting = Counting(backend)
    with opened(pictures, tmp_path) as analysis:
        analysis.use_backend(counting)
        with begin_log(analysis.project, counting, SOURCE) as log:
            events = events_of(samples, keys, PX_PER_DEG, START)
            run = run_look(analysis.session, events, log=log, latency_ms=50)
        assert run.n_questions >= 3
        assert counting.n_encoded == 1
        (kept,) = run.kept
        assert analysis.project.record(kept.object_id, 0).mask
        assert replay_look(log.folder, analysis.session.preview).identical
