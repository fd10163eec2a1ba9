"""The drawn scenes, checked by hand, and the backend and proposer that know their truth."""

import numpy as np
import pytest

from dwell.errors import BackendError, PromptError
from dwell.masks import Mask
from dwell.prompts import Box, MaskPrompt, Point
from dwell.segmenters.contract import AutomaticOptions, Backend, Proposer, Shown
from dwell.types import State
from dwell.video import Frames
from everything.scenes import SCENES, SIZE_HW
from everything.truth import TruthBackend, TruthProposer

EVERYTHING = AutomaticOptions(min_area=0.0, max_area=1.0)


@pytest.fixture(params=SCENES)
def scene(request):
    return SCENES[request.param]()


def test_a_scene_is_a_video(scene):
    assert isinstance(scene.frames, Frames)
    assert len(scene.frames) == scene.n_frames
    assert 40 <= scene.n_frames <= 60
    image = scene.frames.read(3)
    assert (image.shape, image.dtype) == ((*SIZE_HW, 3), np.uint8)
    image[:] = 0
    assert scene.frames.read(3).any()  # the caller's own copy
    assert np.diff(scene.frames.pts_ns).min() > 0


def test_every_frame_says_which_it_is(scene):
    assert [scene.frame_of(image) for _, image in scene.frames.stream(0, scene.n_frames)] == [
        *range(scene.n_frames)
    ]
    with pytest.raises(ValueError, match="no frame of"):
        scene.frame_of(np.full((*SIZE_HW, 3), 128, np.uint8))


def test_each_pixel_is_of_one_leaf_and_wholes_are_the_sum_of_theirs(scene):
    for frame_idx in (0, 17, 25, scene.n_frames - 1):
        masks = {name: scene.mask(name, frame_idx).to_array() for name in scene.things + scene.backdrop}
        wholes = [masks[name] for name in masks if name not in scene.part_of]
        np.testing.assert_array_equal(np.sum(wholes, axis=0), np.ones(SIZE_HW))
        for part, whole in scene.part_of.items():
            assert not (masks[part] & ~masks[whole]).any()
        if "cup" in masks:
            np.testing.assert_array_equal(masks["body"] ^ masks["handle"], masks["cup"])
        if "box" in masks:
            assert not (masks["label"] & masks["lid"]).any()
        owner = scene.owner(frame_idx)
        for name in (*scene.part_of, "ball", *scene.backdrop):
            np.testing.assert_array_equal(owner == name, masks[name])


def test_things_at_rest_have_the_sizes_they_are_drawn_in():
    scene = SCENES["still"]()
    assert scene.things == ("cup", "body", "handle", "box", "label", "lid", "ball")
    assert scene.part_of == {"body": "cup", "handle": "cup", "label": "box", "lid": "box"}
    assert scene.mask("body", 0) == Mask.from_box((20, 40, 44, 68), SIZE_HW)
    assert scene.mask("box", 0) == Mask.from_box((70, 44, 114, 80), SIZE_HW)
    assert scene.mask("lid", 0) == Mask.from_box((70, 44, 114, 52), SIZE_HW)
    assert scene.mask("label", 0) == Mask.from_box((82, 60, 102, 72), SIZE_HW)
    handle = scene.mask("handle", 0)
    assert handle.box_xyxy[0] == 44  # it shows beside the body, from its right edge on,
    assert handle.box_xyxy[2] == 20 + 24 + 13  # as far as the ring reaches: 12.5 px from the edge
    assert len(handle.components()) == 1
    x, y = scene.mask("ball", 0).centroid_xy
    assert (x, y) == (139, 69)
    assert scene.mask("ball", 0).area == pytest.approx(np.pi * 81, rel=0.02)
    assert all(scene.mask(name, 39) == scene.mask(name, 0) for name in scene.things)
    assert scene.spans("cup") == [range(40)]
    before, after = scene.frames.read(0), scene.frames.read(39)
    np.testing.assert_array_equal(before[2:], after[2:])


def test_entering_and_leaving():
    scene = SCENES["entering"]()
    assert scene.spans("ball") == [range(16, 60)]
    assert scene.mask("ball", 16).area == 6  # of its last column the rows 6 … 11
    assert scene.spans("body") == [range(27)]
    assert scene.mask("body", 26) == Mask.from_box((158, 34, 160, 62), SIZE_HW)
    assert scene.spans("handle") == [range(19)]  # its first column is at 134 + 3 n, past 159 from n = 9 on
    assert scene.spans("box") == [range(60)]


