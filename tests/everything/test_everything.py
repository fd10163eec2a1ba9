"""Everything-mode on drawn scenes whose every mask, part and identity is known."""

from itertools import pairwise

import pytest

from dwell.errors import ProjectError
from dwell.everything import REPORT, Budget, Everything, EverythingOptions, Phase, unfinished
from dwell.everything.state import forget
from dwell.project import Project
from dwell.segmenters.contract import AutomaticOptions
from dwell.tracking import TrackingSession
from dwell.types import Origin, State
from everything.scenes import SCENES
from everything.truth import TruthBackend, TruthProposer

OPTIONS = EverythingOptions(min_step=5, max_step=15)
ALL = Budget(coverage=1.0)


def session_of(scene, **truth):
    project = Project.in_memory(size_hw=scene.size_hw, n_frames=scene.n_frames)
    return TrackingSession(project, scene.frames, TruthBackend(scene, **truth))


def run(scene, session, proposer=None, options=OPTIONS, budget=ALL):
    return list(Everything(session, proposer or TruthProposer(scene), options, budget).updates())


def names(scene, project):
    """object_id → the true thing that all its visible masks are."""
    found = {}
    for aoi in project.aois():
        masklet = project.masklet(aoi.object_id)
        fits = None
        for frame_idx, state in zip(masklet.frame_idx.tolist(), masklet.states, strict=True):
            if state is State.VISIBLE:
                mask = masklet.mask(frame_idx)
                here = {name for name, true in scene.masks(frame_idx).items() if true == mask}
                fits = here if fits is None else fits & here
        assert fits, f"{aoi.name} is not one thing"
        found[aoi.object_id] = min(fits)
    return found


def visible(project, object_id):
    masklet = project.masklet(object_id)
    return {f for f, s in zip(masklet.frame_idx.tolist(), masklet.states, strict=True) if s is State.VISIBLE}


@pytest.mark.parametrize("name", SCENES)
def test_each_thing_becomes_one_aoi_with_its_true_whole(name):
    scene = SCENES[name]()
    session = session_of(scene)
    run(scene, session)
    found = names(scene, session.project)
    assert sorted(found.values()) == sorted(scene.things)
    parts = {found[aoi.object_id]: found.get(aoi.part_of) for aoi in session.project.aois()}
    assert parts == {thing: scene.part_of.get(thing) for thing in scene.things}


@pytest.mark.parametrize("name", SCENES)
def test_wholes_are_followed_wherever_they_are_seen(name):
    scene = SCENES[name]()
    session = session_of(scene)
    run(scene, session)
    for object_id, thing in names(scene, session.project).items():
        if thing not in scene.part_of:
            assert visible(session.project, object_id) == {f for span in scene.spans(thing) for f in span}


def test_a_thing_that_was_given_up_is_recognised_when_it_comes_back():
    scene = SCENES["behind"]()  # the ball rolls behind the box; this tracker never finds it again by itself
    session = session_of(scene, reacquire=False)
    run(scene, session)
    balls = [i for i, thing in names(scene, session.project).items() if thing == "ball"]
    assert len(balls) == 1
    assert visible(session.project, balls[0]) == {f for span in scene.spans("ball") for f in span}


def test_parts_keep_their_pixels_with_a_tracker_whose_objects_compete():
    scene = SCENES["still"]()
    session = session_of(scene, compete=True)
    run(scene, session)
    found = names(scene, session.project)  # every mask is the whole true one
    assert sorted(found.values()) == sorted(scene.things)


def test_masks_that_were_overlooked_and_junk_do_not_break_identities():
    scene = SCENES["pan"]()
    session = session_of(scene)
    run(scene, session, TruthProposer(scene, drop=0.3, seed=4))
    assert sorted(names(scene, session.project).values()) == sorted(scene.things)


def test_anchors_are_proposed_and_no_person_is_said_to_have_made_them():
    scene = SCENES["still"]()
    session = session_of(scene)
    run(scene, session)
    for aoi in session.project.aois():
        masklet = session.project.masklet(aoi.object_id)
        made_by = [masklet.record(f).origin for f in masklet.frame_idx.tolist()]
        assert made_by.count(Origin.PROPOSED) == 1
        assert Origin.USER not in made_by


