"""Where the library's own video session means the same, ours gives the same, bit for bit; and where not."""

import numpy as np
import pytest

from dwell.segmenters.contract import Shown
from segmenters.sam.drawn import blue, picture, red

torch = pytest.importorskip("torch")
stock = pytest.importorskip("segmenters.sam.stock")

N = 24
PICTURES = [picture(i) for i in range(N)]


@pytest.fixture(autouse=True)
def _in_float32(precision):
    if precision != "float32":
        pytest.skip("the stock session is driven in float32")


@pytest.fixture
def encoded(backend):
    return [backend.encode(each) for each in PICTURES]


def ours(backend, encoded, memory, frames):
    """frame_idx → (low-resolution logits, object logit) along ``frames``."""
    found = {}
    for frame_idx in frames:
        decoded, _ = backend.network.track(encoded[frame_idx], memory.shown, memory.recent, memory.ahead + 1)
        found[frame_idx] = (decoded.logits, decoded.object_logit)
        memory = backend.step(encoded[frame_idx], {1: memory})[1][1]
    return found


def same(one, other):
    """Frames on which two runs agree in every bit."""
    assert one.keys() == other.keys()
    return [i for i in one if torch.equal(one[i][0], other[i][0]) and one[i][1] == other[i][1]]


def test_forward_from_a_mask(backend, encoded):
    session = stock.StockSession(backend.network, PICTURES)
    session.show(0, blue(0))
    theirs = session.track(0)
    mine = ours(backend, encoded, backend.start(encoded[0], blue(0)), range(1, N))
    assert same(mine, theirs) == list(range(1, N))
    assert len({float(logits.sum()) for logits, _ in mine.values()}) > N // 2, "the masks never change"


def test_backward_between_two_masks_with_a_third_behind(backend, encoded):
    session = stock.StockSession(backend.network, PICTURES)
    for frame_idx in (18, 3, 22):
        session.show(frame_idx, blue(frame_idx))
    theirs = session.track(18, reverse=True, n_frames=14)
    support = [Shown(encoded[3], blue(3), 15), Shown(encoded[22], blue(22), -4)]
    mine = ours(backend, encoded, backend.start(encoded[18], blue(18), support), range(17, 3, -1))
    assert same(mine, theirs) == list(range(17, 3, -1))


def test_every_frame_shown_matters(backend, encoded):
    """So that the two tests above could fail."""
    alone = ours(backend, encoded, backend.start(encoded[18], blue(18)), range(17, 3, -1))
    ahead = [Shown(encoded[3], blue(3), 15)]
    behind = [Shown(encoded[22], blue(22), -4)]
    with_one = ours(backend, encoded, backend.start(encoded[18], blue(18), ahead), range(17, 3, -1))
    with_other = ours(backend, encoded, backend.start(encoded[18], blue(18), behind), range(17, 3, -1))
    assert same(alone, with_one) == same(alone, with_other) == same(with_one, with_other) == []


def test_memory_of_the_last_frames_matters(backend, encoded):
    memory = backend.start(encoded[0], blue(0))
    onward = ours(backend, encoded, memory, range(1, 9))
    skipping = ours(backend, encoded, memory, (1, 2, 3, 5, 6, 7, 8))
    skipping[4] = onward[4]
    assert same(dict(sorted(skipping.items())), onward) == [1, 2, 3, 4]


# ---------------------------------------------------------------- where ours differs, on purpose


def test_the_stock_session_forgets_a_correction_that_ours_keeps(backend, encoded):
    session = stock.StockSession(backend.network, PICTURES)
    session.show(0, blue(0))
    session.track(0)
    before = session.track(0)
    session.session.add_mask_inputs(0, 12, stock.mask_tensor(red(12), backend.network.spec.size))
    session.session.obj_with_new_inputs = [1]
    after = session.track(0)
    lost = [i for i in range(13, N) if torch.equal(before[i][0], after[i][0])]
    memory = backend.start(encoded[12], red(12), [Shown(encoded[0], blue(0), -12)])
    mine = ours(backend, encoded, memory, range(13, N))
    assert len(lost) == N - 13, "transformers keeps corrections now: say so in the docs"
    assert not [i for i in lost if torch.equal(mine[i][0], before[i][0])]


def test_one_objects_prompt_changes_another_in_the_stock_session_but_not_in_ours(
    backend, kind, encoded, device
):
    if kind == "edgetam":
        pytest.skip("EdgeTAM's session encodes memories one by one")
    if device != "cpu":
        pytest.skip("whether a batch changes the last bits of one object is the device's own affair")

    def first_object(with_second):
        session = stock.StockSession(backend.network, PICTURES)
        session.show(0, blue(0))
        session.track(0, n_frames=5)
        if with_second:
            session.click(6, 60, 20, object_id=2)
        return session.session, [
            session.model(session.session, frame_idx=i).pred_masks[0, 0].clone() for i in range(6, 10)
        ]

    _, alone = first_object(with_second=False)
    _, joined = first_object(with_second=True)
    assert not all(torch.equal(a, b) for a, b in zip(alone, joined, strict=True))
    one = backend.start(encoded[0], blue(0))
    other = backend.start(encoded[0], red(0))
    for frame_idx in range(1, 6):
        apart, one_after = backend.step(encoded[frame_idx], {1: one})[1]
        together = backend.step(encoded[frame_idx], {1: one, 2: other})
        np.testing.assert_array_equal(apart.mask, together[1][0].mask)
        assert backend.dump(one_after) == backend.dump(together[1][1])
        one, other = one_after, together[2][1]


def test_a_backward_pass_does_not_look_at_the_forward_one(backend, encoded):
    memory = backend.start(encoded[10], blue(10))
    alone = ours(backend, encoded, memory, range(9, 3, -1))
    ours(backend, encoded, memory, range(11, N))
    assert same(ours(backend, encoded, memory, range(9, 3, -1)), alone) == list(range(9, 3, -1))
    session = stock.StockSession(backend.network, PICTURES)
    session.show(10, blue(10))
    session.track(10)
    theirs = session.track(10, reverse=True, n_frames=6)
    assert same(theirs, alone) == []
