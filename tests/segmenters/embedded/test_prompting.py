"""The built-in segmenter's answers to prompts, on pictures drawn here so that the true masks are known."""

import cv2
import numpy as np
import pytest

from dwell.errors import PromptError
from dwell.masks import Mask
from dwell.prompts import Absent, Box, MaskPrompt, Point, Polygon, Stroke
from dwell.segmenters.embedded.frame import encode_frame
from dwell.segmenters.embedded.plan import prepare
from dwell.segmenters.embedded.prompting import segment

SIZE_HW = (360, 480)
SAND, BLUE, RED, GREEN = (214, 200, 170), (40, 70, 190), (190, 50, 40), (60, 140, 70)


def disc(x, y, radius, size_hw=SIZE_HW):
    rows, cols = np.ogrid[: size_hw[0], : size_hw[1]]
    return (cols + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2 <= radius**2


def painted(*shapes, ground=SAND, grain=6.0, seed=0, size_hw=SIZE_HW):
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


BALL = disc(240, 180, 60)
PLATE = disc(240, 180, 110)
LEFT, RIGHT = disc(170, 180, 60), disc(292, 180, 60)


@pytest.fixture(scope="module")
def ball():
    return encode_frame(painted((BALL, BLUE)))


@pytest.fixture(scope="module")
def twins():
    """Two discs of the same colour that touch."""
    return encode_frame(painted((LEFT | RIGHT, BLUE)))


# ------------------------------------------------------------------ clicks


@pytest.mark.parametrize("grain", [0.0, 6.0])
@pytest.mark.parametrize("click", [(240, 180), (215, 200)])
def test_one_click_finds_a_disc(grain, click):
    frame = encode_frame(painted((BALL, BLUE), grain=grain))
    best = segment(frame, [Point(*click)])[0]
    assert iou(best.mask, BALL) > 0.95
    assert 0 < best.score <= 1


def test_a_click_on_a_large_picture_finds_a_small_object():
    truth = disc(1200, 400, 45, (1200, 1600))
    frame = encode_frame(painted((truth, RED), size_hw=(1200, 1600)))
    mask = segment(frame, [Point(1205, 395)])[0].mask
    assert mask.shape == (1200, 1600)
    assert iou(mask, truth) > 0.9


@pytest.mark.parametrize("number", range(4))
def test_a_click_finds_a_textured_blob_among_the_first_three(number):
    rng = np.random.default_rng(number)
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    radius = 60 + 14 * np.cos(3 * angle + rng.uniform(0, 6)) + 8 * np.cos(5 * angle)
    outline = np.stack([240 + radius * np.cos(angle), 180 + radius * np.sin(angle)], axis=1)
    truth = Mask.from_polygon(outline, SIZE_HW).to_array()
    image = painted((disc(80, 80, 50), RED), (truth, BLUE), (disc(420, 300, 60), BLUE), grain=15, seed=number)
    answers = segment(encode_frame(image), [Point(240, 180)])
    assert max(iou(a.mask, truth) for a in answers) > 0.93


def test_the_first_answers_differ():
    frame = encode_frame(painted((PLATE, GREEN), (BALL, BLUE)))
    answers = segment(frame, [Point(240, 180)])
    assert 2 <= len(answers) <= 3
    assert all(iou(a.mask, b.mask) < 0.95 for i, a in enumerate(answers) for b in answers[:i])
    assert [a.score for a in answers] == sorted((a.score for a in answers), reverse=True)


def test_a_person_can_grow_and_shrink_through_nested_answers():
    frame = encode_frame(painted((PLATE, GREEN), (BALL, BLUE)))
    ladder = sorted(segment(frame, [Point(240, 180)], limit=12), key=lambda a: a.mask.sum())
    assert 6 <= len(ladder) <= 12
    sizes = [int(a.mask.sum()) for a in ladder]
    assert len(set(sizes)) == len(sizes)
    inside = [
        np.count_nonzero(a.mask & b.mask) / a.mask.sum() for a, b in zip(ladder, ladder[1:], strict=False)
    ]
    assert np.median(inside) > 0.9
    assert max(iou(a.mask, BALL) for a in ladder) > 0.93
    assert max(iou(a.mask, PLATE) for a in ladder) > 0.93


def test_excluding_a_touching_twin(twins):
    prompts = [Point(165, 180), Point(297, 180, positive=False)]
    mask = segment(twins, prompts)[0].mask
    assert iou(mask, LEFT) > 0.85
    assert not mask[180, 297]


def test_adding_a_touching_twin(twins):
    both = segment(twins, [Point(165, 180), Point(297, 180)])[0].mask
    assert iou(both, LEFT | RIGHT) > 0.93


@pytest.mark.parametrize("seed", range(3))
def test_clicks_are_obeyed_even_where_they_make_no_sense(ball, seed):
    rng = np.random.default_rng(seed)
    points = [Point(*rng.uniform((0, 0), (480, 360)), positive=i % 2 == 0) for i in range(8)]
    for answer in segment(ball, points):
        for point in points:
            assert answer.mask[int(point.y), int(point.x)] == point.positive


def test_opposite_clicks_side_by_side(ball):
    mask = segment(ball, [Point(240, 180), Point(243, 180, positive=False)])[0].mask
    assert mask[180, 240]
    assert not mask[180, 243]


# ------------------------------------------------------------------ box


def test_a_box_finds_what_fills_it(ball):
    assert iou(segment(ball, [Box(177, 118, 303, 243)])[0].mask, BALL) > 0.95


def test_nothing_outside_a_box_is_taken(twins):
    mask = segment(twins, [Box(108, 118, 231, 242)])[0].mask
    assert iou(mask, LEFT) > 0.9
    assert not mask[:, 240:].any()


def test_a_click_takes_something_out_of_a_box():
    frame = encode_frame(painted((PLATE, GREEN), (disc(290, 180, 40), RED)))
    prompts = [Box(128, 68, 352, 292), Point(290, 180, positive=False)]
    assert iou(segment(frame, prompts)[0].mask, PLATE & ~disc(290, 180, 40)) > 0.9


# ------------------------------------------------------------------ lasso


def ring(x, y, radius, corners, wobble=0.0):
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach = radius * (1 + wobble * np.cos(4 * angle + 1))
    return Polygon(
        tuple(zip((x + reach * np.cos(angle)).tolist(), (y + reach * np.sin(angle)).tolist(), strict=True))
    )


def drawn(lasso):
    return Mask.from_polygon(lasso.points, SIZE_HW).to_array()


def test_a_rough_lasso_is_tightened_and_never_grows(ball):
    lasso = ring(245, 178, 82, 12, wobble=0.06)
    mask = segment(ball, [lasso])[0].mask
    assert iou(drawn(lasso), BALL) < 0.6
    assert iou(mask, BALL) > 0.95
    assert not (mask & ~drawn(lasso)).any()


def test_a_tight_lasso_stays(ball):
    lasso = ring(240, 180, 60.5, 40)
    assert iou(segment(ball, [lasso])[0].mask, drawn(lasso)) > 0.97


def test_the_lasso_as_drawn_is_among_the_answers(ball):
    lasso = ring(245, 178, 85, 12, wobble=0.06)
    assert any((a.mask == drawn(lasso)).all() for a in segment(ball, [lasso]))


def test_a_click_adds_to_a_lasso_and_another_takes_away():
    frame = encode_frame(painted((LEFT, BLUE), (disc(170, 180, 20), GREEN), (disc(380, 180, 50), RED)))
    prompts = [ring(170, 180, 64, 30), Point(380, 180), Point(170, 180, positive=False)]
    mask = segment(frame, prompts)[0].mask
    assert iou(mask, LEFT & ~disc(170, 180, 20) | disc(380, 180, 50)) > 0.85


# ------------------------------------------------------------------ brush, eraser, mask


def test_brush_and_eraser_count_to_the_pixel(ball):
    plain = segment(ball, [Point(240, 180)])[0].mask
    brush = Stroke(((20.5, 20.5), (80.5, 20.5)), 6.0)
    eraser = Stroke(((240.5, 180.5),), 10.0, positive=False)
    painted_mask = segment(ball, [Point(240, 180), brush, eraser])[0].mask
    cols, rows = np.meshgrid(np.arange(480) + 0.5, np.arange(360) + 0.5)
    under_brush = (cols - np.clip(cols, 20.5, 80.5)) ** 2 + (rows - 20.5) ** 2 <= 36
    under_eraser = (cols - 240.5) ** 2 + (rows - 180.5) ** 2 <= 100
    np.testing.assert_array_equal(painted_mask, (plain | under_brush) & ~under_eraser)


def test_the_later_stroke_wins(ball):
    stroke = Stroke(((60.0, 60.0), (90.0, 80.0)), 8.0)
    eraser = Stroke(stroke.points, 8.0, positive=False)
    assert segment(ball, [Point(240, 180), eraser, stroke])[0].mask[60, 60]
    assert not segment(ball, [Point(240, 180), stroke, eraser])[0].mask[60, 60]


def test_painting_alone_is_enough(ball):
    (answer,) = segment(ball, [Stroke(((100.5, 100.5),), 5.0)])
    np.testing.assert_array_equal(answer.mask, disc(100.5, 100.5, 5))


def test_a_stroke_may_leave_the_picture(ball):
    (answer,) = segment(ball, [Stroke(((-50.0, 10.0), (600.0, 10.0)), 4.0)])
    assert answer.mask[10].all()
    assert not answer.mask[20].any()


def test_a_mask_is_taken_exactly(ball):
    wanted = disc(100, 100, 33)
    (answer,) = segment(ball, [MaskPrompt(Mask.from_array(wanted))])
    np.testing.assert_array_equal(answer.mask, wanted)


def test_clicks_and_eraser_correct_a_mask():
    frame = encode_frame(painted((LEFT, BLUE), (disc(380, 180, 50), RED)))
    prompts = [MaskPrompt(Mask.from_array(LEFT | disc(380, 180, 50))), Point(380, 180, positive=False)]
    assert iou(segment(frame, prompts)[0].mask, LEFT) > 0.95
    eraser = Stroke(((170.5, 180.5),), 5.0, positive=False)
    assert not segment(frame, [*prompts, eraser])[0].mask[180, 170]


# ------------------------------------------------------------------ promises


def test_the_same_input_gives_the_same_answer_and_nothing_is_changed():
    image = painted((PLATE, GREEN), (BALL, BLUE))
    before = image.copy()
    prompts = [Point(240, 180), Point(240, 90, positive=False)]
    frame = encode_frame(image)
    lab = frame.lab.copy()
    one, again = segment(frame, prompts), segment(frame, prompts)
    other = segment(encode_frame(image), prompts)
    for a, b, c in zip(one, again, other, strict=True):
        np.testing.assert_array_equal(a.mask, b.mask)
        np.testing.assert_array_equal(a.mask, c.mask)
        assert a.score == b.score == c.score
    np.testing.assert_array_equal(image, before)
    np.testing.assert_array_equal(frame.lab, lab)


def test_an_image_is_prepared_once(ball):
    assert prepare(ball) is prepare(ball)


@pytest.mark.parametrize("size_hw", [(32, 32), (32, 200), (97, 41)])
@pytest.mark.parametrize("colour", [BLUE, SAND])
def test_small_and_empty_pictures_give_an_answer(size_hw, colour):
    height, width = size_hw
    truth = np.zeros(size_hw, bool)
    truth[height // 4 : height // 2, width // 4 : width // 2] = True
    frame = encode_frame(painted((truth, colour), size_hw=size_hw, grain=0.0))
    x, y = width // 3, height // 3
    for prompts in ([Point(x, y)], [Box(0, 0, x + 2, y + 2)], [Polygon(((0, 0), (width, 0), (x, height)))]):
        answers = segment(frame, prompts)
        assert answers
        assert answers[0].mask.shape == size_hw


@pytest.mark.parametrize(
    ("prompts", "words"),
    [
        ([], "click"),
        ([Absent()], "click"),
        ([Point(240, 180, positive=False)], "click"),
        ([Stroke(((1.0, 1.0),), 3.0, positive=False)], "box"),
        ([Point(480, 10)], "480×360"),
        ([Box(500, 10, 520, 30)], "box"),
        ([Polygon(((500, 10), (520, 10), (510, 30)))], "lasso"),
        ([MaskPrompt(Mask.from_array(np.ones((5, 5), bool)))], "5×5"),
    ],
)
def test_prompts_that_cannot_be_used_say_why(ball, prompts, words):
    with pytest.raises(PromptError, match=words):
        segment(ball, prompts)
