"""Which frames have masks: copied, interpolated, deleted, absent; and several AOIs made one."""

from contextlib import contextmanager

import numpy as np
import pytest
from scipy import ndimage

from dwell.editing import OnProject, Why, copy_to, delete_frames, interpolate, merge
from dwell.errors import Cancelled, FrameOutOfRange, PromptError
from dwell.prompts import Absent, MaskPrompt
from dwell.types import Direction, State
from editing.scenes import NOWHERE, SIZE_HW, box, draw, left, mask_at, scene, stale_frames, track
from project.drawing import everything

HERE, THERE = box(0, 0, 10, 10), box(20, 10, 30, 20)


def frames_of(session, object_id=1):
    return session.project.coverage(object_id).frame_idx.tolist()


def filler_at(session, *frames):
    session.project.set_filler(np.isin(np.arange(session.project.source.n_frames), frames))


# -------------------------------------------------------------------- copying


def test_a_copy_is_an_anchor_of_a_persons():
    session = scene(20, "cup")
    track(session, 1, {3: HERE, 5: THERE})
    report = copy_to(session, "cup", 3, [7, 5])
    for f in (5, 7):
        record = session.project.record(1, f)
        assert (record.mask, str(record.origin), record.direction, record.approved) == (
            HERE, "user", None, False,
        )  # fmt: skip
        assert [each.prompt for each in session.project.prompts(1, f)] == [MaskPrompt(HERE)]
    assert (report.label, report.n_masks) == ("copy cup from frame 3 to 2 frames from 5 to 7", 2)
    assert str(session.project.record(1, 3).origin) == "model"


def test_what_was_tracked_beside_the_copies_is_out_of_date():
    """Up to the next anchors, as after a prompt; frame 3, which was copied, included."""
    session = scene(20, "cup")
    track(session, 1, dict.fromkeys(range(20), HERE))
    draw(session, 1, 1, HERE)
    draw(session, 1, 15, HERE)
    report = copy_to(session, "cup", 3, range(6, 10))
    assert stale_frames(session, 1) == [2, 3, 4, 5, 10, 11, 12, 13, 14]
    assert report.n_outdated == 9


def test_a_persons_mask_is_replaced_and_an_approved_one_is_not():
    session = scene(20, "cup")
    track(session, 1, {3: HERE, 5: THERE, 6: THERE})
    draw(session, 1, 5, THERE)
    session.project.set_approved(1, 6, 7)
    before = everything(session.project)
    report = copy_to(session, "cup", 3, [5, 6])
    assert (mask_at(session, 1, 5), mask_at(session, 1, 6)) == (HERE, THERE)
    assert (left(report), report.n_user_made) == ({Why.APPROVED: [6]}, 1)
    assert [each.prompt for each in session.project.prompts(1, 5)] == [MaskPrompt(HERE)]
    session.project.undo()
    assert everything(session.project) == before
    assert copy_to(session, "cup", 3, [5, 6], approved=True).n_approved == 1
    assert not session.project.record(1, 6).approved


def test_absent_is_copied_and_filler_passed_over():
    session = scene(20, "cup")
    track(session, 1, {3: NOWHERE})
    filler_at(session, 5)
    assert left(copy_to(session, "cup", 3, range(4, 7))) == {Why.FILLER: [5]}
    assert frames_of(session) == [3, 4, 6]
    assert session.project.record(1, 4).state is State.ABSENT
    assert [each.prompt for each in session.project.prompts(1, 4)] == [Absent()]


def test_many_copies_are_one_step_and_can_be_stopped():
    session = scene(1500, "cup")
    track(session, 1, {0: HERE})
    before = everything(session.project)

    def stop(done, total):
        if done:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        copy_to(session, "cup", 0, range(1500), progress=stop)
    assert everything(session.project) == before
    assert copy_to(session, "cup", 0, range(1500)).n_masks == 1499
    session.project.undo()
    assert everything(session.project) == before


def test_what_cannot_be_copied_is_refused():
    session = scene(20, "cup")
    track(session, 1, {3: HERE})
    track(session, 1, {4: NOWHERE}, state=State.LOST)
    for f in (4, 5):
        with pytest.raises(PromptError, match=f"no mask on frame {f} to copy"):
            copy_to(session, "cup", f, [3])
    with pytest.raises(PromptError, match="at least one frame besides 3"):
        copy_to(session, "cup", 3, [3])
    with pytest.raises(FrameOutOfRange, match="no frame 20"):
        copy_to(session, "cup", 3, [20])


# -------------------------------------------------------------------- interpolating


