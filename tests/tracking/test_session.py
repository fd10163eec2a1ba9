"""Sessions on a film of flat squares with the backend that follows colours exactly."""

import threading

import numpy as np
import pytest

from dwell.errors import FrameOutOfRange, PromptError, UnknownAoi
from dwell.masks import Mask
from dwell.project import Project
from dwell.prompts import Absent, Box, MaskPrompt, Point, Stroke
from dwell.segmenters.colour import ColourBackend
from dwell.segmenters.contract import Candidate, Tracked
from dwell.tracking import TrackingSession
from dwell.types import Direction, Origin, State
from tracking.pictures import BLUE, RED, SIZE_HW, Film, across, always


def session_on(film, backend=None):
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=len(film))
    return TrackingSession(project, film, backend or ColourBackend())


@pytest.fixture
def film():
    # Red moves right in the upper half; blue crosses it at frames 13 … 27, on top.
    return Film(40, [(always(RED), across(0, 10)), (always(BLUE), lambda i: (40 - i, 12))])


def track(session, **options):
    return list(session.track(**options))


def everything(session):
    """Every mask row, for comparing before and after."""
    project = session.project
    return {
        (aoi.name, frame_idx): (record.mask, record.state, str(record.score), record.origin, record.direction)
        for aoi in project.aois()
        for frame_idx in range(len(session.frames))
        if (record := project.record(aoi.object_id, frame_idx)) is not None
    }


def of(rows, name):
    return {key: row for key, row in rows.items() if key[0] == name}


def test_clicks_become_masklets_that_match_the_film(film):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    session.prompt("blue", Point(43, 15), frame_idx=0)
    track(session)
    for name, number in (("red", 0), ("blue", 1)):
        for frame_idx in range(40):
            mask = session.project.record(session.project.aoi(name).object_id, frame_idx).mask
            np.testing.assert_array_equal(mask.to_array(), film.truth(number, frame_idx))


def test_updates_come_frame_by_frame_with_progress(film):
    session = session_on(film)
    session.prompt("red", Point(13, 13), frame_idx=10)
    updates = track(session)
    assert [each.frame_idx for each in updates] == [*range(11, 40), *range(9, -1, -1)]
    assert [each.done for each in updates] == list(range(1, 40))
    assert {each.total for each in updates} == {39}
    assert session.remaining() == 0
    assert track(session) == []


def test_each_frame_is_read_once_for_all_aois(film):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    session.prompt("blue", Point(43, 15), frame_idx=0)
    film.seen.clear()
    track(session)
    assert film.seen == list(range(40))


class Drifting(ColourBackend):
    """Loses a square of another colour: follows only what the anchor it started from showed."""

    def start(self, encoding, mask, support=()):
        return super().start(encoding, mask)


def changing(film_frames=40, change=20):
    """Red turns blue at frame ``change``."""
    return Film(film_frames, [(lambda i: RED if i < change else BLUE, across(0, 10))])


def test_a_correction_sticks_and_reaches_both_ways():
    film = changing()
    session = session_on(film, Drifting())
    session.prompt("square", Point(3, 13), frame_idx=0)
    track(session)
    object_id = session.project.aoi("square").object_id
    assert session.project.record(object_id, 25).state is State.ABSENT

    session.prompt("square", Point(33, 13), frame_idx=30, fresh=True)
    updates = track(session)
    assert {u.frame_idx for u in updates} == set(range(1, 40)) - {30}  # no frame was settled yet
    for frame_idx in range(40):
        mask = session.project.record(object_id, frame_idx).mask
        np.testing.assert_array_equal(mask.to_array(), film.truth(0, frame_idx), err_msg=str(frame_idx))
    assert session.project.record(object_id, 30).origin is Origin.USER


def test_only_the_gaps_beside_a_correction_are_tracked_again(film):
    session = session_on(film)
    for frame_idx in (0, 10, 20, 30):
        session.prompt("red", MaskPrompt(Mask.from_array(film.truth(0, frame_idx))), frame_idx=frame_idx)
    track(session)
    before = everything(session)
    session.prompt("red", Box(15, 10, 23, 18), frame_idx=15)
    updates = track(session)
    assert {u.frame_idx for u in updates} == {*range(11, 15), *range(16, 20)}
    after = everything(session)
    untouched = [key for key in before if not 10 < key[1] < 20]
    assert {key: before[key] for key in untouched} == {key: after[key] for key in untouched}


