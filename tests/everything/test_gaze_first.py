"""From fixations alone to things, on drawn scenes whose every mask is known."""

import numpy as np
import pytest

from dwell.errors import BadTable, ProjectError
from dwell.everything import REPORT, GazeFirst, GazeFirstOptions, Phase, unfinished
from dwell.everything.gaze_first.granularity import Level
from dwell.everything.gaze_first.state import levels_of
from dwell.everything.state import forget
from dwell.masks import Mask
from dwell.types import Camera, Origin
from everything.gazing import (
    OPTIONS,
    REACH,
    clock_of,
    fixations,
    gaze_first,
    inside,
    seen_on,
    session_of,
    true_names,
)
from everything.scenes import SCENES, Actor, Scene, during, move, rest
from everything.twins import Twins


def camera(px_per_degree):
    """The middle of a picture has so many px per degree."""
    focal = px_per_degree / np.tan(np.radians(1))
    return Camera(np.array([[focal, 0, 80.0], [0, focal, 48.0], [0, 0, 1]]))


def test_a_fixation_gives_the_thing_and_the_part_it_is_on_and_nothing_else():
    scene = SCENES["still"]()
    session = session_of(scene)
    run, _ = gaze_first(session, scene, (15, "handle"))
    aois = session.project.aois()
    assert true_names(scene, session.project) == {"thing 1": "cup", "thing 2": "handle"}
    assert [aoi.part_of for aoi in aois] == [None, 1]
    assert levels_of(session.project) == {1: Level.THING, 2: Level.PART}
    assert run.state.n_segmented == 1


def test_it_is_tracked_as_long_as_the_window_both_ways_and_no_longer():
    scene = SCENES["still"]()
    session = session_of(scene)
    gaze_first(session, scene, (15, "ball"))
    assert seen_on(session.project, 1) == list(range(15 - REACH, 15 + REACH + 1))
    record = session.project.record(1, 15)
    assert record.origin is Origin.PROPOSED


def test_a_window_ends_where_the_video_does():
    scene = SCENES["still"]()
    session = session_of(scene)
    gaze_first(session, scene, (2, "ball"), (38, "cup"))
    assert seen_on(session.project, 1) == list(range(2 + REACH + 1))
    assert seen_on(session.project, 2) == list(range(38 - REACH, 40))


def test_the_next_fixation_on_the_same_thing_costs_no_segmentation_and_lengthens_the_window():
    scene = SCENES["still"]()
    session = session_of(scene)
    run, _ = gaze_first(session, scene, (10, "handle"), (14, "handle"), (18, "body"))
    assert session.backend.n_clicks == run.state.n_segmented == 1
    assert run.state.n_explained == 2
    assert true_names(scene, session.project) == {"thing 1": "cup", "thing 2": "handle"}
    assert seen_on(session.project, 1) == list(range(10 - REACH, 18 + REACH + 1))
    assert seen_on(session.project, 2) == list(range(10 - REACH, 14 + REACH + 1)), "the third is not on it"


def test_what_windows_share_is_decoded_and_tracked_once_in_each_direction():
    """Ten fixations, two on each of five things, 3 frames apart, with windows of 6 frames."""
    scene = SCENES["still"]()
    session = session_of(scene)
    names = ["body", "ball", "label", "lid", "handle"] * 2
    run, updates = gaze_first(session, scene, *((5 + 3 * i, name) for i, name in enumerate(names)))
    tracked = [
        (update.phase is Phase.BACKWARD, update.frame_idx)
        for update in updates
        if update.object_frames and update.phase in (Phase.LOOKING, Phase.FORWARD, Phase.BACKWARD)
    ]
    looked = [(False, look.frame_idx) for look in run.looks.looks]  # told of once more
    for each in looked[1:]:
        tracked.remove(each)
    assert len(tracked) == len(set(tracked)), "a frame is gone through once in each direction"
    steps = session.backend.steps
    assert len(steps) == updates[-1].object_frames, "and nothing is tracked that is thrown away"
    assert max(steps.count(each) for each in steps) == 2, "at most once in each direction"
    at_fixations = 5 * run.state.n_segmented  # a click, and where tracking begins both ways
    assert len(session.backend.encoded) <= len(tracked) + at_fixations


