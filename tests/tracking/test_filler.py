"""Filler frames are looked for a picture at a time, so that a click need not wait for the whole video."""

import numpy as np
import pytest

from dwell.errors import CorruptVideo, PromptError
from dwell.project import Project
from dwell.prompts import Point
from dwell.segmenters.colour import ColourBackend
from dwell.tracking import TrackingSession
from tracking.pictures import RED, Film, across, always

FILLER = [0, 1, 2, 11]


class Searched(Film):
    """Counts the pictures looked at; may find one that cannot be decoded."""

    def __init__(self, broken_at=None):
        super().__init__(20, [(always(RED), across(0, 10))], filler=FILLER)
        self.n_looks = 0
        self.broken_at = broken_at

    def search_filler(self):
        for number in range(len(self)):
            if number == self.broken_at:
                raise CorruptVideo("Frame 7 cannot be decoded.")
            self.n_looks += 1
            yield
        return self.filler


def session_on(film):
    return TrackingSession(Project.in_memory(size_hw=film.size_hw, n_frames=len(film)), film, ColourBackend())


@pytest.fixture
def film():
    return Searched()


def test_a_click_looks_at_its_own_frame_only(film):
    session = session_on(film)
    session.prompt("red", Point(8, 13), frame_idx=5)
    assert film.n_looks == 0
    n_read = len(film.seen)
    session.prompt("red", Point(9, 14), frame_idx=5)
    assert len(film.seen) == n_read
    with pytest.raises(PromptError, match="Frame 1 is grey filler.* nearest real one is 3"):
        session.prompt("red", Point(5, 5), frame_idx=1)


def test_looking_one_by_one_ends_with_all_known_and_kept(film):
    session = session_on(film)
    n_calls = 1
    while session.look_for_filler():
        n_calls += 1
        assert session.project.filler() is None
    assert n_calls == len(film) + 1
    np.testing.assert_array_equal(session.project.filler(), film.filler)
    assert not session.look_for_filler()
    assert film.n_looks == len(film)


def test_tracking_goes_on_from_where_looking_was(film):
    session = session_on(film)
    for _ in range(7):
        session.look_for_filler()
    np.testing.assert_array_equal(session.filler, film.filler)
    assert film.n_looks == len(film)


def test_a_frame_that_cannot_be_decoded_is_told_each_time():
    session = session_on(Searched(broken_at=7))
    for _ in range(2):
        with pytest.raises(CorruptVideo, match="Frame 7"):
            _ = session.filler
    assert session.project.filler() is None
