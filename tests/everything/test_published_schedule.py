"""The peer of the benchmark does what the published schedule says, without its two faults."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.everything_published import PublishedSchedule, largest
from benchmarks.everything_scores import Counting, CountingProposer, bytes_of, coverage, recall

from dwell.everything import EverythingOptions
from dwell.everything.options import PUBLISHED
from dwell.masks import Mask
from dwell.segmenters.contract import AutomaticMask
from dwell.types import Direction
from everything.scenes import SCENES
from everything.truth import TruthBackend, TruthProposer

SIZE_HW = (4, 10)


class OnlyOn(TruthProposer):
    """Proposes on some frames, and nothing on the others."""

    def __init__(self, scene, frames):
        super().__init__(scene)
        self._frames = frames

    def propose(self, image, options, beside=None):
        found = super().propose(image, options, beside)
        return found if self.seen[-1] in self._frames else []


def run(tmp_path, name, proposer=None, options=PUBLISHED, **faults):
    scene = SCENES[name]()
    backend = Counting(TruthBackend(scene, **faults))
    schedule = PublishedSchedule(
        scene.frames, backend, proposer or TruthProposer(scene), tmp_path, options=options
    )
    schedule.run()
    return scene, schedule, backend


def true_name(scene, masks):
    """The thing that all masks of an identity are, to the pixel."""
    names = [
        name
        for name in scene.things
        if all(mask == scene.mask(name, frame_idx) for frame_idx, mask in masks.items())
    ]
    assert names, f"no thing has these masks: {masks}"
    return names[0]


def test_calls_are_those_of_the_schedule(tmp_path):
    proposer = TruthProposer(SCENES["still"]())
    scene, schedule, backend = run(tmp_path, "still", proposer)
    assert proposer.seen == [0, 5, 10, 15, 20, 25, 30, 35]
    # 7 things: forward through the 39 frames after the first, backward through the 35 before the last key
    assert schedule.object_frames == {Direction.FORWARD: 7 * 39, Direction.BACKWARD: 7 * 35}
    assert backend.object_frames == 7 * 39 + 7 * 35
    assert (
        backend.n_starts == 7 * 8 + 7 * 7
    )  # on each key frame; backward from the first one there is nothing
    assert backend.n_encodes == 40 + 36  # each frame once in each direction
    found = schedule.masklets()
    assert sorted(true_name(scene, masks) for masks in found.values()) == sorted(scene.things)
    assert all(len(masks) == 40 for masks in found.values())


def test_every_second_frame_may_be_a_key_frame(tmp_path):
    _, schedule, _ = run(tmp_path, "still", options=replace(PUBLISHED, step=2))
    assert schedule.object_frames == {Direction.FORWARD: 7 * 39, Direction.BACKWARD: 7 * 38}
    with pytest.raises(ValueError, match="give step"):
        run(tmp_path, "still", options=EverythingOptions())


def test_backward_passes_run(tmp_path):
    """First fault of the original: nothing was left for them."""
    scene, schedule, _ = run(tmp_path, "entering")
    assert scene.spans("ball") == [range(16, 60)]  # on key frame 15 it is not there yet
    ball = next(masks for masks in schedule.masklets().values() if masks.get(59) == scene.mask("ball", 59))
    assert true_name(scene, ball) == "ball"
    assert sorted(ball) == list(range(16, 60))


def test_of_too_many_masks_the_largest_are_kept(tmp_path):
    """Second fault of the original: ``argsort(-area) < limit`` keeps the 10, 40 and 30 px of these."""
    found = [AutomaticMask(Mask.from_box((0, 0, 1 + n, 1), (1, 60)), 0.9, 1.0) for n in (9, 49, 19, 39, 29)]
    areas = np.array([each.mask.area for each in found])
    assert areas[np.argsort(-areas) < 3].tolist() == [10, 40, 30]
    assert [each.mask.area for each in largest(found, 3)] == [50, 40, 30]
    scene, schedule, _ = run(tmp_path, "still", options=replace(PUBLISHED, max_masks_per_frame=3))
    assert {true_name(scene, masks) for masks in schedule.masklets().values()} == {"box", "cup", "body"}


def test_what_no_mask_explains_is_carried_on(tmp_path):
    scene = SCENES["still"]()
    _, schedule, backend = run(tmp_path, "still", OnlyOn(scene, {10}))
    # from key frame 10 on, and back to the first
    assert schedule.object_frames == {Direction.FORWARD: 7 * 29, Direction.BACKWARD: 7 * 10}
    assert backend.n_starts == 7 * 6 + 7 * 2  # anew on each key frame
    found = schedule.masklets()
    assert len(found) == 7
    assert all(sorted(masks) == list(range(40)) for masks in found.values())


def test_what_has_left_is_dropped(tmp_path):
    scene, schedule, backend = run(tmp_path, "entering", OnlyOn(SCENES["entering"](), {0}))
    # box, label, lid through 59 frames; cup and body arrive on key frame 25, the handle, which is seen until
    # 18, on 15; each is tracked to the next key frame and is not there
    assert backend.object_frames == 3 * 59 + 2 * 30 + 20
    assert set(schedule.masklets()[1]) == set(range(60))
    assert scene.spans("handle") == [range(19)]


def test_behind_something_its_identity_is_lost(tmp_path):
    scene, schedule, _ = run(tmp_path, "behind")
    found = schedule.masklets()
    names = Counter(true_name(scene, masks) for masks in found.values())
    assert names == {"ball": 2, **dict.fromkeys((*scene.part_of, "cup", "box"), 1)}
    ball = {frame_idx: scene.mask("ball", frame_idx) for frame_idx in range(60)}
    seen = recall(found, ball)
    assert seen.any_j == 1
    assert seen.single_j == pytest.approx(25 / 46)  # of 25 + 21 frames
    assert (seen.n_identities, seen.n_switches) == (2, 1)


def test_masks_are_stored_raw(tmp_path):
    scene, schedule, _ = run(tmp_path, "still")
    raw = 96 * 160
    # on key frames 7 masks, matched with all that arrives; between them 7 forward, and 7 backward up to 35
    n_masks = 7 * (8 + 32 + 28)
    assert bytes_of(tmp_path) == pytest.approx(n_masks * raw, rel=0.05)
    stored = np.load(tmp_path / "00003.backward.npy", allow_pickle=True)
    assert sorted(stored[0]) == sorted(
        ["segmentation", "original_obj_id", "reverse", "is_key_frame", "frame_idx", "area"]
    )
    assert stored[0]["reverse"]
    assert stored[0]["segmentation"].shape == (96, 160)


# -------------------------------------------------------------------- the measures


def box(*xyxy):
    return Mask.from_box(xyxy, SIZE_HW)


def test_recall_by_hand():
    truth = {0: box(0, 0, 2, 2), 1: box(0, 0, 2, 2), 2: box(0, 0, 2, 2), 3: Mask.empty(SIZE_HW)}
    found = {
        1: {0: box(0, 0, 2, 2), 1: box(0, 0, 2, 1)},  # IoU 1, 0.5, 0
        2: {1: box(0, 0, 4, 2), 2: box(0, 0, 2, 2), 3: box(0, 0, 9, 4)},  # 0, 0.5, 1
        3: {1: box(0, 0, 3, 2)},  # 0, 2 / 3, 0
    }
    seen = recall(found, truth)
    assert seen.single_j == pytest.approx(0.5)
    assert seen.any_j == pytest.approx((1 + 2 / 3 + 1) / 3)
    assert (seen.n_identities, seen.n_switches) == (3, 2)
    assert recall({}, truth).any_j == 0
    with pytest.raises(ValueError, match="at least one frame"):
        recall(found, {3: truth[3]})


def test_coverage_by_hand():
    found = {1: {0: box(0, 0, 5, 4)}, 2: {0: box(0, 0, 10, 2), 1: box(0, 0, 10, 4)}}
    assert coverage(found, 2, SIZE_HW) == pytest.approx((0.75 + 1) / 2)
    assert coverage({}, 2, SIZE_HW) == 0


def test_a_counting_proposer_changes_nothing():
    scene = SCENES["still"]()
    plain, counting = TruthProposer(scene), CountingProposer(TruthProposer(scene))
    picture, options = scene.frames.read(0), PUBLISHED.automatic
    expected = [each.mask for each in plain.propose(picture, options)]
    assert [each.mask for each in counting.propose(picture, options)] == expected
    assert (counting.n_calls, counting.n_masks) == (1, 7)
    assert counting.describe() == plain.describe()
