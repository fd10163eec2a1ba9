"""Which frames are written, on labels drawn by hand: a cup and a spoon on ten frames."""

import numpy as np
import pytest

from dwell.errors import OutputError
from dwell.labels.selecting import Selection, choose
from formats.drawn import CUP, SPOON, labels_of, masklet, square

HERE = square(2, 2, 6, 6)


def drawn(cup, spoon):
    return labels_of([masklet(CUP, **cup), masklet(SPOON, **spoon)], 10)


@pytest.fixture
def labels():
    # The cup everywhere but on 4 (lost) and 8, 9 (never tracked); the spoon everywhere, absent on 2.
    cup = {"masks_hw": {i: HERE for i in (0, 1, 2, 3, 5, 6, 7)}, "lost": [4], "user": [0], "approved": [6]}
    spoon = {"masks_hw": {i: HERE for i in range(10) if i != 2}, "absent": [2], "user": [0, 9]}
    return drawn(cup, spoon)


def frames(labels, filler=None, **selection):
    return choose(labels, Selection(**selection), filler).labels.frames


def test_frames_on_which_an_aoi_has_no_answer_are_left_out_and_counted(labels):
    chosen = choose(labels, Selection())
    assert chosen.labels.frames == [0, 1, 2, 3, 5, 6, 7]
    assert (chosen.n_skipped, chosen.skipped) == (3, {"cup": {"lost": 1, "unknown": 2}})


def test_absent_is_an_answer(labels):
    assert 2 in frames(labels)


def test_they_may_be_written_without_that_label_and_the_labels_count_what_is_missing(labels):
    chosen = choose(labels, Selection(unanswered="write"))
    assert (chosen.labels.frames, chosen.n_skipped, chosen.skipped) == (list(range(10)), 0, {})
    assert chosen.labels.silent_frames()["cup"] == {"lost": 1, "unknown": 2}
    assert choose(labels, Selection(every=4, unanswered="write")).labels.silent_frames() == {
        "cup": {"lost": 1, "unknown": 1},  # frames 0, 4 and 8
        "spoon": {"lost": 0, "unknown": 0},
    }


def test_or_nothing_is_written_and_the_message_says_where(labels):
    with pytest.raises(OutputError, match=r"cup on frames 4, 8–9\..*absent"):
        choose(labels, Selection(unanswered="stop"))
    assert frames(labels, unanswered="stop", every=6, frames="anchors") == [0, 6]


def test_every_third_frame_by_number(labels):
    assert frames(labels, every=3) == [0, 3, 6]  # 9 has no cup


def test_anchors_are_what_a_person_made_or_approved(labels):
    assert frames(labels, frames="anchors", unanswered="write") == [0, 6, 9]
    assert frames(labels, frames="anchors") == [0, 6]


def test_an_approved_frame_has_no_mask_that_nobody_looked_at(labels):
    # On 6 the spoon is a model's; on 9 the spoon is a person's and of the cup nothing is known.
    assert frames(labels, frames="approved") == [0]
    assert frames(labels, frames="approved", unanswered="write") == [0, 9]


def test_filler_frames_are_never_written(labels):
    filler = np.isin(np.arange(10), [0, 4, 5])
    for unanswered, expected in (("skip", [1, 2, 3, 6, 7]), ("write", [1, 2, 3, 6, 7, 8, 9])):
        chosen = choose(labels, Selection(unanswered=unanswered), filler)
        assert (chosen.labels.frames, chosen.n_filler) == (expected, 3)
        assert 4 not in chosen.labels.frames


def test_all_frames_are_none_in_particular():
    whole = drawn({"masks_hw": {i: HERE for i in range(10)}}, {"masks_hw": {}, "absent": range(10)})
    assert choose(whole, Selection()).labels.chosen is None


@pytest.mark.parametrize(
    ("selection", "says"),
    [
        (Selection(), r"on each of the 10 frames .*spoon \(10\), cup \(9\).*Track"),
        (Selection(frames="anchors"), "no frame that a person prompted or approved"),
        (Selection(frames="approved", every=7), "approved as a whole whose number is a multiple of 7"),
    ],
)
def test_where_nothing_is_left_the_message_says_why_and_what_to_do(selection, says):
    labels = drawn({"masks_hw": {3: HERE}}, {"masks_hw": {}})
    with pytest.raises(OutputError, match=says) as caught:
        choose(labels, selection)
    assert len(str(caught.value)) < 450


def test_without_an_aoi_there_is_nothing_to_write():
    with pytest.raises(OutputError, match="has no AOI yet"):
        choose(labels_of([], 3), Selection())


@pytest.mark.parametrize("wrong", [{"frames": "some"}, {"unanswered": "guess"}, {"every": 0}])
def test_an_unknown_choice_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Selection(**wrong)