def test_a_shape_moves_evenly():
    session = scene(20, "cup")
    draw(session, 1, 2, box(0, 0, 10, 10))
    draw(session, 1, 12, box(20, 10, 30, 20))
    report = interpolate(session, "cup", 2, 12)
    assert [mask_at(session, 1, 2 + i) for i in range(1, 10)] == [
        box(2 * i, i, 2 * i + 10, i + 10) for i in range(1, 10)
    ]
    record = session.project.record(1, 7)
    assert (str(record.origin), record.direction, record.score) == ("model", Direction.BOTH, 1.0)
    assert record.signals.interpolated
    assert not record.approved
    assert (report.label, report.n_masks) == ("interpolate cup on frames 3–11", 9)


def test_the_outline_lies_between_the_outlines():
    """Of two shapes around one centroid, beside signed distances by SciPy."""
    wide, tall = box(10, 15, 40, 25), box(20, 5, 30, 35)
    session = scene(20, "cup")
    draw(session, 1, 0, wide)
    draw(session, 1, 4, tall)
    interpolate(session, "cup", 0, 4)

    def inside(mask):
        a = mask.to_array()
        edt = ndimage.distance_transform_edt
        return np.where(a, edt(a) - 0.5, 0.5 - edt(~a))

    for f in (1, 2, 3):
        expected = (1 - f / 4) * inside(wide) + f / 4 * inside(tall) > 0
        np.testing.assert_array_equal(mask_at(session, 1, f).to_array(), expected)


def test_only_what_is_not_known_is_filled_between_the_nearest_known_masks():
    session = scene(20, "cup")
    track(session, 1, {0: box(0, 0, 10, 10), 4: box(8, 0, 18, 10), 10: box(8, 12, 18, 22)})
    track(session, 1, {5: NOWHERE}, state=State.LOST)
    track(session, 1, {7: box(40, 30, 50, 40)})
    session.project.mark_stale(1, 7, 8)
    assert interpolate(session, "cup", 0, 10).n_masks == 8
    assert mask_at(session, 1, 2) == box(4, 0, 14, 10)
    assert mask_at(session, 1, 4) == box(8, 0, 18, 10)
    assert mask_at(session, 1, 5) == box(8, 2, 18, 12)
    assert mask_at(session, 1, 7) == box(8, 6, 18, 16)
    assert stale_frames(session, 1) == []


def test_overwriting_goes_through_anchors_only():
    session = scene(20, "cup")
    track(session, 1, dict.fromkeys(range(11), box(40, 30, 50, 40)))
    draw(session, 1, 0, box(0, 0, 10, 10))
    draw(session, 1, 4, box(8, 0, 18, 10))
    draw(session, 1, 10, box(8, 12, 18, 22))
    before = everything(session.project)
    report = interpolate(session, "cup", 0, 10, overwrite=True)
    assert (report.n_masks, left(report)) == (8, {Why.ANCHOR: [4]})
    assert mask_at(session, 1, 2) == box(4, 0, 14, 10)
    assert mask_at(session, 1, 7) == box(8, 6, 18, 16)
    session.project.undo()
    assert everything(session.project) == before
    assert interpolate(session, "cup", 0, 10).n_masks == 0, "all is known"


def test_between_a_mask_and_an_absence_the_nearer_one_counts():
    session = scene(20, "cup")
    draw(session, 1, 0, HERE)
    draw(session, 1, 1, HERE)
    track(session, 1, {5: NOWHERE})
    interpolate(session, "cup", 1, 5)
    assert [bool(mask_at(session, 1, f)) for f in (2, 3, 4)] == [True, True, False]


def test_filler_is_passed_over():
    session = scene(20, "cup")
    track(session, 1, {0: HERE, 4: HERE})
    filler_at(session, 2)
    assert left(interpolate(session, "cup", 0, 4)) == {Why.FILLER: [2]}
    assert frames_of(session) == [0, 1, 3, 4]


def test_without_two_known_masks_and_a_frame_between_it_is_refused():
    session = scene(20, "cup")
    track(session, 1, {3: HERE, 5: HERE})
    session.project.mark_stale(1, 5, 6)
    for first, last, unknown in ((3, 5, 5), (2, 4, 2), (1, 3, 1)):
        with pytest.raises(PromptError, match=f"Nobody knows where 'cup' is on frame {unknown}"):
            interpolate(session, "cup", first, last)
    with pytest.raises(PromptError, match="no frame between 3 and 4"):
        interpolate(session, "cup", 3, 4)


# -------------------------------------------------------------------- deleting


def test_what_is_deleted_is_unknown():
    session = scene(20, "cup", "mug")
    for object_id in (1, 2):
        track(session, object_id, dict.fromkeys(range(10), HERE))
    report = delete_frames(session, ["cup"], (4, 20))
    assert frames_of(session, 1) == [0, 1, 2, 3]
    assert frames_of(session, 2) == list(range(10))
    assert (report.label, report.n_masks, report.n_outdated) == ("delete cup on frames 4–19", 6, 0)