def test_after_a_long_absence_it_is_recognised_by_its_looks():
    """Cup and ball are in a room until frame 20 and from frame 40 on; between them, a box in another."""
    scene = SCENES["cut"]()
    session = session_of(scene)
    run, _ = gaze_first(session, scene, (5, "body"), (10, "ball"), (30, "label"), (45, "body"), (50, "ball"))
    assert run.state.n_segmented == 5
    names = true_names(scene, session.project)
    assert sorted(names.values()) == ["ball", "body", "box", "cup", "label"]
    cup = next(aoi.object_id for aoi in session.project.aois() if names[aoi.name] == "cup")
    assert {5, 45} <= set(seen_on(session.project, cup))
    assert not set(seen_on(session.project, cup)) & set(range(20, 39)), "nothing is tracked in between"


def test_what_the_tracker_lost_for_a_moment_is_known_when_it_is_looked_at_again():
    """The ball is hidden behind the box from frame 25 to 38, and this tracker does not find it again."""
    scene = SCENES["behind"]()
    session = session_of(scene, reacquire=False)
    gaze_first(session, scene, (22, "ball"), (42, "ball"), options=GazeFirstOptions(window_s=0.8))
    assert true_names(scene, session.project) == {"thing 1": "ball"}
    assert {*range(0, 25), *range(40, 60)} <= set(seen_on(session.project, 1))


def test_two_that_look_the_same_and_are_seen_together_stay_two():
    twins = Twins(40, left=lambda i: (10 + i, 20), right=lambda i: (100, 20))
    session = session_of(twins)
    gaze_first(session, twins, (5, "left"), (8, "right"), (30, "left"), (33, "right"))
    names = true_names(twins, session.project)
    assert sorted(names.values()) == ["left", "right"]


def test_one_that_is_seen_again_elsewhere_is_one():
    """It is gone from frame 15 to 24, and comes back on the other side of the picture."""
    twins = Twins(40, one=lambda i: (10, 20) if i < 15 else (120, 30) if i >= 25 else None)
    session = session_of(twins)
    gaze_first(session, twins, (5, "one"), (33, "one"))
    assert true_names(twins, session.project) == {"thing 1": "one"}
    assert len(session.project.prompt_frames(1)) == 2


def test_pieces_are_joined_in_the_end_and_a_twin_that_was_seen_beside_one_stays_apart():
    """Told not to recognise anything, a run makes three AOIs of two squares; relating them finds which two.

    The left one is looked at, then both are, at once; all three look the same. The first and the second AOI
    are never seen on one frame, and of both together the third was seen beside.
    """
    twins = Twins(60, left=lambda i: (10, 20), right=lambda i: (100, 20))
    session = session_of(twins)
    for frame_idx, name in ((5, "left"), (40, "left"), (44, "right")):
        session.propose(f"thing {len(session.project.aois()) + 1}", twins.mask(name, frame_idx), frame_idx)
    from dwell.everything.appearance import describe_mask
    from dwell.everything.gaze_first.album import Album
    from dwell.everything.gaze_first.joining import Joiner

    album = Album()
    for object_id, frame_idx in ((1, 5), (2, 40), (3, 44)):
        mask = session.project.record(object_id, frame_idx).mask
        album.add(object_id, describe_mask(twins.frames.read(frame_idx), mask))
    for _ in session.track_spans({1: [(5, 8)], 2: [(40, 46)], 3: [(44, 48)]}):
        pass
    levels = dict.fromkeys((1, 2, 3), Level.THING)
    joiner = Joiner(session.project, album, levels, alike=0.75)
    assert joiner.next() == (1, 2)
    session.merge(1, [2])
    album.move(1, [2])
    del levels[2]
    joiner.joined(1, 2)
    assert joiner.next() is None


