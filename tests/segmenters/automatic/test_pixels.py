"""Pictures and masks as SAM 1 wants them: by hand, and beside the official processor."""

import json

import numpy as np
import pytest

from dwell.errors import ModelError

torch = pytest.importorskip("torch")
from dwell.segmenters.sam1.pixels import (  # noqa: E402 - needs torch
    PixelSpec,
    fitted_hw,
    image_tensor,
    mask_of_logits,
    mask_tensor,
    read_pixel_spec,
)

SPEC = PixelSpec(64, 64, (0.5, 0.25, 0.0), (0.5, 0.25, 1.0))
SIZES = [(48, 80), (80, 48), (64, 64), (37, 211), (1200, 1600)]


@pytest.mark.parametrize(
    ("size_hw", "fitted"),
    [
        ((48, 80), (38, 64)),
        ((80, 48), (64, 38)),
        ((30, 30), (64, 64)),
        ((35, 64), (35, 64)),
        ((5, 128), (3, 64)),
    ],
)
def test_the_longer_side_is_fitted_and_halves_are_rounded_up(size_hw, fitted):
    """48 · 64 / 80 = 38.4, 5 / 2 = 2.5."""
    assert fitted_hw(size_hw, 64) == fitted


def test_one_colour_comes_out_as_worked_out_by_hand_and_the_rest_is_zero():
    image = np.full((48, 80, 3), (255, 51, 102), np.uint8)
    x = image_tensor(image, SPEC)
    assert x.shape == (1, 3, 64, 64)
    np.testing.assert_allclose(x[0, :, 37, 63], [1.0, (0.2 - 0.25) / 0.25, 0.4], atol=1e-6)
    assert not x[0, :, 38:].any()


def test_logits_become_a_mask_without_the_padding():
    """Of 64 px the picture fills 32 rows: the upper half of the logits; what is far below is not seen."""
    logits = torch.full((16, 16), -1.0)
    logits[:, :8] = 1.0
    logits[12:, 8:] = 9.0
    mask = mask_of_logits(logits, (100, 200), SPEC)
    assert mask.dtype == bool
    np.testing.assert_array_equal(mask.sum(axis=0), [100] * 100 + [0] * 100)


def test_a_mask_goes_where_the_picture_is():
    mask = np.zeros((100, 200), bool)
    mask[:, 100:] = True
    x = mask_tensor(mask, SPEC, 16)[0, 0]
    np.testing.assert_array_equal((x > 0.5).sum(dim=0), [0] * 8 + [8] * 8)
    np.testing.assert_array_equal((x > 0.5).sum(dim=1), [8] * 8 + [0] * 8)


@pytest.mark.parametrize("size_hw", SIZES)
@pytest.mark.parametrize("fast", [False, True])
def test_equal_to_the_official_processor(size_hw, fast):
    pytest.importorskip("transformers")
    if fast:
        pytest.importorskip("torchvision", reason="the quick processor needs torchvision")
        from transformers import SamImageProcessor as Processor
    else:
        from transformers.models.sam.image_processing_pil_sam import SamImageProcessorPil as Processor
    side = {"height": 64, "width": 64}
    processor = Processor(
        size={"longest_edge": 64}, pad_size=side, image_mean=list(SPEC.mean), image_std=list(SPEC.std)
    )
    image = np.random.default_rng(3).integers(0, 256, (*size_hw, 3)).astype(np.uint8)
    theirs = processor(images=image, return_tensors="pt")
    grey = 0.02 if fast else 1e-5  # the quick one differs from the original by up to a level of grey
    np.testing.assert_allclose(image_tensor(image, SPEC), theirs["pixel_values"], atol=grey)
    logits = torch.tensor(np.random.default_rng(4).normal(size=(16, 16)), dtype=torch.float32)
    whole = processor.post_process_masks(
        [logits[None, None]], theirs["original_sizes"], theirs["reshaped_input_sizes"]
    )[0]
    np.testing.assert_array_equal(mask_of_logits(logits, size_hw, SPEC), whole[0, 0])


@pytest.mark.parametrize("pad", [{"pad_size": {"height": 96, "width": 96}}, {"pad_size": 96}, {}])
def test_the_spec_is_read_from_the_checkpoints_own_file(tmp_path, pad):
    said = {"size": {"longest_edge": 96}, "image_mean": [0.1, 0.2, 0.3], "image_std": [0.4, 0.5, 0.6], **pad}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(said))
    assert read_pixel_spec(tmp_path) == PixelSpec(96, 96, (0.1, 0.2, 0.3), (0.4, 0.5, 0.6))


@pytest.mark.parametrize(
    "changed",
    [{"size": {"height": 96, "width": 96}}, {"size": 96}, {"pad_size": {"height": 64}}, {"image_std": 1}],
)
def test_a_spec_that_will_not_do_is_named(tmp_path, changed):
    said = {"size": {"longest_edge": 96}, "image_mean": [0.1] * 3, "image_std": [0.4] * 3, **changed}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(said))
    with pytest.raises(ModelError, match=r"preprocessor_config.json cannot be read.*fetch the\s+model"):
        read_pixel_spec(tmp_path)