def test_correcting_one_aoi_leaves_the_others_bit_identical(film):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    session.prompt("blue", Point(43, 15), frame_idx=0)
    track(session)
    before = of(everything(session), "red")
    session.prompt("blue", Point(8, 15), frame_idx=35)
    track(session)
    assert before == of(everything(session), "red")


def test_an_aoi_added_midway_leaves_the_others_bit_identical_and_a_removed_one_too(film):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    track(session)
    before = of(everything(session), "red")
    session.prompt("blue", Point(33, 15), frame_idx=10)
    updates = track(session)
    assert all(set(u.records) == {session.project.aoi("blue").object_id} for u in updates)
    session.remove("blue")
    after = everything(session)
    assert before == after


def test_approved_frames_never_change(film):
    class Wrong(ColourBackend):
        def step(self, encoding, memories, rivals=None):
            third = np.zeros(SIZE_HW, dtype=bool)
            third[:, :20] = True
            return {i: (Tracked(third, 0.5, State.VISIBLE), m) for i, m in memories.items()}

    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    track(session)
    assert session.approve(5, 11, ["red"]) == 6
    before = everything(session)
    session.backend = Wrong()
    session.prompt("red", Box(20, 10, 28, 18), frame_idx=20)
    track(session)
    after = everything(session)
    for frame_idx in range(5, 11):
        assert after["red", frame_idx][0] == before["red", frame_idx][0]
    assert after["red", 15][0].area == SIZE_HW[0] * 20  # but the gap beside them did
    session.unlock(5, 11)
    assert session.remaining() > 0


def test_lost_is_no_answer_to_approve(film):
    class Losing(ColourBackend):
        def step(self, encoding, memories, rivals=None):
            nothing = np.zeros(SIZE_HW, dtype=bool)
            return {i: (Tracked(nothing, 0.0, State.LOST), m) for i, m in memories.items()}

    session = session_on(film, Losing())
    session.prompt("red", Point(3, 13), frame_idx=0)
    track(session)
    assert session.approve(0, 10) == 1  # the prompted frame alone


@pytest.mark.parametrize("act", ["prompt", "fresh", "clear", "grow"])
def test_an_approved_frame_is_refused_until_it_is_unlocked(film, act):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    session.approve(0, 1)
    before = everything(session)
    acts = {
        "prompt": lambda: session.prompt("red", Point(43, 15), frame_idx=0),
        "fresh": lambda: session.prompt("red", Box(1, 1, 9, 9), frame_idx=0, fresh=True),
        "clear": lambda: session.clear("red", 0),
        "grow": lambda: session.grow("red", 0),
    }
    with pytest.raises(PromptError, match="'red' is approved on frame 0; unlock it"):
        acts[act]()
    assert everything(session) == before
    session.unlock(0, 1)
    acts[act]()


def test_a_fresh_prompt_forgets_the_tracked_mask(film):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    track(session)
    mask = session.prompt("red", Point(35, 15), frame_idx=5, fresh=True)  # on blue, away from red
    np.testing.assert_array_equal(mask.to_array(), film.truth(1, 5))
    assert [each.prompt for each in session.project.prompts(1, 5)] == [Point(35, 15)]


class Ladder(ColourBackend):
    """Offers squares of 2, 4, … 12 px about the click, best guess 6."""

    def segment(self, encoding, prompts, limit=3):
        point = next(each for each in prompts if isinstance(each, Point))
        x, y = int(point.x), int(point.y)
        squares = [Mask.from_box((x - r, y - r, x + r, y + r), SIZE_HW) for r in (3, 1, 2, 4, 5, 6)]
        base = [each.mask for each in prompts if isinstance(each, MaskPrompt)]
        return [Candidate((base or squares)[i].to_array(), 0.5) for i in range(limit if not base else 1)][:6]


