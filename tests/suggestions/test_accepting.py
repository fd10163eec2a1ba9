"""Suggestions become AOIs with prompts, in one action that undo takes back."""

from dataclasses import replace

import numpy as np
import pytest

from dwell.errors import Cancelled, PromptError, UnknownAoi
from dwell.masks import Mask
from dwell.prompts import Box, MaskPrompt, Point
from dwell.segmenters.colour import ColourBackend
from dwell.suggestions import Found, Suggestion, Why, accept, suggest, suggested_aois, with_masks
from dwell.tracking import TrackingSession
from dwell.types import State
from suggestions.words import box, seen
from tracking.pictures import BLUE, RED, SIZE_HW, Film, across, always

AT = {0: box(2, 4), 5: box(7, 4)}
"""Red's box by frame."""


class CountingBackend(ColourBackend):
    """Counts encodings."""

    def __init__(self):
        self.n_encoded = 0

    def encode(self, image, previous=None):
        self.n_encoded += 1
        return image


@pytest.fixture
def session(project):
    """Red moves right by a px a frame, blue stands still."""
    paths = [(always(RED), across(2, 4)), (always(BLUE), across(30, 20, 0))]
    return TrackingSession(project, Film(10, paths), CountingBackend())


def suggestions(project, **by_frame):
    return suggest(Found((), {int(name[1:]): found for name, found in by_frame.items()}), project)


def red(frame_idx=0, **more):
    return replace(Suggestion(frame_idx, "red square", 0.9, 0.9, AT[frame_idx]), **more)


def test_a_box_becomes_an_aoi_with_its_exact_mask(session, project):
    (aoi,) = accept(session, [red()])
    assert (aoi.name, aoi.category, aoi.colour) == ("red square", "red square", "#E69F00")
    record = project.record(aoi.object_id, 0)
    np.testing.assert_array_equal(record.mask.to_array(), session.frames.truth(0, 0))
    assert record.state is State.VISIBLE
    assert [each.prompt for each in project.prompts(aoi.object_id)] == [Box(2, 4, 10, 12)]


def test_all_that_is_accepted_is_one_step_of_undo(session, project):
    found = suggestions(project, f0=[seen("red square", AT[0]), seen("blue square", box(30, 20), 0.8)])
    accept(session, found)
    assert [aoi.name for aoi in project.aois()] == ["red square", "blue square"]
    assert project.undo() == "add AOIs from words"
    assert (project.aois(), project.records_at(0)) == ([], {})
    assert project.redo() == "add AOIs from words"
    assert len(project.records_at(0)) == 2


def test_one_thing_on_two_frames_is_one_aoi_with_two_anchors_and_is_tracked_from_them(session, project):
    (aoi,) = accept(session, [red(5), red(0)])
    assert project.prompt_frames(aoi.object_id) == [0, 5]
    for _ in session.track():
        pass
    masklet = project.masklet(aoi.object_id, include_stale=False)
    for frame_idx in range(10):
        np.testing.assert_array_equal(masklet.mask(frame_idx).to_array(), session.frames.truth(0, frame_idx))


def test_a_click_refines_what_was_accepted(session, project):
    (aoi,) = accept(session, [red()])
    mask = session.prompt(aoi.object_id, Point(33, 23), frame_idx=0)
    assert mask.area == 128  # red and blue, 64 px each


def test_names_count_up_and_may_be_given(session, project):
    project.add_aoi("red square 2")
    found = [red(), Suggestion(0, "red square", 0.8, 0.8, box(30, 20), thing=1)]
    assert [aoi.name for aoi in accept(session, found)] == ["red square", "red square 3"]
    project.undo()
    assert [aoi.name for aoi in accept(session, found, {1: "the blue one"})] == ["red square", "the blue one"]
    assert [aoi.category for aoi in project.aois()] == [None, "red square", "red square"]


def test_a_mask_changed_by_hand_is_kept_as_it_is(session, project):
    mask = Mask.from_box((3, 5, 6, 9), SIZE_HW)
    (aoi,) = accept(session, [red(mask=mask, by_hand=True)])
    assert project.record(aoi.object_id, 0).mask == mask
    assert [each.prompt for each in project.prompts(aoi.object_id)] == [MaskPrompt(mask)]


