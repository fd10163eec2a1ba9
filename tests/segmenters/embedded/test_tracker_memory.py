"""A memory is a value: it is never changed, and its bytes bring back exactly the same object."""

from __future__ import annotations

import io

import numpy as np
import pytest

from dwell.errors import BackendError
from dwell.segmenters.contract import Shown
from dwell.segmenters.embedded import EmbeddedBackend
from recalling import Recalling
from segmenters.embedded.moving_pictures import Stage, blob

BACKEND = EmbeddedBackend()


@pytest.fixture(scope="module")
def frames():
    """Ten encodings of a blob that leaves the view after the seventh, and its mask on the first."""
    stage = Stage()
    stage.coat("red", 1, (170, 60, 60))
    masks = [blob((60 - 12 * t, 120), (30, 30), 0.1) for t in range(10)]
    pictures = [stage.draw([("red", m, (-12.0 * t, 0))])[0] for t, m in enumerate(masks)]
    encodings = [BACKEND.encode(pictures[0])]
    for picture in pictures[1:]:
        encodings.append(BACKEND.encode(picture, encodings[-1]))
    return encodings, masks[0]


def test_dump_and_load_go_on_exactly_in_every_state(frames):
    encodings, mask = frames
    memory = BACKEND.start(encodings[0], mask)
    states = set()
    for before, encoding in zip(encodings, encodings[1:], strict=False):
        tracked, after = BACKEND.step(encoding, {1: memory})[1]
        again = BACKEND.load(BACKEND.dump(memory), Recalling([before]))
        tracked_again, after_again = BACKEND.step(encoding, {1: again})[1]
        np.testing.assert_array_equal(tracked.mask, tracked_again.mask)
        assert tracked.score == tracked_again.score
        assert BACKEND.dump(after) == BACKEND.dump(after_again)
        states.add(tracked.state)
        memory = after
    assert len(states) >= 2


def test_a_step_changes_nothing_it_is_given(frames):
    encodings, mask = frames
    memory = BACKEND.start(encodings[0], mask)
    saved = BACKEND.dump(memory)
    features = encodings[1].features.coarse.copy()
    backward = encodings[1].flow.backward.copy()
    first = BACKEND.step(encodings[1], {1: memory})[1]
    second = BACKEND.step(encodings[1], {1: memory})[1]
    np.testing.assert_array_equal(first[0].mask, second[0].mask)
    assert BACKEND.dump(first[1]) == BACKEND.dump(second[1])
    assert BACKEND.dump(memory) == saved
    np.testing.assert_array_equal(encodings[1].features.coarse, features)
    np.testing.assert_array_equal(encodings[1].flow.backward, backward)


def test_an_object_alone_and_beside_a_far_one_is_the_same(frames):
    encodings, mask = frames
    memory = BACKEND.start(encodings[0], mask)
    other = BACKEND.start(encodings[0], blob((250, 60), (20, 20)))
    alone = BACKEND.step(encodings[1], {1: memory})[1]
    beside = BACKEND.step(encodings[1], {1: memory, 2: other})[1]
    assert BACKEND.dump(alone[1]) == BACKEND.dump(beside[1])


def test_memory_stays_small(frames):
    encodings, mask = frames
    support = [Shown(e, mask, i) for i, e in enumerate(encodings[1:6], 1)]
    memory = BACKEND.start(encodings[0], mask, support)
    sizes = []
    for encoding in encodings[1:]:
        _, memory = BACKEND.step(encoding, {1: memory})[1]
        sizes.append(len(BACKEND.dump(memory)))
    assert max(sizes) < 4e6


def test_an_encoding_does_not_keep_the_one_before_alive():
    import gc
    import weakref

    picture, _ = Stage().draw([])
    first = BACKEND.encode(picture)
    gone = weakref.ref(first)
    second = BACKEND.encode(picture, first)
    del first
    gc.collect()
    assert gone() is None
    assert second.flow is not None


def test_wrong_use_is_refused(frames):
    encodings, mask = frames
    memory = BACKEND.start(encodings[0], mask)
    with pytest.raises(BackendError, match="previous"):
        BACKEND.step(encodings[0], {1: memory})
    with pytest.raises(ValueError, match="no pixel"):
        BACKEND.start(encodings[0], np.zeros_like(mask))
    with pytest.raises(ValueError, match="mask of"):
        BACKEND.start(encodings[0], mask[:-1])
    other_size = BACKEND.encode(np.zeros((100, 120, 3), dtype=np.uint8))
    with pytest.raises(BackendError, match="another|stored memory"):
        BACKEND.load(BACKEND.dump(memory), Recalling([other_size]))


def test_an_image_too_small_for_motion_is_refused():
    with pytest.raises(ValueError, match="at least 32"):
        BACKEND.encode(np.zeros((20, 100, 3), dtype=np.uint8))


@pytest.mark.parametrize("name", ["all of the frame", "one pixel", "a strip at the edge"])
def test_odd_masks_break_nothing(name):
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 255, (33, 97, 3), dtype=np.uint8) for _ in range(3)]
    pictures += [np.full((33, 97, 3), 127, dtype=np.uint8)] * 3
    mask = np.zeros((33, 97), dtype=bool)
    mask[
        {"all of the frame": np.s_[:], "one pixel": np.s_[5, 5], "a strip at the edge": np.s_[:, :3]}[name]
    ] = True
    encoding = BACKEND.encode(pictures[0])
    memory = BACKEND.start(encoding, mask)
    for picture in pictures[1:]:
        encoding = BACKEND.encode(picture, encoding)
        tracked, memory = BACKEND.step(encoding, {1: memory}, {2: ~mask})[1]
        assert tracked.mask.shape == mask.shape
        assert 0 <= tracked.score <= 1


def test_foreign_and_newer_bytes_are_refused(frames):
    encodings, _ = frames
    for data in (
        b"",
        b"something else",
        _archive(version=np.array("embedded-tracker-999")),
        _archive(a=np.ones(3)),
    ):
        with pytest.raises(BackendError, match="track this AOI again"):
            BACKEND.load(data, Recalling(encodings[:1]))


def _archive(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()
