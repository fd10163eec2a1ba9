"""Masks without prompts from the built-in over-segmenter, on pictures drawn here so that things are known."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from dwell.masks import Mask
from dwell.segmenters.contract import AutomaticOptions, Proposer
from dwell.segmenters.embedded.proposer import EmbeddedProposer
from real_data import needed, true_mask

SIZE_HW = (240, 320)
SAND, BLUE, RED, GREEN, WHITE = (214, 200, 170), (40, 70, 190), (190, 50, 40), (60, 140, 70), (240, 240, 235)
ALL = AutomaticOptions(pred_iou_thresh=0, stability_score_thresh=0)


def disc(x, y, radius, size_hw=SIZE_HW):
    rows, cols = np.ogrid[: size_hw[0], : size_hw[1]]
    return (cols + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2 <= radius**2


def box(x0, y0, x1, y1, size_hw=SIZE_HW):
    mask = np.zeros(size_hw, bool)
    mask[y0:y1, x0:x1] = True
    return mask


def painted(*shapes, ground=SAND, grain=4.0, seed=0, size_hw=SIZE_HW):
    """A picture of coloured shapes with coarse and fine noise everywhere, as a camera and a table give."""
    rng = np.random.default_rng(seed)
    picture = np.full((*size_hw, 3), ground, dtype=float)
    for mask, colour in shapes:
        picture[mask] = colour
    coarse = cv2.resize(rng.normal(0, 1, (size_hw[0] // 12, size_hw[1] // 12)), size_hw[::-1])
    picture += grain * (coarse[..., None] + rng.normal(0, 0.5, picture.shape))
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 0.8), 0, 255).astype(np.uint8)


def iou(a, b):
    return np.count_nonzero(a & b) / np.count_nonzero(a | b)


def best(found, truth):
    """The largest IoU of any mask with the truth."""
    return max(iou(each.mask.to_array(), truth) for each in found)


BODY_TOP, BODY_FOOT = box(110, 60, 190, 120), box(110, 120, 190, 180)
HANDLE = disc(200, 120, 36) & ~disc(200, 120, 22) & ~box(0, 0, 190, 240)
CUP = BODY_TOP | BODY_FOOT | HANDLE


@pytest.fixture(scope="module")
def proposer():
    return EmbeddedProposer()


@pytest.fixture(scope="module")
def cup_picture():
    """A cup whose body is white above and blue below, with a red handle."""
    return painted((BODY_TOP, WHITE), (BODY_FOOT, BLUE), (HANDLE, RED))


@pytest.fixture(scope="module")
def cup(proposer, cup_picture):
    return proposer.propose(cup_picture, ALL)


# ------------------------------------------------------------------ what is found


def test_it_keeps_the_words_of_a_proposer(proposer):
    assert isinstance(proposer, Proposer)
    assert proposer.name == "embedded"
    assert proposer.describe()["name"] == "embedded"


@pytest.mark.parametrize(
    ("part", "least"),
    [(CUP, 0.85), (BODY_TOP, 0.9), (BODY_FOOT, 0.9), (HANDLE, 0.75), (BODY_TOP | BODY_FOOT, 0.9)],
    ids=["cup", "upper half", "lower half", "handle", "body"],
)
def test_a_cup_of_three_colours_is_found_whole_and_in_parts(cup, part, least):
    """The cup with and without what its handle encloses are alike, and only one of them is kept."""
    assert best(cup, part) > least


def test_nested_things_are_found_at_every_level(proposer):
    plate, saucer, cake = (disc(160, 120, radius) for radius in (100, 62, 28))
    found = proposer.propose(painted((plate, WHITE), (saucer, GREEN), (cake, RED)), ALL)
    for thing in (plate, saucer, cake):
        assert best(found, thing) > 0.93


def test_many_small_things_are_found_each(proposer):
    things = [disc(40 + 60 * column, 40 + 53 * row, 12) for column in range(5) for row in range(4)]
    colours = (BLUE, RED, GREEN)
    shapes = [(thing, colours[number % 3]) for number, thing in enumerate(things)]
    found = proposer.propose(painted(*shapes), ALL)
    assert sum(best(found, thing) > 0.8 for thing in things) == len(things)


def test_a_plain_picture_has_no_things_even_if_it_is_grainy(proposer):
    plain = np.full((*SIZE_HW, 3), 128, np.uint8)
    for picture in (plain, painted(grain=4.0), painted(grain=12.0)):
        assert proposer.propose(picture, AutomaticOptions()) == []


def test_what_moves_alone_is_found_though_it_looks_like_the_rest(proposer):
    """A patch of the same noise as the ground: only another frame tells it apart."""
    rng = np.random.default_rng(3)
    noise = cv2.GaussianBlur(rng.uniform(0, 255, (300, 400, 3)), (0, 0), 1.5)
    noise = np.clip((noise - 127) * 3 + 127, 0, 255).astype(np.uint8)
    thing = disc(150, 110, 45)
    before, after = noise[:240, :320].copy(), noise[:240, :320].copy()
    before[thing] = noise[60:, 80:][thing]
    moved = disc(156, 110, 45)
    after[moved] = np.roll(noise[60:, 80:], 6, axis=1)[moved]
    top = replace(ALL, max_masks=16)
    assert best(proposer.propose(after, top), moved) < 0.5
    assert best(proposer.propose(after, top, before), moved) > 0.7


@pytest.mark.parametrize("size_hw", [(32, 32), (33, 47), (32, 200)])
def test_a_tiny_picture_has_its_thing(proposer, size_hw):
    thing = disc(16, 16, 9, size_hw)
    found = proposer.propose(painted((thing, BLUE), size_hw=size_hw), ALL)
    assert best(found, thing) > 0.75
    assert all(each.mask.size_hw == size_hw for each in found)


def test_masks_of_a_large_picture_have_its_size_and_smooth_outlines(proposer):
    thing = disc(900, 500, 180, (1200, 1600))
    found = proposer.propose(painted((thing, RED), size_hw=(1200, 1600)), ALL)
    assert {each.mask.size_hw for each in found} == {(1200, 1600)}
    assert best(found, thing) > 0.97


def test_a_picture_must_be_an_rgb_image_and_the_one_beside_of_the_same_size(proposer):
    with pytest.raises(ValueError, match=r"\(h, w, 3\) uint8"):
        proposer.propose(np.zeros((50, 50), np.uint8), ALL)
    with pytest.raises(ValueError, match="32 px"):
        proposer.propose(np.zeros((20, 50, 3), np.uint8), ALL)
    with pytest.raises(ValueError, match="must be equal"):
        proposer.propose(np.zeros((50, 50, 3), np.uint8), ALL, np.zeros((50, 60, 3), np.uint8))


# ------------------------------------------------------------------ promises


def test_the_best_come_first_and_all_numbers_lie_within_0_and_1(cup):
    order = [(-each.score, -each.mask.area) for each in cup]
    assert [score for score, _ in order] == sorted(score for score, _ in order)
    assert all(0 <= each.score <= 1 and 0 <= each.stability <= 1 for each in cup)


def test_the_same_picture_gives_the_same_and_stays_as_it_is(proposer, cup_picture, cup):
    before = cup_picture.copy()
    again = EmbeddedProposer().propose(cup_picture, ALL)
    assert np.array_equal(cup_picture, before)
    assert [(m.mask, m.score, m.stability) for m in again] == [(m.mask, m.score, m.stability) for m in cup]


# ------------------------------------------------------------------ options


@pytest.mark.parametrize("limit", [0.3, 0.8, 0.95])
def test_no_two_masks_are_more_alike_than_allowed(proposer, cup_picture, limit):
    found = proposer.propose(cup_picture, replace(ALL, nms_thresh=limit))
    masks = np.stack([each.mask.to_array().ravel() for each in found]).astype(np.float32)
    shared, area = masks @ masks.T, masks.sum(axis=1)
    alike = shared / (area[:, None] + area - shared)
    assert (alike - np.eye(len(found))).max() <= limit


def test_a_stricter_limit_on_likeness_leaves_fewer_masks(proposer, cup_picture):
    counts = [
        len(proposer.propose(cup_picture, replace(ALL, nms_thresh=limit, max_masks=500)))
        for limit in (0.3, 0.8)
    ]
    assert counts[0] < counts[1]


def test_masks_have_the_areas_asked_for(proposer, cup_picture):
    options = replace(ALL, min_area=0.02, max_area=0.3)
    shares = [each.mask.area / 76_800 for each in proposer.propose(cup_picture, options)]
    assert shares
    assert min(shares) >= 0.02
    assert max(shares) <= 0.3


def test_scores_and_stability_are_at_least_those_asked_for(proposer, cup_picture, cup):
    score = float(np.median([each.score for each in cup]))
    stability = float(np.median([each.stability for each in cup]))
    found = proposer.propose(cup_picture, replace(ALL, pred_iou_thresh=score))
    assert found
    assert min(each.score for each in found) >= score
    found = proposer.propose(cup_picture, replace(ALL, stability_score_thresh=stability))
    assert found
    assert min(each.stability for each in found) >= stability


def test_thresholds_further_apart_give_a_lower_stability(proposer, cup_picture, cup):
    further = proposer.propose(cup_picture, replace(ALL, stability_score_offset=3.0))
    assert [each.mask for each in further] == [each.mask for each in cup]
    assert all(b.stability <= a.stability for a, b in zip(cup, further, strict=True))
    assert np.mean([b.stability for b in further]) < np.mean([a.stability for a in cup])


def test_a_limit_on_their_number_keeps_the_first(proposer, cup_picture, cup):
    few = proposer.propose(cup_picture, replace(ALL, max_masks=7))
    assert [each.mask for each in few] == [each.mask for each in cup[:7]]


def test_options_as_they_come_leave_the_good_masks(proposer, cup_picture):
    found = proposer.propose(cup_picture, AutomaticOptions())
    assert best(found, CUP) > 0.85
    assert 3 <= len(found) <= 144


def test_an_annotated_animal_is_among_the_first_masks(proposer):
    folder = needed("davis16", "blackswan")
    image = cv2.cvtColor(cv2.imread(str(folder / "images" / "00000.jpg")), cv2.COLOR_BGR2RGB)
    found = proposer.propose(image, replace(ALL, max_masks=32))
    truth = Mask.from_array(true_mask(folder / "masks" / "00000.png"))
    assert max(each.mask.iou(truth) for each in found) > 0.8
