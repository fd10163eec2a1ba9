"""Corrections stick with every architecture of the SAM 2 family, on tiny random copies of them.

The masks follow nothing, but they change with every bit of memory, so what must not change would.
"""

from itertools import islice

import numpy as np
import pytest

from dwell.masks import Mask
from dwell.project import Project
from dwell.prompts import Absent, MaskPrompt, Point
from dwell.tracking import TrackingSession, memories, record
from dwell.types import Origin, State
from segmenters.sam.drawn import SIZE_HW, blue, picture, red
from segmenters.sam.tiny import KINDS
from tracking.pictures import Film

N = 26


class DrawnFilm(Film):
    """The film of ``segmenters.sam.drawn``; counts what is read of it."""

    def __init__(self):
        super().__init__(N, [])
        self.size_hw = SIZE_HW

    def read(self, frame_idx):
        self.seen.append(frame_idx)
        return picture(frame_idx)


@pytest.fixture(params=KINDS)
def session(request, opened):
    return on_film(opened(request.param))


def on_film(backend, project=None):
    project = project or Project.in_memory(size_hw=SIZE_HW, n_frames=N)
    return TrackingSession(project, DrawnFilm(), backend)


def show(session, name, mask, frame_idx):
    session.prompt(name, MaskPrompt(Mask.from_array(mask)), frame_idx=frame_idx)


def rows(session, name):
    """All that is recorded of an AOI, by frame, as text: the same text, the same bits."""
    project = session.project
    object_id = project.aoi(name).object_id
    found = ((i, project.record(object_id, i)) for i in range(N))
    return {i: f"{r.mask.to_bytes()!r} {r}" for i, r in found if r is not None}


def changed(before, after):
    return [i for i in range(N) if before.get(i) != after.get(i)]


def track(session, **options):
    return list(session.track(**options))


def test_a_correction_holds_and_changes_only_the_span_between_its_neighbours(session):
    for frame_idx in (0, 16, 25):
        show(session, "blue", blue(frame_idx), frame_idx)
    track(session)
    before = rows(session, "blue")
    assert len(set(before.values())) == N
    assert all(session.project.record(1, i).state is State.VISIBLE for i in range(N))
    show(session, "blue", red(8), 8)
    session.frames.seen.clear()
    track(session)
    after = rows(session, "blue")
    assert set(session.frames.seen) <= {*range(17), 25}
    assert changed(before, after) == list(range(1, 16)), "both directions, and nothing beyond the anchors"
    corrected = session.project.record(1, 8)
    np.testing.assert_array_equal(corrected.mask.to_array(), red(8))
    assert corrected.origin is Origin.USER
    track(session)
    assert changed(after, rows(session, "blue")) == [], "a further pass does not take it back"


def test_a_click_on_a_tracked_frame_is_a_correction_too(session):
    show(session, "blue", blue(0), 0)
    track(session)
    before = rows(session, "blue")
    x, y = next((x, y) for y in range(4, 90, 9) for x in range(4, 150, 9)
                if not session.project.record(1, 10).mask.to_array()[y, x])  # fmt: skip
    mask = session.prompt("blue", Point(x, y), frame_idx=10)
    assert mask.to_array()[y, x]
    track(session)
    after = rows(session, "blue")
    assert session.project.record(1, 10).mask == mask
    assert changed(before, after) == list(range(1, N))


def test_approved_frames_never_change_by_a_bit(session):
    show(session, "blue", blue(0), 0)
    track(session)
    session.approve(12, 15)
    before = rows(session, "blue")
    show(session, "blue", red(5), 5)
    track(session)
    after = rows(session, "blue")
    assert changed(before, after) == [*range(1, 12)]
    assert [session.project.record(1, i).approved for i in (11, 12, 14, 15)] == [False, True, True, False]


def test_correcting_one_aoi_never_changes_another(session):
    show(session, "blue", blue(0), 0)
    show(session, "red", red(0), 0)
    track(session)
    before = rows(session, "blue"), rows(session, "red")
    show(session, "red", blue(12), 12)
    track(session)
    assert changed(before[0], rows(session, "blue")) == []
    assert changed(before[1], rows(session, "red")) == [*range(1, N)]


