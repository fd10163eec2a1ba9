"""What a person does to the project while a run is stopped, or between two of its updates, is taken up."""

import shutil
from functools import cache

import numpy as np
import pytest

from dwell.everything import Budget, Everything, EverythingOptions, Phase, unfinished
from dwell.masks import Mask
from dwell.project import Project, Source
from dwell.prompts import Absent, MaskPrompt, Point
from dwell.tracking import TrackingSession
from dwell.types import Origin, State
from everything.scenes import SCENES
from everything.test_everything import names, visible
from everything.truth import TruthBackend, TruthProposer

OPTIONS = EverythingOptions(min_step=5, max_step=15)
ALL = Budget(coverage=1.0)
MID_STRETCH = (Phase.FORWARD, 7)
"""In `still`, tracking is on its way from key frame 0 to key frame 15."""
BETWEEN = (Phase.FORWARD, 15)
"""… and here it has arrived; key frame 15 is not settled yet."""
STOPPED = pytest.mark.parametrize("stopped", [True, False], ids=["stopped", "between two updates"])


class Run:
    """A run on a drawn scene that a person interrupts; its key frames were looked at before."""

    def __init__(self, name, project, **truth):
        self.scene, self.project, self._truth = SCENES[name](), project, truth
        self.session = TrackingSession(project, self.scene.frames, TruthBackend(self.scene, **truth))
        self.updates = self._begun()

    def until(self, at, stopped=True):
        """Go on to the first update of this phase and frame; ``stopped`` closes the run there."""
        while True:
            update = next(self.updates)
            if (update.phase, update.frame_idx) == at:
                break
        if stopped:
            self.stop()
        return self

    def stop(self):
        """Close the run; it goes on from what it has noted."""
        self.updates.close()
        self.updates = self._begun()

    def end(self):
        """Go on to the end; the names of what was found, by object_id."""
        last = None
        for last in self.updates:
            pass
        assert last.phase is Phase.DONE
        assert unfinished(self.project) is None
        return names(self.scene, self.project)

    def aoi(self, thing):
        """The AOI whose masks so far are this thing's."""
        (object_id,) = [i for i, each in names(self.scene, self.project).items() if each == thing]
        return self.project.aoi(object_id)

    def _begun(self):
        return Everything(self.session, TruthProposer(self.scene), OPTIONS, ALL).updates()


@pytest.fixture(scope="module")
def looked(tmp_path_factory):
    """(scene's name, options of the backend) → a project whose key frames were all looked at."""

    @cache
    def look(name, truth):
        scene, path = SCENES[name](), tmp_path_factory.mktemp("looked") / "looked.dwell"
        source = Source(str(path), "drawn", "drawn", name, scene.size_hw, scene.n_frames)
        with Project.create(path, source) as project:
            Run(name, project, **dict(truth)).until((Phase.LOOKING, scene.n_frames - 1))
        return path

    return look


@pytest.fixture
def run(looked, tmp_path):
    """run(scene's name, options of the backend): a ``Run`` on a copy of such a project."""
    opened = []

    def open_copy(name, **truth):
        path = tmp_path / f"{len(opened)}.dwell"
        shutil.copytree(looked(name, tuple(truth.items())), path)
        opened.append(Project.open(path))
        return Run(name, opened[-1], **truth)

    yield open_copy
    for project in opened:
        project.close()


def in_view(scene, thing):
    return {frame_idx for span in scene.spans(thing) for frame_idx in span}


def assert_all_found(run, but=()):
    """Each thing is one AOI, part of its true whole, with masks on all its frames; except for ``but``."""
    found = run.end()
    scene = run.scene
    assert sorted(found.values()) == sorted(set(scene.things) - set(but))
    for object_id, thing in found.items():
        whole = scene.part_of.get(thing)
        assert found.get(run.project.aoi(object_id).part_of) == (None if whole in but else whole)
        if thing not in scene.part_of:
            assert visible(run.project, object_id) == in_view(scene, thing)
    return found


# ---------------------------------------------------------------- undo


@STOPPED
@pytest.mark.parametrize("at", [MID_STRETCH, BETWEEN], ids=["mid-stretch", "between key frames"])
def test_a_step_that_was_taken_back_is_done_again(run, at, stopped):
    going = run("still").until(at, stopped)
    assert going.session.undo() == "find everything"
    assert going.project.aois() == []
    assert_all_found(going)


def test_taken_back_while_tracking_backward_it_begins_from_its_choice(run):
    going = run("entering").until((Phase.BACKWARD, 17))
    going.session.undo()
    assert going.project.aois() == []
    assert_all_found(going)


