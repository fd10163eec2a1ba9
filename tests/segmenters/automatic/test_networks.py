"""Networks on a grid beside the official models, processors and a slow reference of all that follows."""

import itertools

import numpy as np
import pytest

from dwell.prompts import Box, Point
from dwell.segmenters.automatic.open import open_proposer
from dwell.segmenters.contract import AutomaticOptions
from segmenters.sam.drawn import SIZE_HW, picture

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
from dwell.segmenters.sam.pixels import image_tensor  # noqa: E402 - needs torch

OFFSETS = {"sam": 0.003, "sam_hq": 0.01, "sam2": 0.02}
"""Of the logits of each tiny network, so that some of its masks are stable and others not."""
GRID = [(x, y) for y in (16, 48, 80) for x in (16, 48, 80, 112, 144)]
"""Of 160 × 96 px, 5 along the longer side: 32 px apart, by hand."""


@pytest.fixture(params=OFFSETS)
def kind(request):
    return request.param


@pytest.fixture
def proposer(proposer_of, kind):
    return proposer_of(kind)


@pytest.fixture(scope="module")
def official(image_folders, checkpoints):
    """kind → what the official model says to each click of the grid: masks, scores, low-resolution logits."""
    there = {}

    def say(kind):
        if kind not in there:
            there[kind] = _sam2(checkpoints["sam2"]) if kind == "sam2" else _sam1(image_folders[kind], kind)
        return there[kind]

    return say


def _sam1(folder, kind):
    import transformers
    from transformers.models.sam.image_processing_pil_sam import SamImageProcessorPil

    prepare = transformers.SamProcessor if kind == "sam" else transformers.SamHQProcessor
    processor = prepare(image_processor=SamImageProcessorPil.from_pretrained(folder))
    given = processor(
        images=picture(0), input_points=[[[list(point)] for point in GRID]], return_tensors="pt"
    )
    model = (
        {"sam": transformers.SamModel, "sam_hq": transformers.SamHQModel}[kind].from_pretrained(folder).eval()
    )
    with torch.inference_mode():
        said = model(
            pixel_values=given["pixel_values"].float(),
            input_points=given["input_points"].float(),
            multimask_output=True,
        )
    masks = processor.post_process_masks(
        said.pred_masks, given["original_sizes"], given["reshaped_input_sizes"]
    )[0]
    height, width = given["reshaped_input_sizes"][0].tolist()
    low = said.pred_masks[0].shape[-1] / 128
    seen = said.pred_masks[0][..., : int(np.ceil(height * low)), : int(np.ceil(width * low))]
    return masks.numpy(), said.iou_scores[0].numpy(), seen.numpy(), said.pred_masks[0].numpy()


def _sam2(folder):
    from transformers import Sam2Model
    from transformers.utils import logging

    from dwell.segmenters.sam.pixel_spec import read_pixel_spec

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    spec = read_pixel_spec(folder)
    scale = spec.size / np.array([SIZE_HW[1], SIZE_HW[0]])
    points = torch.tensor(np.array(GRID) * scale, dtype=torch.float32)[None, :, None]
    with torch.inference_mode():
        said = Sam2Model.from_pretrained(folder).eval()(
            pixel_values=image_tensor(picture(0), spec),
            input_points=points,
            input_labels=torch.ones(points.shape[:-1], dtype=torch.int64),
            multimask_output=True,
        )
        whole = torch.nn.functional.interpolate(
            said.pred_masks[0].float(), SIZE_HW, mode="bilinear", align_corners=False
        )
    low = said.pred_masks[0].numpy()
    return (whole > 0).numpy(), said.iou_scores[0].numpy(), low, low


def test_logits_scores_and_masks_are_those_of_the_official_model(proposer, official, kind):
    masks, scores, _, logits = official(kind)
    segmenter = proposer.segmenter
    encoding = segmenter.encode(picture(0))
    ours, ious, _ = segmenter.network.click(encoding, np.array(GRID, float), 1.0)
    np.testing.assert_allclose(ours.numpy(), logits, atol=1e-4, rtol=1e-5)
    np.testing.assert_allclose(ious, np.clip(scores, 0, 1), atol=1e-5)
    assert np.ptp(logits, axis=0).max() > 0.1, "the clicks make a difference"
    made = [
        each.mask() for each in segmenter.click_all(encoding, np.array(GRID, float), offset=1.0, per_batch=64)
    ]
    flat = masks.reshape(-1, *SIZE_HW)
    assert len(made) == len(flat) == 3 * len(GRID)
    for mine, theirs in zip(made, flat, strict=True):
        assert np.count_nonzero(mine != theirs) <= 5


def test_batches_of_any_size_give_the_same(proposer):
    encoding = proposer.segmenter.encode(picture(0))
    points = np.array(GRID, float)
    one, five, all_at_once = (
        list(proposer.segmenter.click_all(encoding, points, offset=0.01, per_batch=n)) for n in (1, 7, 64)
    )
    for a, b, c in zip(one, five, all_at_once, strict=True):
        assert a.score == pytest.approx(b.score, abs=1e-5)
        assert a.score == pytest.approx(c.score, abs=1e-5)
        assert a.stability == pytest.approx(c.stability, abs=0.01)
        assert np.count_nonzero(a.mask() != c.mask()) <= 5