def test_an_aoi_added_midway_leaves_the_others_as_they_are(session):
    show(session, "blue", blue(0), 0)
    show(session, "red", red(4), 4)
    track(session)
    before = rows(session, "blue"), rows(session, "red")
    show(session, "both", blue(13) | red(13), 13)
    track(session)
    assert (rows(session, "blue"), rows(session, "red")) == before
    assert len(rows(session, "both")) == N
    together = on_film(session.backend)
    show(together, "blue", blue(0), 0)
    show(together, "red", red(4), 4)
    show(together, "both", blue(13) | red(13), 13)
    track(together)
    assert (rows(together, "blue"), rows(together, "red")) == before, "the order of work does not matter"
    assert rows(together, "both") == rows(session, "both")


def test_removing_an_aoi_leaves_the_others_as_they_are(session):
    show(session, "blue", blue(0), 0)
    show(session, "red", red(0), 0)
    updates = session.track()
    list(islice(updates, 9))
    session.remove("red")
    list(updates)
    alone = on_film(session.backend)
    show(alone, "blue", blue(0), 0)
    track(alone)
    assert rows(session, "blue") == rows(alone, "blue")
    assert [aoi.name for aoi in session.project.aois()] == ["blue"]


def test_what_a_person_says_is_gone_is_gone(session):
    show(session, "blue", blue(0), 0)
    session.prompt("blue", Absent(), frame_idx=12)
    track(session)
    record = session.project.record(1, 12)
    assert (record.state, record.origin) == (State.ABSENT, Origin.USER)
    assert len(rows(session, "blue")) == N


TOTAL = len([*range(4, N), *range(19, 3, -1), *range(2, -1, -1)])
"""Frames gone through from anchors at 3 and 20: forward, backward between them, and before the first."""


def show_both(session):
    for name, mask in (("blue", blue(3)), ("red", red(3))):
        show(session, name, mask, 3)
    show(session, "red", red(20), 20)


@pytest.fixture(scope="module")
def in_one_go():
    """What is recorded of both where nothing stops tracking; tracked once for each backend."""
    known = {}

    def of(backend):
        model = backend.describe()["model"]
        if model not in known:
            whole = on_film(backend)
            show_both(whole)
            track(whole)
            known[model] = rows(whole, "blue"), rows(whole, "red")
        return known[model]

    return of


@pytest.mark.parametrize("stop_after", [1, 7, 30])
def test_cancelled_and_taken_up_again_gives_the_same_bits(session, in_one_go, stop_after, device, precision):
    from dwell.segmenters.sam.backend import SamBackend

    show_both(session)
    updates = session.track()
    list(islice(updates, stop_after))
    updates.close()
    assert 0 < session.remaining() <= TOTAL - stop_after
    fresh = SamBackend(session.backend.describe()["model"], device=device, precision=precision)
    again = on_film(fresh, session.project)
    assert len(track(again)) < TOTAL
    assert (rows(again, "blue"), rows(again, "red")) == in_one_go(session.backend)


def test_each_frame_is_read_and_encoded_once_for_all_aois(session):
    for name in ("one", "two", "three"):
        show(session, name, blue(0), 0)
    session.frames.seen.clear()
    track(session)
    assert session.frames.seen == list(range(N))


@pytest.mark.parametrize("stride", [1, 2])
def test_deleted_masks_come_back_bit_for_bit_from_a_memory_on_the_way(session, monkeypatch, stride):
    monkeypatch.setattr(record, "COMMIT_EVERY_S", 0)
    monkeypatch.setattr(record, "MEMORY_EVERY_S", 0)
    monkeypatch.setattr(memories, "BYTES_PER_S", 1e12)
    show(session, "blue", blue(0), 0)
    track(session, stride=stride)
    before = rows(session, "blue")
    session.project.delete_masks(1, 16, N)
    updates = track(session, stride=stride)
    assert updates[0].frame_idx == 12 + stride  # one is kept every six visited frames, here on frame 12
    assert rows(session, "blue") == before


def test_how_long_a_network_takes_is_measured_with_a_full_memory(session):
    show(session, "blue", blue(0), 0)
    found = session.estimate(budget_s=0)
    assert (found.frames, found.object_frames) == (N - 1, N - 1)
    assert found.encode_s > 0
    assert found.step_s_per_object > 0
    assert found.seconds > 0.99 * (N - 1) * max(found.encode_s, found.step_s_per_object)  # all overlaps