def test_the_second_of_two_steps_is_taken_back(run):
    going = run("still").until(MID_STRETCH).until((Phase.FORWARD, 20))
    going.session.undo()
    assert_all_found(going)


def test_a_step_that_was_taken_back_and_brought_back_is_there(run):
    going = run("still").until(BETWEEN)
    before = going.project.aois()
    going.session.undo()
    going.session.redo()
    assert going.project.aois() == before
    found = assert_all_found(going)
    assert sorted(found) == [aoi.object_id for aoi in before], "nothing was made anew"


# ---------------------------------------------------------------- removing


@STOPPED
@pytest.mark.parametrize("at", [MID_STRETCH, BETWEEN], ids=["mid-stretch", "between key frames"])
def test_what_a_person_removed_is_left_alone(run, at, stopped):
    going = run("still").until(at, stopped)
    going.session.remove(going.aoi("ball").object_id)
    assert_all_found(going, but={"ball"})


def test_the_parts_of_what_was_removed_stay(run):
    going = run("still").until(MID_STRETCH)
    going.session.remove(going.aoi("cup").object_id)
    assert_all_found(going, but={"cup"})


def test_removed_while_tracking_backward(run):
    """The ball rolls in after frame 15: it is tracked back from a later key frame."""
    going = run("entering").until((Phase.BACKWARD, 25))
    going.session.remove(going.aoi("ball").object_id)
    assert_all_found(going, but={"ball"})


@STOPPED
def test_removed_while_it_is_out_of_sight_behind_another(run, stopped):
    """Behind the box the tracker has lost the ball for good; later it comes out, and looks as it did."""
    going = run("behind", reacquire=False).until((Phase.FORWARD, 37), stopped)
    ball = going.aoi("ball").object_id
    going.session.remove(ball)
    found = going.end()
    assert ball not in found
    assert {"box", "cup", "body", "handle", "label", "lid"} <= set(found.values())
    assert sum(thing == "ball" for thing in found.values()) <= 1


@STOPPED
def test_removed_while_another_room_is_seen(run, stopped):
    """From frame 40 on, cup and ball are there again; of a removed one nothing remains of the first time."""
    going = run("cut", reacquire=False).until((Phase.FORWARD, 28), stopped)
    cup = going.aoi("cup").object_id
    going.session.remove(cup)
    found = going.end()
    assert cup not in found
    assert {"ball", "box", "label", "lid"} <= set(found.values())
    for object_id in (i for i, thing in found.items() if thing == "cup"):
        assert visible(going.project, object_id) <= set(range(40, 60))


# ---------------------------------------------------------------- merging


@STOPPED
@pytest.mark.parametrize("kept", ["cup", "body"])
def test_what_a_person_merged_goes_on_as_the_one_that_was_kept(run, kept, stopped):
    """Where both were visible their masks were joined: cup and body together are the cup."""
    going = run("still").until(MID_STRETCH, stopped)
    both = {thing: going.aoi(thing).object_id for thing in ("cup", "body")}
    keep = both.pop(kept)
    going.session.merge(keep, list(both.values()))
    found = assert_all_found(going, but={"body"})
    assert found[keep] == "cup"


def test_merged_into_an_aoi_of_the_persons_own(run):
    going = run("still").until(MID_STRETCH)
    going.session.prompt("mug", MaskPrompt(going.scene.mask("cup", 3)), frame_idx=3)
    (first, _) = [i for i, thing in names(going.scene, going.project).items() if thing == "cup"]
    going.session.merge("mug", [first])
    found = assert_all_found(going)
    assert found[going.project.aoi("mug").object_id] == "cup"


# ---------------------------------------------------------------- names


@STOPPED
def test_a_name_and_a_category_stay(run, stopped):
    going = run("still").until(MID_STRETCH, stopped)
    cup = going.aoi("cup").object_id
    going.project.edit_aoi(cup, name="cup", category="dishes")
    assert assert_all_found(going)[cup] == "cup"
    assert (going.project.aoi(cup).name, going.project.aoi(cup).category) == ("cup", "dishes")


def alike(going, named):
    """Two AOIs of one thing: the body's is corrected to the whole cup; those in ``named`` get a name."""
    ids = {thing: going.aoi(thing).object_id for thing in ("cup", "body")}
    going.session.prompt(ids["body"], MaskPrompt(going.scene.mask("cup", 0)), frame_idx=0)
    for thing in named:
        going.project.edit_aoi(ids[thing], name=f"my {thing}", category="dishes")
    return ids


