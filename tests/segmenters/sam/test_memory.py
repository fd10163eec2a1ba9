"""What is remembered stays small, and a compact log of it goes on bit for bit."""

import numpy as np
import pytest

from dwell.errors import BackendError
from dwell.segmenters.contract import Shown
from recalling import Recalling
from segmenters.sam.drawn import blue, picture

N = 30


def run(backend, frames, memory=None):
    """The memories after each of these frames, and what was told of each; frame 0 is the anchor."""
    encoded = {i: backend.encode(picture(i)) for i in frames}
    memories, told = {}, {}
    for i in frames:
        if memory is None:
            memory = backend.start(encoded[i], blue(i))
        else:
            told[i], memory = backend.step(encoded[i], {1: memory})[1]
        memories[i] = memory
    return memories, told


def recalling(backend, frame_idx):
    """Frames up to this one, encoded anew when asked for, and the start they began with."""
    return Recalling(
        [backend.encode(picture(i)) for i in range(frame_idx + 1)],
        lambda: backend.start(backend.encode(picture(0)), blue(0)),
    )


@pytest.mark.parametrize("at", [1, 4, 20])
def test_tracking_restarts_anywhere_bit_for_bit(backend, at):
    memories, told = run(backend, range(N))
    recall = recalling(backend, at)
    memory = backend.load(backend.dump(memories[at]), recall)
    assert recall.asked == list(range(min(at, 6) - 1, -1, -1)), "only a few frames are encoded again"
    for i in range(at + 1, N):
        again, memory = backend.step(backend.encode(picture(i)), {1: memory})[1]
        np.testing.assert_array_equal(again.mask, told[i].mask)
        assert (again.score, again.object_score) == (told[i].score, told[i].object_score)
    assert backend.dump(memory) == backend.dump(memories[N - 1])


def test_what_the_log_leaves_out_would_be_missed(backend):
    """So that the test above could fail: other frames, or another start, give another memory."""
    memories, _ = run(backend, range(12))
    right = recalling(backend, 11)
    wrong_frames = Recalling([backend.encode(picture(i + 5)) for i in range(12)], right.begin)
    wrong_start = Recalling(right.encodings, lambda: backend.start(right.encodings[3], blue(3)))
    loaded = [
        backend.load(backend.dump(memories[11]), recall) for recall in (right, wrong_frames, wrong_start)
    ]
    nexts = [backend.network.track(right.encodings[0], m.shown, m.recent, 12)[0].logits for m in loaded]
    assert not np.array_equal(nexts[0].cpu(), nexts[1].cpu())
    assert not np.array_equal(nexts[0].cpu(), nexts[2].cpu())


def test_the_log_is_small_and_the_memory_bounded(backend):
    memories, _ = run(backend, range(N))
    sizes = {i: len(backend.dump(memory)) for i, memory in memories.items()}
    assert sizes[N - 1] < 1.05 * sizes[16]
    last = memories[N - 1]
    assert len(last.recent) == 15
    assert [each.features is not None for each in last.recent] == [False] * 9 + [True] * 6
    low = last.recent[-1].logits
    exact = 6 * low.numel() * low.element_size() + 15 * last.recent[0].pointer.numel() * 4
    assert sizes[N - 1] < exact + 4000, "six frames of logits and fifteen pointers, exactly"


def test_an_object_that_is_not_there_at_first_is_known_from_its_support(backend):
    encoded = [backend.encode(picture(i)) for i in range(8)]
    gone = np.zeros_like(blue(0))
    memory = backend.start(encoded[0], gone, [Shown(encoded[7], blue(7), 7)])
    assert [each.ahead for each in memory.shown] == [7]
    after = backend.step(encoded[1], {1: memory})[1][1]
    recall = Recalling(encoded[:2], lambda: memory)
    again = backend.load(backend.dump(after), recall)
    one, other = (backend.step(encoded[2], {1: each})[1] for each in (after, again))
    np.testing.assert_array_equal(one[0].mask, other[0].mask)
    assert backend.dump(one[1]) == backend.dump(other[1])


def test_another_models_log_is_refused(opened):
    first, second = opened("sam2"), opened("edgetam")
    memory = first.start(first.encode(picture(0)), blue(0))
    with pytest.raises(BackendError, match=r"saved with .*, not with .*; choose that model"):
        second.load(first.dump(memory), Recalling([]))


@pytest.mark.parametrize("cut", [20, 200, -1])
def test_a_damaged_log_is_refused(opened, cut):
    backend = opened("sam2")
    memories, _ = run(backend, range(3))
    data = backend.dump(memories[2])
    with pytest.raises(BackendError, match="damaged.*track this AOI again"):
        backend.load(data[:cut], recalling(backend, 2))


def test_frames_of_another_size_are_refused(opened):
    backend = opened("sam2")
    memory = backend.start(backend.encode(picture(0)), blue(0))
    with pytest.raises(BackendError, match="track each video with its own"):
        backend.step(backend.encode(picture(0)[:-8]), {1: memory})
    with pytest.raises(ValueError, match=r"mask of \(88, 160\)"):
        backend.start(backend.encode(picture(0)), blue(0)[:-8])
    with pytest.raises(ValueError, match="no pixel"):
        backend.start(backend.encode(picture(0)), np.zeros_like(blue(0)))
