"""A gaze-first run that was stopped or killed goes on, and ends as if nothing had happened."""

import random
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from dwell.everything import REPORT, GazeFirst, Phase, unfinished
from dwell.everything.gaze_first.state import levels_of
from dwell.project import Project, Source
from dwell.tracking import TrackingSession
from everything.gazing import OPTIONS, clock_of, fixations
from everything.scenes import SCENES
from everything.truth import TruthBackend

LOOKS = (3, "body"), (8, "ball"), (12, "handle"), (28, "label"), (30, "lid"), (45, "handle"), (52, "ball")
"""In ``cut``: cup and ball, a box in another room, cup and ball again."""
OF_EACH_PROCESS = {"spent_s", "n_object_frames"}


def make(path, scene):
    source = Source(str(path), "drawn", "drawn", scene.name, scene.size_hw, scene.n_frames)
    Project.create(path, source).close()


def begun(project):
    scene = SCENES["cut"]()
    session = TrackingSession(project, scene.frames, TruthBackend(scene, compete=True))
    return GazeFirst(session, fixations(scene, *LOOKS), clock_of(scene), options=OPTIONS)


def left_behind(project):
    """All that a run leaves behind, but for what each process counts of itself."""
    masks = {}
    for aoi in project.aois():
        masklet = project.masklet(aoi.object_id)
        for frame_idx in masklet.frame_idx.tolist():
            record = masklet.record(frame_idx)
            known = record.score if record.score == record.score else None
            state = record.state, record.origin, record.direction, record.check, known
            masks[aoi.object_id, frame_idx] = (record.mask.to_bytes(), *state)
    report = {key: value for key, value in project.get_setting(REPORT).items() if key not in OF_EACH_PROCESS}
    return project.aois(), masks, levels_of(project), report


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What an uninterrupted run gives, and of how many steps it is."""
    path = tmp_path_factory.mktemp("whole") / "whole.dwell"
    make(path, SCENES["cut"]())
    with Project.open(path) as project:
        n_updates = len(list(begun(project).updates()))
        return left_behind(project), n_updates


def test_the_run_has_something_to_lose(whole):
    (aois, masks, _, _), n_updates = whole
    assert len(aois) == 6  # cup, body, handle; ball; box, label
    assert len(masks) > 100
    assert n_updates > 60


@pytest.mark.parametrize("seed", [1, 2])
def test_stopped_at_random_points_it_ends_the_same(seed, whole, tmp_path):
    path = tmp_path / "stopped.dwell"
    make(path, SCENES["cut"]())
    expected, n_updates = whole
    rng, n_stops = random.Random(seed), 0
    while True:
        with Project.open(path) as project:
            updates = begun(project).updates()
            last = list(islice(updates, rng.randint(1, n_updates // 4)))[-1]
            updates.close()
            if last.phase is Phase.DONE:
                break
            n_stops += 1
    with Project.open(path) as project:
        assert left_behind(project) == expected
    assert n_stops >= 4


CHILD = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from dwell.project import Project
from everything.test_gaze_first_resume import begun
with Project.open(Path({path!r})) as project:
    for update in begun(project).updates():
        print(update.phase, flush=True)
"""


