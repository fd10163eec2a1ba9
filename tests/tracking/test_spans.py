"""AOIs that are tracked over spans of their own, in one go."""

import numpy as np
import pytest

from dwell.errors import UnknownAoi
from dwell.masks import Mask
from dwell.project import Project
from dwell.segmenters.colour import ColourBackend
from dwell.tracking import TrackingSession
from dwell.types import Direction
from tracking.pictures import BLUE, GREEN, RED, SIZE_HW, Film, across, always


@pytest.fixture
def film():
    paths = [
        (always(colour), across(2, y, dx)) for colour, y, dx in ((RED, 2, 1), (BLUE, 14, 0), (GREEN, 28, 1))
    ]
    return Film(30, paths)


@pytest.fixture
def session(film):
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=len(film))
    session = TrackingSession(project, film, ColourBackend())
    for number, (name, frames) in enumerate({"red": (5, 20), "blue": (8,), "green": (15,)}.items()):
        for frame_idx in frames:
            session.propose(name, Mask.from_array(film.truth(number, frame_idx)), frame_idx)
    film.seen.clear()
    return session


def tracked(session):
    return {
        aoi.name: session.project.masklet(aoi.object_id).frame_idx.tolist() for aoi in session.project.aois()
    }


def test_each_is_tracked_in_its_own_spans_and_nowhere_else(session):
    list(session.track_spans({1: [(5, 9), (20, 23)], 2: [(8, 11)]}, Direction.FORWARD))
    assert tracked(session) == {"red": [5, 6, 7, 8, 20, 21, 22], "blue": [8, 9, 10], "green": [15]}


def test_backward_it_goes_from_the_anchor_that_follows(session):
    list(session.track_spans({1: [(3, 6), (18, 21)], 3: [(13, 16)]}, "backward"))
    assert tracked(session) == {"red": [3, 4, 5, 18, 19, 20], "blue": [8], "green": [13, 14, 15]}


def test_masks_are_true(session, film):
    list(session.track_spans({1: [(5, 9)], 3: [(12, 18)]}))
    for object_id, number, frame_idx in ((1, 0, 7), (3, 2, 13), (3, 2, 17)):
        record = session.project.record(object_id, frame_idx)
        assert np.array_equal(record.mask.to_array(), film.truth(number, frame_idx))


def test_frames_that_several_share_are_read_once(session, film):
    """Red on 6 … 12 from frame 5, blue on 9 … 14 from frame 8; 20 shows red, too."""
    list(session.track_spans({1: [(5, 13)], 2: [(8, 15)]}, "forward"))
    assert film.seen == [5, 20, *range(6, 15)]


def test_spans_in_one_gap_are_one_pass(session):
    """The gap after frame 5 is entered from there whatever the span: the farther one holds the nearer."""
    updates = list(session.track_spans({1: [(5, 8), (10, 13)]}, "forward"))
    assert [update.frame_idx for update in updates] == list(range(6, 13))


def test_parts_outside_the_video_are_cut_off_and_what_is_done_is_not_done_again(session):
    list(session.track_spans({1: [(20, 99)], 2: [(-7, 9)], 3: [(50, 60)]}))
    assert tracked(session)["red"][-1] == 29
    assert tracked(session)["blue"][0] == 0
    assert list(session.track_spans({1: [(20, 99)], 2: [(-7, 9)]})) == []


def test_stopped_and_gone_on_with_it_is_the_same(session):
    spans = {1: [(5, 15)], 2: [(8, 20)]}
    updates = session.track_spans(spans, "forward")
    for _ in range(4):
        next(updates)
    updates.close()
    list(session.track_spans(spans, "forward"))
    assert tracked(session) == {"red": [*range(5, 15), 20], "blue": list(range(8, 20)), "green": [15]}


def test_an_aoi_that_is_not_there_is_refused(session):
    with pytest.raises(UnknownAoi):
        session.track_spans({9: [(0, 5)]})
