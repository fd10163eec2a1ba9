"""What is told of a frame, what is remembered of it, and looking again for what was lost.

The network is replaced by one that reads from a script, so that every number here is worked out by hand.
"""

from dataclasses import replace

import numpy as np
import pytest

from dwell.errors import BackendError
from dwell.types import State
from segmenters.sam.drawn import SIZE_HW, blue, picture

torch = pytest.importorskip("torch")
from dwell.segmenters.sam.backend import SamBackend  # noqa: E402 - needs torch
from dwell.segmenters.sam.network import Decoded, Remembered  # noqa: E402

SEEN = 4.0  # object logit; sigmoid .982
HIDDEN = -3.0  # sigmoid .047


class Scripted:
    """Answers as the script says: (object logit, IoU) by frame; (frame, "prompts") without recent frames."""

    def __init__(self, network, script):
        self._network, self._script = network, script
        self.asked = []

    def __getattr__(self, name):
        return getattr(self._network, name)

    def track(self, encoded, shown, recent, ahead):
        self.asked.append((ahead, tuple(each.ahead for each in recent)))
        key = (ahead, "prompts") if not recent and ahead > 1 else ahead
        object_logit, iou = self._script.get(key, (SEEN, 0.9))
        logits = torch.full((32, 32), 5.0 if iou else -5.0)
        pointer = torch.full((1, 1, 128), float(ahead))
        features = torch.zeros(1)
        decoded = Decoded(logits, object_logit, iou)
        return decoded, Remembered(ahead, pointer, features, logits, object_logit)


@pytest.fixture
def playing(opened, device, precision):
    """Steps a backend through a script: what was told of each frame, and what the network was asked."""

    def play(script, n_frames, **options):
        plain = opened("sam2")
        backend = SamBackend(plain.describe()["model"], device=device, precision=precision, **options)
        network = Scripted(plain.network, script)
        backend._loaded = replace(backend._loaded, network=network)
        encoding = plain.encode(picture(0))
        memory, told = plain.start(encoding, blue(0)), {}
        for frame_idx in range(1, n_frames):
            told[frame_idx], memory = backend.step(encoding, {1: memory})[1]
        return told, network.asked

    return play


def test_states_follow_from_the_networks_own_scores(playing):
    script = {1: (SEEN, 0.9), 2: (HIDDEN, 0.9), 3: (SEEN, 0.1), 4: (SEEN, 0.0), 5: (SEEN, 0.3)}
    told, _ = playing(script, 6)
    states = [each.state for each in told.values()]
    assert states == [State.VISIBLE, State.ABSENT, State.LOST, State.LOST, State.VISIBLE]
    assert [each.mask.any() for each in told.values()] == [True, False, False, False, True]
    assert [each.check for each in told.values()] == [False, False, False, False, True]
    assert told[1].object_score == pytest.approx(1 / (1 + np.exp(-4)))
    assert told[1].score == pytest.approx(told[1].object_score * 0.9)
    assert told[2].object_score == pytest.approx(1 / (1 + np.exp(3)))
    assert told[5].iou_estimate == 0.3
    assert told[5].mask.shape == SIZE_HW


DOUBTFUL = {3: (HIDDEN, 0.9), 4: (SEEN, 0.4), 6: (HIDDEN, 0.2)}


def test_all_frames_are_remembered_by_default(playing):
    _, asked = playing(DOUBTFUL, 9)
    assert asked[-1] == (8, (1, 2, 3, 4, 5, 6, 7))


def test_only_confident_frames_are_remembered_on_request(playing):
    _, asked = playing(DOUBTFUL, 9, remember="confident")
    assert asked[-1] == (8, (1, 2, 5, 7))


HIDDEN_FROM_3 = {i: (HIDDEN, 0.9) for i in range(3, 20)}


def test_a_hidden_object_is_looked_for_from_its_prompts_alone(playing):
    script = {**HIDDEN_FROM_3, (9, "prompts"): (SEEN, 0.8)}
    script |= {(i, "prompts"): (HIDDEN, 0.9) for i in (5, 7)}
    script |= {i: (SEEN, 0.9) for i in (10, 11)}
    told, asked = playing(script, 12, reacquire=2)
    assert [i for i, recent in asked if not recent and i > 1] == [5, 7, 9]
    states = {i: each.state for i, each in told.items()}
    assert [i for i, state in states.items() if state is State.VISIBLE] == [1, 2, 9, 10, 11]
    assert [i for i, each in told.items() if each.check] == [9], "a person should look where it came back"
    assert asked[-1] == (11, (9, 10)), "what was remembered of the time without it is forgotten"


def test_it_is_not_believed_to_be_back_without_being_sure(playing):
    script = {**HIDDEN_FROM_3, (5, "prompts"): (SEEN, 0.6), (7, "prompts"): (HIDDEN, 0.95)}
    told, _ = playing(script, 9, reacquire=2)
    assert {each.state for i, each in told.items() if i > 2} == {State.ABSENT}


def test_with_both_off_nothing_is_looked_for_again(playing):
    _, asked = playing(HIDDEN_FROM_3, 12)
    assert [i for i, recent in asked if not recent] == [1]


def test_confident_memory_changes_nothing_while_all_is_well(opened, device, precision):
    """On a true architecture: the option costs nothing where every frame is confident."""
    plain = opened("sam2")
    robust = SamBackend(
        plain.describe()["model"], device=device, precision=precision, remember="confident", reacquire=5
    )
    runs = []
    for backend in (plain, robust):
        memory = backend.start(backend.encode(picture(0)), blue(0))
        for frame_idx in range(1, 10):
            told, memory = backend.step(backend.encode(picture(frame_idx)), {1: memory})[1]
            assert told.iou_estimate > 0.5, "the tiny network is not confident: choose another seed"
        runs.append(memory)
    assert plain.dump(runs[0]) == plain.dump(runs[1])


@pytest.mark.parametrize("options", [{"remember": "some"}, {"reacquire": -1}])
def test_options_are_checked_before_anything_is_loaded(options):
    with pytest.raises(BackendError, match="remember.*all or confident|reacquire.*number of frames"):
        SamBackend("no such folder", **options)