def test_behind_the_box_the_ball_is_not_seen():
    scene = SCENES["behind"]()
    assert scene.spans("ball") == [range(25), range(39, 60)]  # 60 ≤ 10 + 2 n and 10 + 2 n + 18 ≤ 104
    assert scene.mask("ball", 24).box_xyxy[0::2] == (58, 60)
    assert scene.mask("box", 30).area == 44 * 36
    assert scene.spans("cup") == [range(60)]


def test_crossing_the_ball_hides_the_coin():
    scene = SCENES["crossing"]()
    whole = scene.mask("ball", 0).area
    assert scene.mask("coin", 0).area == whole
    assert all(scene.mask("ball", i).area == whole for i in range(50))
    assert 0 < scene.mask("coin", 25).area < whole / 4
    assert scene.mask("ball", 0).centroid_xy[0] < scene.mask("coin", 0).centroid_xy[0]
    assert scene.mask("ball", 49).centroid_xy[0] > scene.mask("coin", 49).centroid_xy[0]


def test_the_camera_pans():
    scene = SCENES["pan"]()
    assert scene.spans("cup") == [range(33)]  # its last column is 66; the picture's first 69 in frame 33
    assert scene.spans("ball") == [range(31, 60)]  # its first is 220; the picture's last 222 in frame 31
    still, moved = scene.frames.read(10).astype(int), scene.frames.read(11).astype(int)
    np.testing.assert_array_equal(still[2:, 3:], moved[2:, :-3])


def test_after_a_cut_all_is_new_and_comes_back():
    scene = SCENES["cut"]()
    assert scene.spans("cup") == [range(20), range(40, 60)]
    assert scene.spans("box") == scene.spans("wall other") == [range(20, 40)]
    assert scene.spans("wall") == [range(20), range(40, 60)]
    same = (scene.frames.read(19)[2:] == scene.frames.read(20)[2:]).all(axis=2)
    assert same.mean() < 0.01


def test_unknown_things_are_named_with_those_there_are():
    with pytest.raises(ValueError, match=r"still has no 'vase'; it has cup, body"):
        SCENES["still"]().mask("vase", 0)


# -------------------------------------------------------------------- the backend


def run(backend, scene, name, start, stop):
    """(states, masks) of a thing tracked from one frame to another, as it was shown on the first."""
    way = range(start, stop, 1 if stop > start else -1)
    memory = backend.start(backend.encode(scene.frames.read(start)), scene.mask(name, start).to_array())
    tracked = []
    for frame_idx in way[1:]:
        answer, memory = backend.step(backend.encode(scene.frames.read(frame_idx)), {5: memory})[5]
        tracked.append(answer)
    return way[1:], tracked


def test_it_is_a_backend_that_tracks_without_a_fault(scene):
    backend = TruthBackend(scene)
    assert isinstance(backend, Backend)
    for name in scene.things:
        first = scene.spans(name)[0][0]
        if scene.mask(name, first).area < 20:
            continue  # of which too little is seen to tell what it is
        for frame_idx, answer in zip(*run(backend, scene, name, first, scene.n_frames), strict=True):
            truth = scene.mask(name, frame_idx)
            assert Mask.from_array(answer.mask) == truth
            assert answer.state is (State.VISIBLE if truth else State.ABSENT)


def test_backwards_too():
    scene = SCENES["behind"]()
    way, tracked = run(TruthBackend(scene), scene, "ball", 45, -1)
    assert list(way) == list(range(44, -1, -1))
    assert [each.state for each in tracked].count(State.ABSENT) == 14  # frames 25 … 38
    assert Mask.from_array(tracked[-1].mask) == scene.mask("ball", 0)


def test_what_was_hidden_may_be_lost_for_good():
    scene = SCENES["behind"]()
    _, tracked = run(TruthBackend(scene, reacquire=False), scene, "ball", 0, 60)
    assert [each.state for each in tracked] == [State.VISIBLE] * 24 + [State.ABSENT] + [State.LOST] * 34


def test_junk_is_lost_at_once_and_an_absent_start_is_known_from_its_support():
    scene = SCENES["still"]()
    backend = TruthBackend(scene)
    junk = Mask.from_box((0, 10, 60, 30), SIZE_HW).to_array()
    assert backend.step(1, {1: backend.start(0, junk)})[1][0].state is State.LOST
    nothing = np.zeros(SIZE_HW, bool)
    memory = backend.start(0, nothing, [Shown(2, scene.mask("lid", 2).to_array(), 2)])
    assert Mask.from_array(backend.step(1, {1: memory})[1][0].mask) == scene.mask("lid", 1)


