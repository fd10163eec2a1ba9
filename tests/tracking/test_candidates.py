"""Choosing among the possible masks for a click, and frames that are encoded ahead of it."""

import numpy as np
import pytest

from dwell.errors import FrameOutOfRange, PromptError
from dwell.masks import Mask, MaskRecord
from dwell.project import Project
from dwell.prompts import Absent, Box, MaskPrompt, Point
from dwell.segmenters.colour import ColourBackend
from dwell.segmenters.contract import Backend, Candidate, Preparing
from dwell.segmenters.embedded.backend import EmbeddedBackend
from dwell.tracking import TrackingSession, anchoring
from dwell.types import Direction, Origin, State
from tracking.pictures import RED, SIZE_HW, Film, across, always

FORWARD = Direction.FORWARD
SQUARE = {6: (27, 17, 33, 23), 2: (29, 19, 31, 21), 10: (25, 15, 35, 25), 14: (23, 13, 37, 27)}


def square(side):
    return Mask.from_box(SQUARE[side], SIZE_HW)


class Squares(ColourBackend):
    """Squares of 6, 2, 10 and 14 px about the clicks, best first; a click on a mask adds or removes a dot."""

    several = False
    """Offers several squares also where there is a mask to correct, as a network may."""

    def segment(self, encoding, prompts, limit=3):
        points = [each for each in prompts if isinstance(each, Point)]
        masks = [each.mask.to_array() for each in prompts if isinstance(each, MaskPrompt)]
        correcting = masks and not self.several
        found = [np.logical_or.reduce(masks)] if correcting else [square(n).to_array() for n in SQUARE]
        for mask in found if correcting else ():
            for point in points:
                mask[int(point.y), int(point.x)] = point.positive
        return [Candidate(mask, 0.9 - 0.1 * i) for i, mask in enumerate(found)][:limit]


@pytest.fixture
def clicked():
    film = Film(20, [(always(RED), across(0, 10))])
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=len(film))
    there = TrackingSession(project, film, Squares())
    there.prompt("cup", Point(30, 20), frame_idx=4)
    return there


def seen(session, frame_idx=4, **options):
    """(area, is it the current one) of each candidate."""
    return [(each.mask.area, each.current) for each in session.candidates("cup", frame_idx, **options)]


def prompts(session, frame_idx=4):
    return [type(each.prompt).__name__ for each in session.project.prompts(1, frame_idx)]


def test_the_candidates_of_a_click_are_best_first_and_say_which_is_saved(clicked):
    assert seen(clicked) == [(36, True), (4, False), (100, False)]
    assert seen(clicked, limit=4) == [(36, True), (4, False), (100, False), (196, False)]
    assert [round(each.score, 1) for each in clicked.candidates("cup", 4)] == [0.9, 0.8, 0.7]
    assert prompts(clicked) == ["Point"], "nothing was saved"


def test_a_choice_is_the_anchor_in_one_step_and_the_click_stays(clicked):
    list(clicked.track())
    assert clicked.remaining() == 0
    assert clicked.choose("cup", 4, 2) == square(10)
    assert clicked.project.record(1, 4).mask == square(10)
    assert prompts(clicked) == ["Point", "MaskPrompt"]
    assert clicked.remaining() == 19, "the gaps beside it are out of date"
    assert seen(clicked) == [(36, False), (4, False), (100, True)]
    assert clicked.undo() == "choose cup at frame 4"
    assert (prompts(clicked), clicked.remaining()) == (["Point"], 0)
    assert seen(clicked) == [(36, True), (4, False), (100, False)]


def test_choosing_again_replaces_the_choice_and_choosing_the_same_is_no_step(clicked):
    clicked.choose("cup", 4, 2)
    clicked.choose("cup", 4, 1)
    assert prompts(clicked) == ["Point", "MaskPrompt"]
    n_steps = len(clicked.project.history())
    assert clicked.choose("cup", 4, 1) == square(2)
    assert len(clicked.project.history()) == n_steps


def test_a_further_click_corrects_the_choice(clicked):
    clicked.choose("cup", 4, 2)
    mask = clicked.prompt("cup", Point(2, 3), frame_idx=4)
    dotted = square(10).to_array()
    dotted[3, 2] = dotted[20, 30] = True
    np.testing.assert_array_equal(mask.to_array(), dotted)
    assert prompts(clicked) == ["Point", "MaskPrompt", "Point"]
    assert seen(clicked) == [(101, True)]


