"""Which memories are saved and kept, and that tracking begins again at the last one that holds."""

import threading

import numpy as np
import pytest

from dwell.errors import BackendError
from dwell.masks import Mask, MaskRecord
from dwell.project import Project
from dwell.prompts import Absent, MaskPrompt
from dwell.segmenters.contract import Tracked
from dwell.tracking import TrackingSession
from dwell.tracking.trail import Trail, pack, unpack
from dwell.types import Direction, Origin, State
from tracking.telltale import SIZE_HW, NumberedFilm, Telltale

BOX = Mask.from_box((2, 2, 6, 6), SIZE_HW)


class Timed(Telltale):
    """Takes the same time for each frame, and remembers on which it has tracked."""

    def __init__(self, seconds=1.0, n_bytes=0):
        self.seconds, self.padding = seconds, b" " * n_bytes
        self.now = 0.0
        self.stepped = []

    def step(self, encoding, memories, rivals=None):
        self.now += self.seconds
        self.stepped.append(encoding.frame_idx)
        return super().step(encoding, memories, rivals)

    def dump(self, memory):
        return super().dump(memory) + self.padding


def session_on(backend, n_frames=60, filler=()):
    film = NumberedFilm(n_frames, filler)
    project = Project.in_memory(size_hw=SIZE_HW, n_frames=n_frames)
    session = TrackingSession(project, film, backend, clock=lambda: backend.now)
    session.prompt("cup", MaskPrompt(BOX), frame_idx=0)
    return session


def track(session, **options):
    return list(session.track(**options))


def records(session):
    return [session.project.record(1, i) for i in range(len(session.frames))][1:]


def saved(session, direction=Direction.FORWARD):
    return [each.frame_idx for each in session.project.checkpoints(1, direction)]


def scores(session):
    return [(each.mask, each.state, str(each.score), each.signals) for each in records(session)]


@pytest.mark.parametrize(("stride", "stepped"), [(1, range(21, 60)), (2, [*range(22, 60, 2), 59])])
def test_deleted_masks_are_tracked_again_from_a_memory_on_the_way(stride, stepped):
    backend = Timed(1.0 * stride)
    session = session_on(backend)
    track(session, stride=stride)
    before = scores(session)
    session.project.delete_masks(1, 30, 60)
    backend.stepped.clear()
    track(session, stride=stride)
    assert backend.stepped == list(stepped)  # a memory was saved after 10 s, 20 s, …
    assert scores(session) == before


def test_a_slow_backend_saves_every_frame():
    session = session_on(Timed(10.0))
    run = session.track()
    for frame_idx in range(1, 31):
        next(run)
        assert saved(session)[-1] == frame_idx


def test_of_those_near_each_other_few_are_kept():
    session = session_on(Timed(10.0), 40)
    track(session)
    assert saved(session) == [6, 12, 18, 24, 30, 36]  # nothing can go on from the last frame, 39


def test_many_finished_gaps_leave_little_behind():
    session = session_on(Timed(10.0), 60)
    for frame_idx in range(5, 60, 5):
        session.prompt("cup", MaskPrompt(BOX), frame_idx=frame_idx)
    track(session)
    assert saved(session) == saved(session, Direction.BACKWARD) == []


def test_skipped_and_filler_frames_do_not_count_as_distance():
    session = session_on(Timed(10.0), 40, filler=range(9, 19))
    track(session, stride=3)
    # Visited: 3, 6, 21, 24, 27, 30, 33, 36, 39.
    assert saved(session) == [30]


def test_of_large_memories_fewer_are_kept():
    # 100 kB are worth 12.2 s of work: at 1 s a frame, 13 frames. One is saved every 10.
    session = session_on(Timed(1.0, n_bytes=100_000))
    track(session)
    assert saved(session) == [20, 40]


def test_the_memories_of_two_aois_take_no_more_room_than_those_of_one():
    # 100 kB each are worth 12.2 s of work of their own AOI: half of each frame's second.
    session = session_on(Timed(1.0, n_bytes=100_000))
    session.prompt("hand", MaskPrompt(BOX), frame_idx=0)
    track(session)
    for object_id in (1, 2):
        kept = session.project.checkpoints(object_id, Direction.FORWARD)
        assert [each.frame_idx for each in kept] == [30]


@pytest.mark.parametrize("n_bytes", [0, 100_000])
def test_time_that_is_spent_looking_at_updates_does_not_count_as_work(n_bytes):
    backend = Timed(1.0, n_bytes)
    session = session_on(backend)
    track(session)
    at_once = saved(session)
    session = session_on(backend)
    for update in session.track():
        backend.now += 20
        if update.frame_idx == 35:
            session.redo()  # there is nothing to, but what was tracked is saved for it
    assert [i for i in saved(session) if i < 35] == [i for i in at_once if i < 35]