def test_growing_and_shrinking_walk_the_same_ladder(film):
    session = session_on(film, Ladder())
    areas = [session.prompt("red", Point(30, 20), frame_idx=0).area]
    areas += [session.grow("red", 0, steps, limit=6).area for steps in (1, 1, 1, 1, -1, -3, -9)]
    assert areas == [36, 64, 100, 144, 144, 100, 16, 4]
    assert [type(each.prompt) for each in session.project.prompts(1, 0)] == [Point, MaskPrompt]
    assert session.undo() == "shrink red at frame 0"
    assert session.project.record(1, 0).mask.area == 16


def test_a_correction_in_the_middle_of_a_run_is_taken_up_at_once():
    film = changing()
    session = session_on(film, Drifting())
    session.prompt("square", Point(3, 13), frame_idx=0)
    run = session.track()
    assert [next(run).frame_idx for _ in range(25)][-1] == 25  # lost since 20
    session.prompt("square", Point(25, 13), frame_idx=22)
    rest = list(run)
    assert {each.frame_idx for each in rest} == {*range(1, 22), *range(23, 40)}
    assert [each.done for each in rest] == list(range(26, 26 + len(rest)))
    assert rest[-1].done == rest[-1].total
    for frame_idx in range(40):
        mask = session.project.record(1, frame_idx).mask
        np.testing.assert_array_equal(mask.to_array(), film.truth(0, frame_idx), err_msg=str(frame_idx))
    assert session.remaining() == 0


def test_a_run_ends_quietly_when_its_aoi_is_removed(film):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    run = session.track()
    next(run)
    session.remove("red")
    assert list(run) == []
    assert session.undo() == "remove red"
    assert session.project.record(1, 1) is not None  # tracked before it was removed


def test_an_aoi_said_to_be_absent_everywhere_is_not_tracked(film):
    session = session_on(film)
    session.prompt("red", Absent(), frame_idx=5)
    with pytest.raises(PromptError, match="prompt an AOI on some frame that shows it"):
        session.track()
    session.prompt("blue", Point(43, 15), frame_idx=0)
    track(session)
    assert session.project.coverage(1).frame_idx.tolist() == [5]
    assert len(session.project.coverage(2).frame_idx) == 40


def test_absent_and_a_click_contradict_each_other(film):
    session = session_on(film)
    with pytest.raises(PromptError, match="`absent` on frame 3 contradicts"):
        session.prompt("red", Absent(), Point(6, 13), frame_idx=3)


def test_clearing_where_nothing_was_prompted_does_nothing(film):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    track(session)
    session.clear("red", 20)
    assert session.remaining() == 0


@pytest.mark.parametrize("span", [(40, 50), (20, 20), (30, 20), (-5, 0)])
def test_a_span_without_a_frame_is_refused(film, span):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    with pytest.raises(ValueError, match="within frames 0 … 39"):
        session.track(span)


def test_one_name_is_no_list_of_names(film):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    with pytest.raises(TypeError, match=r"write \['red'\]"):
        session.track(aois="red")


def test_each_frame_is_read_once_also_where_aois_join(film):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    session.prompt("blue", Point(33, 15), frame_idx=10)
    track(session, direction="forward", span=(0, 20), aois=["red"])
    film.seen.clear()
    track(session, direction="forward")
    assert film.seen == list(range(10, 40))


def test_what_a_person_said_is_gone_is_absent_not_lost_until_it_is_seen_again():
    def in_and_out(i):
        return (i, 10) if i < 10 or i >= 25 else None

    class Losing(ColourBackend):
        def step(self, encoding, memories, rivals=None):
            answers = super().step(encoding, memories, rivals)
            lost = Tracked(np.zeros(SIZE_HW, dtype=bool), 0.0, State.LOST)
            return {i: (a, m) if a.mask.any() else (lost, m) for i, (a, m) in answers.items()}

    session = session_on(Film(40, [(always(RED), in_and_out)]), Losing())
    session.prompt("red", Point(3, 13), frame_idx=0)
    track(session)
    states = [session.project.record(1, i).state for i in range(40)]
    assert states == [State.VISIBLE] * 10 + [State.LOST] * 15 + [State.VISIBLE] * 15
    session.prompt("red", Absent(), frame_idx=17)
    run = session.track()
    for _ in range(12):  # stopped on the way, and resumed
        next(run)
    run.close()
    track(session)
    states = [session.project.record(1, i).state for i in range(40)]
    assert states == [State.VISIBLE] * 10 + [State.ABSENT] * 15 + [State.VISIBLE] * 15