def test_a_choice_on_a_tracked_frame_is_corrected_alone_without_the_mask_that_was_there(clicked):
    """A mask under the click and a smaller choice were joined once, so that the choice was lost."""
    clicked.project.write_masks([MaskRecord(1, 8, square(14), State.VISIBLE, 0.8, Origin.MODEL, FORWARD)])
    clicked.prompt("cup", Point(2, 3), frame_idx=8)
    assert prompts(clicked, 8) == ["MaskPrompt", "Point"]
    clicked.backend.several = True
    assert clicked.choose("cup", 8, 1) == square(2)
    clicked.backend.several = False
    mask = clicked.prompt("cup", Point(5, 5), frame_idx=8)
    assert mask.area == 4 + 2
    assert prompts(clicked, 8) == ["Point", "MaskPrompt", "Point"]
    assert clicked.undo() == "prompt cup at frame 8"
    assert prompts(clicked, 8) == ["MaskPrompt", "Point", "MaskPrompt"]


def test_a_mask_from_further_up_the_ladder_takes_the_last_place(clicked):
    clicked.grow("cup", 4, steps=2, limit=4)
    assert seen(clicked, limit=3) == [(36, False), (4, False), (196, True)]
    assert seen(clicked, limit=4) == [(36, False), (4, False), (100, False), (196, True)]
    assert clicked.choose("cup", 4, 2).area == 196


def test_masks_that_a_person_drew_are_no_choice(clicked):
    clicked.prompt("cup", MaskPrompt(square(2)), MaskPrompt(square(10)), frame_idx=4)
    assert seen(clicked) == [(100, True)]
    clicked.prompt("cup", Box(1, 1, 9, 9), frame_idx=5)
    assert seen(clicked, 5)[0] == (36, True)


def test_candidates_that_are_not_there(clicked):
    with pytest.raises(PromptError, match="no prompt on frame 5; click it there first"):
        clicked.candidates("cup", 5)
    with pytest.raises(PromptError, match="no candidate 3 for 'cup' on frame 4; there are 3"):
        clicked.choose("cup", 4, 3)
    clicked.approve(4, 5)
    with pytest.raises(PromptError, match="approved on frame 4; unlock it"):
        clicked.choose("cup", 4, 1)
    clicked.prompt("cup", Absent(), frame_idx=6)
    assert clicked.candidates("cup", 6) == []


# -------------------------------------------------------------------- frames encoded ahead


class Counting(ColourBackend):
    """Counts what is encoded and prepared."""

    def __init__(self):
        self.encoded = self.prepared = 0

    def encode(self, image, previous=None):
        self.encoded += 1
        return super().encode(image, previous)

    def prepare(self, encoding):
        self.prepared += 1


def counting_session(**options):
    film = Film(40, [(always(RED), across(0, 10))], **options)
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=len(film))
    project.set_filler(film.filler)
    return TrackingSession(project, film, Counting())


def test_a_click_on_a_prepared_frame_encodes_nothing():
    there = counting_session()
    for frame_idx in (3, 4, 5):
        there.prepare(frame_idx)
    assert (there.backend.encoded, there.backend.prepared) == (3, 3)
    for frame_idx in (3, 4, 5):
        there.prompt("cup", Point(frame_idx + 3, 13), frame_idx=frame_idx)
        there.candidates("cup", frame_idx)
    assert there.backend.encoded == 3
    assert there.frames.seen == [3, 4, 5]


def test_only_the_frames_used_last_are_held(monkeypatch):
    monkeypatch.setattr(anchoring, "ENCODINGS", 2)
    there = counting_session()
    for frame_idx in (1, 2, 1, 3, 1, 2):
        there.prepare(frame_idx)
    assert there.frames.seen == [1, 2, 3, 2]


def test_another_backend_encodes_anew():
    there = counting_session()
    there.prepare(3)
    there.backend = Counting()
    there.prepare(3)
    assert there.backend.encoded == 1


def test_filler_is_not_prepared_and_a_frame_that_is_not_there_is_refused():
    there = counting_session(filler=[0])
    there.prepare(0)
    assert there.backend.encoded == 0
    film = there.frames
    film.read = lambda frame_idx: (_ for _ in ()).throw(FrameOutOfRange("no such frame"))
    with pytest.raises(FrameOutOfRange):
        there.prepare(40)


def test_preparing_changes_no_answer():
    rng = np.random.default_rng(1)
    image = rng.integers(0, 60, (96, 128, 3)).astype(np.uint8)
    image[30:60, 40:80] += np.uint8(150)
    backend = EmbeddedBackend()
    assert isinstance(backend, Preparing)
    assert isinstance(backend, Backend)
    ahead, plain = backend.encode(image), backend.encode(image)
    backend.prepare(ahead)
    for one, other in zip(*(backend.segment(e, [Point(60, 45)]) for e in (ahead, plain)), strict=True):
        np.testing.assert_array_equal(one.mask, other.mask)
        assert one.score == other.score
