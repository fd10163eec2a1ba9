"""FrameClock: which frame is shown when. All numbers are worked out by hand, in ms after some epoch."""

import numpy as np
import pytest

from dwell.errors import BadTable, CorruptVideo
from dwell.video import FrameClock

EPOCH = 1_760_000_000_123_456_789  # larger than float64 can hold to the ns
MS = 1_000_000


def ns(*times_ms: float) -> np.ndarray:
    return np.array([EPOCH + round(t * MS) for t in times_ms], np.int64)


def test_a_frame_is_shown_until_the_next_one_comes():
    clock = FrameClock.from_timestamps(ns(0, 33, 66, 100))
    times = np.array(
        [EPOCH - 1, EPOCH, EPOCH + 33 * MS - 1, EPOCH + 33 * MS, EPOCH + 66 * MS, EPOCH + 99 * MS]
    )
    assert clock.frame_at(times).tolist() == [-1, 0, 0, 1, 2, 2]
    assert clock.frame_at(times).dtype == np.int64


def test_the_last_frame_is_shown_for_the_usual_time():
    clock = FrameClock.from_timestamps(ns(0, 30, 60, 100))  # steps 30, 30, 40: median 30
    assert clock.end_ns == EPOCH + 130 * MS
    assert clock.frame_at(ns(129.999999, 130)).tolist() == [3, -1]
    assert clock.durations_ns.tolist() == [30 * MS, 30 * MS, 40 * MS, 30 * MS]


def test_the_camera_is_off_in_a_gap():
    clock = FrameClock.from_timestamps(ns(0, 33, 66, 1000, 1033))
    assert clock.max_gap_ns == 100 * MS  # twice the median (33 ms) is less than the least, 100 ms
    assert clock.frame_at(ns(165.999999, 166, 999, 1000)).tolist() == [2, -1, -1, 3]
    assert clock.durations_ns.tolist() == [33 * MS, 33 * MS, 100 * MS, 33 * MS, 33 * MS]


def test_slow_cameras_have_longer_gaps():
    clock = FrameClock.from_timestamps(ns(0, 200, 400, 1000))
    assert clock.max_gap_ns == 400 * MS
    assert clock.frame_at(ns(799, 801)).tolist() == [2, -1]


def test_the_gap_can_be_chosen():
    clock = FrameClock(ns(0, 33, 66), max_gap_ns=10 * MS)
    assert clock.frame_at(ns(9, 10, 40, 50, 75, 76)).tolist() == [0, -1, 1, -1, 2, -1]
    assert clock.end_ns == EPOCH + 76 * MS


def test_filler_frames_show_nothing():
    clock = FrameClock.from_timestamps(ns(0, 50, 100, 133), valid=[False, False, True, True])
    assert clock.frame_at(ns(0, 60, 100, 140)).tolist() == [-1, -1, 2, 3]
    assert clock.valid.tolist() == [False, False, True, True]


def test_times_may_have_any_shape_and_order():
    clock = FrameClock.from_timestamps(ns(0, 33, 66))
    assert clock.frame_at(ns(70, 5, 40, 5).reshape(2, 2)).tolist() == [[2, 0], [1, 0]]
    assert clock.frame_at(np.zeros(0, np.int64)).tolist() == []
    assert clock.frame_at(int(EPOCH + 40 * MS)) == 1


def test_against_a_slow_count():
    rng = np.random.default_rng(5)
    steps = np.where(rng.random(200) < 0.05, 900, rng.integers(28, 40, 200)) * MS
    times = EPOCH + np.cumsum(steps)
    clock = FrameClock.from_timestamps(times, rng.random(200) < 0.9)
    asked = rng.integers(times[0] - 100 * MS, times[-1] + 200 * MS, 3000)
    frame_idx = clock.frame_at(asked)
    for t, found in zip(asked.tolist(), frame_idx.tolist(), strict=True):
        ends = [min(b, a + clock.max_gap_ns) for a, b in zip(times, [*times[1:], clock.end_ns], strict=True)]
        shown = [i for i, end in enumerate(ends) if times[i] <= t < end and clock.valid[i]]
        assert [found] == (shown or [-1])
    total = sum(int(d) for d in clock.durations_ns)
    assert total == sum(int(end - start) for start, end in zip(times, ends, strict=True))