def test_competing_a_part_takes_its_pixels_from_the_whole():
    scene = SCENES["still"]()
    backend = TruthBackend(scene, compete=True)
    memories = {
        i: backend.start(0, scene.mask(name, 0).to_array()) for i, name in enumerate(("cup", "handle"))
    }
    answers = backend.step(1, memories)
    assert Mask.from_array(answers[0][0].mask) == scene.mask("body", 1)
    assert Mask.from_array(answers[1][0].mask) == scene.mask("handle", 1)
    alone = backend.step(1, {0: memories[0]}, {9: scene.mask("cup", 1).to_array()})[0][0]
    assert alone.state is State.LOST


def test_memories_are_saved_exactly():
    scene = SCENES["still"]()
    backend = TruthBackend(scene)
    memory = backend.start(0, scene.mask("lid", 0).to_array())
    assert backend.load(backend.dump(memory), recall=None) == memory
    with pytest.raises(BackendError, match="not saved by the truth backend"):
        backend.load(b"other", recall=None)


def test_clicks_find_the_whole_first_then_its_parts():
    scene = SCENES["still"]()
    backend = TruthBackend(scene)

    def found(*prompts, limit=3):
        masks = [Mask.from_array(each.mask) for each in backend.segment(0, prompts, limit)]
        return [name for mask in masks for name, truth in scene.masks(0, True).items() if truth == mask]

    assert found(Point(52, 48)) == ["cup", "handle"]
    assert found(Point(52, 48), limit=1) == ["cup"]
    assert found(Point(52, 48), Point(30, 50, positive=False)) == ["handle"]
    assert found(Point(5, 5)) == ["wall"]
    assert found(Box(82, 60, 102, 72), limit=1) == ["label"]
    assert found(MaskPrompt(scene.mask("label", 0)), Point(90, 48)) == ["box", "lid"]
    square = Mask.from_box((1, 1, 9, 9), SIZE_HW)
    assert Mask.from_array(backend.segment(0, [MaskPrompt(square)])[0].mask) == square
    with pytest.raises(PromptError, match="Nothing shows"):
        backend.segment(0, [Point(52, 48, positive=False)])


# -------------------------------------------------------------------- the proposer


def named(scene, frame_idx, found):
    truths = scene.masks(frame_idx, backdrop=True)
    return [next((name for name, truth in truths.items() if truth == each.mask), None) for each in found]


def test_it_proposes_all_that_is_seen_largest_first():
    scene = SCENES["still"]()
    proposer = TruthProposer(scene)
    assert isinstance(proposer, Proposer)
    found = proposer.propose(scene.frames.read(0), EVERYTHING)
    assert named(scene, 0, found) == ["box", "cup", "body", "lid", "ball", "label", "handle"]
    assert proposer.seen == [0]
    fewer = proposer.propose(scene.frames.read(0), AutomaticOptions(max_masks=2))
    assert named(scene, 0, fewer) == ["box", "cup"]
    with_room = TruthProposer(scene, backdrop=True).propose(scene.frames.read(0), EVERYTHING)
    assert named(scene, 0, with_room)[:3] == ["wall", "table", "box"]  # 6400, 8960 - 2728, 1584 px


def test_of_masks_that_are_alike_one_is_proposed():
    scene = SCENES["entering"]()
    found = TruthProposer(scene).propose(scene.frames.read(20), EVERYTHING)  # the handle has left
    assert scene.mask("cup", 20) == scene.mask("body", 20)
    assert named(scene, 20, found).count("cup") == 1
    assert "body" not in named(scene, 20, found)


def test_small_and_unsure_masks_are_left_out():
    scene = SCENES["entering"]()
    assert "ball" not in named(
        scene, 16, TruthProposer(scene).propose(scene.frames.read(16), AutomaticOptions())
    )
    picture = scene.frames.read(30)
    junky = TruthProposer(scene, junk=4)
    assert named(scene, 30, junky.propose(picture, AutomaticOptions())).count(None) == 4
    assert None not in named(scene, 30, junky.propose(picture, AutomaticOptions(pred_iou_thresh=0.8)))


def test_its_faults_are_the_same_each_time():
    scene = SCENES["still"]()
    pictures = [image for _, image in scene.frames.stream(0, 30)]

    def found(**faults):
        proposer = TruthProposer(scene, **faults)
        return [[each.mask for each in proposer.propose(image, AutomaticOptions())] for image in pictures]

    dropped = found(drop=0.3, seed=1)
    assert dropped == found(drop=0.3, seed=1)
    assert dropped != found(drop=0.3, seed=2)
    assert sum(map(len, dropped)) / (7 * 30) == pytest.approx(0.7, abs=0.08)
    shaken = found(jitter_px=1)
    assert shaken == found(jitter_px=1)
    assert all(max(each.iou(scene.mask("box", 0)) for each in masks) > 0.9 for masks in shaken)
    assert len({masks[0] for masks in shaken}) == 9  # the box, in all nine places