def test_killed_at_random_points_it_ends_the_same(whole, tmp_path):
    path = tmp_path / "killed.dwell"
    make(path, SCENES["cut"]())
    expected, n_updates = whole
    rng, code = random.Random(4), CHILD.format(tests=str(Path(__file__).parents[1]), path=str(path))
    for _ in range(3):
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(rng.randint(8, n_updates // 3)):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=30)
        child.stdout.close()
    with Project.open(path) as project:
        assert unfinished(project)["kind"] == "gaze-first"
        assert unfinished(project)["next"] > 0
        for _ in begun(project).updates():
            pass
        assert left_behind(project) == expected


def test_killed_while_joining_it_ends_the_same(tmp_path):
    """Two AOIs of the very same masks are joined; the process ends right after, before all is related."""
    scene, results = SCENES["still"](), []
    for name, stop_early in (("whole", False), ("stopped", True), ("undone", True)):
        path = tmp_path / f"{name}.dwell"
        make(path, scene)
        with Project.open(path) as project:
            session = TrackingSession(project, scene.frames, TruthBackend(scene))
            for number, thing in enumerate(("ball", "ball", "label", "box", "box"), 1):
                session.propose(f"thing {number}", scene.mask(thing, 10), 10)
            list(session.track((5, 16)))
            project.set_setting("gaze-first levels", {str(i): "thing" for i in range(1, 6)})
            table = fixations(scene, (11, "ball"))
            updates = GazeFirst(session, table, clock_of(scene), options=OPTIONS).updates()
            while stop_early and len(project.aois()) == 5:
                next(updates)
            if stop_early:
                updates.close()
                assert len(project.aois()) == 4
                if name == "undone":
                    project.undo()
                    assert len(project.aois()) == 5
                updates = GazeFirst(session, table, clock_of(scene), options=OPTIONS).updates()
            list(updates)
            results.append(left_behind(project))
    assert results[0] == results[1] == results[2]
    assert [(aoi.name, aoi.part_of) for aoi in results[0][0]] == [
        ("thing 1", None),
        ("thing 3", 4),
        ("thing 4", None),
    ]


def by_name(left):
    """What is left behind, without the numbers of AOIs, which are never used twice."""
    aois, masks, levels, report = left
    names = {aoi.object_id: aoi.name for aoi in aois}
    return (
        [(aoi.name, names.get(aoi.part_of)) for aoi in aois],
        {(names[object_id], frame_idx): mask for (object_id, frame_idx), mask in masks.items()},
        {names[object_id]: level for object_id, level in levels.items() if object_id in names},
        report,
    )


def stopped_when(project, enough):
    """A run that is stopped once an update is ``enough``; a leg of its own in the history."""
    updates = begun(project).updates()
    next(update for update in updates if enough(update))
    updates.close()


@pytest.mark.parametrize("forgotten", [False, True])
@pytest.mark.parametrize("until", [Phase.LOOKING, Phase.BACKWARD])
def test_steps_that_are_undone_between_stop_and_go_on_are_done_again(until, forgotten, whole, tmp_path):
    path = tmp_path / "undone.dwell"
    make(path, SCENES["cut"]())
    with Project.open(path) as project:
        stopped_when(project, lambda update: update.n_objects == 4)
        kept = project.aois()
    with Project.open(path) as project:
        stopped_when(project, lambda update: update.n_objects == 6 and update.phase is until)
        assert len(project.aois()) == 6
        project.undo()
        assert project.aois() == kept
        if forgotten:  # what a person does now cannot be redone, and no step says any more what was undone
            project.edit_aoi(1, category="mine")
            project.edit_aoi(1, category="")
    with Project.open(path) as project:
        list(begun(project).updates())
        assert by_name(left_behind(project)) == by_name(whole[0])


def test_steps_that_are_redone_are_not_done_again(whole, tmp_path):
    path = tmp_path / "redone.dwell"
    make(path, SCENES["cut"]())
    with Project.open(path) as project:
        stopped_when(project, lambda update: update.n_objects == 6)
        project.undo()
        project.redo()
        list(begun(project).updates())
        assert left_behind(project) == whole[0]


def test_what_a_person_removes_between_stop_and_go_on_is_not_found_again(whole, tmp_path):
    path = tmp_path / "removed.dwell"
    make(path, SCENES["cut"]())
    with Project.open(path) as project:
        stopped_when(project, lambda update: update.n_objects == 4)
        done = unfinished(project)["next"]
        project.remove_aoi(1)
        run = begun(project)
        next(run.updates())
        assert run.state.next >= done, "it goes on where it was"
        list(begun(project).updates())
        assert 1 not in {aoi.object_id for aoi in project.aois()}
        assert run.state.n_segmented <= whole[0][3]["n_segmented"]
