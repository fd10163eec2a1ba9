"""Looking at one frame in every few: the others are filled in from those around them."""

import numpy as np
import pytest

from dwell.project import Project
from dwell.prompts import Absent, Point
from dwell.segmenters.colour import ColourBackend
from dwell.segmenters.contract import Tracked
from dwell.tracking import TrackingSession
from dwell.types import Direction, Origin, State
from tracking.pictures import BLUE, RED, SIZE_HW, Film, across, always


def session_on(film, backend=None):
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=len(film))
    return TrackingSession(project, film, backend or ColourBackend())


def track(session, **options):
    return list(session.track(**options))


@pytest.fixture
def film():
    return Film(40, [(always(RED), across(0, 4)), (always(BLUE), lambda i: (40 - i, 25))])


def record(session, frame_idx, object_id=1):
    return session.project.record(object_id, frame_idx)


def test_even_motion_is_filled_in_exactly_from_a_quarter_of_the_frames(film):
    session = session_on(film)
    session.prompt("red", Point(3, 7), frame_idx=0)
    film.seen.clear()
    updates = track(session, stride=4)
    assert film.seen == [0, *range(4, 40, 4), 39]  # the last one, too: nothing is guessed beyond it
    for frame_idx in range(40):
        np.testing.assert_array_equal(record(session, frame_idx).mask.to_array(), film.truth(0, frame_idx))
    filled = [i for i in range(1, 40) if record(session, i).signals.interpolated]
    assert filled == [i for i in range(1, 39) if i % 4]
    assert {record(session, i).origin for i in filled} == {Origin.MODEL}
    assert [each.frame_idx for each in updates] == film.seen[1:]


def test_updates_count_the_frames_between(film):
    session = session_on(film)
    session.prompt("red", Point(13, 7), frame_idx=10)
    updates = track(session, stride=5)
    assert session.remaining(stride=5) == 0
    seen = [(each.frame_idx, [r.frame_idx for r in each.between], each.done) for each in updates]
    assert seen == [
        (15, [11, 12, 13, 14], 5),
        (20, [16, 17, 18, 19], 10),
        (25, [21, 22, 23, 24], 15),
        (30, [26, 27, 28, 29], 20),
        (35, [31, 32, 33, 34], 25),
        (39, [36, 37, 38], 29),
        (5, [9, 8, 7, 6], 34),
        (0, [4, 3, 2, 1], 39),
    ]
    assert {each.total for each in updates} == {39}


def test_both_directions_look_at_the_same_frames(film):
    session = session_on(film)
    session.prompt("red", Point(4, 7), frame_idx=1)
    session.prompt("red", Point(33, 7), frame_idx=30)
    film.seen.clear()
    track(session, span=(1, 31), stride=8)
    # Forward: anchors 1 and 30 (it supports), 8, 16, 24 and 29 before the anchor; backward: …, 2 after it.
    assert sorted(film.seen) == sorted([1, 30, 8, 16, 24, 29] + [30, 1, 24, 16, 8, 2])
    for frame_idx in range(1, 31):
        np.testing.assert_array_equal(record(session, frame_idx).mask.to_array(), film.truth(0, frame_idx))
        if frame_idx not in (1, 30):
            assert record(session, frame_idx).direction is Direction.BOTH


def test_the_next_anchor_lies_one_frame_ahead_of_the_last_one_looked_at(film):
    shown = []

    class Watched(ColourBackend):
        def start(self, encoding, mask, support=()):
            shown.append([each.ahead for each in support])
            return super().start(encoding, mask, support)

    session = session_on(film, Watched())
    session.prompt("red", Point(4, 7), frame_idx=1)
    session.prompt("red", Point(33, 7), frame_idx=30)
    track(session, span=(1, 31), stride=8)
    # Looked at: forward 8, 16, 24, 29, then the anchor 30; backward 24, 16, 8, 2, then the anchor 1.
    assert shown == [[5], [5]]


def test_a_span_ends_on_a_frame_that_is_looked_at_and_the_next_goes_on_there(film):
    session = session_on(film)
    session.prompt("red", Point(3, 7), frame_idx=0)
    film.seen.clear()
    track(session, span=(0, 11), stride=4)
    assert film.seen == [0, 4, 8, 12]
    assert session.project.coverage(1).frame_idx.tolist() == list(range(13))
    film.seen.clear()
    track(session, stride=4)
    assert film.seen == [*range(12, 40, 4), 39]
    np.testing.assert_array_equal(record(session, 13).mask.to_array(), film.truth(0, 13))


