"""Tracking on every so many frames: what lies between is interpolated, never across a cut."""

from functools import cache
from itertools import pairwise

import pytest

from dwell.everything import EverythingOptions
from dwell.types import Origin, State
from everything.scenes import SCENES
from everything.test_everything import run, session_of, visible

STRIDES = pytest.mark.parametrize("stride", [3, 7])
SHOTS = {"cut": (0, 20, 40, 60), "entering": (0, 60)}
"""Where shots begin, and where the last one ends."""
NAMES = pytest.mark.parametrize("name", SHOTS)


@cache
def tracked(name, stride):
    """The scene, and the project after a run on it."""
    scene = SCENES[name]()
    session = session_of(scene)
    run(scene, session, options=EverythingOptions(min_step=5, max_step=15, stride=stride))
    return scene, session.project


@cache
def identities(name, stride):
    """object_id → the true thing that its masks are, wherever they were not interpolated."""
    scene, project = tracked(name, stride)
    found = {}
    for aoi in project.aois():
        seen = [project.record(aoi.object_id, frame_idx) for frame_idx in visible(project, aoi.object_id)]
        looked_at = [each for each in seen if each.frame_idx % stride == 0 or each.origin is Origin.PROPOSED]
        fits = [{n for n, true in scene.masks(r.frame_idx).items() if true == r.mask} for r in looked_at]
        assert fits, f"{aoi.name} was never seen"
        assert set.intersection(*fits), f"{aoi.name} is not one thing"
        found[aoi.object_id] = min(set.intersection(*fits))
    return found


@NAMES
@STRIDES
def test_identities_and_hierarchy_are_as_without_a_stride(name, stride):
    scene, project = tracked(name, stride)
    found = identities(name, stride)
    assert sorted(found.values()) == sorted(scene.things)
    parts = {found[aoi.object_id]: found.get(aoi.part_of) for aoi in project.aois()}
    assert parts == {thing: scene.part_of.get(thing) for thing in scene.things}


@NAMES
@STRIDES
def test_nothing_is_visible_in_a_shot_to_which_it_does_not_belong(name, stride):
    scene, project = tracked(name, stride)
    for object_id, thing in identities(name, stride).items():
        for shot in pairwise(SHOTS[name]):
            there = any(scene.mask(thing, frame_idx) for frame_idx in range(*shot))
            assert there or not visible(project, object_id) & set(range(*shot)), f"{thing} in {shot}"


@STRIDES
def test_what_is_seen_right_before_and_after_a_cut_has_its_mask_there(stride):
    """The frames beside a cut are looked at themselves, or their masks come from within the shot."""
    scene, project = tracked("cut", stride)
    for object_id, thing in identities("cut", stride).items():
        for frame_idx in (0, 19, 20, 39, 40, 59):
            if true := scene.mask(thing, frame_idx):
                record = project.record(object_id, frame_idx, stale=False)
                assert record is not None, f"no mask of {thing} on frame {frame_idx}"
                assert record.state is State.VISIBLE, f"{thing} on frame {frame_idx}"
                assert record.mask.iou(true) > 0.5, f"{thing} on frame {frame_idx}"


@NAMES
@STRIDES
def test_wholes_are_followed_on_the_frames_between(name, stride):
    """Where a thing comes or goes between two frames that are looked at, up to a stride may be missing."""
    scene, project = tracked(name, stride)
    for object_id, thing in identities(name, stride).items():
        if thing in scene.part_of:
            continue
        seen, true = visible(project, object_id), [f for span in scene.spans(thing) for f in span]
        inner = {f for f in true if {f - stride, f + stride} & set(range(60)) <= set(true)}
        assert inner <= seen
        assert all(min(abs(f - t) for t in true) < stride for f in seen)
        for frame_idx in inner:
            assert project.record(object_id, frame_idx).mask.iou(scene.mask(thing, frame_idx)) > 0.5
