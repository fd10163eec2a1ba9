"""Parts and wholes never compete for pixels; everyone else does. With a backend that is jealous of all."""

import itertools
import shutil

import pytest

from dwell.masks import Mask
from dwell.project import Project, Source
from dwell.tracking import TrackingSession, memories, record
from tracking.jealous import Jealous
from tracking.pictures import RED, SIZE_HW, Film, across, always

N_FRAMES = 12
FILM = Film(N_FRAMES, [(always(RED), across(0, 30))])
CUP, HANDLE, RIM, SPOON = (2, 4, 22, 24), (12, 8, 26, 14), (2, 4, 22, 8), (14, 2, 20, 30)
"""Boxes: the handle and the rim lie on the cup and on each other, and a spoon across all of them."""


def kitchen(project=None, *, related=True):
    """cup 1 with its parts handle 2 and rim 3, and a spoon 4, prompted on the first frame."""
    project = project or Project.in_memory(size_hw=SIZE_HW, n_frames=N_FRAMES)
    session = TrackingSession(project, FILM, Jealous())
    for name, box in (("cup", CUP), ("handle", HANDLE), ("rim", RIM), ("spoon", SPOON)):
        part_of = 1 if related and name in ("handle", "rim") else None
        session.propose(name, Mask.from_box(box, SIZE_HW), 0, part_of=part_of)
    return session


def moved(box, frame_idx):
    x0, y0, x1, y1 = box
    return Mask.from_box((x0 + frame_idx, y0, x1 + frame_idx, y1), SIZE_HW)


def track(session, **options):
    return list(session.track(**options))


def mask(session, name, frame_idx):
    return session.project.record(session.project.aoi(name).object_id, frame_idx).mask


def test_a_part_and_its_whole_keep_their_full_masks():
    session = kitchen()
    track(session, aois=["cup", "handle"])
    for frame_idx in range(N_FRAMES):
        assert mask(session, "cup", frame_idx) == moved(CUP, frame_idx)
        assert mask(session, "handle", frame_idx) == moved(HANDLE, frame_idx)


def test_the_same_masks_eat_each_other_if_they_are_not_related():
    session = kitchen(related=False)
    track(session, aois=["cup", "handle"])
    assert mask(session, "handle", 5) == moved(HANDLE, 5) - moved(CUP, 5)


@pytest.mark.parametrize("order", [("cup", "handle"), ("handle", "cup")])
def test_what_was_tracked_before_leaves_relatives_their_pixels(order):
    session = kitchen()
    for name in order:
        track(session, aois=[name])
    assert mask(session, "cup", 5) == moved(CUP, 5)
    assert mask(session, "handle", 5) == moved(HANDLE, 5)


def test_two_parts_of_one_whole_compete():
    session = kitchen()
    track(session, aois=["handle"])
    wide = (2, 4, 22, 12)
    session.propose("rim", Mask.from_box(wide, SIZE_HW), 0)
    track(session, aois=["cup", "rim"])  # the handle is settled
    assert mask(session, "cup", 5) == moved(CUP, 5)
    assert mask(session, "rim", 5) == moved(wide, 5) - moved(HANDLE, 5)
    session.propose("rim", Mask.from_box(wide, SIZE_HW), 0)
    session.propose("handle", Mask.from_box(HANDLE, SIZE_HW), 0)
    track(session)  # now in one call, where the handle has the smaller number
    assert mask(session, "rim", 5) == moved(wide, 5) - moved(HANDLE, 5) - mask(session, "spoon", 5)


def test_what_is_not_related_competes_with_wholes_and_parts():
    session = kitchen()
    track(session)
    assert mask(session, "cup", 5) == moved(CUP, 5)
    assert mask(session, "spoon", 5) == moved(SPOON, 5) - moved(CUP, 5), "the cup has the smaller number"
    left = mask(session, "handle", 5)
    assert left == moved(HANDLE, 5) - mask(session, "spoon", 5)


@pytest.mark.parametrize("aois", [None, ["cup", "spoon"], ["handle", "rim"], ["handle", "spoon"]])
def test_no_call_has_an_aoi_together_with_a_relative(aois):
    session = kitchen()
    session.propose("thumb rest", Mask.from_box((14, 9, 18, 12), SIZE_HW), 0, part_of=2)
    related = [{1, 2}, {1, 3}, {1, 5}, {2, 5}]
    track(session, aois=["cup", "rim"], span=(0, 6))  # some of it is settled
    track(session, aois=aois)
    for tracked, rivals in session.backend.calls:
        for one, other in itertools.product(tracked, [*tracked, *rivals]):
            assert {one, other} not in related


def test_aois_of_one_depth_are_tracked_together_wholes_first():
    session = kitchen()
    track(session)
    assert session.backend.calls[:2] == [([1, 4], []), ([2, 3], [4])]


def test_without_parts_all_are_tracked_in_one_call():
    session = kitchen(related=False)
    track(session)
    assert session.backend.calls == [([1, 2, 3, 4], [])] * (N_FRAMES - 1)


def test_relations_that_change_hold_from_the_next_run_on():
    session = kitchen(related=False)
    session.project.edit_aoi(2, part_of=1)
    track(session, aois=["cup", "handle"])
    assert mask(session, "handle", 5) == moved(HANDLE, 5)


@pytest.mark.parametrize("n_updates", range(1, 2 * N_FRAMES - 2, 3))
def test_a_run_that_is_killed_goes_on_with_the_same_result(tmp_path, monkeypatch, n_updates):
    for module, name, value in (
        (record, "COMMIT_EVERY_S", 0),
        (record, "MEMORY_EVERY_S", 0),
        (memories, "MIN_VISITS", 2),
        (memories, "BYTES_PER_S", 1e12),
    ):
        monkeypatch.setattr(module, name, value)
    whole = with_another_anchor(kitchen())
    track(whole)
    source = Source("", "film", "1", "film", SIZE_HW, N_FRAMES)
    with Project.create(tmp_path / "a.dwell", source) as project:
        run = with_another_anchor(kitchen(project)).track()
        for _ in range(n_updates):
            next(run)
        shutil.copytree(tmp_path / "a.dwell", tmp_path / "b.dwell")  # as the disk is when the power goes
        run.close()
    with Project.open(tmp_path / "b.dwell") as project:
        session = TrackingSession(project, FILM, Jealous())
        track(session)
        assert masks_of(session) == masks_of(whole)


def with_another_anchor(session):
    """So that the handle is tracked both ways."""
    session.propose("handle", moved(HANDLE, 9), 9)
    return session


def masks_of(session):
    project = session.project
    return {
        (aoi.name, frame_idx): (found.mask, found.state, found.direction, found.origin)
        for aoi in project.aois()
        for frame_idx in range(N_FRAMES)
        if (found := project.record(aoi.object_id, frame_idx))
    }