def test_marking_absent_is_an_anchor(film):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    assert not session.prompt("red", Absent(), frame_idx=20)
    record = session.project.record(1, 20)
    assert (record.state, record.origin) == (State.ABSENT, Origin.USER)
    session.prompt("red", Point(23, 11), frame_idx=20)  # changed one's mind
    assert session.project.record(1, 20).state is State.VISIBLE


@pytest.mark.parametrize("n_before", [1, 7, 25])
def test_cancel_and_resume_give_the_same_as_one_run(film, n_before):
    def prompted():
        session = session_on(film)
        session.prompt("red", Point(3, 13), frame_idx=0)
        session.prompt("red", Point(38, 13), frame_idx=35)
        session.prompt("blue", Point(33, 15), frame_idx=10)
        return session

    whole, broken = prompted(), prompted()
    track(whole)
    run = broken.track()
    for _ in range(n_before):
        next(run)
    run.close()
    assert broken.project.runs()[-1].status == "cancelled"
    assert broken.remaining() == prompted().remaining() - n_before
    track(broken)
    assert everything(whole) == everything(broken)


def test_a_run_that_fails_keeps_what_was_tracked(film):
    class Failing(ColourBackend):
        def step(self, encoding, memories, rivals=None):
            if (encoding == film.read(12)).all():
                raise MemoryError("no room")
            return super().step(encoding, memories, rivals)

    session = session_on(film, Failing())
    session.prompt("red", Point(3, 13), frame_idx=0)
    threads = threading.active_count()
    with pytest.raises(MemoryError):
        track(session)
    assert threading.active_count() == threads
    assert session.project.runs()[-1].status == "failed"
    assert session.project.record(1, 11) is not None
    session.backend = ColourBackend()
    assert session.remaining() == 28


def test_undo_takes_back_a_whole_run_and_redo_brings_it_back(film):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    track(session)
    after = everything(session)
    assert session.undo() == "track red"
    assert len(everything(session)) == 1
    assert session.undo() == "prompt red at frame 0"
    assert session.project.aois() == []
    assert session.redo() == "prompt red at frame 0"
    assert session.redo() == "track red"
    assert everything(session) == after


def test_the_stride_is_noted_once_something_was_tracked_with_it(film):
    class Failing(ColourBackend):
        def step(self, encoding, memories, rivals=None):
            raise MemoryError("no room")

    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    session.track(stride=3)  # and not read
    session.backend = Failing()
    with pytest.raises(MemoryError):
        track(session, stride=4)
    assert session.project.get_setting("stride") is None
    session.backend = ColourBackend()
    next(session.track(stride=5))
    assert session.project.get_setting("stride") == 5
    track(session, stride=2)
    track(session, stride=3)  # nothing was left
    assert session.project.get_setting("stride") == 2
    while (undone := session.undo()) == "track red":
        pass
    assert undone == "prompt red at frame 0"


def test_filler_frames_are_never_tracked_nor_prompted():
    film = Film(20, [(always(RED), across(0, 10))], filler=[0, 1, 2, 11, 12])
    session = session_on(film)
    with pytest.raises(PromptError, match="Frame 1 is grey filler.* nearest real one is 3"):
        session.prompt("red", Point(3, 13), frame_idx=1)
    session.prompt("red", Point(8, 13), frame_idx=5)
    track(session)
    tracked = [i for i in range(20) if session.project.record(1, i) is not None]
    assert tracked == [3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16, 17, 18, 19]
    assert session.remaining() == 0