def test_with_an_anchor_goes_what_was_tracked_from_it():
    session = scene(20, "cup")
    track(session, 1, dict.fromkeys(range(20), HERE))
    for f in (2, 8, 14):
        draw(session, 1, f, HERE)
    before = everything(session.project)
    report = delete_frames(session, "cup", (7, 10))
    assert [each.frame_idx for each in session.project.prompts(1)] == [2, 14]
    assert stale_frames(session, 1) == [3, 4, 5, 6, 10, 11, 12, 13]
    assert (report.n_masks, report.n_user_made, report.n_outdated) == (3, 1, 8)
    session.project.undo()
    assert everything(session.project) == before


def test_approved_frames_stay_with_their_prompts_unless_told():
    session = scene(20, "cup")
    draw(session, 1, 5, HERE)
    draw(session, 1, 6, HERE)
    session.project.set_approved(1, 5, 6)
    assert left(delete_frames(session, "cup")) == {Why.APPROVED: [5]}
    assert frames_of(session) == [5]
    assert [each.frame_idx for each in session.project.prompts(1)] == [5]
    assert delete_frames(session, "cup", approved=True).n_approved == 1
    assert (frames_of(session), session.project.prompts(1)) == ([], [])


def test_absent_is_what_a_person_says_and_is_not_tracked_again():
    session = scene(20, "cup")
    track(session, 1, dict.fromkeys(range(10), HERE))
    filler_at(session, 8)
    before = everything(session.project)
    report = delete_frames(session, "cup", (6, 12), absent=True)
    assert frames_of(session) == list(range(12)), "frame 8 has what it had"
    assert left(report) == {Why.FILLER: [8]}
    record = session.project.record(1, 11)
    assert (record.state, str(record.origin)) == (State.ABSENT, "user")
    assert [each.prompt for each in session.project.prompts(1, 7)] == [Absent()]
    assert stale_frames(session, 1) == [0, 1, 2, 3, 4, 5, 8]
    session.project.undo()
    assert everything(session.project) == before


# -------------------------------------------------------------------- grey filler


class Looking(OnProject):
    """Its pictures have to be looked at for filler, which takes long; nobody else can write in a step."""

    in_step = False

    @contextmanager
    def changing(self, label):
        with super().changing(label):
            self.in_step = True
            yield

    @property
    def filler(self):
        assert not self.in_step, "looked for inside the step"
        return np.arange(self.project.source.n_frames) == 5


@pytest.mark.parametrize(
    "tool",
    [
        lambda session: copy_to(session, "cup", 3, [4, 5, 6]),
        lambda session: interpolate(session, "cup", 3, 7),
        lambda session: delete_frames(session, "cup", (4, 7), absent=True),
    ],
)
def test_pictures_are_looked_at_before_the_step_begins(tool):
    session = scene(20, "cup")
    track(session, 1, {3: HERE, 7: THERE})
    assert left(tool(Looking(session.project))) == {Why.FILLER: [5]}
    assert frames_of(session) == [3, 4, 6, 7]


# -------------------------------------------------------------------- merging


def test_merging_is_what_the_project_does():
    session = scene(20, "cup", "mug")
    track(session, 1, dict.fromkeys(range(4), HERE))
    track(session, 2, dict.fromkeys(range(3, 8), HERE))
    before = everything(session.project)
    report = merge(session, "cup", ["mug"])
    assert frames_of(session) == list(range(8))
    assert (report.label, report.n_masks) == ("merge mug into cup", 8)
    assert session.project.undo() == "merge mug into cup"
    assert everything(session.project) == before
    for others in ([], ["cup"]):
        with pytest.raises(PromptError, match="name at least one"):
            merge(session, "cup", others)


def test_merging_says_where_only_one_of_several_approved_masks_stays():
    session = scene(20, "cup", "mug")
    track(session, 1, dict.fromkeys(range(8), HERE), approved=True)
    track(session, 2, dict.fromkeys((2, 3, 6), HERE | THERE), approved=True)
    track(session, 2, dict.fromkeys((4, 8), HERE | THERE))
    report = merge(session, "cup", ["mug"])
    assert [mask_at(session, 1, f) == HERE for f in range(9)] == [True] * 8 + [False]
    assert report.notes == (
        "On 3 frames (2–3, 6) several of them were approved, and one mask stayed, that of cup if it was "
        "approved; look there again.",
    )


def test_size_of_the_frame():
    """The scenes above are written down for it."""
    assert SIZE_HW == (40, 60)
