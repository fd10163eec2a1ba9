"""What every registered backend promises, tried on a drawn square that moves."""

import copy
import pickle

import numpy as np
import pytest

from dwell.errors import BackendError, MissingBackend, PromptError
from dwell.models import MODELS
from dwell.prompts import Box, Point, Polygon
from dwell.registry import BACKENDS
from dwell.segmenters.contract import Backend, Shown
from dwell.segmenters.open import open_backend
from dwell.types import State
from recalling import Recalling
from segmenters.sam.conftest import HUB_MODELS
from segmenters.sam.tiny import KINDS

SIZE_HW = (96, 128)


def picture(frame_idx, shown=True):
    """A blue square of 40 px on sand, moving 2 px a frame."""
    image = np.full((*SIZE_HW, 3), (214, 200, 170), dtype=np.uint8)
    if shown:
        image[truth(frame_idx)] = (30, 60, 190)
    return image


def truth(frame_idx):
    mask = np.zeros(SIZE_HW, dtype=bool)
    mask[30:70, 20 + 2 * frame_idx : 60 + 2 * frame_idx] = True
    return mask


def iou(a, b):
    return np.count_nonzero(a & b) / np.count_nonzero(a | b)


BY_RULES = [name for name in BACKENDS if name not in MODELS]
BY_HUB = [pytest.param(name, marks=pytest.mark.hub) for name in HUB_MODELS]


@pytest.fixture
def open_again(request):
    """Opens a backend once more: by its name, or a tiny copy of a network by its kind."""

    def open_again(name):
        if name not in KINDS:
            return open_backend(name)
        place = {each: request.getfixturevalue(each) for each in ("device", "precision")}
        return open_backend(request.getfixturevalue("checkpoints")[name], **place)

    return open_again


@pytest.fixture(params=[*BY_RULES, *KINDS, *BY_HUB])
def backend(request):
    """Every backend; of the networks, tiny copies of each architecture that follow nothing."""
    return _open(request)


@pytest.fixture(params=[*BY_RULES, *BY_HUB])
def follower(request):
    """Every backend that can be expected to see a square."""
    return _open(request)


def _open(request):
    by_rules = request.param in BY_RULES
    return open_backend(request.param) if by_rules else request.getfixturevalue("opened")(request.param)


@pytest.fixture
def started(backend):
    return start(backend)


def start(backend):
    encoding = backend.encode(picture(0))
    return encoding, backend.start(encoding, truth(0))


def test_every_backend_is_tried_here():
    kinds = {"sam2_video": "sam2", "edgetam_video": "edgetam", "sam3_video": "sam3"}
    tried = {*BY_RULES, *(name for name, model in MODELS.items() if kinds[model.architecture] in KINDS)}
    assert tried == set(BACKENDS)


def test_it_has_the_parts_of_a_backend(backend):
    assert isinstance(backend, Backend)
    assert backend.name
    assert backend.describe()


@pytest.mark.parametrize(
    "prompts",
    [
        [Point(40, 50)],
        [Box(18, 28, 62, 72)],
        [Polygon(((18, 28), (62, 28), (62, 72), (18, 72)))],
        [Point(40, 50), Point(100, 50, positive=False)],
    ],
    ids=["click", "box", "lasso", "click and exclude"],
)
def test_prompts_find_the_square(follower, prompts):
    assert iou(follower.segment(follower.encode(picture(0)), prompts)[0].mask, truth(0)) > 0.9


