"""Image mode: what each kind of prompt gives, and that it is what the official image model gives."""

import numpy as np
import pytest

from dwell.errors import BackendError, PromptError
from dwell.masks import Mask
from dwell.prompts import Box, MaskPrompt, Point, Polygon, Stroke
from segmenters.sam.drawn import SIZE_HW, blue, picture

torch = pytest.importorskip("torch")
from dwell.segmenters.sam.pixels import image_tensor  # noqa: E402 - needs torch
from segmenters.sam.stock import StockSession  # noqa: E402


@pytest.fixture
def encoded(backend):
    return backend.encode(picture(0))


CLICK, OTHER, BOX = (40.0, 50.0, True), (100.0, 20.0, False), (18.0, 28.0, 62.0, 72.0)


@pytest.mark.parametrize(
    ("points", "box"), [([CLICK], None), ([CLICK, OTHER], None), ([], BOX), ([CLICK], BOX)]
)
def test_the_official_image_model_answers_the_same(opened, checkpoints, points, box, device, precision):
    """Of SAM 2. That of SAM 3 adds its no-memory embedding to a map it does not use (transformers 5.23)."""
    if precision != "float32":
        pytest.skip("the official model is driven in float32")
    from transformers import Sam2Model
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    backend = opened("sam2")
    side = backend.network.spec.size
    sx, sy = side / SIZE_HW[1], side / SIZE_HW[0]
    given = {"multimask_output": True, "pixel_values": image_tensor(picture(0), backend.network.spec, device)}
    if points:
        given["input_points"] = torch.tensor([[[[x * sx, y * sy] for x, y, _ in points]]], device=device)
        given["input_labels"] = torch.tensor([[[int(positive) for *_, positive in points]]], device=device)
    if box:
        corners = [box[0] * sx, box[1] * sy, box[2] * sx, box[3] * sy]
        given["input_boxes"] = torch.tensor([[corners]], device=device)
    with torch.inference_mode():
        theirs = Sam2Model.from_pretrained(checkpoints["sam2"]).eval().to(device)(**given)
    ours = backend.network.answer(backend.encode(picture(0)), points, box, several=True)
    assert len(ours) == 3
    for i, each in enumerate(ours):
        torch.testing.assert_close(each.logits, theirs.pred_masks[0, 0, i], atol=1e-6, rtol=0)
        assert each.iou == pytest.approx(float(theirs.iou_scores[0, 0, i]), abs=1e-6)


def test_the_official_video_session_answers_a_first_click_the_same(backend, encoded, precision):
    if precision != "float32":
        pytest.skip("the official session is driven in float32")
    side = backend.network.spec.size
    session = StockSession(backend.network, [picture(0)])
    theirs = session.click(0, 40 * side / SIZE_HW[1], 50 * side / SIZE_HW[0]).pred_masks[0, 0]
    best = max(backend.network.answer(encoded, [CLICK], several=True), key=lambda each: each.iou)
    assert torch.equal(best.logits, theirs)