def _reference(masks, scores, low, options):
    """(mask, score, stability) of those that stay, best first; with loops over arrays."""
    kept = []
    for click, answer in itertools.product(range(masks.shape[0]), range(masks.shape[1])):
        mask, logits = masks[click, answer], low[click, answer]
        score = min(max(float(scores[click, answer]), 0.0), 1.0)
        strict = np.count_nonzero(logits > options.stability_score_offset)
        loose = np.count_nonzero(logits > -options.stability_score_offset)
        stable = strict / loose if loose else 0.0
        if score < (options.pred_iou_thresh or 0) or stable < (options.stability_score_thresh or 0):
            continue
        if not options.min_area <= mask.mean() <= options.max_area or not mask.any():
            continue
        kept.append((mask, score, stable))
    kept.sort(key=lambda each: (-each[1], -np.count_nonzero(each[0])))
    distinct = []
    for each in kept:
        ious = [(each[0] & other[0]).sum() / (each[0] | other[0]).sum() for other in distinct]
        if all(iou <= options.nms_thresh for iou in ious):
            distinct.append(each)
    return distinct[: options.max_masks]


@pytest.mark.parametrize("max_masks", [144, 4])
def test_what_is_proposed_is_what_a_slow_reference_keeps_of_the_official_answers(
    proposer, official, kind, max_masks
):
    options = AutomaticOptions(
        points_per_side=5,
        pred_iou_thresh=0.45,
        stability_score_thresh=0.3,
        stability_score_offset=OFFSETS[kind],
        max_area=0.8,
        nms_thresh=0.75,
        max_masks=max_masks,
    )
    masks, scores, low, _ = official(kind)
    expected = _reference(masks, scores, low, options)
    found = proposer.propose(picture(0), options)
    assert len(found) == len(expected) >= 4
    assert len(expected) < masks.shape[0] * masks.shape[1] / 2
    for mine, (mask, score, stable) in zip(found, expected, strict=True):
        assert mine.score == pytest.approx(score, abs=1e-5)
        assert mine.stability == pytest.approx(stable, abs=0.01)
        assert np.count_nonzero(mine.mask.to_array() != mask) <= 5


@pytest.mark.parametrize("kind", ["sam", "sam_hq"])
def test_an_image_model_is_a_segmenter_like_any_other(proposer):
    """Clicks are obeyed; a box, and a mask to correct, are answered by the same network."""
    segmenter = proposer.segmenter
    encoding = segmenter.encode(picture(0))
    candidates = segmenter.segment(encoding, [Point(40, 50)])
    assert 1 <= len(candidates) <= 3
    scores = [each.score for each in candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(each.mask.shape == SIZE_HW and each.mask[50, 40] for each in candidates)
    boxed = segmenter.segment(encoding, [Box(18, 28, 62, 72), Point(25, 35, positive=False)], limit=9)
    assert not any(each.mask[35, 25] for each in boxed)


@pytest.mark.parametrize("kind", ["sam", "sam_hq"])
def test_a_mask_to_correct_is_fed_back_at_its_place(proposer):
    """160 × 96 px in a square of 128 px: 128 × 77 px of it, and a quarter of that in the logits."""
    network = proposer.segmenter.network
    mask = np.zeros(SIZE_HW, bool)
    mask[:, :80] = True
    logits = network.low_logits(mask)
    assert logits.shape == (32, 32)
    np.testing.assert_allclose(logits[:19, :15], 10, atol=1e-4)
    np.testing.assert_allclose(logits[:, 17:], -10, atol=1e-4)
    np.testing.assert_allclose(logits[20:], -10, atol=1e-4)
    encoding = network.encode(picture(0))
    without = network.answer(encoding, [(40.0, 50.0, True)], several=False)[0]
    with_mask = network.answer(encoding, [(40.0, 50.0, True)], mask_logits=logits, several=False)[0]
    assert not torch.allclose(without.logits, with_mask.logits, atol=1e-3)


def test_an_image_smaller_than_a_patch_is_refused(proposer):
    from dwell.errors import BackendError

    with pytest.raises(BackendError, match=r"20×8 px.*at least 16×16"):
        proposer.propose(np.zeros((8, 20, 3), np.uint8), AutomaticOptions())


def test_running_out_of_memory_is_advice(proposer, monkeypatch):
    from dwell.errors import BackendError

    def no_room(*_):
        raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")

    monkeypatch.setattr(proposer.segmenter.network, "click", no_room)
    with pytest.raises(BackendError, match="ran out of memory on cpu.*smaller"):
        proposer.propose(picture(0), AutomaticOptions())


def test_a_true_sam_has_as_many_parameters_as_the_table_says():
    from benchmarks.proposers import sam1

    from dwell.models import PROPOSER_MODELS

    for name, model in PROPOSER_MODELS.items():
        with torch.device("meta"):
            n = sum(each.numel() for each in sam1(name).parameters())
        assert model.params_m == round(n / 1e6, 1)
        assert model.size_mb == pytest.approx(4 * n / 1e6, abs=1)


def test_the_name_of_a_folder_is_the_proposers(image_folders):
    described = open_proposer(image_folders["sam"], device="cpu").describe()
    assert described["architecture"] == "sam"
    assert described["model"] == str(image_folders["sam"])
    assert described["proposer"] == "grid"
    assert described["resolution"] == 128