def test_an_answer_that_is_refused_on_the_first_frame_is_what_is_told():
    class Boasting(Timed):
        def step(self, encoding, memories, rivals=None):
            answers = super().step(encoding, memories, rivals)
            return answers | {2: (Tracked(BOX.to_array(), 0.5, State.VISIBLE, iou_estimate=1.2), None)}

    session = session_on(Boasting())
    session.prompt("hand", MaskPrompt(BOX), frame_idx=0)
    with pytest.raises(ValueError, match=r"iou_estimate: expected 0 … 1 or NaN, got 1\.2"):
        track(session)


def test_backward_memories_are_kept_alike():
    backend = Timed(10.0)
    session = session_on(backend, 40)
    session.prompt("cup", MaskPrompt(BOX), frame_idx=39)
    track(session, direction="backward")
    assert saved(session, Direction.BACKWARD) == [3, 9, 15, 21, 27, 33]
    before = scores(session)
    session.project.delete_masks(1, 1, 20)
    backend.stepped.clear()
    track(session, direction="backward")
    assert backend.stepped == list(range(20, 0, -1))
    assert scores(session) == before


@pytest.mark.parametrize("change", ["another anchor", "another stride", "another backend"])
def test_memories_that_no_longer_hold_are_not_used_and_go(change):
    backend = Timed(1.0)
    session = session_on(backend)
    track(session, span=(0, 35))
    assert saved(session) == [10, 20, 30, 34]
    old = {each.key for each in session.project.checkpoints(1, Direction.FORWARD)}
    if change == "another anchor":
        session.prompt("cup", MaskPrompt(Mask.from_box((3, 3, 7, 7), SIZE_HW)), frame_idx=0, fresh=True)
    elif change == "another backend":
        backend.describe = lambda: {"version": 2}
    backend.stepped.clear()
    track(session, stride=2 if change == "another stride" else 1)
    assert backend.stepped[0] <= 2
    assert not {each.key for each in session.project.checkpoints(1, Direction.FORWARD)} & old


def test_a_removed_aoi_leaves_no_memory():
    session = session_on(Timed(10.0))
    track(session)
    session.remove("cup")
    assert saved(session) == []


def test_that_an_aoi_is_gone_is_remembered_too():
    class Losing(Timed):
        def step(self, encoding, memories, rivals=None):
            lost = Tracked(np.zeros(SIZE_HW, dtype=bool), 0.0, State.LOST)
            return {i: (lost, memory) for i, (_, memory) in super().step(encoding, memories, rivals).items()}

    backend = Losing()
    session = session_on(backend)
    session.prompt("cup", Absent(), frame_idx=20)
    run = session.track(span=(20, 60), direction="forward")
    for _ in range(15):
        next(run)
    run.close()
    backend.stepped.clear()
    track(session, direction="forward")
    assert backend.stepped == [*range(1, 20), *range(36, 60)]
    states = [session.project.record(1, i).state for i in range(60)]
    assert states == [State.VISIBLE] + [State.LOST] * 19 + [State.ABSENT] * 40


class Failing(Timed):
    """Has no room left on frame 20, once."""

    def __init__(self, where):
        super().__init__(0.1)
        self.where = where

    def fail(self, where, frame_idx):
        if self.where == where and frame_idx == 20:
            self.where = None
            raise BackendError("Out of memory on frame 20; use a smaller model.")

    def encode(self, image, previous=None):
        self.fail("encode", int(image[0, 0, 0]))
        return super().encode(image, previous)

    def step(self, encoding, memories, rivals=None):
        self.fail("step", encoding.frame_idx)
        return super().step(encoding, memories, rivals)


@pytest.mark.parametrize("where", ["encode", "step"])
def test_all_that_was_tracked_before_an_error_is_saved(where):
    backend = Failing(where)
    session = session_on(backend)
    threads = threading.active_count()
    with pytest.raises(BackendError, match="Out of memory on frame 20"):
        track(session)
    assert threading.active_count() == threads
    assert session.project.runs()[-1].status == "failed"
    assert session.project.coverage(1).frame_idx.tolist() == list(range(20))
    backend.stepped.clear()
    track(session)
    assert backend.stepped == list(range(20, 60))  # from the memory after frame 19
    whole = session_on(Timed())
    track(whole)
    assert scores(session) == scores(whole)