def test_fixations_without_a_frame_or_a_place_are_counted_and_skipped():
    scene = SCENES["still"]()
    session = session_of(scene)
    looks = ((5, "ball"), (10, (float("nan"), 5.0)), (12, (-3.0, 5.0)), (20, "cup"), (30, "box"))
    table = fixations(scene, *looks)
    table.loc[4, ["start timestamp [ns]", "end timestamp [ns]"]] += 10**12  # long after the video
    run = GazeFirst(session, table, clock_of(scene, filler=[20]), options=OPTIONS)
    list(run.updates())
    assert (run.looks.n_no_frame, run.looks.n_no_place) == (2, 2)
    assert true_names(scene, session.project) == {"thing 1": "ball"}
    report = session.project.get_setting(REPORT)
    assert (report["no frame"], report["no place"]) == (2, 2)


def test_the_gaze_sample_at_the_middle_says_where_when_the_mean_does_not():
    scene = SCENES["still"]()
    session = session_of(scene)
    table = fixations(scene, (10, "ball"))
    x, y = inside(scene.mask("ball", 10))
    middle = int(table["start timestamp [ns]"][0]) + 50_000_000
    import pandas as pd

    gaze = pd.DataFrame(
        {
            "timestamp [ns]": np.array([middle - 30_000_000, middle + 1_000_000]),
            "gaze x [px]": [20.0, x],
            "gaze y [px]": [50.0, y],
        }
    )
    table[["fixation x [px]", "fixation y [px]"]] = 30.0, 50.0
    run = GazeFirst(session, table, clock_of(scene), options=OPTIONS, gaze=gaze)
    list(run.updates())
    assert true_names(scene, session.project) == {"thing 1": "ball"}


def test_gaze_just_beside_a_thing_is_on_it_and_how_far_is_a_matter_of_the_camera():
    """5 px beside the ball: with 10 px a degree, half a degree; with 2 px a degree, two and a half."""
    scene = SCENES["still"]()
    x1, y = scene.mask("ball", 10).box_xyxy[2], 69.0
    looks = (10, "ball"), (12, (x1 + 4.5, y))
    for px_per_degree, n_segmented in ((10, 1), (2, 2)):
        session = session_of(scene)
        table = fixations(scene, *looks)
        run = GazeFirst(session, table, clock_of(scene), camera(px_per_degree), OPTIONS)
        list(run.updates())
        assert run.state.n_segmented + run.state.n_background == n_segmented


def test_background_gives_nothing():
    """The table covers more than half of the picture."""
    scene = Scene("bare", 20, [Actor("ball", rest(130, 60))])
    session = session_of(scene)
    run, _ = gaze_first(session, scene, (10, (60.0, 80.0)))
    assert session.project.aois() == []
    assert run.state.n_background == 1


def test_what_lies_on_something_wide_is_found_although_that_is_known():
    """The wall covers a third of the picture and is looked at first; then the label of a box before it."""
    things = [Actor("box", rest(70, 2)), Actor("ball", rest(130, 60))]
    scene = Scene("wall", 40, things)
    session = session_of(scene)
    gaze_first(session, scene, (10, (20.0, 20.0)), (13, "label"), (16, (25.0, 22.0)))
    names = true_names(scene, session.project)
    assert sorted(names.values()) == ["box", "label", "wall"], "and the wall only once"


def test_granularities():
    scene = SCENES["still"]()
    for granularities, names in ((1, {"cup"}), (2, {"cup", "handle"})):
        session = session_of(scene)
        options = GazeFirstOptions(window_s=0.1, granularities=granularities)
        gaze_first(session, scene, (15, "handle"), options=options)
        assert set(true_names(scene, session.project).values()) == names