def test_aois_prompted_on_any_frame_share_the_frames_looked_at(film):
    session = session_on(film)
    session.prompt("red", Point(3, 7), frame_idx=0)
    session.prompt("blue", Point(34, 28), frame_idx=7)
    film.seen.clear()
    track(session, direction="forward", stride=5)
    assert film.seen == [0, 5, 7, *range(10, 40, 5), 39]
    for frame_idx in range(7, 40):
        blue = record(session, frame_idx, 2).mask.to_array()
        np.testing.assert_array_equal(blue, film.truth(1, frame_idx))


def test_aois_that_come_from_different_frames_still_compete(film):
    calls = []

    class Watched(ColourBackend):
        def step(self, encoding, memories, rivals=None):
            calls.append((list(memories), {i: mask.sum() for i, mask in (rivals or {}).items()}))
            return super().step(encoding, memories, rivals)

    session = session_on(film, Watched())
    session.prompt("red", Point(3, 7), frame_idx=0)
    session.prompt("blue", Point(34, 28), frame_idx=7)
    track(session, direction="forward", span=(0, 16), stride=5)
    # On frame 10 blue comes from 7 and red from 5: the newer memory goes first and keeps its 64 px.
    assert calls == [([1], {}), ([2], {}), ([1], {2: 64}), ([1, 2], {})]


def test_filler_frames_are_neither_looked_at_nor_filled_in():
    film = Film(20, [(always(RED), across(0, 4))], filler=[0, 1, 4, 8, 9, 18, 19])
    session = session_on(film)
    session.prompt("red", Point(5, 7), frame_idx=2)
    film.seen.clear()
    track(session, stride=4)
    assert film.seen == [2, 12, 16, 17]
    tracked = session.project.coverage(1).frame_idx.tolist()
    assert tracked == [i for i in range(2, 18) if i not in (4, 8, 9)]
    assert record(session, 10).mask.box_xyxy == (10, 4, 18, 12)


def test_what_was_tracked_at_one_stride_stays_at_another(film):
    session = session_on(film)
    session.prompt("red", Point(3, 7), frame_idx=0)
    track(session, span=(0, 20), stride=4)
    before = [record(session, i).mask for i in range(1, 20)]
    assert session.remaining() == 39  # it begins at the anchor again: every frame is to be looked at
    track(session)
    assert [record(session, i).mask for i in range(1, 20)] == before
    assert record(session, 19).signals.interpolated
    assert not any(record(session, i).signals.interpolated for i in range(20, 40))


def test_between_seen_and_lost_the_nearer_one_decides(film):
    class Losing(ColourBackend):
        """Cannot find anything from frame 8 on."""

        def step(self, encoding, memories, rivals=None):
            if not (encoding == film.read(4)).all():
                lost = Tracked(np.zeros(SIZE_HW, dtype=bool), 0.0, State.LOST)
                return {i: (lost, memory) for i, memory in memories.items()}
            return super().step(encoding, memories, rivals)

    session = session_on(film, Losing())
    session.prompt("red", Point(3, 7), frame_idx=0)
    track(session, span=(0, 9), stride=4)
    assert [record(session, i).state.value for i in (4, 5, 6, 7, 8)] == ["visible"] * 3 + ["lost"] * 2
    assert record(session, 6).mask == record(session, 4).mask
    assert record(session, 6).score == record(session, 4).score / 2


def test_from_absent_to_seen(film):
    session = session_on(film)
    session.prompt("red", Absent(), frame_idx=0)
    session.prompt("red", Point(23, 7), frame_idx=20)
    track(session, span=(0, 9), direction="forward", stride=4)
    states = [record(session, i).state.value for i in range(5)]
    assert states == ["absent", "absent", "absent", "visible", "visible"]


@pytest.mark.parametrize("stride", [0, -2])
def test_a_stride_below_one_is_refused(film, stride):
    session = session_on(film)
    session.prompt("red", Point(3, 7), frame_idx=0)
    with pytest.raises(ValueError, match="stride of 1"):
        session.track(stride=stride)