def test_one_click_gives_three_answers_best_first(backend, encoded):
    candidates = backend.segment(encoded, [Point(40, 50)])
    assert 1 <= len(candidates) <= 3
    scores = [each.score for each in candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert all(each.mask.shape == SIZE_HW and each.mask[50, 40] for each in candidates)


@pytest.mark.parametrize(
    "prompts",
    [
        [Point(40, 50), Point(110, 12, positive=False)],
        [Box(18, 28, 62, 72)],
        [Box(18, 28, 62, 72), Point(25, 35, positive=False)],
        [Polygon(((18, 28), (62, 28), (62, 72), (18, 72)))],
    ],
    ids=["clicks", "box", "box and exclude", "lasso"],
)
def test_every_click_is_obeyed_and_the_best_leads(backend, encoded, prompts):
    candidates = backend.segment(encoded, prompts, limit=9)
    scores = [each.score for each in candidates]
    assert candidates
    assert scores == sorted(scores, reverse=True)
    for point in [each for each in prompts if isinstance(each, Point)]:
        assert all(each.mask[int(point.y), int(point.x)] == point.positive for each in candidates)


def test_nothing_outside_a_lasso_is_taken_and_the_lasso_itself_is_on_offer(backend, encoded):
    lasso = Polygon(((18, 28), (62, 28), (62, 72), (18, 72)))
    drawn = np.zeros(SIZE_HW, dtype=bool)
    drawn[28:72, 18:62] = True
    candidates = backend.segment(encoded, [lasso], limit=9)
    assert not any((each.mask & ~drawn).any() for each in candidates)
    assert any(np.array_equal(each.mask, drawn) for each in candidates)


def test_a_mask_stays_as_it_is_until_a_click_contradicts_it(backend, encoded):
    mask = MaskPrompt(Mask.from_array(blue(0)))
    agreeing = backend.segment(encoded, [mask, Point(40, 50), Point(150, 80, positive=False)])
    assert len(agreeing) == 1
    np.testing.assert_array_equal(agreeing[0].mask, blue(0))
    corrected = backend.segment(encoded, [mask, Point(120, 12)])[0].mask
    assert corrected[12, 120]
    assert not np.array_equal(corrected, blue(0))


def test_the_mask_to_correct_is_fed_back_to_the_network(backend, encoded):
    clicks = [(120.0, 12.0, True)]
    without = backend.network.answer(encoded, clicks, several=False)[0]
    logits = backend.network.low_logits(blue(0))
    with_mask = backend.network.answer(encoded, clicks, mask_logits=logits, several=False)[0]
    assert not torch.equal(without.logits, with_mask.logits)
    inside = logits[logits.shape[0] // 2, logits.shape[1] // 4]
    assert (float(inside), float(logits[0, -1])) == pytest.approx((10.0, -10.0))


def test_of_several_boxes_the_last_counts(backend, encoded):
    one, other = Box(18, 28, 62, 72), Box(108, 6, 132, 30)
    alone = backend.segment(encoded, [other], limit=1)[0].mask
    np.testing.assert_array_equal(backend.segment(encoded, [one, other], limit=1)[0].mask, alone)
    assert not np.array_equal(backend.segment(encoded, [one], limit=1)[0].mask, alone)


def test_brush_and_eraser_count_to_the_pixel(backend, encoded):
    mask = MaskPrompt(Mask.from_array(blue(0)))
    strokes = [Stroke(((150.5, 90.5),), 2.0), Stroke(((40.5, 50.5),), 3.0, positive=False)]
    found = backend.segment(encoded, [mask, *strokes])[0].mask
    changed = np.argwhere(found != blue(0))
    assert len(changed) == 13 + 29  # discs of radius 2 and 3
    only_paint = backend.segment(encoded, strokes[:1])[0].mask
    assert only_paint.sum() == 13


def test_what_cannot_be_answered_is_refused(backend, encoded):
    with pytest.raises(PromptError, match="add a click"):
        backend.segment(encoded, [Point(40, 50, positive=False)])
    with pytest.raises(PromptError, match="outside"):
        backend.segment(encoded, [Point(400, 50)])
    beside = Polygon(((-5, 10), (0.2, 10), (0.2, 20), (-5, 20)))  # of column 0 it holds less than half
    with pytest.raises(PromptError, match=r"lasso holds no pixel of the image \(160×96 px\)"):
        backend.segment(encoded, [beside])
    wrong = Mask.from_array(np.ones((10, 10), dtype=bool))
    with pytest.raises(PromptError, match=r"mask is 10×10 px"):
        backend.segment(encoded, [MaskPrompt(wrong)])


def test_an_image_smaller_than_a_patch_is_refused(backend):
    with pytest.raises(BackendError, match=r"20×8 px.*at least 16×16"):
        backend.encode(np.zeros((8, 20, 3), dtype=np.uint8))