@pytest.mark.parametrize("named", ["cup", "body"])
def test_whatever_is_joined_the_persons_name_stays(run, named):
    going = run("still").until(MID_STRETCH)
    alike(going, {named})
    found = going.end()
    aoi = going.project.aoi(f"my {named}")
    assert (found[aoi.object_id], aoi.category) == ("cup", "dishes")
    assert visible(going.project, aoi.object_id) == set(range(40))


def test_two_that_a_person_named_are_never_joined(run):
    going = run("still").until(MID_STRETCH)
    ids = alike(going, {"cup", "body"})
    found = going.end()
    for thing, object_id in ids.items():
        assert going.project.aoi(object_id).name == f"my {thing}"
        assert found[object_id] == "cup"


# ---------------------------------------------------------------- parts and wholes


@STOPPED
def test_what_a_person_says_about_parts_holds(run, stopped):
    """Three things that are not so, and that nobody but the person can know."""
    going = run("still").until(MID_STRETCH, stopped)
    project, ids = going.project, {thing: going.aoi(thing).object_id for thing in going.scene.things}
    table = project.add_aoi("table").object_id
    project.edit_aoi(ids["cup"], part_of=table)  # an AOI of the person's own
    project.edit_aoi(ids["ball"], part_of=ids["box"])  # though it lies beside it
    project.edit_aoi(ids["label"], part_of=0)  # though it lies in the box
    for _ in going.updates:
        pass
    wholes = {thing: project.aoi(object_id).part_of for thing, object_id in ids.items()}
    assert (wholes["cup"], wholes["ball"], wholes["label"]) == (table, ids["box"], None)
    assert (wholes["handle"], wholes["lid"]) == (ids["cup"], ids["box"]), "the rest is found as ever"
    assert project.aoi(table).part_of is None


# ---------------------------------------------------------------- masks


def kept_of(project, object_id, frames):
    """All that is kept of these masks."""
    records = [project.record(object_id, frame_idx) for frame_idx in frames]
    return [(each.mask, each.state, each.origin, each.direction, each.approved) for each in records]


@STOPPED
def test_approved_masks_are_not_touched(run, stopped):
    """In `entering`, tracking goes over them forward, and back again."""
    going = run("entering").until((Phase.FORWARD, 22), stopped)
    ids = [aoi.object_id for aoi in going.project.aois()]
    n_approved = going.session.approve(5, 9, ids)
    assert n_approved >= 4 * 4, "box, label, lid and cup at least"
    approved = [i for i in ids if (each := going.project.record(i, 5)) and each.approved]
    before = {i: kept_of(going.project, i, range(5, 9)) for i in approved}
    assert_all_found(going)
    assert {i: kept_of(going.project, i, range(5, 9)) for i in approved} == before


def test_a_person_says_that_it_is_not_where_the_run_would_begin_with_it_again(run):
    """The ball is back on key frame 45; a person says that it is absent there, and locks that."""
    going = run("behind", reacquire=False).until((Phase.FORWARD, 37))
    ball = going.aoi("ball").object_id
    going.session.prompt(ball, Absent(), frame_idx=45)
    going.session.approve(45, 46, [ball])
    before = kept_of(going.project, ball, [45])
    found = going.end()
    assert kept_of(going.project, ball, [45]) == before
    assert {"box", "cup", "body", "handle", "label", "lid"} <= set(found.values())


@STOPPED
def test_prompts_of_a_person_stay(run, stopped):
    """On the run's own anchor, on a frame that is tracked, and on a key frame that is still to come."""
    going = run("still").until(MID_STRETCH, stopped)
    session, scene = going.session, going.scene
    ids = {thing: going.aoi(thing).object_id for thing in ("cup", "ball", "box")}
    drawn = {("cup", 0): without_foot(scene.mask("cup", 0)), ("box", 30): without_foot(scene.mask("box", 30))}
    for (thing, frame_idx), mask in drawn.items():
        assert session.prompt(ids[thing], MaskPrompt(mask), frame_idx=frame_idx) == mask
    drawn["ball", 5] = session.prompt(ids["ball"], Point(139, 69), frame_idx=5)
    for _ in going.updates:
        pass
    for (thing, frame_idx), mask in drawn.items():
        record = going.project.record(ids[thing], frame_idx)
        assert (record.mask, record.origin, record.state) == (mask, Origin.USER, State.VISIBLE)
        assert visible(going.project, ids[thing]) == set(range(40))


def without_foot(mask):
    """The mask but for its last three rows."""
    array = mask.to_array()
    array[np.flatnonzero(array.any(axis=1))[-3:]] = False
    return Mask.from_array(array)
