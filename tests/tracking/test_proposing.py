"""Masks that are found without a prompt: anchors to track from, which a person may correct."""

from dataclasses import replace

import numpy as np
import pytest

from dwell.errors import FrameOutOfRange, PromptError
from dwell.masks import Mask
from dwell.project import LaneBits, Project
from dwell.prompts import Absent, MaskPrompt, Point
from dwell.segmenters.colour import ColourBackend
from dwell.tracking import TrackingSession
from dwell.types import AOI, Direction, Origin, State
from tracking.pictures import BLUE, RED, SIZE_HW, Film, across, always

FILM = Film(20, [(always(RED), across(0, 10)), (always(BLUE), across(0, 25))], filler=(19,))


@pytest.fixture
def session():
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=20)
    return TrackingSession(project, FILM, ColourBackend())


def red(frame_idx):
    return Mask.from_array(FILM.truth(0, frame_idx))


def origins(session, name="thing 1"):
    """Who made the mask on each frame, in a letter."""
    found = [session.project.record(session.project.aoi(name).object_id, i) for i in range(20)]
    return "".join("-" if each is None else each.origin.value[0] for each in found)


def test_a_proposed_mask_makes_an_aoi_and_an_anchor(session):
    session.propose("thing 1", red(5), 5)
    part = session.propose("thing 2", Mask.from_box((6, 11, 8, 13), SIZE_HW), 5, category="dot", part_of=1)
    assert part == session.project.aoi(2)
    assert part == AOI(2, "thing 2", part.colour, "dot", 1)
    record = session.project.record(1, 5)
    assert (record.mask, record.state, record.origin) == (red(5), State.VISIBLE, Origin.PROPOSED)
    assert record.direction is None
    assert np.isnan(record.score)
    assert np.isnan(record.doubt)
    assert [each.prompt for each in session.project.prompts(1, 5)] == [MaskPrompt(red(5))]


def test_tracking_starts_there_and_leaves_it_as_it_is(session):
    half = Mask.from_box((5, 10, 9, 18), SIZE_HW)  # the tracker would say more
    session.propose("thing 1", half, 5)
    list(session.track())
    assert origins(session) == "mmmmmpmmmmmmmmmmmmm-"
    assert session.project.record(1, 5).mask == half
    assert [session.project.record(1, i).mask for i in (4, 6)] == [red(4), red(6)]
    assert session.remaining() == 0


def test_it_lies_between_gaps_as_any_anchor_does_and_what_was_tracked_stays(session):
    session.prompt("thing 1", MaskPrompt(red(2)), frame_idx=2)
    session.propose("thing 1", red(12), 12)
    list(session.track())
    assert session.project.record(1, 7).direction is Direction.BOTH
    before = [str(session.project.record(1, i)) for i in range(20)]  # as text, for NaN is not NaN
    session.propose("thing 1", red(16), 16)
    assert session.project.anchors_beside(1, 14) == (12, 16)
    assert session.project.record(1, 16).origin is Origin.PROPOSED
    after = [str(session.project.record(1, i)) for i in range(20)]
    assert after[:16] + after[17:] == before[:16] + before[17:]
    assert not session.project.coverage(1).stale.any(), "a proposal is no correction"
    session.prompt("thing 1", MaskPrompt(red(16)), frame_idx=16)
    stale = session.project.coverage(1).stale
    assert np.flatnonzero(stale).tolist() == [13, 14, 15, 17, 18], "a prompt is: both gaps, not beyond 12"


def test_a_tracker_never_replaces_it_and_it_never_replaces_what_a_person_said(session):
    project = session.project
    session.propose("thing 1", red(5), 5)
    list(session.track())
    assert project.write_masks([replace(project.record(1, 6), frame_idx=5)]) == 0
    session.prompt("thing 1", Point(9, 12), frame_idx=8)
    assert project.write_masks([replace(project.record(1, 5), frame_idx=8)]) == 0
    list(session.track())
    session.approve(9, 10)
    assert project.write_masks([replace(project.record(1, 5), frame_idx=9)]) == 0
    assert project.write_masks([replace(project.record(1, 5), frame_idx=10)]) == 1
    assert origins(session) == "mmmmmpmmumpmmmmmmmm-"


def test_it_can_be_proposed_anew_until_a_person_says_something(session):
    session.propose("thing 1", red(4), 5)
    session.propose("thing 1", red(5), 5)
    assert session.project.record(1, 5).mask == red(5)
    assert len(session.project.prompts(1)) == 1
    session.prompt("thing 1", Point(7, 12), frame_idx=5)
    with pytest.raises(PromptError, match="'thing 1' was prompted on frame 5, and no proposal"):
        session.propose("thing 1", red(4), 5)
    session.approve(5, 6)
    with pytest.raises(PromptError, match="approved on frame 5"):
        session.propose("thing 1", red(4), 5)