def test_a_persons_aois_count_where_they_are_tracked_and_are_not_changed():
    scene = SCENES["still"]()
    session = session_of(scene)
    session.keep("my cup", scene.mask("cup", 10), [], 10)
    list(session.track((8, 14)))
    before = session.project.masklet(1).frame_idx.tolist()
    run, _ = gaze_first(session, scene, (12, "body"), (30, "body"))
    assert run.state.n_explained == 1, "the second is where it is not tracked"
    assert session.project.aoi(1).name == "my cup"
    assert session.project.masklet(1).frame_idx.tolist() == before
    assert [aoi.name for aoi in session.project.aois()] == ["my cup", "thing 1", "thing 2"]


def test_it_is_one_step_to_undo():
    scene = SCENES["still"]()
    session = session_of(scene)
    gaze_first(session, scene, (5, "body"), (20, "ball"), (30, "label"))
    assert [step.label for step in session.project.history()] == ["find what was looked at"]
    session.undo()
    assert session.project.aois() == []


def test_progress_tells_phases_in_order_and_never_falls():
    scene = SCENES["still"]()
    session = session_of(scene)
    ticks = iter(range(10**6))
    _, updates = gaze_first(
        session, scene, *((5 + 3 * i, "ball") for i in range(8)), clock_s=lambda: float(next(ticks))
    )
    phases = list(dict.fromkeys(update.phase for update in updates))
    assert phases == [Phase.LOOKING, Phase.FORWARD, Phase.BACKWARD, Phase.RELATING, Phase.DONE]
    done = [update.done for update in updates]
    assert done == sorted(done)
    assert done[-1] == 1
    assert updates[0].left_s is None, "after one frame nobody knows"
    assert updates[-1].left_s == 0
    assert updates[-1].n_objects == 1
    masks = len(session.project.masklet(1)) - 1  # but for the anchor
    assert updates[-1].object_frames == masks


def test_once_more_finds_nothing_new():
    scene = SCENES["still"]()
    session = session_of(scene)
    looks = (5, "body"), (20, "ball"), (30, "label")
    gaze_first(session, scene, *looks)
    before = session.project.aois()
    run, _ = gaze_first(session, scene, *looks)
    assert session.project.aois() == before
    assert run.state.n_explained == 3


def test_an_unfinished_run_refuses_other_fixations_and_options_until_it_is_forgotten():
    scene = SCENES["still"]()
    session = session_of(scene)
    table = fixations(scene, (5, "body"), (20, "ball"))
    updates = GazeFirst(session, table, clock_of(scene), options=OPTIONS).updates()
    while not session.project.aois():
        next(updates)
    updates.close()
    assert unfinished(session.project)["kind"] == "gaze-first"
    with pytest.raises(ProjectError, match="options"):
        GazeFirst(session, table, clock_of(scene), options=GazeFirstOptions(window_s=0.3))
    with pytest.raises(ProjectError, match="fixations"):
        GazeFirst(session, table[:1], clock_of(scene), options=OPTIONS)
    forget(session.project)
    run = GazeFirst(session, table[1:], clock_of(scene), options=OPTIONS)
    list(run.updates())
    assert sorted(true_names(scene, session.project).values()) == ["ball", "body", "cup"]


def test_a_run_that_was_undone_begins_anew():
    scene = SCENES["still"]()
    session = session_of(scene)
    table = fixations(scene, (5, "ball"), (20, "cup"))  # the body is what the cup's middle shows
    updates = GazeFirst(session, table, clock_of(scene), options=OPTIONS).updates()
    while not session.project.aois():
        next(updates)
    updates.close()
    session.undo()
    assert session.project.aois() == []
    list(GazeFirst(session, table, clock_of(scene), options=OPTIONS).updates())
    assert sorted(true_names(scene, session.project).values()) == ["ball", "body", "cup"]