def test_a_span_and_a_direction(film):
    session = session_on(film)
    session.prompt("red", Point(13, 13), frame_idx=10)
    updates = track(session, span=(15, 20), direction="forward")
    assert [u.frame_idx for u in updates] == list(range(11, 20))
    assert {u.direction for u in updates} == {Direction.FORWARD}
    assert [u.frame_idx for u in track(session, direction="forward")] == list(range(20, 40))


def test_clicks_on_a_tracked_frame_correct_the_mask_that_is_there(film):
    session = session_on(film)
    both = film.truth(0, 0) | film.truth(1, 0)
    session.prompt("red", MaskPrompt(Mask.from_array(both)), frame_idx=0)
    mask = session.prompt("red", Point(43, 15, positive=False), frame_idx=0)
    np.testing.assert_array_equal(mask.to_array(), film.truth(0, 0))


def test_clearing_a_correction_gives_the_frame_back_to_tracking(film):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    session.prompt("red", Box(0, 0, 40, 30), frame_idx=20)
    session.clear("red", 20)
    track(session)
    np.testing.assert_array_equal(session.project.record(1, 20).mask.to_array(), film.truth(0, 20))


@pytest.mark.parametrize(
    ("prompts", "frame_idx", "error", "words"),
    [
        ([Point(60, 5)], 3, PromptError, r"click \(60, 5\) lies outside frame 3 \(60×40 px\)"),
        ([Point(5, 5)], 40, FrameOutOfRange, "no frame 40; film.mp4 has 0 … 39"),
        ([Point(5, 13, positive=False)], 3, PromptError, "Nothing shows what belongs"),
        ([], 3, PromptError, "No prompt given"),
        ([Stroke(((5, 5),), 3, positive=False)], 3, PromptError, "Nothing shows what belongs"),
    ],
)
def test_a_prompt_that_cannot_work_leaves_nothing_behind(film, prompts, frame_idx, error, words):
    session = session_on(film)
    with pytest.raises(error, match=words):
        session.prompt("red", *prompts, frame_idx=frame_idx)
    assert session.project.aois() == []
    assert session.undo() is None


def test_tracking_nothing_says_what_to_do(film):
    session = session_on(film)
    with pytest.raises(PromptError, match="prompt an AOI on some frame that shows it"):
        session.track()


def test_an_unknown_aoi_is_named_with_those_there_are(film):
    session = session_on(film)
    session.prompt("red", Point(3, 13), frame_idx=0)
    with pytest.raises(UnknownAoi, match="red"):
        session.approve(0, 5, ["rad"])


def test_a_mask_that_was_chosen_elsewhere_is_kept_with_its_prompts(film):
    session = session_on(film)
    mask = Mask.from_array(film.truth(0, 5))
    session.keep("red", mask, [Point(8, 13)], frame_idx=5)
    assert session.project.record(1, 5).mask == mask
    assert [each.prompt for each in session.project.prompts(1, 5)] == [Point(8, 13), MaskPrompt(mask)]
    track(session)
    np.testing.assert_array_equal(session.project.record(1, 30).mask.to_array(), film.truth(0, 30))
    session.prompt("red", Point(45, 30), frame_idx=5)  # a click corrects it
    assert session.project.record(1, 5).mask != mask
    session.keep("red", mask, [], frame_idx=5)
    assert [each.prompt for each in session.project.prompts(1, 5)] == [MaskPrompt(mask)]
    session.undo()
    assert session.project.record(1, 5).mask != mask


def test_what_cannot_be_kept_is_refused_and_nothing_changes(film):
    session = session_on(film)
    mask = Mask.from_array(film.truth(0, 5))
    with pytest.raises(PromptError, match="is empty; use `absent`"):
        session.keep("red", Mask.empty(SIZE_HW), [], frame_idx=5)
    with pytest.raises(PromptError, match="lies outside frame 5"):
        session.keep("red", mask, [Point(500, 2)], frame_idx=5)
    assert session.project.aois() == []
    session.keep("red", mask, [], frame_idx=5)
    session.approve(5, 6)
    with pytest.raises(PromptError, match="'red' is approved on frame 5; unlock it there first"):
        session.keep("red", mask, [], frame_idx=5)