def test_a_click_corrects_it_and_makes_it_a_persons(session):
    session.propose("thing 1", red(5), 5)
    session.prompt("thing 1", Point(7, 27), frame_idx=5)  # blue as well
    record = session.project.record(1, 5)
    assert record.origin is Origin.USER
    assert record.mask == red(5) | Mask.from_array(FILM.truth(1, 5))
    assert [each.prompt for each in session.project.prompts(1)] == [MaskPrompt(red(5)), Point(7, 27)]


def test_any_other_prompt_replaces_it(session):
    session.propose("thing 1", red(5), 5)
    session.prompt("thing 1", Absent(), frame_idx=5)
    assert session.project.record(1, 5).state is State.ABSENT
    assert [each.prompt for each in session.project.prompts(1)] == [Absent()]


def test_choosing_it_as_it_is_makes_it_a_persons(session):
    session.propose("thing 1", red(5), 5)
    (candidate,) = session.candidates("thing 1", 5)
    assert candidate.current
    session.choose("thing 1", 5, 0)
    assert session.project.record(1, 5).origin is Origin.USER
    assert session.project.record(1, 5).mask == red(5)
    session.prompt("thing 1", Point(7, 27), frame_idx=5)
    assert session.project.record(1, 5).mask == red(5) | Mask.from_array(FILM.truth(1, 5))


def test_clearing_takes_it_back(session):
    session.propose("thing 1", red(5), 5)
    list(session.track())
    session.clear("thing 1", 5)
    assert session.project.record(1, 5) is None
    assert session.project.prompts() == []
    assert session.project.coverage(1).stale.all()


def test_nobody_has_looked_at_it(session):
    session.propose("thing 1", red(5), 5)
    session.prompt("thing 1", Point(8, 12), frame_idx=6)
    flags = np.frombuffer(session.project.lane(1), np.uint8)[::2]
    assert flags[5] == LaneBits.VISIBLE
    assert flags[6] == LaneBits.VISIBLE | LaneBits.USER_MADE
    session.approve(5, 6)
    assert session.project.record(1, 5).approved


@pytest.mark.parametrize(
    ("mask", "frame_idx", "part_of", "error"),
    [
        (Mask.empty(SIZE_HW), 5, None, PromptError),
        (Mask.full((3, 3)), 5, None, PromptError),
        (red(5), 19, None, PromptError),  # grey filler
        (red(5), 20, None, FrameOutOfRange),
        (red(5), 5, 7, PromptError),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(session, mask, frame_idx, part_of, error):
    with pytest.raises(error):
        session.propose("thing 1", mask, frame_idx, part_of=part_of)
    assert session.project.aois() == []
    assert session.project.history() == []


def test_a_proposal_is_one_step(session):
    session.propose("thing 1", red(5), 5, category="x")
    assert session.undo() == "propose thing 1 at frame 5"
    assert session.project.aois() == []
    session.redo()
    assert origins(session) == "-----p--------------"


def test_aois_that_are_one_thing_are_merged_and_what_lies_between_is_tracked_from_both(session):
    session.propose("thing 1", red(2), 2)
    session.propose("thing 2", red(12), 12)
    list(session.track(span=(2, 6), aois=["thing 1"], direction="forward"))
    list(session.track(span=(10, 19), aois=["thing 2"]))
    aoi = session.merge("thing 1", ["thing 2"])
    assert aoi == session.project.aoi("thing 1")
    assert origins(session) == "--pmmm----mmpmmmmmm-"
    list(session.track())
    assert [session.project.record(1, i).mask for i in range(19)] == [red(i) for i in range(19)]
    assert session.project.record(1, 7).direction is Direction.BOTH
    session.undo(), session.undo()
    assert origins(session) == "--pmmm--------------"
    assert origins(session, "thing 2") == "----------mmpmmmmmm-"


def test_merging_in_the_middle_of_a_run_keeps_what_was_tracked(session):
    session.propose("thing 1", red(2), 2)
    session.propose("thing 2", red(8), 8)
    run = session.track(direction="forward")
    for _ in range(3):
        next(run)
    session.merge("thing 1", ["thing 2"])
    assert origins(session) == "--pmmm--p-----------"
    list(run)
    assert origins(session) == "--pmmmmmpmmmmmmmmmm-"