# ---------------------------------------------------------------- budget


def test_the_budget_of_masks_keeps_the_most_important_things():
    """By area^¼, all alike else: 6.3, 5.5, 4.0. The cup's body, 5.1, lies in the cup: it counts half."""
    scene = SCENES["still"]()
    session = session_of(scene)
    run(scene, session, budget=Budget(masks=3))
    assert list(names(scene, session.project).values()) == ["box", "cup", "ball"]
    report = session.project.get_setting(REPORT)
    assert (report["stopped by"], report["objects"]) == ("masks", 3)


def test_coverage_counts_things_by_importance():
    """After these three the body: half of all is passed only with it."""
    scene = SCENES["still"]()
    session = session_of(scene)
    run(scene, session, budget=Budget(coverage=0.5))
    sizes = {thing: scene.mask(thing, 0).area ** 0.25 for thing in scene.things}
    half = 0.5 * sum(sizes.values())
    first = sizes["box"] + sizes["cup"] + sizes["ball"]
    assert first < half < first + sizes["body"]
    assert list(names(scene, session.project).values()) == ["box", "cup", "ball", "body"]


def test_what_is_tracked_already_is_not_tracked_again():
    scene = SCENES["still"]()
    session = session_of(scene)
    mine = session.propose("my cup", scene.mask("cup", 0), 0)
    run(scene, session)
    found = names(scene, session.project)
    assert [i for i, thing in found.items() if thing == "cup"] == [mine.object_id]


def test_no_more_things_are_tracked_at_a_time_than_there_is_room_for():
    scene = SCENES["still"]()
    session = session_of(scene)
    run(scene, session, options=EverythingOptions(min_step=5, max_step=15, max_masks_per_frame=2))
    assert len(session.project.aois()) == 2


def test_small_masks_are_left_out_by_min_area():
    scene = SCENES["still"]()
    session = session_of(scene)
    handle = scene.mask("handle", 0).area / (scene.size_hw[0] * scene.size_hw[1])
    automatic = AutomaticOptions(min_area=handle * 1.01)
    run(scene, session, options=EverythingOptions(min_step=5, max_step=15, automatic=automatic))
    assert "handle" not in names(scene, session.project).values()


# ---------------------------------------------------------------- progress


def test_progress_never_falls_and_ends_at_one():
    scene = SCENES["entering"]()
    updates = run(scene, session_of(scene))
    assert all(a.done <= b.done for a, b in pairwise(updates))
    assert [each.phase for each in updates if each.phase is Phase.DONE] == [Phase.DONE]
    assert (updates[-1].done, updates[-1].left_s) == (1.0, 0.0)
    phases = list(dict.fromkeys(each.phase for each in updates))
    assert phases == list(Phase)


def test_every_frame_is_looked_at_once_and_masks_found_on_key_frames_only():
    scene = SCENES["still"]()
    proposer = TruthProposer(scene)
    updates = run(scene, session_of(scene), proposer)
    assert [u.frame_idx for u in updates if u.phase is Phase.LOOKING] == list(range(40))
    assert proposer.seen == [0, 15, 30, 39]  # nothing moves: as far apart as they may be, and the last frame


def test_the_whole_run_is_one_step_to_undo():
    scene = SCENES["still"]()
    session = session_of(scene)
    run(scene, session)
    assert session.undo() == "find everything"
    assert session.project.aois() == []


# ---------------------------------------------------------------- unfinished runs


def test_an_unfinished_run_goes_on_only_with_what_it_was_given():
    scene = SCENES["still"]()
    session = session_of(scene)
    updates = Everything(session, TruthProposer(scene), OPTIONS, ALL).updates()
    for _ in range(50):
        next(updates)
    updates.close()
    assert unfinished(session.project)["phase"] == "forward"
    with pytest.raises(ProjectError, match="other budget"):
        Everything(session, TruthProposer(scene), OPTIONS, Budget(masks=2))
    forget(session.project)
    assert unfinished(session.project) is None
    run(scene, session)
    assert sorted(names(scene, session.project).values()) == sorted(scene.things)