def test_what_a_person_removes_meanwhile_stays_removed():
    scene = SCENES["still"]()
    session = session_of(scene)
    table = fixations(scene, (5, "ball"), (20, "cup"), (30, "label"))
    updates = GazeFirst(session, table, clock_of(scene), options=OPTIONS).updates()
    while len(session.project.aois()) < 2:
        next(updates)
    session.remove("thing 1")
    list(updates)
    assert sorted(true_names(scene, session.project).values()) == ["body", "box", "cup", "label"]


def test_a_part_that_a_person_has_made_part_of_nothing_stays_so_in_later_runs():
    scene = SCENES["still"]()
    session = session_of(scene)
    gaze_first(session, scene, (15, "handle"), (20, "label"))
    project = session.project
    parts = [aoi.object_id for aoi in project.aois() if aoi.part_of]
    assert [aoi.name for aoi in project.aois() if aoi.part_of] == ["thing 2", "thing 4"]  # handle and label
    project.edit_aoi(parts[0], part_of=0)
    gaze_first(session, scene, (15, "handle"), (18, "handle"), (35, "handle"))
    assert project.aoi(parts[0]).part_of is None
    assert project.aoi(parts[1]).part_of == project.aoi("thing 3").object_id
    project.edit_aoi(parts[1], part_of=project.aoi("thing 1").object_id)  # a person may be wrong
    gaze_first(session, scene, (20, "label"), (24, "label"))
    assert project.aoi(parts[1]).part_of == project.aoi("thing 1").object_id


def test_fixations_without_positions_are_refused_unless_there_is_gaze():
    scene = SCENES["still"]()
    table = fixations(scene, (5, "ball")).drop(columns="fixation x [px]")
    with pytest.raises(BadTable, match=r"fixation x \[px\].*gaze samples"):
        GazeFirst(session_of(scene), table, clock_of(scene))


def test_no_fixations_give_no_things():
    scene = SCENES["still"]()
    session = session_of(scene)
    _, updates = gaze_first(session, scene)
    assert updates[-1].phase is Phase.DONE
    assert session.project.aois() == []


def test_a_part_that_was_looked_at_alone_belongs_to_the_thing_that_is_looked_at_later():
    """Given one mask per fixation, the part of the second is a thing of its own, until masks tell."""
    scene = SCENES["still"]()
    session = session_of(scene)
    session.propose("thing 1", scene.mask("label", 12), 12)
    list(session.track((9, 16), aois=["thing 1"]))
    session.project.set_setting("gaze-first levels", {"1": "thing"})
    gaze_first(session, scene, (11, "lid"))
    names = true_names(scene, session.project)
    wholes = {names[aoi.name]: aoi.part_of for aoi in session.project.aois()}
    box = next(aoi.object_id for aoi in session.project.aois() if names[aoi.name] == "box")
    assert wholes == {"label": box, "box": None, "lid": box}


def test_a_mask_of_the_same_pixels_is_the_same_thing_on_whatever_level():
    """Seen end on, the cup is its body: of the two AOIs, each of what it is, one is left."""
    scene = Scene("alone", 30, [Actor("ball", during(move(60, 60, 1), range(30)))])
    session = session_of(scene)
    for name in ("thing 1", "thing 2"):
        session.propose(name, scene.mask("ball", 10), 10)
    session.project.set_setting("gaze-first levels", {"1": "whole", "2": "thing"})
    list(session.track((5, 16)))
    gaze_first(session, scene, (11, "ball"))
    assert [aoi.name for aoi in session.project.aois()] == ["thing 1"]
    assert levels_of(session.project) == {1: Level.THING}
    assert isinstance(session.project.record(1, 10).mask, Mask)


def test_a_clock_of_another_video_is_refused_and_making_a_run_changes_nothing():
    scene = SCENES["still"]()
    session = session_of(scene)
    table = fixations(scene, (5, "ball"))
    with pytest.raises(ValueError, match="each of 40 frames, got 60"):
        GazeFirst(session, table, clock_of(SCENES["cut"]()))
    GazeFirst(session, table, clock_of(scene))
    assert unfinished(session.project) is None