def test_a_lost_aoi_is_prompted_where_it_is_found_again(session, project):
    session.prompt("cup", Point(4, 6), frame_idx=0)
    project.edit_aoi(1, category="red square")
    (again,) = suggestions(project, f5=[seen("red square", AT[5])])
    assert (again.why, again.aoi) == (Why.FOUND_AGAIN, 1)
    (aoi,) = accept(session, [again])
    assert (aoi.object_id, aoi.name) == (1, "cup")
    np.testing.assert_array_equal(project.record(1, 5).mask.to_array(), session.frames.truth(0, 5))
    assert [project.record(1, frame_idx) is None for frame_idx in (0, 1, 5, 9)] == [False, True, False, True]


# -------------------------------------------------------------------- refused


def assert_nothing_changed(project, n_aois):
    assert len(project.aois()) == n_aois
    assert [step.label for step in project.history() if not step.undone].count("add AOIs from words") == 0


def test_what_is_known_stays_as_it_is(session, project):
    session.prompt("cup", Point(4, 6), frame_idx=0)
    found = suggestions(project, f0=[seen("red square", AT[0]), seen("blue square", box(30, 20), 0.8)])
    assert [each.why for each in found] == [Why.KNOWN, Why.NEW]
    assert [aoi.name for aoi in accept(session, found)] == ["blue square"]
    assert [each.prompt for each in project.prompts(1)] == [Point(4, 6)]
    with pytest.raises(PromptError, match="nothing to add"):
        accept(session, found[:1])


def test_the_mask_of_another_aoi_is_refused_and_nothing_is_kept(session, project):
    found = suggestions(project, f0=[seen("blue square", box(30, 20)), seen("red square", AT[0], 0.8)])
    session.prompt("cup", Point(4, 6), frame_idx=0)  # somebody else adds it meanwhile
    session.approve(0, 1)
    message = r"'red square' would have the mask of 'cup' on frame 0, where it is approved; leave it out"
    with pytest.raises(PromptError, match=message):
        accept(session, found)
    assert_nothing_changed(project, 1)


def test_an_approved_frame_is_not_prompted_again(session, project):
    session.prompt("cup", Point(4, 6), frame_idx=0)
    session.prompt("cup", Point(8, 6), frame_idx=5)
    session.approve(5, 6)
    with pytest.raises(PromptError, match="'cup' is approved on frame 5; unlock it there first"):
        accept(session, [red(5, why=Why.FOUND_AGAIN, aoi=1)])
    assert_nothing_changed(project, 1)


def test_an_aoi_that_has_gone_meanwhile(session, project):
    with pytest.raises(UnknownAoi):
        accept(session, [red(why=Why.FOUND_AGAIN, aoi=7)])


def test_giving_up_between_two_masks_leaves_nothing(session, project):
    steps = []

    def stop(done, total):
        steps.append((done, total))
        if done == 2:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        accept(
            session, [red(0), red(5), Suggestion(5, "blue", 0.8, 0.8, box(30, 20), thing=1)], progress=stop
        )
    assert steps == [(1, 3), (2, 3)]
    assert_nothing_changed(project, 0)


def test_a_name_that_is_taken(session, project):
    project.add_aoi("cup")
    with pytest.raises(PromptError, match="an AOI named 'cup' already"):
        accept(session, [red()], {0: "cup"})
    assert_nothing_changed(project, 1)


# -------------------------------------------------------------------- masks before accepting


def test_masks_are_made_when_asked_for_and_each_frame_is_encoded_once(session, project):
    found = [red(0), red(5), Suggestion(0, "blue square", 0.8, 0.8, box(30, 20)), red(0)]
    steps = []
    masked = with_masks(session, found, lambda *step: steps.append(step))
    assert session.backend.n_encoded == 2
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    truths = [session.frames.truth(*which) for which in ((0, 0), (0, 5), (1, 0), (0, 0))]
    for each, truth in zip(masked, truths, strict=True):
        np.testing.assert_array_equal(each.mask.to_array(), truth)
    assert project.aois() == []
    assert with_masks(session, masked) == masked
    assert session.backend.n_encoded == 2


def test_suggestions_as_aois_to_draw(session):
    masked = with_masks(session, [red(0), red(5, score=0.5), red(0, thing=3, phrase="cup")])
    first, second = suggested_aois([*masked, red(0, thing=9)], SIZE_HW)  # the last one has no mask
    assert (first.masklet.aoi.name, first.masklet.frame_idx.tolist()) == ("red square", [0, 5])
    assert first.labelled(5)[0].name == "red square 0.50"
    assert (second.masklet.aoi.object_id, second.masklet.aoi.name) == (4, "cup")