def test_floats_are_refused_because_they_cannot_hold_a_time():
    clock = FrameClock.from_timestamps(ns(0, 33))
    with pytest.raises(TypeError, match="integer nanoseconds"):
        clock.frame_at(np.array([EPOCH + 0.5]))
    with pytest.raises(TypeError, match="integer nanoseconds"):
        FrameClock.from_timestamps(np.array([0.0, 0.033]))


def test_one_frame_is_enough():
    clock = FrameClock.from_timestamps(ns(0))
    assert clock.durations_ns.tolist() == [33_333_333]
    assert clock.frame_at(ns(33, 34)).tolist() == [0, -1]


@pytest.mark.parametrize(
    ("times", "words"),
    [((0, 33, 20, 66), "is earlier than the row before"), ((0, 33, 33, 66), "is equal to the row before")],
)
def test_times_that_do_not_increase_name_the_row(tmp_path, times, words):
    with pytest.raises(BadTable, match=rf"world_timestamps.csv, row 3 of the frame times.*{words}") as caught:
        FrameClock.from_timestamps(ns(*times), path=tmp_path / "world_timestamps.csv")
    assert caught.value.line == 4  # the header is line 1
    assert caught.value.frame_idx == 2


def test_no_times_at_all():
    with pytest.raises(BadTable, match="at least one frame time"):
        FrameClock.from_timestamps([])


def test_a_clock_does_not_change_with_the_array_it_was_made_from():
    times = ns(0, 33, 66)
    clock = FrameClock.from_timestamps(times)
    times[1] += 5
    assert clock.times_ns[1] == EPOCH + 33 * MS
    with pytest.raises(ValueError, match="read-only"):
        clock.times_ns[0] = 0


def test_times_and_frames_that_match_need_no_note():
    clock, note = FrameClock.matched(ns(0, 33, 66), 3)
    assert (len(clock), note) == (3, None)


@pytest.mark.parametrize(("n_frames", "kept"), [(97, 97), (103, 100)])
def test_a_few_left_over_are_dropped_with_a_note(n_frames, kept):
    clock, note = FrameClock.matched(ns(*range(0, 3300, 33)), n_frames, valid=np.arange(100) % 2 == 0)
    assert len(clock) == len(clock.valid) == kept
    said = f"The video has {n_frames} frames but there are 100 frame times; "
    assert note == said + f"the {kept} that have both are used."


def test_one_in_a_hundred_may_be_left_over():
    times = ns(*range(0, 33_000, 33))  # 1000
    assert len(FrameClock.matched(times, 990)[0]) == 990
    with pytest.raises(CorruptVideo):
        FrameClock.matched(times, 989)


def test_gross_differences_are_refused():
    with pytest.raises(CorruptVideo, match="80 frames but there are 100 frame times; copy or download"):
        FrameClock.matched(ns(*range(100)), 80)
    with pytest.raises(BadTable, match="the times are cut short: the video has 130 frames"):
        FrameClock.matched(ns(*range(100)), 130)


def test_frames_shown_during_spans_without_fillers_at_their_ends():
    clock = FrameClock(np.arange(6) * 100, valid=[True, True, False, True, True, False], max_gap_ns=100)
    spans = np.array([(0, 100), (99, 101), (150, 350), (200, 300), (190, 600), (-50, 0), (600, 700), (9, 9)])
    first, stop = clock.frames_during(spans[:, 0], spans[:, 1])
    found = list(zip(first.tolist(), stop.tolist(), strict=True))
    nothing = (-1, -1)
    assert found == [(0, 1), (0, 2), (1, 4), nothing, (1, 5), nothing, nothing, nothing]