@pytest.mark.parametrize("prompt", [Point(40, 50), Box(18, 28, 62, 72)], ids=["click", "box"])
def test_candidates_come_best_first(backend, prompt):
    candidates = backend.segment(backend.encode(picture(0)), [prompt])
    assert 1 <= len(candidates) <= 3
    assert candidates[0].mask.dtype == bool
    assert candidates[0].mask.shape == SIZE_HW
    scores = [each.score for each in candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_the_limit_holds(backend):
    encoding = backend.encode(picture(0))
    assert len(backend.segment(encoding, [Point(40, 50)], limit=1)) == 1
    assert len(backend.segment(encoding, [Point(40, 50)], limit=12)) <= 12


def test_nothing_positive_is_refused(backend):
    with pytest.raises(PromptError, match="click"):
        backend.segment(backend.encode(picture(0)), [Point(40, 50, positive=False)])


def test_a_moving_square_is_followed(follower):
    backend, (encoding, memory) = follower, start(follower)
    for frame_idx in range(1, 9):
        encoding = backend.encode(picture(frame_idx), encoding)
        answer, memory = backend.step(encoding, {7: memory})[7]
        assert answer.state is State.VISIBLE
        assert answer.mask.dtype == bool
        assert 0 <= answer.score <= 1
        assert iou(answer.mask, truth(frame_idx)) > 0.9


def test_what_is_gone_has_no_mask(follower):
    backend, (encoding, memory) = follower, start(follower)
    for _ in range(6):
        encoding = backend.encode(picture(0, shown=False), encoding)
        answer, memory = backend.step(encoding, {7: memory})[7]
    assert answer.state in (State.ABSENT, State.LOST)
    assert not answer.mask.any()


def test_it_keeps_no_state_and_changes_nothing_given(backend, started):
    first, memory = started
    second = backend.encode(picture(1), first)
    saved = backend.dump(memory)
    image = picture(1)
    before = copy.deepcopy(image)
    backend.encode(image, first)
    np.testing.assert_array_equal(image, before)
    one, after_one = backend.step(second, {7: memory})[7]
    other = backend.step(second, {9: memory})[9]
    np.testing.assert_array_equal(one.mask, other[0].mask)
    assert one.score == other[0].score
    assert backend.dump(memory) == saved
    assert backend.dump(after_one) == backend.dump(other[1])


def test_a_saved_memory_goes_on_exactly(request, backend, open_again):
    encodings = [backend.encode(picture(0))]
    memory = backend.start(encodings[0], truth(0))
    for frame_idx in range(1, 4):
        encodings.append(backend.encode(picture(frame_idx), encodings[-1]))
        memory = backend.step(encodings[-1], {7: memory})[7][1]
    data = backend.dump(memory)
    fresh = open_again(request.node.callspec.params["backend"])
    again = [fresh.encode(picture(frame_idx)) for frame_idx in range(4)]
    recall = Recalling(again, lambda: fresh.start(again[0], truth(0)))
    loaded = fresh.load(pickle.loads(pickle.dumps(data)), recall)
    here = backend.step(backend.encode(picture(4), encodings[-1]), {7: memory})[7][0]
    there = fresh.step(fresh.encode(picture(4), again[-1]), {7: loaded})[7][0]
    np.testing.assert_array_equal(here.mask, there.mask)
    assert here.score == there.score


def test_the_same_image_gives_the_same_result_wherever_memory_lies(backend):
    def dumped():
        return backend.dump(backend.start(backend.encode(picture(0)), truth(0)))

    first = dumped()
    kept = []  # so that the next arrays lie elsewhere
    for size in (17, 1000, 40_003, 333, 70_001, 12):
        kept.append(np.empty(size, dtype=np.uint8))
        assert dumped() == first


def test_tracking_starts_alike_from_a_frame_met_on_the_way(backend):
    zero, one = backend.encode(picture(0)), backend.encode(picture(1))
    on_the_way = backend.encode(picture(1), zero)
    assert backend.dump(backend.start(on_the_way, truth(1))) == backend.dump(backend.start(one, truth(1)))
    memory = backend.start(one, truth(1))
    here = backend.step(backend.encode(picture(2), on_the_way), {7: memory})[7][0]
    there = backend.step(backend.encode(picture(2), one), {7: memory})[7][0]
    np.testing.assert_array_equal(here.mask, there.mask)
    assert here.score == there.score


def test_a_foreign_memory_is_refused(backend, started):
    with pytest.raises(BackendError):
        backend.load(b"something else", Recalling(started[:1]))


def test_an_object_that_is_not_there_at_first_is_known_from_its_support(follower):
    backend = follower
    gone = backend.encode(picture(0, shown=False))
    shown = backend.encode(picture(4))
    memory = backend.start(gone, np.zeros(SIZE_HW, dtype=bool), [Shown(shown, truth(4), 1)])
    answer, _ = backend.step(backend.encode(picture(0, shown=False), gone), {7: memory})[7]
    assert answer.state in (State.ABSENT, State.LOST)


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(
        MissingBackend, match=r"no backend named 'embeded'.*embedded.*Did you mean 'embedded'"
    ):
        open_backend("embeded")