def test_masks_are_saved_even_where_a_memory_cannot_be():
    class Forgetful(Timed):
        def dump(self, memory):
            raise BackendError("Out of memory while saving.")

    session = session_on(Forgetful())
    with pytest.raises(BackendError, match="while saving"):
        track(session)
    assert session.project.runs()[-1].status == "failed"
    assert session.project.coverage(1).frame_idx.tolist() == list(range(11))
    session.backend = Timed()
    assert session.remaining() == 59


SMALL, WHOLE = Mask.from_box((2, 2, 4, 4), SIZE_HW), Mask.full(SIZE_HW)


class Scripted(Timed):
    """Answers by frame: s small, W the whole frame, a absent, l lost; s where the script has ended."""

    def __init__(self, script):
        super().__init__(10.0)
        self.script = script

    def step(self, encoding, memories, rivals=None):
        letter = self.script[encoding.frame_idx : encoding.frame_idx + 1] or "s"
        mask = {"s": SMALL, "W": WHOLE}.get(letter, Mask.empty(SIZE_HW))
        state = {"a": State.ABSENT, "l": State.LOST}.get(letter, State.VISIBLE)
        answer = Tracked(mask.to_array(), 0.5, state)
        return {i: (answer, memory) for i, (_, memory) in super().step(encoding, memories, rivals).items()}


def told(session):
    """By frame as in the script; L is lost and to be checked, capitals in general are to be checked."""
    letters = {State.ABSENT: "a", State.LOST: "l", State.VISIBLE: "v"}
    masks = {SMALL: "s", WHOLE: "w"}
    found = ((r, masks.get(r.mask, letters[r.state])) for r in records(session))
    return "".join(letter.upper() if r.check else letter for r, letter in found)


@pytest.mark.parametrize("n_before", [None, *range(1, 20)])
@pytest.mark.parametrize(
    ("anchor", "script", "expected"),
    [
        (SMALL, "-ssWWWWWWWWWWWWWWWWs", "ssLLLLLLLLLLLLLLLLs"),  # lost in the background, never mind how long
        (SMALL, "-ssaaWWWs", "ssaaWwwSsssssssssss"),  # it came nearer while it was away
        (SMALL, "-ssllWWWs", "ssllWwwSsssssssssss"),
        (SMALL, "-sWaWWs", "sLaWwSsssssssssssss"),
        (None, "-WWaWs", "AAaWSssssssssssssss"),  # absent, at an anchor: nothing was seen yet
        (None, "-aaWs", "aaWSsssssssssssssss"),
    ],
)
def test_a_blown_up_mask_is_told_from_one_that_came_nearer(anchor, script, expected, n_before):
    backend = Scripted(script)
    session = session_on(backend, 25)
    session.prompt("cup", MaskPrompt(anchor) if anchor else Absent(), frame_idx=0, fresh=True)
    session.prompt("cup", MaskPrompt(SMALL), frame_idx=20)
    if n_before:  # and then go on from a saved memory
        run = session.track(direction="forward")
        for _ in range(n_before):
            next(run)
        run.close()
    track(session, direction="forward")
    assert told(session)[:19] == expected


def test_a_blown_up_mask_long_after_the_last_one_is_kept_and_to_be_checked():
    session = session_on(Scripted("-" * 12 + "W" * 13), 25)
    session.prompt("cup", MaskPrompt(SMALL), frame_idx=0, fresh=True)
    track(session, stride=12)
    assert session.project.record(1, 12).check
    assert session.project.record(1, 12).mask == WHOLE


def answer(frame_idx, mask=None, state=State.VISIBLE):
    mask = mask or Mask.empty(SIZE_HW)
    return MaskRecord(1, frame_idx, mask, state, 0.3, Origin.MODEL, Direction.FORWARD, check=True)


def test_a_trail_survives_saving_beside_any_bytes():
    (each,) = session_on(Timed())._new_run(None, "forward", None, 1).plan()[Direction.FORWARD][0].passes
    anchor = MaskRecord(1, 0, BOX, State.VISIBLE, float("nan"), Origin.USER, None)
    trail = Trail.begun(anchor, [BOX]).after(answer(1, WHOLE)).after(answer(2, state=State.LOST), thrown=True)
    assert (trail.seen, trail.seen_at, trail.gone) == (WHOLE, 1, False)
    assert (trail.shown_area, trail.away, trail.thrown) == (16, False, True)
    for data in (b"", b"\n\n", bytes(range(256))):
        assert unpack(pack(trail, data), each, SIZE_HW) == (trail, data)
    for damaged in (
        b"",
        b"dwell trail 9\n{}\n",
        pack(trail, b"x")[:40],
        pack(trail, b"x").replace(b"0.3", b"-3"),
    ):
        with pytest.raises(BackendError, match="is damaged"):
            unpack(damaged, each, SIZE_HW)
